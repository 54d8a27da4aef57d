/**
 * Column statistics of a relation in two statements, however many columns there are. Histograms
 * are counted from the data, never read off quantiles.
 */
import { canonicalText } from './canonical-text.ts';
import { type ColumnInfo, describeColumns } from './column-type.ts';
import type { DataEngine } from './engine.ts';
import { list, quoteIdentifier, quoteNumber } from './sql.ts';
import type { ColumnType, Row } from './table.ts';

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly sqlType: string;
  readonly rows: number;
  readonly missing: number;
  /** How many different values, missing not counted. */
  readonly distinct: number;
  /** False above `EXACT_DISTINCT_ROWS`, where `distinct` is an estimate within a few per cent. */
  readonly distinctIsExact: boolean;
  /** Numbers; for a timestamp milliseconds since the epoch. Absent for text and booleans, and when all is missing. */
  readonly range?: { readonly min: number; readonly median: number; readonly max: number; readonly mean: number };
  /** Timestamps: whether every value is a midnight. */
  readonly isDate?: boolean;
  readonly histogram?: Histogram;
  /** Text and booleans: the most frequent values, ties in byte order. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
}

export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface ProfileOptions {
  readonly bins?: number;
  readonly top?: number;
  /** False leaves out histograms and top values, and with them the second statement. */
  readonly shapes?: boolean;
}

/** Above this many rows distinct values are estimated: exact counting needs memory for each value. */
export const EXACT_DISTINCT_ROWS = 5_000_000;

/** Profile the columns of what may stand after FROM, in order. */
export async function profileRelation(engine: DataEngine, relation: string, options: ProfileOptions = {}): Promise<readonly ColumnProfile[]> {
  const columns = await describeColumns(engine, relation);
  const rows = Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n'] ?? 0);
  const exact = rows <= EXACT_DISTINCT_ROWS;
  const [figures] = await engine.query(`SELECT ${list(columns.flatMap((column, index) => figuresOf(column, index, exact)))} FROM ${relation}`);
  const plain = columns.map((column, index) => plainProfile(column, index, rows, exact, figures ?? {}));
  if (options.shapes === false || rows === 0) return plain;
  return withShapes(engine, relation, plain, options.bins ?? 16, options.top ?? 3);
}

/** Counts between equal steps from `min` to `max`; the last bin includes `max`. */
export async function countHistogram(engine: DataEngine, relation: string, column: Pick<ColumnProfile, 'name' | 'type'>, range: { readonly min: number; readonly max: number }, bins: number): Promise<Histogram> {
  const rows = await engine.query(histogramQuery(relation, column, range, bins, 0));
  return histogramFrom(rows, range, bins);
}

function figuresOf({ name, type, sqlType }: ColumnInfo, index: number, exact: boolean): string[] {
  const column = quoteIdentifier(name);
  const figures = [`count(${column}) AS n${index}`, `${exact ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`} AS d${index}`];
  if (type !== 'number' && type !== 'integer' && type !== 'timestamp') return figures;
  const value = numericValue(name, type);
  figures.push(`min(${value}) AS lo${index}`, `max(${value}) AS hi${index}`, `median(${value}) AS mid${index}`, `avg(${value}) AS mean${index}`);
  if (type === 'timestamp') figures.push(sqlType === 'DATE' ? `true AS day${index}` : `bool_and(date_trunc('day', ${column}) = ${column}) AS day${index}`);
  return figures;
}

function numericValue(name: string, type: ColumnType): string {
  return type === 'timestamp' ? `CAST(epoch_ms(${quoteIdentifier(name)}) AS DOUBLE)` : `CAST(${quoteIdentifier(name)} AS DOUBLE)`;
}

function plainProfile({ name, type, sqlType }: ColumnInfo, index: number, rows: number, exact: boolean, figures: Row): ColumnProfile {
  const number = (key: string): number | undefined => {
    const value = figures[`${key}${index}`];
    return typeof value === 'number' ? value : undefined;
  };
  const [min, max, median, mean] = [number('lo'), number('hi'), number('mid'), number('mean')];
  const profile = { name, type, sqlType, rows, missing: rows - (number('n') ?? 0), distinct: number('d') ?? 0, distinctIsExact: exact };
  if (min === undefined || max === undefined || median === undefined || mean === undefined) return profile;
  // A sum of doubles depends on the order of the threads in its last bits; twelve digits do not.
  const range = { min, median, max, mean: Number(mean.toPrecision(12)) };
  return type === 'timestamp' ? { ...profile, range, isDate: figures[`day${index}`] === true } : { ...profile, range };
}

async function withShapes(engine: DataEngine, relation: string, profiles: readonly ColumnProfile[], bins: number, top: number): Promise<readonly ColumnProfile[]> {
  const queries = profiles.map((profile, index) => (profile.range === undefined ? topQuery(relation, profile, top, index) : histogramQuery(relation, profile, profile.range, bins, index)));
  const rows = await engine.query(queries.map((query) => `(${query})`).join(' UNION ALL '));
  const byColumn = profiles.map((): Row[] => []);
  for (const row of rows) byColumn[Number(row['c'])]?.push(row);
  return profiles.map((profile, index): ColumnProfile => {
    const own = byColumn[index] ?? [];
    if (profile.range !== undefined) return { ...profile, histogram: histogramFrom(own, profile.range, bins) };
    return { ...profile, top: own.map((row) => ({ value: String(row['v']), count: Number(row['n']) })) };
  });
}

function histogramQuery(relation: string, { name, type }: Pick<ColumnProfile, 'name' | 'type'>, { min, max }: { readonly min: number; readonly max: number }, bins: number, index: number): string {
  const value = numericValue(name, type);
  // Halved, so that a range over most of what a double holds does not overflow.
  const bin = max > min ? `least(${bins - 1}, CAST(floor((${value} / 2 - ${quoteNumber(min / 2)}) / ${quoteNumber(max / 2 - min / 2)} * ${bins}) AS INTEGER))` : '0';
  return `SELECT ${index} AS c, ${bin} AS b, NULL::VARCHAR AS v, count(*) AS n FROM ${relation} WHERE ${quoteIdentifier(name)} IS NOT NULL GROUP BY ALL`;
}

function histogramFrom(rows: readonly Row[], { min, max }: { readonly min: number; readonly max: number }, bins: number): Histogram {
  if (!(max > min)) return { edges: [min, max], counts: [rows.reduce((sum, row) => sum + Number(row['n']), 0)] };
  const counts = new Array<number>(bins).fill(0);
  for (const row of rows) counts[Number(row['b'])] = Number(row['n']);
  const edges = Array.from({ length: bins + 1 }, (_, edge) => (edge === bins ? max : min + (max - min) * (edge / bins)));
  return { edges, counts };
}

function topQuery(relation: string, { name, sqlType }: ColumnProfile, top: number, index: number): string {
  const text = canonicalText(quoteIdentifier(name), sqlType);
  return `SELECT ${index} AS c, 0 AS b, v, n FROM (SELECT ${text} AS v, count(*) AS n FROM ${relation} WHERE ${quoteIdentifier(name)} IS NOT NULL GROUP BY 1 ORDER BY n DESC, v LIMIT ${top})`;
}
