/** Correlation of two columns of numbers over the rows that have both; NaN is missing. */
import { argsort } from '../metrics/argsort.ts';
import { unitScale } from './unit-scale.ts';

/** Pearson's r; `undefined` with fewer than two pairs, or when one side is constant. */
export function pearson(x: Float64Array, y: Float64Array): number | undefined {
  const pairs = present(x, y);
  return correlationOf(pairs.x, pairs.y);
}

/** Spearman's ρ: Pearson's r of the ranks, equal values sharing their mean rank. */
export function spearman(x: Float64Array, y: Float64Array): number | undefined {
  const pairs = present(x, y);
  return correlationOf(averageRanks(pairs.x), averageRanks(pairs.y));
}

/** Rank 1 for the least; equal values share the mean of their ranks. There must be no NaN. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = argsort(values);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let at = from; at < to; at++) ranks[order[at] as number] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

function present(x: Float64Array, y: Float64Array): { readonly x: Float64Array; readonly y: Float64Array } {
  const has = (value: number, row: number): boolean => !Number.isNaN(value) && !Number.isNaN(y[row]);
  if (x.every(has)) return { x, y };
  return { x: x.filter(has), y: y.filter((value, row) => !Number.isNaN(value) && !Number.isNaN(x[row])) };
}

function correlationOf(x: Float64Array, y: Float64Array): number | undefined {
  const [a, b] = [standardised(x), standardised(y)];
  if (a === undefined || b === undefined) return undefined;
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += (a[row] as number) * (b[row] as number);
  return Math.max(-1, Math.min(1, sum));
}

/** Centred and of length 1. */
function standardised(values: Float64Array): Float64Array | undefined {
  const scaled = unitScale(values);
  if (scaled === undefined) return undefined;
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const centred = scaled.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return centred.map((value) => value / length);
}
