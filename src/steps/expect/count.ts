/**
 * Evaluates checks over the written rows: each column is read once, in pieces of a few dozen checks, and the
 * first rows that offend come from the same pass.
 */
import { canonicalText } from '../../data/canonical-text.ts';
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, numberedRelation, quoteIdentifier, ROW_NUMBER } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import type { Check } from './check.ts';

/** What a check found. */
export interface Found {
  readonly check: Check;
  /** Whether it fails. */
  readonly fails: boolean;
  /** How many rows offend. */
  readonly offending: number;
  /** The first of them, counted from 0, in order. Empty for what compares rows. */
  readonly firstRows: readonly number[];
  /** The value farthest out, as a text; of `min` and `max` that fail. */
  readonly farthest?: string;
}

/** A statement of a few hundred aggregates is planned as fast as it runs; a longer one is not. */
const CHECKS_AT_ONCE = 50;
export const MOST_ROWS = 10;

/** The rows with their numbers from 0 on, as what may stand after FROM. */
export interface Numbered {
  readonly relation: string;
  /** The name of the number, quoted. */
  readonly row: string;
}

export function numberedRows(path: string, columns: readonly ColumnInfo[]): Numbered {
  const names = columns.map(({ name }) => name);
  return { relation: `${numberedRelation(path, names)} AS data`, row: ROW_NUMBER };
}

export async function evaluate(
  engine: DataEngine,
  { relation, row }: Numbered,
  checks: readonly Check[],
  columns: readonly ColumnInfo[],
): Promise<{ readonly rows: number; readonly found: readonly Found[] }> {
  const types = new Map(columns.map(({ name, sqlType }) => [name, sqlType]));
  const values: Record<string, Row[string]> = {};
  for (let from = 0; from === 0 || from < checks.length; from += CHECKS_AT_ONCE) {
    const piece = checks.slice(from, from + CHECKS_AT_ONCE);
    const figures = piece.flatMap((check, index) => figuresOf(check, from + index, row, types));
    const [found] = await engine.query(`SELECT ${list(['count(*) AS n', ...figures])} FROM ${relation}`);
    Object.assign(values, found);
  }
  const rows = Number(values['n'] ?? 0);
  return { rows, found: checks.map((check, index) => foundBy(check, index, rows, values)) };
}

function figuresOf(
  { kind, columns, offends, count, misfit }: Check,
  index: number,
  row: string,
  types: ReadonlyMap<string, string>,
): readonly string[] {
  const figures = [`${count} AS n${index}`];
  if (offends !== undefined) figures.push(`CAST(to_json(min(CASE WHEN ${offends} THEN ${row} END, ${MOST_ROWS})) AS VARCHAR) AS r${index}`);
  const [column = ''] = columns;
  const value = quoteIdentifier(column);
  if (misfit !== undefined) figures.push(`count(${value}) AS p${index}`);
  else if (kind === 'min' || kind === 'max')
    figures.push(`${canonicalText(`${kind}(${value})`, types.get(column) ?? 'VARCHAR')} AS m${index}`);
  return figures;
}

function foundBy(check: Check, index: number, rows: number, values: Readonly<Record<string, Row[string]>>): Found {
  const offending = Number(values[`n${index}`] ?? 0);
  const firstRows = JSON.parse(String(values[`r${index}`] ?? 'null')) as readonly number[] | null;
  const farthest = values[`m${index}`];
  return {
    check,
    fails: failsBy(check, offending, rows, Number(values[`p${index}`] ?? 0)),
    offending,
    firstRows: firstRows ?? [],
    ...(typeof farthest === 'string' && { farthest }),
  };
}

function failsBy({ kind, expected, misfit }: Check, offending: number, rows: number, present: number): boolean {
  if (misfit !== undefined) return present > 0;
  // Both sides are the double nearest to one decimal, so that 29 of 100 are not more than 29 %.
  return kind === 'max_missing' ? rows > 0 && offending / rows > Number(expected) : offending > 0;
}
