/**
 * Checks of what an estimator is given, and the rows that take part in a fit.
 */
import type { FeatureMatrix, Target } from '../estimator.ts';
import { MAX_FEATURES } from './tree.ts';

/** Rows whose weight is above 0, ascending: a row of weight 0 counts as absent. Throws a `RangeError` for what cannot be trained on. */
export function trainingRows(x: FeatureMatrix, y: Target, weight: Float64Array | undefined): Int32Array {
  const targets = y.kind === 'regression' ? y.values : y.codes;
  if (x.features.length > MAX_FEATURES) throw new RangeError(`trees take at most ${MAX_FEATURES} features; found ${x.features.length}`);
  if (targets.length !== x.rowCount) throw new RangeError(`the target has ${targets.length} rows and the features have ${x.rowCount}`);
  if (weight !== undefined && weight.length !== x.rowCount) {
    throw new RangeError(`there are ${weight.length} sample weights for ${x.rowCount} rows`);
  }
  const classCount = y.kind === 'classification' ? y.classes.length : 0;
  const rows = new Int32Array(x.rowCount);
  let count = 0;
  for (let row = 0; row < x.rowCount; row++) {
    const w = weight === undefined ? 1 : (weight[row] as number);
    if (!(w >= 0 && w < Number.POSITIVE_INFINITY))
      throw new RangeError(`sample weights must be finite and not negative; row ${row} has ${w}`);
    if (w === 0) continue;
    const value = targets[row] as number;
    if (!Number.isFinite(value)) throw new RangeError(`the target must be a finite number in every row; row ${row} has ${value}`);
    if (y.kind === 'classification' && (value < 0 || value >= classCount)) {
      throw new RangeError(`class codes must be from 0 to ${classCount - 1}; row ${row} has ${value}`);
    }
    rows[count++] = row;
  }
  if (count === 0) throw new RangeError(x.rowCount === 0 ? 'there are no rows to train on' : 'every row has a sample weight of 0');
  return count === rows.length ? rows : rows.slice(0, count);
}

/** Throws a `RangeError` when a model is asked about other columns than it was trained on. */
export function checkFeatures(x: FeatureMatrix, expected: number): void {
  if (x.features.length !== expected) throw new RangeError(`the model was trained on ${expected} features; found ${x.features.length}`);
}
