/**
 * What a split is judged by.
 */
import type { Target } from '../estimator.ts';
import { ENTROPY, POISSON, SQUARED } from '../kernels/forest-layout.ts';

export type CriterionName = 'auto' | 'squared_error' | 'poisson' | 'gini' | 'entropy';

export interface Criterion {
  readonly code: number;
  /** Whether the mean may be taken off the target. */
  readonly mayCentre: boolean;
}

/** The criterion is one for this kind of target. Throws a `RangeError` when the numbers do not suit it. */
export function criterionFor(estimator: string, name: CriterionName, y: Target): Criterion {
  // Of 0/1 targets, the squared error is half of the Gini index.
  if (y.kind === 'classification') return { code: name === 'entropy' ? ENTROPY : SQUARED, mayCentre: false };
  if (name !== 'poisson') return { code: SQUARED, mayCentre: true };
  let lowest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const value of y.values) {
    lowest = Math.min(lowest, value);
    sum += value;
  }
  if (lowest < 0) throw new RangeError(`\`${estimator}\`: the criterion \`poisson\` needs targets of at least 0; found ${lowest}`);
  if (sum <= 0) throw new RangeError(`\`${estimator}\`: the criterion \`poisson\` needs targets above 0; all are 0`);
  return { code: POISSON, mayCentre: false };
}
