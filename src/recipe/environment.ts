/**
 * `${env:NAME}`, `${file:PATH}` and both with `:-default`: values that live outside of the project, such
 * as credentials. They come from profiles only and go only where they cannot change what a step
 * computes, because the key of a step must never depend on a secret.
 */
import type { Diagnostic, RelatedSpan, Span } from '../diagnostics/diagnostic.ts';
import type { SourceOf } from '../diagnostics/position.ts';
import { findNode, type LocatedEntry, type LocatedNode, type LocatedScalar, type Path, pathText } from './located.ts';
import { type ReadText, readSmallFile } from './text-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Resolved {
  readonly tree: LocatedNode;
  /** Texts that must never be shown. */
  readonly secrets: readonly string[];
  /** A value that came from outside → how it is written, with its references. */
  readonly written: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Outside {
  readonly environment: Environment;
  readonly root: string;
  readonly read: ReadText;
  /** A reference to what is not there stays as it is written, beside what is reported. */
  readonly keepsUnset?: boolean;
}

/** What is inside is read once and from left to right: references do not lie in each other. */
const REFERENCE = /\$\{(?:env:([A-Za-z_][A-Za-z0-9_]*)|file:((?:(?!:-|\$\{)[^}\n])+))(?::-((?:(?!\$\{)[^}])*))?\}/gu;
const OPENING = /\$\{(?:env|file):/u;
const INSTEAD = 'use a `{{NAME}}` that the profile sets, or `--set`';

/** Fill in every reference of a complete tree, or say why it may not stand there. */
export function resolveEnvironment(root: LocatedNode, outside: Outside, sourceOf: SourceOf): Resolved {
  const secrets = new Set<string>();
  const written = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];

  function resolve(node: LocatedNode, path: Path): LocatedNode {
    return mapScalars(node, { path, related: [] }, (scalar, text, { path: at, related }) => {
      const use = allowedUse(root, at);
      if (use !== 'refused' && use !== 'seen-by-loader') return fill(scalar, text, use, related);
      const reference = firstReference(text);
      const message =
        use === 'seen-by-loader'
          ? `\`${reference}\` is not allowed for a \`loader_method\`, which sees the path: it could change the result of a step`
          : `\`${reference}\` is not allowed for \`${pathText(at)}\`: it could change the result of a step`;
      diagnostics.push({ code: 'secret-not-allowed', severity: 'error', message, ...place(scalar, reference, related), hint: INSTEAD });
      return { kind: 'hole', span: scalar.span };
    });
  }

  function fill(scalar: LocatedScalar, text: string, use: 'secret' | 'location' | 'public', related: readonly RelatedSpan[]): LocatedNode {
    const found = { isSecret: false, isComplete: true };
    const filled = text.replace(
      REFERENCE,
      (reference, name: string | undefined, file: string | undefined, fallback: string | undefined) => {
        const value = name === undefined ? fromFile(file ?? '', fallback) : fromEnvironment(name, fallback);
        if (typeof value !== 'string') {
          diagnostics.push({ severity: 'error', ...value, ...place(scalar, reference, related) });
          if (outside.keepsUnset !== true) found.isComplete = false;
          found.isSecret = true;
          return reference;
        }
        if (value !== fallback && value !== '') {
          found.isSecret = true;
          // A location is told by how it is written; its parts may be words as common as `data`.
          if (use === 'secret') secrets.add(value);
        }
        return value;
      },
    );
    if (found.isComplete && OPENING.test(text.replace(REFERENCE, ''))) {
      found.isComplete = false;
      const message = `\`${text}\` is not a reference to the environment or to a file`;
      const hint = `write \`\${env:NAME}\` or \`\${file:PATH}\`, both with \`:-default\` when it may be absent`;
      diagnostics.push({ code: 'bad-placeholder', severity: 'error', message, ...place(scalar, '${', related), hint });
    }
    if (!found.isComplete) return { kind: 'hole', span: scalar.span };
    if (found.isSecret && use !== 'public') written.set(filled, text);
    return { ...scalar, value: filled, source: filled, isQuoted: true, ...(found.isSecret && { isSecret: true as const, written: text }) };
  }

  function fromEnvironment(name: string, fallback: string | undefined): string | Problem {
    const value = Object.hasOwn(outside.environment, name) ? outside.environment[name] : undefined;
    // As in a shell, `:-` also covers a variable that is set to nothing.
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback !== undefined) return fallback;
    const hint = `set it before the run: \`export ${name}=…\`, or give a default: \`\${env:${name}:-value}\``;
    return { code: 'undefined-environment-variable', message: `the environment variable \`${name}\` is not set`, hint };
  }

  function fromFile(path: string, fallback: string | undefined): string | Problem {
    const found = readSmallFile(outside.root, path, outside.read);
    if ('text' in found) return found.text === '' && fallback !== undefined ? fallback : found.text;
    return found.code === 'file-not-found' && fallback !== undefined ? fallback : found;
  }

  /** The reference alone where it can be found in the file: it may lie in a value that was put together. */
  function place(
    { span }: LocatedScalar,
    reference: string,
    related: readonly RelatedSpan[],
  ): { readonly span: Span; readonly related?: readonly RelatedSpan[] } {
    return { span: narrow(span, reference, sourceOf), ...(related.length > 0 && { related }) };
  }

  const tree = resolve(root, []);
  return { tree, secrets: [...secrets], written, diagnostics };
}

type Problem = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

/** References outside of profiles, each an error; `where` says what the tree is. */
export function refuseEnvironment(
  root: LocatedNode,
  where: string,
  sourceOf: SourceOf,
): { readonly tree: LocatedNode; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const tree = mapScalars(root, { path: [], related: [] }, (scalar, text) => {
    const hint = 'write it into a profile, where it is allowed for tracking, registry and locations';
    const reference = firstReference(text);
    const message = `\`${reference}\` is not allowed in ${where}`;
    diagnostics.push({ code: 'secret-not-allowed', severity: 'error', message, span: narrow(scalar.span, reference, sourceOf), hint });
    return { kind: 'hole', span: scalar.span };
  });
  return { tree, diagnostics };
}

function firstReference(text: string): string {
  return text.match(REFERENCE)?.[0] ?? OPENING.exec(text)?.[0] ?? '';
}

/**
 * Where a value from outside may go. `secret`: it is shown nowhere. `location`: it is called as it is
 * written. `public`: the recipe asks to have it
 * written into the tracking store, where names and tags are for people to read.
 */
function allowedUse(root: LocatedNode, path: Path): 'secret' | 'location' | 'public' | 'seen-by-loader' | 'refused' {
  const [top, second, third] = path;
  if (top === 'experiment' && path.length > 1) return second === 'tracking_uri' ? 'secret' : 'public';
  if (top === 'cache' && path.length > 1) return 'secret';
  if (top === 'model_registry') return second === 'registry_uri' ? 'secret' : 'refused';
  if (top !== 'steps') return 'refused';
  if (second === 'register' && third === 'registry_uri') return 'secret';
  if ((second !== 'ingest' && second !== 'ingest_scoring') || (third !== 'location' && third !== 'inputs')) return 'refused';
  const using = findNode(root, ['steps', second, 'using']);
  const isCustom =
    findNode(root, ['steps', second, 'loader_method']) !== undefined || (using?.kind === 'scalar' && using.value === 'custom');
  return isCustom ? 'seen-by-loader' : 'location';
}

interface Context {
  readonly path: Path;
  /** From the nearest value above that a placeholder stood for. */
  readonly related: readonly RelatedSpan[];
}

type Visit = (scalar: LocatedScalar, text: string, context: Context) => LocatedNode;

/** Rebuild what holds a reference; the rest of the tree is shared. */
function mapScalars(node: LocatedNode, { path, related: above }: Context, visit: Visit): LocatedNode {
  const related = node.related ?? above;
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && OPENING.test(node.value) ? visit(node, node.value, { path, related }) : node;
    case 'list': {
      const items = node.items.map((item, index) => mapScalars(item, { path: [...path, index], related }, visit));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    case 'map': {
      let isChanged = false;
      const entries = new Map<string, LocatedEntry>();
      for (const [name, entry] of node.entries) {
        const value = mapScalars(entry.value, { path: [...path, name], related }, visit);
        isChanged ||= value !== entry.value;
        entries.set(name, value === entry.value ? entry : { ...entry, value });
      }
      return isChanged ? { ...node, entries } : node;
    }
    case 'hole':
      return node;
  }
}

function narrow(span: Span, reference: string, sourceOf: SourceOf): Span {
  const at = sourceOf(span.file)?.slice(span.start, span.end).indexOf(reference) ?? -1;
  return at === -1 ? span : { ...span, start: span.start + at, end: span.start + at + reference.length };
}
