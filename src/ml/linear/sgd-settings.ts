/** The settings of stochastic gradient descent, with the defaults of scikit-learn's `SGDRegressor` and `SGDClassifier`. */
import type { ParamValues } from '../../schema/param.ts';
import type { linearParams } from './linear-params.ts';
import { type PointLoss, pointLoss } from './point-loss.ts';

type Params = ParamValues<typeof linearParams>;
type LossName = NonNullable<Params['loss']>;
export type Schedule = NonNullable<Params['learning_rate']>;

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

/** The loss that is asked for, or the usual one of the task. */
export function lossFor({ loss, epsilon }: SgdSettings, task: 'regression' | 'classification'): PointLoss {
  return pointLoss(loss ?? (task === 'regression' ? 'squared_error' : 'log_loss'), epsilon);
}
