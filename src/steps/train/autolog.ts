/**
 * What MLflow's autologging of Keras writes about a training, by its names, so that runs of both can
 * be compared in one table: epochs count from 0, `loss` and `val_loss`, `opt_…` for the optimizer.
 */
import type { FittedModel } from '../../ml/estimator.ts';
import type { JsonObject } from '../../schema/json.ts';

export type History = Readonly<Record<string, readonly (readonly [number, number])[]>>;

export interface Autologged {
  readonly params: JsonObject;
  readonly metrics: Readonly<Record<string, number>>;
  readonly history: History;
}

/** Which settings the optimizer reads, by our names, which are those of Keras too. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  adam: ['beta_1', 'beta_2', 'epsilon'],
  adamw: ['beta_1', 'beta_2', 'epsilon', 'weight_decay'],
  sgd: ['momentum', 'nesterov'],
  rmsprop: ['rho', 'epsilon'],
};
/** What Keras calls them. */
const OPTIMIZERS: Readonly<Record<string, string>> = { adam: 'adam', adamw: 'adamw', sgd: 'SGD', rmsprop: 'rmsprop' };

/** `history` is by iterations from 1, with `training_…` and `validation_…`, as `fit` reports it. */
export function autologged(params: JsonObject, fitted: Pick<FittedModel, 'describe'>, history: History): Autologged {
  const series = kerasHistory(history);
  const described = fitted.describe();
  const settings = { ...params, ...described };
  const epochs = series['loss']?.length ?? 0;
  const isWatched = series['val_loss'] !== undefined && settings['early_stopping'] === true;
  const best = described['best_epoch'];
  const restored = isWatched && typeof best === 'number' ? best - 1 : undefined;
  return {
    params: { ...optimizerParams(params), ...(isWatched && stoppingParams(settings)), shuffle: true, initial_epoch: 0 },
    metrics: {
      ...(isWatched && { stopped_epoch: described['stopped_early'] === true ? epochs - 1 : 0 }),
      ...(restored !== undefined && { restored_epoch: restored }),
    },
    // The metrics of the weights that were kept come once more, after the last epoch.
    history: restored === undefined ? series : withRestored(series, restored, epochs),
  };
}

function kerasHistory(history: History): History {
  return Object.fromEntries(
    Object.entries(history).map(([name, points]) => [
      name.replace(/^training_/, '').replace(/^validation_/, 'val_'),
      points.map(([iteration, value]) => [iteration - 1, value] as const),
    ]),
  );
}

function optimizerParams(params: JsonObject): JsonObject {
  const name = params['optimizer'];
  if (typeof name !== 'string') return {};
  const settings = [...(SETTINGS[name] ?? []), 'global_clipnorm'].flatMap((key) => {
    const value = params[key];
    return value === undefined ? [] : [[`opt_${key}`, value] as const];
  });
  return { opt_name: OPTIMIZERS[name] ?? name, opt_learning_rate: params['learning_rate'] ?? null, ...Object.fromEntries(settings) };
}

function stoppingParams(params: JsonObject): JsonObject {
  return {
    monitor: 'val_loss',
    min_delta: params['min_delta'] ?? 0,
    patience: params['patience'] ?? 0,
    baseline: null,
    restore_best_weights: true,
  };
}

function withRestored(series: History, restored: number, epochs: number): History {
  return Object.fromEntries(
    Object.entries(series).map(([name, points]) => {
      const again = points.find(([epoch]) => epoch === restored);
      return [name, again === undefined ? points : [...points, [epochs, again[1]] as const]];
    }),
  );
}
