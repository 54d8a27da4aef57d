/** How many columns one statement looks at: bounded memory for a long table, bounded plans for a wide one. */

/** Values that a statement may hold at a time; 160 MB as doubles. */
const VALUES = 20_000_000;
const COLUMNS = 40;

/** The columns in order, in groups of which each is read once. */
export function batches<T>(columns: readonly T[], rows: number): readonly (readonly T[])[] {
  const size = Math.max(1, Math.min(COLUMNS, Math.floor(VALUES / Math.max(1, rows))));
  return Array.from({ length: Math.ceil(columns.length / size) }, (_, index) => columns.slice(index * size, (index + 1) * size));
}
