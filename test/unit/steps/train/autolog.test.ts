import { expect, test } from 'vitest';
import { autologged } from '../../../../src/steps/train/autolog.ts';
import { IterationTimes } from '../../../../src/steps/train/iteration-times.ts';

const HISTORY = {
  training_loss: [
    [1, 9],
    [2, 4],
    [3, 3],
    [4, 2],
  ],
  validation_loss: [
    [1, 8],
    [2, 5],
    [3, 6],
    [4, 7],
  ],
  validation_accuracy: [
    [1, 0.1],
    [2, 0.5],
    [3, 0.4],
    [4, 0.3],
  ],
} as const;

test('names, steps and settings are those of Keras, and the restored epoch comes once more', () => {
  const params = {
    optimizer: 'sgd',
    learning_rate: 0.1,
    momentum: 0.9,
    nesterov: true,
    beta_1: 0.9,
    early_stopping: true,
    patience: 2,
    min_delta: 0,
  };
  expect(autologged(params, { describe: () => ({ best_epoch: 2, stopped_early: true }) }, HISTORY)).toEqual({
    params: {
      opt_name: 'SGD',
      opt_learning_rate: 0.1,
      opt_momentum: 0.9,
      opt_nesterov: true,
      monitor: 'val_loss',
      min_delta: 0,
      patience: 2,
      baseline: null,
      restore_best_weights: true,
      shuffle: true,
      initial_epoch: 0,
    },
    metrics: { stopped_epoch: 3, restored_epoch: 1 },
    history: {
      loss: [
        [0, 9],
        [1, 4],
        [2, 3],
        [3, 2],
        [4, 4],
      ],
      val_loss: [
        [0, 8],
        [1, 5],
        [2, 6],
        [3, 7],
        [4, 5],
      ],
      val_accuracy: [
        [0, 0.1],
        [1, 0.5],
        [2, 0.4],
        [3, 0.3],
        [4, 0.5],
      ],
    },
  });
});

test('without validation rows nothing is stopped or restored', () => {
  const { training_loss } = HISTORY;
  const { metrics, history } = autologged({ early_stopping: true }, { describe: () => ({ best_epoch: 4 }) }, { training_loss });
  expect(metrics).toEqual({});
  expect(history).toEqual({
    loss: [
      [0, 9],
      [1, 4],
      [2, 3],
      [3, 2],
    ],
  });
});

test('times of epochs in seconds; those told again from a checkpoint took none', () => {
  let now = 1000;
  const times = new IterationTimes(() => now);
  times.push(1);
  now += 2500;
  times.push(2);
  expect(times.series()).toEqual({ epoch_time_seconds: [[1, 2.5]] });
  expect(new IterationTimes(() => 0).series()).toEqual({});
});
