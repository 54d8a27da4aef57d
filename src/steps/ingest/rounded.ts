/**
 * Whole numbers with more digits than a number keeps. Beyond 64 bits a column is stored as DOUBLE, and two
 * ids that differ in their last digits would become one: that is told.
 */

import type { DataEngine } from '../../data/engine.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { Source } from './source.ts';

/** Below this a whole number is stored as BIGINT, to the last digit. */
const BIGINT_END = 2 ** 63;

/** Column → how many values lost digits. Reads the source once more, and only when numbers are so large. */
export async function countRounded(
  engine: DataEngine,
  { relation, columns }: Pick<Source, 'relation' | 'columns'>,
  profiles: readonly ColumnProfile[],
): Promise<ReadonlyMap<string, number>> {
  const isLarge = ({ type, range }: ColumnProfile): boolean =>
    type === 'number' && range !== undefined && Math.max(Math.abs(range.min), Math.abs(range.max)) >= BIGINT_END;
  const large = new Set(profiles.filter(isLarge).map(({ name }) => name));
  const asked = columns.filter(({ name }) => large.has(name));
  if (asked.length === 0) return new Map();
  const counts = asked.map(({ name, text }, index) => {
    const value = text ?? `CAST(${quoteIdentifier(name)} AS VARCHAR)`;
    const [exact, rounded] = [`TRY_CAST(${value} AS HUGEINT)`, `TRY_CAST(TRY_CAST(${value} AS DOUBLE) AS HUGEINT)`];
    // What 128 bits do not hold either is no count of anything.
    return `count(*) FILTER (regexp_full_match(${value}, '[+-]?[0-9]{16,}') AND (${exact} IS NULL OR ${exact} IS DISTINCT FROM ${rounded})) AS c${index}`;
  });
  const [row] = await engine.query(`SELECT ${list(counts)} FROM ${relation}`);
  return new Map(asked.flatMap(({ name }, index) => (Number(row?.[`c${index}`] ?? 0) > 0 ? [[name, Number(row?.[`c${index}`])]] : [])));
}
