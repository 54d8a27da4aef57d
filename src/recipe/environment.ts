/**
 * `${env:NAME}` and `${env:NAME:-default}`: values that live in the environment, such as credentials.
 * They come from profiles only and go only where they cannot change what a step computes, because
 * the key of a step must never depend on a secret.
 */
import type { Diagnostic, RelatedSpan, Span } from '../diagnostics/diagnostic.ts';
import type { SourceOf } from '../diagnostics/position.ts';
import { type LocatedEntry, type LocatedNode, type LocatedScalar, type Path, pathText } from './located.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Resolved {
  readonly tree: LocatedNode;
  /** Texts that must never be shown. */
  readonly secrets: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/gu;
const OPENING = '${env:';
const INSTEAD = 'use a `{{NAME}}` that the profile sets, or `--set`';

/** Fill in every reference of a complete tree, or say why it may not stand there. */
export function resolveEnvironment(root: LocatedNode, environment: Environment, sourceOf: SourceOf): Resolved {
  const secrets = new Set<string>();
  const diagnostics: Diagnostic[] = [];

  function resolve(node: LocatedNode, path: Path): LocatedNode {
    return mapScalars(node, { path, related: [] }, (scalar, text, { path: at, related }) => {
      const use = allowedUse(at);
      if (use === undefined) {
        const reference = text.match(REFERENCE)?.[0] ?? OPENING;
        const message = `\`${reference}\` is not allowed for \`${pathText(at)}\`: it could change the result of a step`;
        diagnostics.push({ code: 'secret-not-allowed', severity: 'error', message, ...place(scalar, reference, related), hint: INSTEAD });
        return { kind: 'hole', span: scalar.span };
      }
      return fill(scalar, text, use, related);
    });
  }

  function fill(scalar: LocatedScalar, text: string, use: 'secret' | 'location', related: readonly RelatedSpan[]): LocatedNode {
    const found = { isSecret: false, isComplete: true };
    const filled = text.replace(REFERENCE, (reference, name: string, fallback: string | undefined) => {
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      // As in a shell, `:-` also covers a variable that is set to nothing.
      if (value !== undefined && (value !== '' || fallback === undefined)) {
        if (use === 'secret' && value !== '') {
          secrets.add(value);
          found.isSecret = true;
        }
        return value;
      }
      if (fallback !== undefined) return fallback;
      found.isComplete = false;
      const hint = `set it before the run: \`export ${name}=…\`, or give a default: \`\${env:${name}:-value}\``;
      const message = `the environment variable \`${name}\` is not set`;
      diagnostics.push({ code: 'undefined-environment-variable', severity: 'error', message, ...place(scalar, reference, related), hint });
      return '';
    });
    if (found.isComplete && text.replace(REFERENCE, '').includes(OPENING)) {
      found.isComplete = false;
      const message = `\`${text}\` is not a reference to the environment`;
      const hint = `write \`\${env:NAME}\` or \`\${env:NAME:-default}\``;
      diagnostics.push({ code: 'bad-placeholder', severity: 'error', message, ...place(scalar, OPENING, related), hint });
    }
    if (!found.isComplete) return { kind: 'hole', span: scalar.span };
    return { ...scalar, value: filled, source: filled, isQuoted: true, ...(found.isSecret && { isSecret: true as const }) };
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
  return { tree, secrets: [...secrets], diagnostics };
}

/** References outside of profiles, each an error; `where` says what the tree is. */
export function refuseEnvironment(
  root: LocatedNode,
  where: string,
  sourceOf: SourceOf,
): { readonly tree: LocatedNode; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const tree = mapScalars(root, { path: [], related: [] }, (scalar, text) => {
    const hint = 'write it into a profile, where it is allowed for tracking, registry and locations';
    const reference = text.match(REFERENCE)?.[0] ?? OPENING;
    const message = `\`${reference}\` is not allowed in ${where}`;
    diagnostics.push({ code: 'secret-not-allowed', severity: 'error', message, span: narrow(scalar.span, reference, sourceOf), hint });
    return { kind: 'hole', span: scalar.span };
  });
  return { tree, diagnostics };
}

/** Where a value from the environment may go, and whether it must be hidden there. */
function allowedUse(path: Path): 'secret' | 'location' | undefined {
  const [top, second, third] = path;
  if (top === 'experiment' && path.length > 1) return 'secret';
  if (top === 'cache') return second === 'region' || second === 'endpoint' ? 'location' : 'secret';
  if (top === 'model_registry') return second === 'registry_uri' ? 'secret' : undefined;
  if (top !== 'steps') return undefined;
  if (second === 'register' && third === 'registry_uri') return 'secret';
  if ((second === 'ingest' || second === 'ingest_scoring') && third === 'location') return 'location';
  return undefined;
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
      return typeof node.value === 'string' && node.value.includes(OPENING) ? visit(node, node.value, { path, related }) : node;
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
