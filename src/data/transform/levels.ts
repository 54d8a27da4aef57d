/**
 * The levels of text columns on the training rows: which ones get a code and in which order.
 */
import { compareCodeUnits } from '../code-units.ts';
import type { DataEngine } from '../engine.ts';
import { type LayerColumn, textOf } from './compile.ts';

export interface Levels {
  /** In order of codes. */
  readonly kept: readonly string[];
  /** Whether there are further levels, which share one code. */
  readonly hasOther: boolean;
  /** How many there are, up to one more than was asked for. */
  readonly count: number;
}

/**
 * The levels of each column in one statement, by descending frequency and then in code-unit
 * order. Of more than `most`, `keepWhenMore` stay, and only those that occur `fewest` times: a
 * text that occurs once says nothing about the next row.
 */
export async function findLevels(
  engine: DataEngine,
  relation: string,
  columns: readonly LayerColumn[],
  most: number,
  keepWhenMore: number,
  fewest = 2,
): Promise<readonly Levels[]> {
  if (columns.length === 0) return [];
  const queries = columns.map((column, index) => {
    const text = textOf(column);
    return `(SELECT ${index} AS c, v, n FROM (SELECT ${text} AS v, count(*) AS n FROM ${relation} GROUP BY 1) WHERE v IS NOT NULL ORDER BY n DESC, v LIMIT ${most + 1})`;
  });
  const rows = await engine.query(queries.join(' UNION ALL '));
  return columns.map((_, index): Levels => {
    const own = rows.filter((row) => row['c'] === index).map((row) => ({ value: String(row['v']), count: Number(row['n']) }));
    own.sort((a, b) => b.count - a.count || compareCodeUnits(a.value, b.value));
    if (own.length <= most) return { kept: own.map(({ value }) => value), hasOther: false, count: own.length };
    const kept = own.slice(0, keepWhenMore).filter(({ count }) => count >= fewest);
    return { kept: kept.map(({ value }) => value), hasOther: true, count: own.length };
  });
}
