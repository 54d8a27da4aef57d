/** Quantiles of columns of numbers, exact ones: the values are held in memory, as many columns at a time as fit. */
import type { DataEngine } from '../engine.ts';
import { list, quoteIdentifier } from '../sql.ts';
import type { Row } from '../table.ts';
import { batches } from './batches.ts';
import { type ColumnProfile, QUANTILES } from './column-profile.ts';
import { numericValue } from './numeric-value.ts';

export type Ranged = Pick<ColumnProfile, 'name' | 'type'> & { readonly range: NonNullable<ColumnProfile['range']> };

/** Column → its quantiles in the order of `QUANTILES`. */
export async function findQuantiles(
  engine: DataEngine,
  relation: string,
  columns: readonly Ranged[],
  rows: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  for (const batch of batches(columns, rows)) {
    const counts = batch.map(({ name }, index) => `count(${quoteIdentifier(name)}) AS n${index}`);
    const [counted] = await engine.query(`SELECT ${list(counts)} FROM ${relation}`);
    const present = batch.map((_, index) => Number(counted?.[`n${index}`]));
    const queries = batch.map((column, index) => quantileQuery(relation, column, index, present[index] as number));
    for (const row of await engine.query(queries.join(' UNION ALL '))) {
      const index = row['c'] as number;
      found.set((batch[index] as Ranged).name, interpolate(row, present[index] as number));
    }
  }
  return found;
}

/** The two values around each quantile: the engine's own interpolation gives 6.999… between 7 and 7. */
function quantileQuery(relation: string, column: Ranged, index: number, present: number): string {
  const last = Math.max(0, present - 1);
  const positions = QUANTILES.flatMap((share) => [Math.floor(share * last), Math.min(last, Math.floor(share * last) + 1)]);
  // In the middle of what means this position, whichever way the engine rounds.
  const shares = positions.map((position) => `${(position + 0.5) / Math.max(1, present)}`);
  return `SELECT ${index} AS c, ${list(positions.map((_, at) => `q[${at + 1}] AS q${at}`))} FROM (SELECT quantile_disc(${numericValue(column)}, [${list(shares)}]::DOUBLE[]) AS q FROM ${relation})`;
}

function interpolate(row: Row, present: number): readonly number[] {
  return QUANTILES.map((share, at) => {
    const [low, high] = [Number(row[`q${2 * at}`]), Number(row[`q${2 * at + 1}`])];
    const weight = share * Math.max(0, present - 1) - Math.floor(share * Math.max(0, present - 1));
    return weight === 0 || low === high ? low : low * (1 - weight) + high * weight;
  });
}
