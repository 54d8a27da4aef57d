/**
 * Which loss a fit minimises, from the parameters and the kind of target.
 */
import type { ParamValues } from '../../schema/param.ts';
import type { Target } from '../estimator.ts';
import { poisson, tweedie } from './count-losses.ts';
import { GRADIENT_BOOSTING } from './gradient-boosting-model.ts';
import type { gradientBoostingParams } from './gradient-boosting-params.ts';
import { binaryLogLoss, multiclassLogLoss, type Objective, squaredError } from './objective.ts';
import { absoluteError, huberLoss, quantileLoss } from './residual-losses.ts';

export type ObjectiveChoice = Pick<
  ParamValues<typeof gradientBoostingParams>,
  'objective' | 'log_target' | 'alpha' | 'tweedie_variance_power' | 'reg_alpha' | 'l2_regularization'
>;

/** The level of a quantile, and the share of residuals that Huber squares, unless given. */
const ALPHA = 0.9;
const TWEEDIE_POWER = 1.5;

/** Throws a `RangeError` when parameters contradict each other: nothing that was written may have no effect. */
export function checkObjective({ objective, log_target, alpha, tweedie_variance_power }: ObjectiveChoice): void {
  const refuse = (reason: string): never => {
    throw new RangeError(`\`${GRADIENT_BOOSTING}\`: ${reason}`);
  };
  const hasLogLink = objective === 'poisson' || objective === 'tweedie';
  if (log_target && hasLogLink)
    refuse(`\`log_target\` cannot be combined with the objective \`${objective}\`, which has a log link itself`);
  if (alpha !== undefined && objective !== 'quantile' && objective !== 'huber')
    refuse(`\`alpha\` belongs to the objectives \`quantile\` and \`huber\`; found \`${objective}\``);
  if (tweedie_variance_power !== undefined && objective !== 'tweedie')
    refuse(`\`tweedie_variance_power\` belongs to the objective \`tweedie\`; found \`${objective}\``);
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
  if (log_target || objective === 'poisson' || objective === 'tweedie') {
    const lowest = lowestOf(y.values, weight);
    if (lowest < 0)
      throw new RangeError(
        `${log_target ? '`log_target`' : `the objective \`${objective}\``} needs targets of at least 0; found ${lowest}`,
      );
  }
  return lossOf(choice, log_target ? y.values.map(Math.log1p) : y.values, weight);
}

function lossOf(choice: ObjectiveChoice, values: Float64Array, weight: Float64Array | undefined): Objective {
  const { alpha = ALPHA, tweedie_variance_power = TWEEDIE_POWER } = choice;
  const penalty = { l1: choice.reg_alpha, l2: choice.l2_regularization };
  switch (choice.objective) {
    case 'absolute_error':
      return absoluteError(values, weight);
    case 'huber':
      return huberLoss(values, weight, alpha);
    case 'quantile':
      return quantileLoss(values, weight, alpha);
    case 'poisson':
      return poisson(values, weight, penalty);
    case 'tweedie':
      return tweedie(values, weight, tweedie_variance_power, penalty);
    default:
      return squaredError(values, weight);
  }
}

/** Of the rows that take part. */
function lowestOf(values: Float64Array, weight: Float64Array | undefined): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < values.length; row++) if (weight?.[row] !== 0) lowest = Math.min(lowest, values[row] as number);
  return lowest;
}
