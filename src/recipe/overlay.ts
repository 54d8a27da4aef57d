/**
 * Lays a profile over the recipe. Keys of the recipe schema are merged (mappings merge; lists and
 * scalars replace), everything else in a profile is a variable for placeholders.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { LocatedEntry, LocatedMap, LocatedNode } from './located.ts';

export interface OverlayRequest {
  readonly recipe: LocatedNode;
  readonly profile: LocatedMap;
  /** Top-level names that placeholders of the recipe refer to. */
  readonly referenced: ReadonlySet<string>;
  /** Top-level keys of the recipe schema. */
  readonly known: readonly string[];
}

export function overlay({ recipe, profile, referenced, known }: OverlayRequest): {
  readonly tree: LocatedNode;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const layer = new Map<string, LocatedEntry>();
  for (const [name, entry] of profile.entries) {
    if (known.includes(name)) layer.set(name, entry);
    else if (!referenced.has(name) && !isVariableName(name)) diagnostics.push(unknownKey(name, entry, known));
  }
  return { tree: layer.size === 0 ? recipe : merge(recipe, { ...profile, entries: layer }), diagnostics };
}

/** Upper case marks a variable, so that one that is not used is no mistake. */
function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/u.test(name);
}

/** What `above` says over what `below` says: mappings merge, lists and single values replace. */
export function merge(below: LocatedNode, above: LocatedNode): LocatedNode {
  // A key without a value is the same as an absent one: it takes nothing away.
  if (above.kind === 'scalar' && above.value === null) return below;
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = new Map(below.entries);
  for (const [name, entry] of above.entries) {
    const under = entries.get(name);
    if (under === undefined) entries.set(name, entry);
    else {
      const value = merge(under.value, entry.value);
      entries.set(name, { key: value === entry.value ? entry.key : under.key, value });
    }
  }
  return { ...below, entries };
}

function unknownKey(name: string, { key }: LocatedEntry, known: readonly string[]): Diagnostic {
  const near = closest(name, known);
  return {
    code: 'unknown-key',
    severity: 'error',
    message: `\`${name}\` is neither a key of the recipe nor used as \`{{${name}}}\``,
    span: key,
    label: `the keys here are ${listNames(known, near === undefined ? 12 : 5)}`,
    hint: near === undefined ? 'write the name of a variable in UPPER_CASE' : `did you mean \`${near}\`?`,
  };
}
