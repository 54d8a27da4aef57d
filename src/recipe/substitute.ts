/**
 * Exchanges placeholders for the values that the profile gives them, on the tree: a mapping stays a
 * mapping and the text `"007"` stays a text. What stands in a comment is never looked at.
 */
import type { Diagnostic, RelatedSpan, Span } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import { refuseEnvironment } from './environment.ts';
import { describeFound, type LocatedEntry, type LocatedMap, type LocatedNode, type LocatedScalar } from './located.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Placeholder } from './placeholder-scan.ts';
import { MASK, malformed, type RecipeSource, unmask } from './source.ts';

export interface Variables {
  /** The profile. Absent where placeholders can only take their defaults. */
  readonly tree: LocatedMap | undefined;
  /** Whether a default may refer to the environment. */
  readonly allowsEnvironment: boolean;
  /** What to say of a name that has no value, and what to do about it. */
  readonly whenMissing: (name: string) => { readonly message: string; readonly hint: string };
  /** The value in a JSON file, by its path from the root. */
  readonly readJson: (path: string) => JsonFile;
}

export type JsonFile =
  | { readonly tree: LocatedNode }
  /** What is wrong inside of the file was reported already when `problem` is absent. */
  | { readonly tree?: undefined; readonly problem?: Pick<Diagnostic, 'code' | 'message' | 'hint'> };

export interface Substituted {
  readonly tree: LocatedNode;
  /** Top-level names of the profile that placeholders refer to. */
  readonly referenced: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

export function substitute(source: RecipeSource & { readonly tree: LocatedNode }, variables: Variables): Substituted {
  const substitution = new Substitution(source, variables);
  const tree = source.placeholders.size === 0 ? source.tree : substitution.node(source.tree);
  return { tree, referenced: substitution.referenced, diagnostics: substitution.diagnostics };
}

type Fallback = { readonly text: string; readonly start: number };
/** In characters; a value counts some for itself. */
const MOST_FILLED_IN = 10_000_000;
const NODE_SIZE = 16;

type Lookup = { readonly node: LocatedNode; readonly key?: Span };

class Substitution {
  readonly referenced = new Set<string>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #missing = new Set<string>();
  readonly #sizes = new WeakMap<LocatedNode, number>();
  #filledIn = 0;
  readonly #source: RecipeSource;
  readonly #variables: Variables;

  constructor(source: RecipeSource, variables: Variables) {
    this.#source = source;
    this.#variables = variables;
  }

  node(node: LocatedNode): LocatedNode {
    switch (node.kind) {
      case 'scalar':
        return typeof node.value === 'string' ? this.#scalar(node, node.value) : node;
      case 'list':
        return { ...node, items: node.items.map((item) => this.node(item)) };
      case 'map':
        return this.#map(node);
      case 'hole':
        return node;
    }
  }

  #map(map: LocatedMap): LocatedMap {
    const entries = new Map<string, LocatedEntry>();
    for (const [name, { key, value }] of map.entries) {
      const filled = this.#inText(name, key).text;
      // A key that could not be filled in is kept as written, and nothing more is said of its value.
      if (filled === undefined) entries.set(unmask(name, this.#source.placeholders), { key, value: { kind: 'hole', span: key } });
      else entries.set(filled, { key, value: this.node(value) });
    }
    return { ...map, entries };
  }

  #scalar(scalar: LocatedScalar, text: string): LocatedNode {
    const runs = [...text.matchAll(MASK)].filter(([, mask = '']) => this.#source.placeholders.has(mask));
    const [only] = runs;
    if (only === undefined) return scalar;
    if (runs.length === 1 && only[0] === text) return this.#whole(scalar, this.#placeholder(only[1]));
    const { text: filled, related } = this.#inText(text, scalar.span);
    if (filled === undefined) return { kind: 'hole', span: scalar.span };
    return { kind: 'scalar', value: filled, source: filled, isQuoted: true, span: scalar.span, related };
  }

  /** A placeholder that is the whole value: the node of the profile takes its place. */
  #whole(scalar: LocatedScalar, placeholder: Placeholder): LocatedNode {
    const span = this.#span(placeholder);
    const found = this.#find(placeholder);
    if (found === undefined) return { kind: 'hole', span };
    const isOwn = found.node.span.file === span.file;
    const related: readonly RelatedSpan[] = isOwn ? [] : [{ span, message: 'used here' }];
    const node: LocatedNode = {
      ...found.node,
      ...(related.length > 0 && { related }),
      ...(found.key !== undefined && { suppliedBy: found.key }),
    };
    // Quotes around the placeholder ask for a text.
    if (scalar.isQuoted && node.kind === 'scalar' && node.value !== null) return { ...node, value: node.source, isQuoted: true };
    return node;
  }

  /** Placeholders inside a longer text, or in a key. `undefined` after a mistake that was reported. */
  #inText(text: string, span: Span): { readonly text: string | undefined; readonly related: readonly RelatedSpan[] } {
    const related: RelatedSpan[] = [];
    let isComplete = true;
    const filled = text.replace(MASK, (run, mask: string) => {
      const placeholder = this.#source.placeholders.get(mask);
      if (placeholder === undefined) return run;
      const found = this.#find(placeholder);
      if (found?.node.kind === 'scalar' && found.node.value !== null) {
        const said = { span: found.node.span, message: `\`${placeholder.text}\` is set here` };
        const isNew = !related.some(
          ({ span: { file, start }, message }) => file === said.span.file && start === said.span.start && message === said.message,
        );
        if (said.span.file !== span.file && isNew) related.push(said);
        return found.node.source;
      }
      isComplete = false;
      if (found !== undefined && found.node.kind !== 'hole') this.#refuse(placeholder, found.node);
      return run;
    });
    return { text: isComplete ? filled : undefined, related };
  }

  #refuse(placeholder: Placeholder, node: LocatedNode): void {
    const is = node.kind === 'map' ? 'a mapping' : node.kind === 'list' ? 'a list' : 'empty';
    this.diagnostics.push({
      code: 'wrong-type',
      severity: 'error',
      message: `\`${placeholder.text}\` is ${is} and cannot stand inside a longer text`,
      span: this.#span(placeholder),
      related: [{ span: node.span, message: 'set here' }],
    });
  }

  /** The value of a placeholder: from the profile, else its default. Reports what has neither. */
  #find(placeholder: Placeholder): Lookup | undefined {
    const problem = malformed(this.#source.file, placeholder);
    if (problem !== undefined) {
      this.diagnostics.push(problem);
      return undefined;
    }
    if (!placeholder.content.ok) return undefined;
    if (placeholder.content.isPath === true) return this.#fromFile(placeholder, placeholder.content.name);
    const found = this.#named(placeholder, placeholder.content);
    if (placeholder.content.isFile !== true || found === undefined || found.node.kind === 'hole') return found;
    if (found.node.kind === 'scalar' && typeof found.node.value === 'string') return this.#fromFile(placeholder, found.node.value, found);
    this.diagnostics.push({
      code: 'wrong-type',
      severity: 'error',
      message: `\`${placeholder.text}\` takes the path of a JSON file; found ${describeFound(found.node)}`,
      span: this.#span(placeholder),
      related: [{ span: found.node.span, message: 'set here' }],
    });
    return undefined;
  }

  /** The value in a file, at its place in that file. */
  #fromFile(placeholder: Placeholder, path: string, named?: Lookup): Lookup | undefined {
    const read = this.#variables.readJson(path);
    if (read.tree !== undefined && this.#isTooMuch(placeholder, read.tree)) return undefined;
    if (read.tree !== undefined) return { node: read.tree, ...(named?.key !== undefined && { key: named.key }) };
    if (read.problem === undefined) return undefined;
    const span = named === undefined || named.node.span.file === this.#source.file ? this.#span(placeholder) : named.node.span;
    const related = span === named?.node.span ? [{ span: this.#span(placeholder), message: 'used here' }] : [];
    this.diagnostics.push({ severity: 'error', ...read.problem, span, ...(related.length > 0 && { related }) });
    return undefined;
  }

  #named(
    placeholder: Placeholder,
    { name, fallback }: { readonly name: string; readonly fallback: Fallback | undefined },
  ): Lookup | undefined {
    const names = name.split('.');
    this.referenced.add(names[0] ?? name);
    const found = this.#fromProfile(names);
    if (found !== undefined && !(found.node.kind === 'scalar' && found.node.value === null)) {
      return this.#isTooMuch(placeholder, found.node) ? undefined : found;
    }
    if (fallback !== undefined) return this.#default(placeholder, fallback);
    if (found !== undefined) return found;
    // One value puts all uses of a name right.
    if (this.#missing.has(name)) return undefined;
    this.#missing.add(name);
    this.diagnostics.push({
      code: 'undefined-placeholder',
      severity: 'error',
      span: this.#span(placeholder),
      ...this.#variables.whenMissing(name),
    });
    return undefined;
  }

  /** A large value that is used many times would fill the memory. Told once. */
  #isTooMuch(placeholder: Placeholder, node: LocatedNode): boolean {
    const before = this.#filledIn;
    this.#filledIn += this.#sizeOf(node);
    if (this.#filledIn <= MOST_FILLED_IN) return false;
    if (before <= MOST_FILLED_IN) {
      this.diagnostics.push({
        code: 'bad-placeholder',
        severity: 'error',
        message: 'the placeholders of this file stand for more than can be filled in (10 million characters)',
        span: this.#span(placeholder),
        related: [{ span: node.span, message: `\`${placeholder.text}\` is set here` }],
        hint: 'name a file that holds the values',
      });
    }
    return true;
  }

  #sizeOf(node: LocatedNode): number {
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    const size = this.#measured(node);
    this.#sizes.set(node, size);
    return size;
  }

  #measured(node: LocatedNode): number {
    switch (node.kind) {
      case 'scalar':
        return NODE_SIZE + node.source.length;
      case 'list':
        return node.items.reduce((sum, item) => sum + this.#sizeOf(item), NODE_SIZE);
      case 'map':
        return [...node.entries].reduce((sum, [name, { value }]) => sum + name.length + this.#sizeOf(value), NODE_SIZE);
      case 'hole':
        return NODE_SIZE;
    }
  }

  #fromProfile(names: readonly string[]): Lookup | undefined {
    let node: LocatedNode | undefined = this.#variables.tree;
    let key: Span | undefined;
    for (const name of names) {
      if (node?.kind === 'hole') return { node };
      const entry: LocatedEntry | undefined = node?.kind === 'map' ? node.entries.get(name) : undefined;
      node = entry?.value;
      key = entry?.key;
    }
    return node === undefined ? undefined : { node, ...(key !== undefined && { key }) };
  }

  #default(placeholder: Placeholder, { text, start }: Fallback): Lookup | undefined {
    const { file } = this.#source;
    const { tree, diagnostics } = parseYaml(text.trim() === 'None' ? 'null' : text, file, { offset: start });
    if (tree !== undefined && diagnostics.length === 0) {
      const refused = this.#variables.allowsEnvironment ? undefined : refuseEnvironment(tree, `\`${file}\``, () => this.#source.text);
      if (refused !== undefined && refused.diagnostics.length > 0) {
        this.diagnostics.push(...refused.diagnostics);
        return { node: { kind: 'hole', span: tree.span } };
      }
      const node = text.trim() === '' ? ({ kind: 'scalar', value: '', source: '', isQuoted: true, span: tree.span } as const) : tree;
      return { node };
    }
    this.diagnostics.push({
      code: 'bad-placeholder',
      severity: 'error',
      message: `the default of \`${placeholder.text}\` is not a value`,
      span: { file, start, end: start + text.length },
      hint: 'write a number, a text in quotes, or a list such as `[1, 2]`',
    });
    return undefined;
  }

  #placeholder(mask = ''): Placeholder {
    const placeholder = this.#source.placeholders.get(mask);
    if (placeholder === undefined) throw new Error('a run of an unknown mask was taken for a placeholder');
    return placeholder;
  }

  #span({ start, end }: Placeholder): Span {
    return { file: this.#source.file, start, end };
  }
}

/** What a missing name was probably meant to be, or how to give it a value. */
export function missingVariable(
  name: string,
  profile: { readonly name: string; readonly tree: LocatedMap } | undefined,
  others: readonly string[],
): { readonly message: string; readonly hint: string } {
  if (profile === undefined) {
    return {
      message: `\`{{${name}}}\` has no value: no profile is in use`,
      hint:
        others.length === 0
          ? `create \`profiles/local.yaml\` with \`${name}: …\`, or give a default: \`{{${name}|default(value)}}\``
          : `choose a profile with \`--profile\`: ${listNames(others)}`,
    };
  }
  const near = closest(name, dottedNames(profile.tree, name.split('.').length));
  return {
    message: `\`{{${name}}}\` is not set by the profile \`${profile.name}\``,
    hint:
      near === undefined
        ? `set \`${name}\` in \`profiles/${profile.name}.yaml\`, or give a default: \`{{${name}|default(value)}}\``
        : `did you mean \`{{${near}}}\`?`,
  };
}

function dottedNames(tree: LocatedMap, depth: number): readonly string[] {
  const names = [...tree.entries.keys()];
  if (depth <= 1) return names;
  const deeper = [...tree.entries].flatMap(([name, { value }]) =>
    value.kind === 'map' ? dottedNames(value, depth - 1).map((inner) => `${name}.${inner}`) : [],
  );
  return [...deeper, ...names];
}
