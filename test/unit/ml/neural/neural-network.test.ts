import { expect, test } from 'vitest';
import type { Checkpoints, FeatureMatrix, FitContext, Target } from '../../../../src/ml/estimator.ts';
import { float32ToText, textToFloat32 } from '../../../../src/ml/neural/float32-text.ts';
import { modelSummary } from '../../../../src/ml/neural/model-summary.ts';
import { learningRateOf } from '../../../../src/ml/neural/schedule.ts';
import { Random } from '../../../../src/ml/random.ts';
import type { Json } from '../../../../src/schema/json.ts';
import { neuralNetwork } from '../../../../src/steps/train/neural-network.ts';

test('numbers of single precision are text and back, bit for bit', () => {
  const values = Float32Array.of(0, -0, 1.1, -1e-45, 3.4e38, Number.POSITIVE_INFINITY, Number.NaN);
  for (let count = 0; count <= values.length; count++) {
    const text = float32ToText(values.subarray(0, count));
    expect(text).toBe(Buffer.from(values.buffer, 0, count * 4).toString('base64'));
    expect(textToFloat32(text, count)).toEqual(values.slice(0, count));
  }
  expect(() => textToFloat32('AAAAAA==', 2)).toThrow('another count of numbers than 2');
  expect(() => textToFloat32('AAAA?A==', 1)).toThrow('not base64');
});

const ROWS = 64;
const random = new Random(5);
const x: FeatureMatrix = {
  rowCount: ROWS,
  features: [
    { name: 'size', kind: 'numeric' },
    { name: 'town', kind: 'categorical', levels: 4 },
  ],
  columns: [
    Float64Array.from({ length: ROWS }, () => 100 + 30 * random.normal()),
    Float64Array.from({ length: ROWS }, () => random.integer(4)),
  ],
};
const level = [0, 40, -20, 10];
const y: Target = {
  kind: 'regression',
  values: Float64Array.from(
    { length: ROWS },
    (_, row) => 2 * (x.columns[0]?.[row] as number) + (level[x.columns[1]?.[row] as number] as number),
  ),
};
const QUICK = { backend: 'cpu', hidden_units: 6, batch_size: 32, learning_rate: 0.02 } as const;
const validation = { x, y };

class Killed extends Error {}

/** Kept as text, as a file would. */
class Kept implements Checkpoints {
  text: string | undefined;
  writes = 0;
  read = (): Json | undefined => (this.text === undefined ? undefined : (JSON.parse(this.text) as Json));
  write = (state: Json): void => {
    this.text = JSON.stringify(state);
    this.writes++;
  };
}

for (const optimizer of ['adam', 'adamw', 'sgd', 'rmsprop'] as const) {
  test(`training that is interrupted in epoch 8 and taken up again ends with the same model (${optimizer})`, async () => {
    const estimator = neuralNetwork({
      ...QUICK,
      optimizer,
      epochs: 12,
      checkpoint_every: 3,
      learning_rate_schedule: 'reduce_on_plateau',
      decay_epochs: 2,
      patience: 4,
    });
    const told: unknown[][] = [[], [], []];
    const run = (which: number, context: Partial<FitContext>, dieAfter = Number.POSITIVE_INFINITY) =>
      estimator.fit(x, y, {
        seed: 11,
        validation,
        ...context,
        onIteration(iteration, metrics) {
          told[which]?.push([iteration, metrics]);
          if (iteration === dieAfter) throw new Killed();
        },
      });
    const whole = await run(0, {});
    const checkpoints = new Kept();
    await expect(run(1, { checkpoints }, 7)).rejects.toThrow(Killed);
    expect(checkpoints.writes).toBe(2);
    const resumed = await run(2, { checkpoints });
    expect(JSON.stringify(resumed.toJSON())).toBe(JSON.stringify(whole.toJSON()));
    expect(told[2]).toEqual(told[0]);
  });
}

test('a checkpoint of another training, or of none, is left alone', async () => {
  const checkpoints = new Kept();
  await neuralNetwork({ ...QUICK, epochs: 2, checkpoint_every: 1 }).fit(x, y, { seed: 1, checkpoints });
  const fresh = await neuralNetwork({ ...QUICK, epochs: 3 }).fit(x, y, { seed: 2 });
  const misled = await neuralNetwork({ ...QUICK, epochs: 3 }).fit(x, y, { seed: 2, checkpoints });
  expect(misled.toJSON()).toEqual(fresh.toJSON());
  for (const text of ['null', '{}', '{"version":1}', (checkpoints.text as string).replace('"steps"', '"stops"')]) {
    checkpoints.text = text;
    const state = await neuralNetwork({ ...QUICK, epochs: 3 }).fit(x, y, { seed: 2, checkpoints: { read: checkpoints.read, write() {} } });
    expect(state.toJSON()).toEqual(fresh.toJSON());
  }
});

test('stops when validation gets no better, keeps the best weights, and says so', async () => {
  const noise: Target = { kind: 'regression', values: Float64Array.from({ length: ROWS }, () => random.normal()) };
  const losses: number[] = [];
  const model = await neuralNetwork({ ...QUICK, epochs: 40, patience: 3, hidden_units: 32 }).fit(x, noise, {
    seed: 1,
    validation: {
      x,
      y: { kind: 'regression', values: noise.kind === 'regression' ? noise.values.map((value) => -value) : new Float64Array(0) },
    },
    onIteration: (_, metrics) => losses.push(metrics['validation_loss'] as number),
  });
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(losses).toHaveLength(best + 3);
  expect(model.describe()).toMatchObject({ epochs_run: best + 3, best_epoch: best, stopped_early: true, backend: 'cpu' });
  const predicted = model.predict(x);
  const again =
    predicted.reduce((sum, value, row) => sum + (value + (noise.kind === 'regression' ? (noise.values[row] as number) : 0)) ** 2, 0) / ROWS;
  expect(again).toBeCloseTo(losses[best - 1] as number, 10);
});

test('a learning rate that is much too high is told', async () => {
  const attempt = async () =>
    neuralNetwork({ ...QUICK, batch_norm: false, optimizer: 'sgd', learning_rate: 10, epochs: 30 }).fit(x, y, { seed: 1 });
  await expect(attempt()).rejects.toThrow(/^the loss is no number any more after epoch \d+: a lower `learning_rate` than 10 may help$/);
});

test('learning rates of the schedules', () => {
  const rates = (learning_rate_schedule: 'constant' | 'cosine' | 'step' | 'reduce_on_plateau', reductions = 0) =>
    [0, 1, 2, 3, 4].map((epoch) =>
      learningRateOf({ learning_rate: 0.8, learning_rate_schedule, decay_factor: 0.5, decay_epochs: 2, epochs: 4 }, epoch, reductions),
    );
  expect(rates('constant')).toEqual([0.8, 0.8, 0.8, 0.8, 0.8]);
  expect(rates('step')).toEqual([0.8, 0.8, 0.4, 0.4, 0.2]);
  expect(rates('reduce_on_plateau', 2)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  for (const [epoch, rate] of [0.8, 0.4 * (1 + Math.SQRT1_2), 0.4, 0.4 * (1 - Math.SQRT1_2), 0].entries())
    expect(rates('cosine')[epoch]).toBeCloseTo(rate, 12);
});

test('the summary counts parameters as the layers have them', () => {
  const inputs = [
    { kind: 'numeric', name: 'size', centre: 0, scale: 1, indicator: true },
    { kind: 'categorical', name: 'town', levels: 4, size: 3 },
  ] as const;
  expect(modelSummary({ inputs, hidden: [8], activation: 'relu', batchNorm: true, dropout: 0.1, outputs: 1 })).toBe(`\
Layer (type)                                 Output shape   Param #
====================================================================
embedding_0 (Embedding) town                 [null,3]       15
inputs (Concatenate)                         [null,5]       0
dense_0 (Dense)                              [null,8]       40
batch_normalization_0 (BatchNormalization)   [null,8]       32
activation_0 (relu)                          [null,8]       0
dropout_0 (Dropout)                          [null,8]       0
dense_1 (Dense)                              [null,1]       9
====================================================================
Total params: 96
Trainable params: 80
Non-trainable params: 16
`);
});

test('wasm learns the same function, embeddings included', async () => {
  const model = await neuralNetwork({ ...QUICK, backend: 'wasm', epochs: 40 }).fit(x, y, { seed: 1 });
  const predicted = model.predict(x);
  const target = y.kind === 'regression' ? y.values : new Float64Array(0);
  const worst = Math.max(...predicted.map((value, row) => Math.abs(value - (target[row] as number))));
  expect(worst).toBeLessThan(120);
  expect(model.describe()['backend']).toBe('wasm');
});
