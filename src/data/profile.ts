/**
 * Column statistics of a relation in a few passes, however many columns there are. Histograms
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

/** The farthest times that JavaScript can name; the engine's reach farther. */
const MOST_MILLISECONDS = 8.64e15;

/** Profile the columns of what may stand after FROM, in order. */
export async function profileRelation(
  engine: DataEngine,
  relation: string,
  options: ProfileOptions = {},
): Promise<readonly ColumnProfile[]> {
  const columns = await describeColumns(engine, relation);
  const rows = Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n'] ?? 0);
  const exact = rows <= EXACT_DISTINCT_ROWS;
  const [figures] = await engine.query(
    `SELECT ${list(columns.flatMap((column, index) => figuresOf(column, index, exact)))} FROM ${relation}`,
  );
  const plain = columns.map((column, index) => plainProfile(column, index, rows, exact, figures ?? {}));
  if (options.shapes === false || rows === 0) return plain;
  return withShapes(engine, relation, plain, options.bins ?? 16, options.top ?? 3);
}

/** Counts between at most 127 equal steps from `min` to `max`; the last bin includes `max`. */
export async function countHistogram(
  engine: DataEngine,
  relation: string,
  column: Pick<ColumnProfile, 'name' | 'type'>,
  range: { readonly min: number; readonly max: number },
  bins: number,
): Promise<Histogram> {
  const [found] = (await countHistograms(engine, relation, [{ ...column, range: { ...range, median: 0, mean: 0 } }], bins)).values();
  return found ?? histogramFrom({}, range, bins);
}

function figuresOf({ name, type, sqlType }: ColumnInfo, index: number, exact: boolean): string[] {
  const column = quoteIdentifier(name);
  const figures = [
    `count(${column}) AS n${index}`,
    `${exact ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`} AS d${index}`,
  ];
  if (type !== 'number' && type !== 'integer' && type !== 'timestamp') return figures;
  const value = numericValue(name, type);
  figures.push(
    `min(${value}) AS lo${index}`,
    `max(${value}) AS hi${index}`,
    `median(${value}) AS mid${index}`,
    `favg(${value}) AS mean${index}`,
  );
  if (type === 'timestamp')
    figures.push(sqlType === 'DATE' ? `true AS day${index}` : `bool_and(date_trunc('day', ${column}) = ${column}) AS day${index}`);
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
  const [min, max, median, mean] = ['lo', 'hi', 'mid', 'mean'].map((key) => {
    const value = number(key);
    return type === 'timestamp' && value !== undefined ? Math.max(-MOST_MILLISECONDS, Math.min(MOST_MILLISECONDS, value)) : value;
  });
  const profile = { name, type, sqlType, rows, missing: rows - (number('n') ?? 0), distinct: number('d') ?? 0, distinctIsExact: exact };
  if (min === undefined || max === undefined || median === undefined || mean === undefined) return profile;
  // A sum of doubles depends on the order of the threads in its last bits, even a compensated one; ten digits do not.
  const range = { min, median, max, mean: Number(mean.toPrecision(10)) };
  return type === 'timestamp' ? { ...profile, range, isDate: figures[`day${index}`] === true } : { ...profile, range };
}

async function withShapes(
  engine: DataEngine,
  relation: string,
  profiles: readonly ColumnProfile[],
  bins: number,
  top: number,
): Promise<readonly ColumnProfile[]> {
  const histograms = await countHistograms(engine, relation, profiles, bins);
  const texts = profiles.filter(({ range, missing, rows }) => range === undefined && missing < rows);
  const queries = texts.map((profile, index) => `(${topQuery(relation, profile, top, index)})`);
  const rows = queries.length === 0 ? [] : await engine.query(queries.join(' UNION ALL '));
  return profiles.map((profile): ColumnProfile => {
    const histogram = histograms.get(profile.name);
    if (histogram !== undefined) return { ...profile, histogram };
    const index = texts.indexOf(profile);
    return {
      ...profile,
      top: rows.filter((row) => row['c'] === index).map((row) => ({ value: String(row['v']), count: Number(row['n']) })),
    };
  });
}

/** All histograms in one pass: for each column a map from bin to count. */
async function countHistograms(
  engine: DataEngine,
  relation: string,
  columns: readonly Pick<ColumnProfile, 'name' | 'type' | 'range'>[],
  bins: number,
): Promise<ReadonlyMap<string, Histogram>> {
  const ranged = columns.flatMap(({ name, type, range }) =>
    range === undefined ? [] : [{ name, range, bin: binExpression(name, type, range, bins) }],
  );
  if (ranged.length === 0) return new Map();
  const [row] = await engine.query(
    `SELECT ${list(ranged.map(({ bin }, index) => `CAST(to_json(histogram(${bin})) AS VARCHAR) AS h${index}`))} FROM ${relation}`,
  );
  return new Map(
    ranged.map(({ name, range }, index) => [
      name,
      histogramFrom(JSON.parse(String(row?.[`h${index}`] ?? '{}')) as Record<string, number>, range, bins),
    ]),
  );
}

function binExpression(name: string, type: ColumnType, { min, max }: { readonly min: number; readonly max: number }, bins: number): string {
  const value = numericValue(name, type);
  // `least` passes over NULL, so a missing value would land in the last bin.
  const isPresent = `${quoteIdentifier(name)} IS NOT NULL`;
  if (!(max > min)) return `CASE WHEN ${isPresent} THEN 0::TINYINT END`;
  // Halved, so that a range over most of what a double holds does not overflow.
  return `CASE WHEN ${isPresent} THEN CAST(least(${bins - 1}, floor((${value} / 2 - ${quoteNumber(min / 2)}) / ${quoteNumber(max / 2 - min / 2)} * ${bins})) AS TINYINT) END`;
}

function histogramFrom(
  found: Readonly<Record<string, number>>,
  { min, max }: { readonly min: number; readonly max: number },
  bins: number,
): Histogram {
  if (!(max > min)) return { edges: [min, max], counts: [found['0'] ?? 0] };
  const counts = Array.from({ length: bins }, (_, bin) => found[String(bin)] ?? 0);
  const edges = Array.from({ length: bins + 1 }, (_, edge) => (edge === bins ? max : min + (max - min) * (edge / bins)));
  return { edges, counts };
}

function topQuery(relation: string, { name, sqlType }: ColumnProfile, top: number, index: number): string {
  const text = canonicalText(quoteIdentifier(name), sqlType);
  return `SELECT ${index} AS c, v, n FROM (SELECT ${text} AS v, count(*) AS n FROM ${relation} WHERE ${quoteIdentifier(name)} IS NOT NULL GROUP BY 1 ORDER BY n DESC, v LIMIT ${top})`;
}
