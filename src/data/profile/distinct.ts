/**
 * How many values each column has, and how many of them differ.
 *
 * Exact up to `EXACT_DISTINCT_ROWS` rows. In a larger table a column with few different values in a sample
 * is counted exactly too. Of any other the values whose hash falls into a 64th of its range are counted
 * (Gibbons and Tirthapura, SPAA 2001): where they are few the column is counted exactly; where they are
 * many, 64 times their number is within 2 % of the truth, and good enough for anything but an id. So a
 * column of integers or texts that may name its rows is counted exactly as well.
 *
 * Integers that lie close together are counted in a bit for each number between the smallest and the
 * largest, in any table: that takes less time and memory than a set of them.
 */
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import { batches } from './batches.ts';
import type { Sample } from './sample.ts';

/** Up to this many rows every distinct value is counted: beyond, counting needs memory for each value. */
export const EXACT_DISTINCT_ROWS = 5_000_000;

export interface Counted {
  readonly present: number;
  readonly distinct: number;
  readonly isExact: boolean;
}

const SHARE = 64;
/** Below the 64th of the range of a 64-bit hash. */
const HASHES = 2n ** 58n;
/** Sampled values from which 64 times their number is within 2 % of the truth, 2.5 standard errors. */
const MANY = 15_000;
/** Different values in a sample up to which a column is counted exactly at once. */
const FEW_IN_SAMPLE = 150_000;
/** Share of different values from which a column may be an id; the estimate may be 2 % too low. */
const MOSTLY_DISTINCT = 0.95;

/** So many numbers lie between the smallest and the largest of a column for each row, at most. */
const BITS_A_ROW = 4;
/** The engine's bits number at most a thousand million. */
const MOST_BITS = 2 ** 29;
const BIT_TYPES: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']);

interface Range {
  readonly min: number;
  readonly max: number;
}

export interface CountOptions {
  /** Of the relation. */
  readonly rows: number;
  /** Of the columns that have one. */
  readonly ranges: ReadonlyMap<string, Range>;
  /** Some of the rows, where the table is large. */
  readonly sample: Pick<Sample, 'relation' | 'rows'>;
  readonly exactRows?: number;
}

/** The counts of the columns, in their order. */
export async function countDistinct(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
  { rows, ranges, sample, exactRows = EXACT_DISTINCT_ROWS }: CountOptions,
): Promise<readonly Counted[]> {
  const isClose = columns.map((column) => bitsOf(column, ranges.get(column.name)) <= Math.min(MOST_BITS, BITS_A_ROW * rows));
  const close = columns.filter((_, index) => isClose[index] === true);
  const inBits = await count(engine, relation, close, rows / 8, (name, { name: key }) => {
    const { min, max } = ranges.get(key) as Range;
    return `coalesce(bit_count(bitstring_agg(${name}, ${min}, ${max})), 0)`;
  });
  const others = columns.filter((_, index) => isClose[index] === false);
  const counted =
    rows <= exactRows ? await countAll(engine, relation, others, rows) : await countLarge(engine, relation, others, rows, sample);
  const [bits, rest] = [inBits.values(), counted.values()];
  return isClose.map((one) => (one ? bits : rest).next().value as Counted);
}

function bitsOf({ type, sqlType }: ColumnInfo, range: Range | undefined): number {
  const isCountable = type === 'integer' && BIT_TYPES.has(sqlType) && range !== undefined;
  return isCountable && Number.isSafeInteger(range.min) && Number.isSafeInteger(range.max) ? range.max - range.min + 1 : Infinity;
}

async function countLarge(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
  rows: number,
  sample: CountOptions['sample'],
): Promise<readonly Counted[]> {
  const inSample = await countAll(engine, sample.relation, columns, sample.rows);
  const isMany = columns.map((_, index) => (inSample[index]?.distinct ?? 0) > FEW_IN_SAMPLE);
  const many = columns.filter((_, index) => isMany[index] === true);
  const sketched = await count(
    engine,
    relation,
    many,
    rows / SHARE,
    (column) => `count(DISTINCT hash(${column})) FILTER (${column} IS NOT NULL AND hash(${column}) < ${HASHES})`,
  );
  const estimates = new Map(
    many.flatMap(({ name, type }, index): [string, Counted][] => {
      const { present, distinct } = sketched[index] as Counted;
      const mayBeId = (type === 'integer' || type === 'string') && distinct * SHARE >= MOSTLY_DISTINCT * present;
      if (distinct < MANY || mayBeId) return [];
      return [[name, { present, distinct: Math.min(present, distinct * SHARE), isExact: false }]];
    }),
  );
  const exact = (
    await countAll(
      engine,
      relation,
      columns.filter(({ name }) => !estimates.has(name)),
      rows,
    )
  ).values();
  return columns.map(({ name }) => estimates.get(name) ?? (exact.next().value as Counted));
}

function countAll(engine: DataEngine, relation: string, columns: readonly ColumnInfo[], rows: number): Promise<readonly Counted[]> {
  return count(engine, relation, columns, rows, (column) => `count(DISTINCT ${column})`);
}

/** A query of its own for each column: in one, the engine would keep the rows of all of them apart. */
async function count(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
  held: number,
  distinct: (quoted: string, column: ColumnInfo) => string,
): Promise<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const batch of batches(columns, held)) {
    const queries = batch.map((info, index) => {
      const column = quoteIdentifier(info.name);
      return `SELECT ${index} AS c, count(${column}) AS n, ${distinct(column, info)} AS d FROM ${relation}`;
    });
    const rows = await engine.query(queries.join(' UNION ALL '));
    for (const index of batch.keys()) {
      const row = rows.find((one) => one['c'] === index);
      counted.push({ present: Number(row?.['n']), distinct: Number(row?.['d']), isExact: true });
    }
  }
  return counted;
}
