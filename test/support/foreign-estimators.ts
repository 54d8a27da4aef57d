/** What tests of adapters share: layers of TensorFlow.js, and the checks that foreign estimators are spared. */
import type { LayersModel } from '../../src/steps/train/layers-model.ts';
import type { Check } from '../contracts/estimator.ts';
import { cpuTensors } from './tensors.ts';

export const WHERE = '`estimator_fn` in steps/train.ts';

type Skipped = { readonly [check in Check]?: string };

export const FOREIGN_SKIPPED: Skipped = {
  parameters: 'its parameters are its own',
  weights: 'it takes no weights',
  importance: 'it tells none',
  iterations: 'it tells none',
  'another seed': 'it has a seed of its own',
  probabilities: 'it gives none',
  'bad target': 'what it learns from is its own affair',
  'few rows': 'what it needs is its own affair',
};

const SETTINGS = 'its settings are its own';
export const LAYERS_SKIPPED: Skipped = {
  parameters: 'its parameters are its own',
  weights: 'the library takes no weights',
  importance: 'it tells none',
  'bad target': 'what it learns from is its own affair',
  skill: SETTINGS,
  'one class': SETTINGS,
  probabilities: 'it has as many outputs as classes',
};

interface Layers {
  sequential(): { add(layer: unknown): void; compile(settings: object): void };
  readonly layers: { dense(settings: object): unknown };
  readonly initializers: { glorotUniform(settings: object): unknown };
}

export class LayersMaker {
  #layers: Layers | undefined;

  async load(): Promise<void> {
    await cpuTensors();
    this.#layers = (await import('@tensorflow/tfjs-layers' as string)) as Layers;
  }

  /** One output is a number, several are probabilities. */
  network(outputs: number, features: number): LayersModel {
    const { sequential, layers, initializers } = this.#layers as Layers;
    const model = sequential();
    const kernelInitializer = initializers.glorotUniform({ seed: 5 });
    model.add(layers.dense({ units: 6, inputShape: [features], activation: 'relu', kernelInitializer }));
    model.add(layers.dense({ units: outputs, kernelInitializer, ...(outputs > 1 && { activation: 'softmax' }) }));
    model.compile({ optimizer: 'adam', loss: outputs > 1 ? 'categoricalCrossentropy' : 'meanSquaredError' });
    return model as unknown as LayersModel;
  }
}
