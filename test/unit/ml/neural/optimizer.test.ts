/** Our optimizers beside those of TensorFlow.js: the same steps down the same slope. */
import { expect, test } from 'vitest';
import { Optimizer, type OptimizerSettings } from '../../../../src/ml/neural/optimizer.ts';
import { Random } from '../../../../src/ml/random.ts';
import { cpuTensors } from '../../../support/tensors.ts';

const SETTINGS: OptimizerSettings = {
  optimizer: 'adam',
  momentum: 0,
  nesterov: false,
  beta_1: 0.9,
  beta_2: 0.999,
  rho: 0.9,
  epsilon: 1e-7,
  weight_decay: 0.1,
};
const SPECS = [{ name: 'dense_0/kernel', shape: [1, 4], role: 'kernel' }] as const;
const STEPS = 12;

const random = new Random(3);
const START = Float32Array.from({ length: 4 }, () => random.normal());
/** Not of one sign and size, so that every moment matters. */
const slopes = Array.from({ length: STEPS }, () => Float32Array.from(START, () => random.normal() * 3));

function ours(settings: Partial<OptimizerSettings>): Float32Array {
  const weight = START.slice();
  const optimizer = new Optimizer({ ...SETTINGS, ...settings }, SPECS, [4]);
  for (const slope of slopes) optimizer.step([weight], [slope], 0.05);
  return weight;
}

interface Library {
  readonly train: Record<'adam' | 'sgd' | 'momentum' | 'rmsprop', (...args: unknown[]) => { applyGradients(gradients: unknown): void }>;
  variable(initial: unknown, trainable: boolean, name: string): { dataSync(): Float32Array };
  tensor1d(values: Float32Array): unknown;
}

async function theirs(
  name: string,
  make: (train: Library['train']) => { applyGradients(gradients: unknown): void },
): Promise<Float32Array> {
  const library = (await cpuTensors()).library as unknown as Library;
  const variable = library.variable(library.tensor1d(START), true, name);
  const optimizer = make(library.train);
  for (const slope of slopes) optimizer.applyGradients({ [name]: library.tensor1d(slope) });
  return variable.dataSync();
}

function expectClose(found: Float32Array, wanted: Float32Array, digits = 4): void {
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] as number, digits);
  });
}

test('adam', async () => {
  // Theirs leaves out the correction of the square in epsilon's favour, which is below these digits.
  expectClose(ours({}), await theirs('a', (train) => train.adam(0.05, 0.9, 0.999, 1e-7)));
});

test('sgd, and with momentum and Nesterov', async () => {
  expectClose(ours({ optimizer: 'sgd' }), await theirs('b', (train) => train.sgd(0.05)));
  expectClose(ours({ optimizer: 'sgd', momentum: 0.8 }), await theirs('c', (train) => train.momentum(0.05, 0.8)));
  expectClose(ours({ optimizer: 'sgd', momentum: 0.8, nesterov: true }), await theirs('d', (train) => train.momentum(0.05, 0.8, true)));
});

test('rmsprop', async () => {
  expectClose(ours({ optimizer: 'rmsprop' }), await theirs('e', (train) => train.rmsprop(0.05, 0.9, 0, 1e-7)));
});

test('adamw is adam with a share of the weight taken away before each step', () => {
  const one = (settings: Partial<OptimizerSettings>) => {
    const weight = START.slice();
    new Optimizer({ ...SETTINGS, ...settings }, SPECS, [4]).step([weight], [slopes[0] as Float32Array], 0.05);
    return weight;
  };
  expectClose(
    one({ optimizer: 'adamw' }),
    one({}).map((value, i) => value - 0.05 * 0.1 * (START[i] as number)),
    6,
  );
});

test('a long gradient is shortened to the norm that is allowed', () => {
  const weight = new Float32Array(4);
  new Optimizer({ ...SETTINGS, optimizer: 'sgd', global_clipnorm: 1 }, SPECS, [4]).step([weight], [Float32Array.of(3, 0, 4, 0)], 1);
  expectClose(weight, Float32Array.of(-0.6, 0, -0.8, 0), 6);
});

test('goes on from its state to the bit', () => {
  for (const optimizer of ['adam', 'adamw', 'sgd', 'rmsprop'] as const) {
    const settings = { ...SETTINGS, optimizer, momentum: 0.9 };
    const run = (weight: Float32Array, steps: readonly Float32Array[], from?: Optimizer) => {
      const made = new Optimizer(settings, SPECS, [4], from?.state);
      for (const slope of steps) made.step([weight], [slope], 0.05);
      return made;
    };
    const whole = START.slice();
    run(whole, slopes);
    const parts = START.slice();
    run(parts, slopes.slice(5), run(parts, slopes.slice(0, 5)));
    expect(parts).toEqual(whole);
  }
});
