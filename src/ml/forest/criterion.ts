/**
 * What a split is judged by, and for which targets it is meant.
 */
import type { Target } from '../estimator.ts';
import { ENTROPY, POISSON, SQUARED } from '../kernels/forest-layout.ts';

export const CRITERIA = ['auto', 'squared_error', 'poisson', 'gini', 'entropy'] as const;
export type CriterionName = (typeof CRITERIA)[number];

export interface Criterion {
  readonly code: number;
  /** Whether the mean may be taken off the target. */
  readonly mayCentre: boolean;
}

/** Throws a `RangeError` when the criterion does not suit the target. */
export function criterionFor(name: CriterionName, y: Target): Criterion {
  const isForClasses = name === 'gini' || name === 'entropy';
  if (y.kind === 'classification') {
    if (name !== 'auto' && !isForClasses) throw new RangeError(`the criterion \`${name}\` is for numbers, and the target has classes`);
    // Of 0/1 targets, the squared error is half of the Gini index.
    return { code: name === 'entropy' ? ENTROPY : SQUARED, mayCentre: false };
  }
  if (isForClasses) throw new RangeError(`the criterion \`${name}\` is for classes, and the target has numbers`);
  if (name !== 'poisson') return { code: SQUARED, mayCentre: true };
  let lowest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const value of y.values) {
    lowest = Math.min(lowest, value);
    sum += value;
  }
  if (lowest < 0) throw new RangeError(`the criterion \`poisson\` needs targets of at least 0; found ${lowest}`);
  if (sum <= 0) throw new RangeError('the criterion `poisson` needs targets above 0; all are 0');
  return { code: POISSON, mayCentre: false };
}
