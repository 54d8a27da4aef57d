/**
 * Which loss a fit minimises, from the parameters and the kind of target.
 */
import type { Target } from '../estimator.ts';
import { absoluteError, binaryLogLoss, multiclassLogLoss, type Objective, poisson, squaredError } from './objective.ts';

export interface ObjectiveChoice {
  readonly objective: 'auto' | 'squared_error' | 'absolute_error' | 'poisson' | 'log_loss';
  readonly log_target: boolean;
}

/** Throws a `RangeError` when the loss does not suit the target. */
export function chooseObjective(choice: ObjectiveChoice, y: Target, weight: Float64Array | undefined): Objective {
  const { objective, log_target } = choice;
  if (y.kind === 'classification') {
    if (objective !== 'auto' && objective !== 'log_loss')
      throw new RangeError(`the objective \`${objective}\` is for numbers, and the target has classes`);
    if (log_target) throw new RangeError('`log_target` is for numbers, and the target has classes');
    return y.classes.length === 2 ? binaryLogLoss(y.codes, weight) : multiclassLogLoss(y.codes, y.classes.length, weight);
  }
  if (objective === 'log_loss') throw new RangeError('the objective `log_loss` is for classes, and the target has numbers');
  if (log_target || objective === 'poisson') {
    const lowest = y.values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    if (lowest < 0)
      throw new RangeError(`${log_target ? '`log_target`' : 'the objective `poisson`'} needs targets of at least 0; found ${lowest}`);
  }
  const values = log_target ? y.values.map(Math.log1p) : y.values;
  if (objective === 'absolute_error') return absoluteError(values, weight);
  return objective === 'poisson' ? poisson(values, weight) : squaredError(values, weight);
}
