/** The rows that models are compared on, where none are given. */
import type { FeatureMatrix, Target } from '../estimator.ts';
import { derive, Random } from '../random.ts';
import { takeRows, takeTarget } from '../take-rows.ts';

export interface Rows {
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly sampleWeight?: Float64Array;
}

const SHARE = 0.2;
const FEWEST = 20;

/** A fifth of the rows at random; of very few rows none, which then measure themselves. */
export function holdOut(all: Rows, seed: number): { readonly training: Rows; readonly held: Rows } {
  const { x, y, sampleWeight } = all;
  if (x.rowCount < FEWEST) return { training: all, held: all };
  const apart = new Set(new Random(derive(seed, 'automl hold-out')).sample(x.rowCount, Math.round(SHARE * x.rowCount)));
  const take = (isHeld: boolean): Rows => {
    const rows = Int32Array.from({ length: x.rowCount }, (_, row) => row).filter((row) => apart.has(row) === isHeld);
    return {
      x: takeRows(x, rows),
      y: takeTarget(y, rows),
      ...(sampleWeight !== undefined && { sampleWeight: Float64Array.from(rows, (row) => sampleWeight[row] as number) }),
    };
  };
  return { training: take(false), held: take(true) };
}
