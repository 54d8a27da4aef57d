/**
 * `--set steps.train.seed=7`: one value of the recipe for one run. The arguments are kept as a file
 * named `--set`, a line each, so that a mistake in one is shown like any other.
 */
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import type { SourceOf } from '../diagnostics/position.ts';
import { refuseEnvironment } from './environment.ts';
import type { LocatedEntry, LocatedNode } from './located.ts';
import { parseYaml } from './parse-yaml.ts';

/** The name under which the arguments appear in spans. */
export const OVERRIDES_FILE = '--set';

/** Deeper than anything that can be parsed. */
const MOST_SEGMENTS = 200;

interface Segment {
  readonly name: string;
  readonly span: Span;
}

export function overridesText(arguments_: readonly string[]): string {
  return arguments_.join('\n');
}

/** Apply each argument in turn; a later one wins. Those that cannot be applied are reported and left out. */
export function applyOverrides(
  root: LocatedNode,
  arguments_: readonly string[],
): { readonly tree: LocatedNode; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const text = overridesText(arguments_);
  let tree = root;
  let offset = 0;
  for (const argument of arguments_) {
    const applied = applyOne(tree, argument, offset, () => text);
    if ('problem' in applied) diagnostics.push(applied.problem);
    else tree = applied.tree;
    offset += argument.length + 1;
  }
  return { tree, diagnostics };
}

type Applied = { readonly tree: LocatedNode } | { readonly problem: Diagnostic };

function applyOne(tree: LocatedNode, argument: string, offset: number, sourceOf: SourceOf): Applied {
  const whole: Span = { file: OVERRIDES_FILE, start: offset, end: offset + argument.length };
  const read = readPath(argument, offset);
  if (read === undefined) {
    return { problem: bad(whole, `\`${argument}\` is not of the form \`path=value\``, 'write for example `--set steps.train.seed=7`') };
  }
  const { segments, valueAt } = read;
  if (segments.length > MOST_SEGMENTS)
    return { problem: bad(whole, `the path has ${segments.length} names; no value of a recipe lies so deep`) };
  const parsed = parseYaml(argument.slice(valueAt), OVERRIDES_FILE, { offset: offset + valueAt });
  const [syntax] = parsed.diagnostics;
  if (parsed.tree === undefined || syntax !== undefined) {
    const span = syntax?.span ?? whole;
    return {
      problem: bad(span, `the value of \`${argument}\` is not valid YAML: ${syntax?.message ?? 'unreadable'}`, 'put quotes around a text'),
    };
  }
  const isEmpty = argument.slice(valueAt).trim() === '';
  const span: Span = { ...whole, start: offset + valueAt };
  const { tree: value, diagnostics } = refuseEnvironment(
    isEmpty ? { kind: 'scalar', value: null, source: '', isQuoted: false, span } : parsed.tree,
    '`--set`',
    sourceOf,
  );
  const [refused] = diagnostics;
  if (refused !== undefined) return { problem: { ...refused, hint: 'your shell can fill it in: `--set "path=$NAME"`' } };
  return set(tree, segments, value, argument);
}

/** The segments before `=`; a segment that holds a dot is written in double quotes. */
function readPath(argument: string, offset: number): { readonly segments: readonly Segment[]; readonly valueAt: number } | undefined {
  const segments: Segment[] = [];
  const segment = /(?:"([^"]+)"|([^".=\s]+))([.=])/uy;
  for (;;) {
    const start = segment.lastIndex;
    const match = segment.exec(argument);
    if (match === null) return undefined;
    const [, quoted, bare, separator] = match;
    segments.push({
      name: quoted ?? bare ?? '',
      span: { file: OVERRIDES_FILE, start: offset + start, end: offset + segment.lastIndex - 1 },
    });
    if (separator === '=') return { segments, valueAt: segment.lastIndex };
  }
}

function set(node: LocatedNode, segments: readonly Segment[], value: LocatedNode, argument: string, parent?: Segment): Applied {
  const [segment, ...rest] = segments;
  if (segment === undefined) return { tree: value };
  if (node.kind === 'list') {
    const index = /^\d+$/u.test(segment.name) ? Number(segment.name) : Number.NaN;
    const item = node.items[index];
    if (item === undefined) {
      const has = node.items.length === 0 ? 'is empty' : `has the items 0 to ${node.items.length - 1}`;
      return { problem: bad(segment.span, `\`${segment.name}\` is not an item of the list in \`${argument}\`: it ${has}`) };
    }
    const inner = set(item, rest, value, argument, segment);
    if ('problem' in inner) return inner;
    return { tree: { ...node, items: node.items.map((old, at) => (at === index ? inner.tree : old)) } };
  }
  if (node.kind === 'scalar' && node.value !== null) {
    const name = parent?.name ?? segment.name;
    return { problem: bad(segment.span, `\`${name}\` is a single value and has no \`${segment.name}\``) };
  }
  // What is absent, empty or unknown becomes a mapping on the way.
  const entries: Map<string, LocatedEntry> = new Map(node.kind === 'map' ? node.entries : []);
  const below = entries.get(segment.name);
  const inner = set(below?.value ?? { kind: 'map', span: segment.span, entries: new Map() }, rest, value, argument, segment);
  if ('problem' in inner) return inner;
  entries.set(segment.name, { key: below === undefined || rest.length === 0 ? segment.span : below.key, value: inner.tree });
  return { tree: node.kind === 'map' ? { ...node, entries } : { kind: 'map', span: segment.span, entries } };
}

function bad(span: Span, message: string, hint?: string): Diagnostic {
  return { code: 'bad-override', severity: 'error', message, span, ...(hint !== undefined && { hint }) };
}
