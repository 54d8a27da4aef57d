/** The shape of a resolved recipe: what the compiled validator finds, and what it leaves to be looked at only where it stands. */
import type { JsonObject } from '../schema/json.ts';
import { recipeSchema, validateRecipe } from './generated/validate-recipe.ts';
import { APART, violationsOf } from './shape.ts';
import type { Violation } from './validator.ts';

export function shapeViolations(value: unknown): readonly Violation[] {
  const found = validateRecipe(value) ? [] : (validateRecipe.errors ?? []);
  const list = APART.reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name], value);
  if (!Array.isArray(list)) return found;
  const rule = APART.reduce((at, name) => (at['properties'] as JsonObject)[name] as JsonObject, recipeSchema());
  const at = { instancePath: `/${APART.join('/')}`, schemaPath: `#/${APART.map((name) => `properties/${name}`).join('/')}` };
  // The list itself was looked at.
  return [...found, ...violationsOf(list, { items: rule['items'] as JsonObject }, at)];
}
