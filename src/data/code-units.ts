/** The one order of texts in everything that is hashed, stored or shown: UTF-16 code units, never a locale. */

/** `<` on strings compares UTF-16 units, the same everywhere. */
export function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
