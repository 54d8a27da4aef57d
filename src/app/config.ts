/** The recipe as it is understood: every value, written or default, with the place that it comes from. */
import { lineOfSpan } from '../diagnostics/position.ts';
import type { LocatedNode, Path } from '../recipe/located.ts';
import { pathText } from '../recipe/located.ts';
import { OVERRIDES_FILE } from '../recipe/override.ts';
import { STEPS } from '../recipe/vocabulary.ts';
import type { Json } from '../schema/json.ts';
import { defaultsOf } from './config-defaults.ts';
import type { Project } from './project.ts';

export interface ConfigValue {
  readonly path: Path;
  /** A text, number, truth value, or a list of such. */
  readonly value: Json;
  /** `recipe.yaml:4`, `profiles/local.yaml:3`, `--set`, or `default`. */
  readonly origin: string;
}

export interface ConfigDocument {
  readonly profile: string | null;
  /** In the order in which a recipe is written. */
  readonly values: readonly ConfigValue[];
}

/** What a value that came from outside holds is not told; how it is written is. */
export function configOf(project: Project): ConfigDocument {
  const { loaded } = project;
  const values: ConfigValue[] = [];
  const place = (node: LocatedNode): string => {
    if (node.span.file === OVERRIDES_FILE) return OVERRIDES_FILE;
    const text = loaded.files.get(node.span.file);
    return text === undefined ? node.span.file : `${node.span.file}:${lineOfSpan(text, node.span).line}`;
  };
  const walk = (node: LocatedNode | undefined, defaults: Json | undefined, path: Path): void => {
    if (node === undefined || node.kind === 'hole' || (node.kind === 'scalar' && node.value === null)) {
      if (defaults !== undefined) addDefaults(values, defaults, path);
    } else if (node.kind === 'scalar') {
      values.push({ path, value: node.written ?? (node.value as Json), origin: place(node) });
    } else if (node.kind === 'map') {
      const below = isObject(defaults) ? defaults : {};
      const names = new Set([...node.entries.keys(), ...Object.keys(below)]);
      for (const name of ordered([...names], ORDER[path.join('.')])) walk(node.entries.get(name)?.value, below[name], [...path, name]);
      if (names.size === 0) values.push({ path, value: {}, origin: place(node) });
    } else {
      const flat = flatList(node.items);
      if (flat !== undefined) values.push({ path, value: flat, origin: place(node) });
      else for (const [index, item] of node.items.entries()) walk(item, undefined, [...path, index]);
    }
  };
  walk(loaded.tree, defaultsOf(project), []);
  return { profile: loaded.profile ?? null, values };
}

export interface ConfigDifference {
  readonly path: string;
  /** Absent where it says nothing. */
  readonly first?: ConfigValue;
  readonly second?: ConfigValue;
}

/** What differs in value; where a value is written makes no difference. */
export function compareConfigs(first: ConfigDocument, second: ConfigDocument): readonly ConfigDifference[] {
  const of = ({ values }: ConfigDocument) => new Map(values.map((value) => [pathText(value.path), value]));
  const [a, b] = [of(first), of(second)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((path): ConfigDifference[] => {
    const [one, other] = [a.get(path), b.get(path)];
    if (JSON.stringify(one?.value) === JSON.stringify(other?.value)) return [];
    return [{ path, ...(one !== undefined && { first: one }), ...(other !== undefined && { second: other }) }];
  });
}

const TOP = [
  'recipe',
  'target_col',
  'positive_class',
  'primary_metric',
  'columns',
  'steps',
  'custom_metrics',
  'experiment',
  'model_registry',
];

/** By the path of the mapping that they lie in. */
const ORDER: Readonly<Record<string, readonly string[]>> = { '': TOP, steps: STEPS };

/** Keys in the order of a recipe, then the others as they stand. */
function ordered(names: readonly string[], order: readonly string[] = []): readonly string[] {
  return [...order.filter((name) => names.includes(name)), ...names.filter((name) => !order.includes(name))];
}

function addDefaults(values: ConfigValue[], value: Json, path: Path): void {
  if (isObject(value)) for (const [name, inner] of Object.entries(value)) addDefaults(values, inner as Json, [...path, name]);
  else values.push({ path, value, origin: 'default' });
}

function flatList(items: readonly LocatedNode[]): Json | undefined {
  const values = items.map((item) => (item.kind === 'scalar' ? (item.written ?? item.value) : undefined));
  return values.includes(undefined) ? undefined : (values as Json);
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
