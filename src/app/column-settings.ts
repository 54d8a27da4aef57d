/**
 * What `columns` says, aspect by aspect: a step gets those that it obeys and no others, so that a column
 * that becomes sensitive re-writes cards and trains nothing. Aspects of which nothing is said are absent.
 */
import type { Roles, Sensitive } from '../data/column-rules.ts';
import type { ColumnPurpose, Recipe } from '../recipe/recipe.ts';
import type { DeclaredFormats, DeclaredTypes } from '../steps/ingest/declared-types.ts';

export function rolesOf(recipe: Recipe): Roles {
  const roles = aspect(recipe, 'role') ?? {};
  const { split } = recipe.steps;
  // What places a row says nothing of the target, unless the recipe says that it does.
  return split.using === 'column' && !Object.hasOwn(roles, split.column) ? { ...roles, [split.column]: 'ignore' } : roles;
}

export function typesOf(recipe: Recipe): { readonly types?: DeclaredTypes } {
  const types = aspect(recipe, 'type');
  return types === undefined ? {} : { types };
}

/** Types, where one says what kind of text a column holds: numbers and dates are known from the data by then. */
export function textTypesOf(recipe: Recipe): { readonly types?: DeclaredTypes } {
  const { types } = typesOf(recipe);
  return types !== undefined && Object.values(types).some((type) => type === 'category' || type === 'text') ? { types } : {};
}

export function formatsOf(recipe: Recipe): { readonly formats?: DeclaredFormats } {
  const formats = aspect(recipe, 'format');
  return formats === undefined ? {} : { formats };
}

export function sensitiveOf(recipe: Recipe): { readonly sensitive?: Sensitive } {
  const sensitive = aspect(recipe, 'sensitive');
  return sensitive === undefined ? {} : { sensitive };
}

function aspect<K extends keyof ColumnPurpose>(
  { columns }: Recipe,
  key: K,
): Readonly<Record<string, NonNullable<ColumnPurpose[K]>>> | undefined {
  const said = Object.entries(columns).flatMap(([name, purpose]) => {
    const value = purpose[key];
    return value === undefined ? [] : [[name, value as NonNullable<ColumnPurpose[K]>] as const];
  });
  return said.length === 0 ? undefined : Object.fromEntries(said);
}
