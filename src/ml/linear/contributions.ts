/**
 * What each feature adds to the score of a row: coefficient × (value − training mean). These are the Shapley
 * values of a linear model whose features vary independently (Štrumbelj and Kononenko, Knowl. Inf. Syst. 41 (2014) 647, section 3.1).
 */
import type { Contributions, FeatureMatrix } from '../estimator.ts';
import { columnsOf, type LinearState } from './linear-state.ts';

export function linearContributions(state: LinearState, x: FeatureMatrix): Contributions {
  const { features, task, link, intercepts, classCount } = state;
  if (x.features.length !== features.length)
    throw new RangeError(`the model was fitted on ${features.length} features; found ${x.features.length}`);
  const outputs = state.coefficients.length;
  const expected = Float64Array.from(intercepts);
  const values = new Float64Array(x.rowCount * outputs * features.length);
  state.coefficients.forEach((row, output) => {
    let at = 0;
    features.forEach((feature, index) => {
      const column = x.columns[index] as Float64Array;
      const cell = (k: number): number => (k * outputs + output) * features.length + index;
      if (feature.kind === 'numeric') {
        // A missing value counts as the mean, and adds nothing.
        const coefficient = row[at] as number;
        expected[output] = (expected[output] as number) + coefficient * (feature.fill - feature.centre);
        for (let k = 0; k < x.rowCount; k++) {
          const value = column[k] as number;
          values[cell(k)] = Number.isFinite(value) ? coefficient * (value - feature.fill) : 0;
        }
      } else {
        // Models saved before the shares were have none, and then the mean is that of no level.
        const mean = (feature.shares ?? []).reduce((sum, share, level) => sum + share * (row[at + level] as number), 0);
        expected[output] = (expected[output] as number) + mean;
        for (let k = 0; k < x.rowCount; k++) {
          const code = column[k] as number;
          const isKnown = code >= 0 && code < feature.levels && Number.isInteger(code);
          values[cell(k)] = (isKnown ? (row[at + code] as number) : 0) - mean;
        }
      }
      at += columnsOf(feature);
    });
  });
  const isLogOdds = link === undefined || (link === 'one_vs_rest' && classCount === 2);
  return { outputs, expected, values, space: task === 'regression' ? 'value' : isLogOdds ? 'log_odds' : 'raw' };
}
