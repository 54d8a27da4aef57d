/**
 * `${env:NAME}` and `${env:NAME:-default}`: values that live in the environment, such as credentials.
 * They come from profiles only and go only where they cannot change what a step computes, because
 * the key of a step must never depend on a secret.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
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
export function resolveEnvironment(root: LocatedNode, environment: Environment): Resolved {
  const secrets = new Set<string>();
  const diagnostics: Diagnostic[] = [];

  function resolve(node: LocatedNode, path: Path): LocatedNode {
    return mapScalars(node, path, (scalar, text, at) => {
      const use = allowedUse(at);
      if (use === undefined) {
        const message = `\`${text.match(REFERENCE)?.[0] ?? OPENING}\` is not allowed for \`${pathText(at)}\`: it could change the result of a step`;
        diagnostics.push(problem('secret-not-allowed', scalar, message, INSTEAD));
        return { kind: 'hole', span: scalar.span };
      }
      return fill(scalar, text, use);
    });
  }

  function fill(scalar: LocatedScalar, text: string, use: 'secret' | 'location'): LocatedNode {
    let isSecret = false;
    let isComplete = true;
    const filled = text.replace(REFERENCE, (_, name: string, fallback: string | undefined) => {
      const value = environment[name];
      // As in a shell, `:-` also covers a variable that is set to nothing.
      if (value !== undefined && (value !== '' || fallback === undefined)) {
        if (use === 'secret' && value !== '') {
          secrets.add(value);
          isSecret = true;
        }
        return value;
      }
      if (fallback !== undefined) return fallback;
      isComplete = false;
      const hint = `set it before the run: \`export ${name}=…\`, or give a default: \`\${env:${name}:-value}\``;
      diagnostics.push(problem('undefined-environment-variable', scalar, `the environment variable \`${name}\` is not set`, hint));
      return '';
    });
    if (isComplete && text.replace(REFERENCE, '').includes(OPENING)) {
      isComplete = false;
      const message = `\`${text}\` is not a reference to the environment`;
      diagnostics.push(problem('bad-placeholder', scalar, message, 'write `${env:NAME}` or `${env:NAME:-default}`'));
    }
    if (!isComplete) return { kind: 'hole', span: scalar.span };
    return { ...scalar, value: filled, source: filled, isQuoted: true, ...(isSecret && { isSecret }) };
  }

  const tree = resolve(root, []);
  return { tree, secrets: [...secrets], diagnostics };
}

/** References outside of profiles, each an error; `where` says what the tree is. */
export function refuseEnvironment(root: LocatedNode, where: string): { readonly tree: LocatedNode; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const tree = mapScalars(root, [], (scalar) => {
    const hint = 'write it into a profile, where it is allowed for tracking, registry and locations';
    diagnostics.push(problem('secret-not-allowed', scalar, `\`\${env:NAME}\` is not allowed in ${where}`, hint));
    return { kind: 'hole', span: scalar.span };
  });
  return { tree, diagnostics };
}

/** Where a value from the environment may go, and whether it must be hidden there. */
function allowedUse(path: Path): 'secret' | 'location' | undefined {
  const [top, second, third] = path;
  if (top === 'experiment' && path.length > 1) return 'secret';
  if (top === 'model_registry') return second === 'registry_uri' ? 'secret' : undefined;
  if (top !== 'steps') return undefined;
  if (second === 'register' && third === 'registry_uri') return 'secret';
  if ((second === 'ingest' || second === 'ingest_scoring') && third === 'location') return 'location';
  return undefined;
}

type Visit = (scalar: LocatedScalar, text: string, path: Path) => LocatedNode;

/** Rebuild what holds a reference; the rest of the tree is shared. */
function mapScalars(node: LocatedNode, path: Path, visit: Visit): LocatedNode {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes(OPENING) ? visit(node, node.value, path) : node;
    case 'list': {
      const items = node.items.map((item, index) => mapScalars(item, [...path, index], visit));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    case 'map': {
      let isChanged = false;
      const entries = new Map<string, LocatedEntry>();
      for (const [name, entry] of node.entries) {
        const value = mapScalars(entry.value, [...path, name], visit);
        isChanged ||= value !== entry.value;
        entries.set(name, value === entry.value ? entry : { ...entry, value });
      }
      return isChanged ? { ...node, entries } : node;
    }
    case 'hole':
      return node;
  }
}

function problem(code: Diagnostic['code'], { span, related }: LocatedScalar, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, span, ...(related !== undefined && { related }), hint };
}
