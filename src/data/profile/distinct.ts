/**
 * How many values each column has, and how many of them differ.
 *
 * Exact up to `EXACT_DISTINCT_ROWS` rows. In a larger table the values whose hash falls into a 64th
 * of its range are counted first (Gibbons and Tirthapura, SPAA 2001): where they are few the column
 * is counted exactly; where they are many, 64 times their number is within 2 % of the truth, and
 * good enough for anything but an id. So a column of integers or texts that may name its rows is
 * counted exactly too.
 */
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import { batches } from './batches.ts';

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
/** Share of different values from which a column may be an id; the estimate may be 2 % too low. */
const MOSTLY_DISTINCT = 0.95;

/** The counts of the columns, in their order. */
export async function countDistinct(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
  rows: number,
  exactRows: number = EXACT_DISTINCT_ROWS,
): Promise<readonly Counted[]> {
  if (rows <= exactRows) return countAll(engine, relation, columns, rows);
  const sampled = await count(
    engine,
    relation,
    columns,
    rows / SHARE,
    (column) => `count(DISTINCT hash(${column})) FILTER (${column} IS NOT NULL AND hash(${column}) < ${HASHES})`,
  );
  const isEstimated = columns.map(({ type }, index) => {
    const { present, distinct } = sampled[index] as Counted;
    const mayBeId = (type === 'integer' || type === 'string') && distinct * SHARE >= MOSTLY_DISTINCT * present;
    return distinct >= MANY && !mayBeId;
  });
  const exact = await countAll(
    engine,
    relation,
    columns.filter((_, index) => isEstimated[index] === false),
    rows,
  );
  let next = 0;
  return sampled.map(({ present, distinct }, index) =>
    isEstimated[index] === true
      ? { present, distinct: Math.min(present, distinct * SHARE), isExact: false }
      : { ...(exact[next++] as Counted), isExact: true },
  );
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
  distinct: (column: string) => string,
): Promise<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const batch of batches(columns, held)) {
    const queries = batch.map(({ name }, index) => {
      const column = quoteIdentifier(name);
      return `SELECT ${index} AS c, count(${column}) AS n, ${distinct(column)} AS d FROM ${relation}`;
    });
    const rows = await engine.query(queries.join(' UNION ALL '));
    for (const index of batch.keys()) {
      const row = rows.find((one) => one['c'] === index);
      counted.push({ present: Number(row?.['n']), distinct: Number(row?.['d']), isExact: true });
    }
  }
  return counted;
}
