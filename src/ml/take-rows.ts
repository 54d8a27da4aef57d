/** Some of the rows of what an estimator sees, in the order in which they are named. */
import type { FeatureMatrix, Target } from './estimator.ts';
import { gather } from './metrics/measurable.ts';

export function takeRows(x: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  return { rowCount: rows.length, features: x.features, columns: x.columns.map((column) => gather(column, rows)) };
}

export function takeTarget(target: Target, rows: Int32Array): Target {
  if (target.kind === 'regression') return { kind: 'regression', values: gather(target.values, rows) };
  return { kind: 'classification', classes: target.classes, codes: gather(target.codes, rows) };
}
