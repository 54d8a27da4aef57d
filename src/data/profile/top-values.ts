/** The most frequent values of columns that have few different ones, or texts. */
import { canonicalText } from '../canonical-text.ts';
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import { batches } from './batches.ts';
import type { ColumnProfile } from './column-profile.ts';

export type TopValues = NonNullable<ColumnProfile['top']>;

/** Column → its most frequent values, ties in byte order. */
export async function findTopValues(
  engine: DataEngine,
  relation: string,
  columns: readonly Pick<ColumnProfile, 'name' | 'sqlType' | 'distinct'>[],
  most: number,
): Promise<ReadonlyMap<string, TopValues>> {
  const found = new Map<string, { value: string; count: number }[]>(columns.map(({ name }) => [name, []]));
  const largest = Math.max(1, ...columns.map(({ distinct }) => distinct));
  for (const batch of batches(columns, largest)) {
    const queries = batch.map(({ name, sqlType }, index) => {
      const column = quoteIdentifier(name);
      // Grouped as they are: a text of each value would cost more than the counting.
      const groups = `SELECT ${column} AS x, count(*) AS n FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY 1`;
      return `(SELECT ${index} AS c, ${canonicalText('x', sqlType)} AS v, n FROM (${groups}) ORDER BY n DESC, v LIMIT ${most})`;
    });
    for (const row of await engine.query(queries.join(' UNION ALL '))) {
      const { name } = batch[row['c'] as number] as (typeof batch)[number];
      found.get(name)?.push({ value: String(row['v']), count: Number(row['n']) });
    }
  }
  return found;
}
