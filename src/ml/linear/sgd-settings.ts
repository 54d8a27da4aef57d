/** The settings of stochastic gradient descent, with the defaults of scikit-learn's `SGDRegressor` and `SGDClassifier`. */
import type { ParamValues } from '../../schema/param.ts';
import type { linearParams } from './linear-params.ts';
import { type PointLoss, pointLoss } from './point-loss.ts';

type Params = ParamValues<typeof linearParams>;
export type LossName = NonNullable<Params['loss']>;
export type Schedule = NonNullable<Params['learning_rate']>;

/** Parameters that mean nothing to other solvers. */
export const SGD_ONLY = [
  'loss',
  'epsilon',
  'learning_rate',
  'eta0',
  'power_t',
  'average',
  'shuffle',
  'early_stopping',
  'n_iter_no_change',
] as const;

export interface SgdSettings {
  readonly loss: LossName | undefined;
  readonly epsilon: number;
  readonly schedule: Schedule | undefined;
  readonly eta0: number;
  readonly powerT: number | undefined;
  readonly average: boolean;
  readonly shuffle: boolean;
  readonly earlyStopping: boolean;
  readonly patience: number;
}

export function readSgdSettings(values: Params): SgdSettings {
  return {
    loss: values.loss,
    epsilon: values.epsilon ?? 0.1,
    schedule: values.learning_rate,
    eta0: values.eta0 ?? 0.01,
    powerT: values.power_t,
    average: values.average ?? false,
    shuffle: values.shuffle ?? true,
    earlyStopping: values.early_stopping ?? false,
    patience: values.n_iter_no_change ?? 5,
  };
}

const LOSSES: Readonly<Record<'numbers' | 'classes', readonly LossName[]>> = {
  numbers: ['squared_error', 'huber'],
  classes: ['log_loss', 'modified_huber', 'hinge'],
};

/** Throws a RangeError where the loss is one of the other task. */
export function lossFor({ loss, epsilon }: SgdSettings, task: 'regression' | 'classification'): PointLoss {
  const known = LOSSES[task === 'regression' ? 'numbers' : 'classes'];
  const name = loss ?? (known[0] as LossName);
  if (!known.includes(name))
    throw new RangeError(
      `\`linear\`: \`loss: ${name}\` is no loss of a ${task}; write ${known.map((other) => `\`${other}\``).join(' or ')}`,
    );
  return pointLoss(name, epsilon);
}
