/**
 * The levels of text columns on the training rows: which ones get a code and in which order.
 */
import { compareCodeUnits } from '../code-units.ts';
import type { DataEngine } from '../engine.ts';
import { list, quoteText } from '../sql.ts';
import { type LayerColumn, textOf } from './layer.ts';

export interface Levels {
  /** In order of codes. */
  readonly kept: readonly string[];
  /** Whether there are further levels, which share one code. */
  readonly hasOther: boolean;
  /** How many there are, up to one more than was asked for. */
  readonly count: number;
}

export interface LevelLimits {
  readonly most: number;
  /** How many stay when there are more. */
  readonly keepWhenMore: number;
  /** Only those that occur so often stay when there are more: a text that occurs once says nothing about the next row. */
  readonly fewest?: number;
  /** Only those that occur so often stay: a number of rows, or below 1 a share of them. */
  readonly minFrequency?: number;
}

/** The levels of each column in one statement, by descending frequency and then in code-unit order. */
export async function findLevels(
  engine: DataEngine,
  relation: string,
  columns: readonly LayerColumn[],
  { most, keepWhenMore, fewest = 2, minFrequency = 0 }: LevelLimits,
): Promise<readonly Levels[]> {
  if (columns.length === 0) return [];
  const queries = columns.map((column, index) => {
    const text = textOf(column);
    return `(SELECT ${index} AS c, v, n FROM (SELECT ${text} AS v, count(*) AS n FROM ${relation} GROUP BY 1) WHERE v IS NOT NULL ORDER BY n DESC, v LIMIT ${most + 1})`;
  });
  const rows = await engine.query(queries.join(' UNION ALL '));
  const least = minFrequency > 0 && minFrequency < 1 ? minFrequency * (await rowCount(engine, relation)) : minFrequency;
  return columns.map((_, index): Levels => {
    const own = rows.filter((row) => row['c'] === index).map((row) => ({ value: String(row['v']), count: Number(row['n']) }));
    own.sort((a, b) => b.count - a.count || compareCodeUnits(a.value, b.value));
    const stay = own.length <= most ? own : own.slice(0, keepWhenMore).filter(({ count }) => count >= fewest);
    const kept = stay.filter(({ count }) => count >= least);
    return { kept: kept.map(({ value }) => value), hasOther: kept.length < own.length, count: own.length };
  });
}

/** All levels of the column but for these, in code-unit order. */
export async function otherLevels(
  engine: DataEngine,
  relation: string,
  column: LayerColumn,
  kept: readonly string[],
): Promise<readonly string[]> {
  const text = textOf(column);
  const others = kept.length === 0 ? '' : ` AND ${text} NOT IN (${list(kept.map(quoteText))})`;
  const rows = await engine.query(`SELECT DISTINCT ${text} AS v FROM ${relation} WHERE ${text} IS NOT NULL${others}`);
  return rows.map((row) => String(row['v'])).sort(compareCodeUnits);
}

async function rowCount(engine: DataEngine, relation: string): Promise<number> {
  return Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n'] ?? 0);
}
