/** How a `LayersModel` is trained: the part of `estimator_params` that says it. The rest is the user's own. */
import type { BackendName } from '../../ml/neural/tensor-library.ts';
import type { JsonObject } from '../../schema/json.ts';
import { checkParams, type ParamValues, withDefaults } from '../../schema/param.ts';
import { problem } from '../problem.ts';

const specs = {
  batch_size: { kind: 'integer', minimum: 1, default: 32, doc: 'Rows a training step.' },
  epochs: { kind: 'integer', minimum: 1, maximum: 100_000, default: 100, doc: 'Passes over the training rows at most.' },
  early_stopping: { kind: 'boolean', default: true, doc: 'Stop when the validation loss gets no better, and keep the best weights.' },
  patience: { kind: 'integer', minimum: 1, default: 10, doc: 'Epochs without a better validation loss before training stops.' },
  min_delta: { kind: 'number', minimum: 0, default: 0, doc: 'A validation loss is better when it is lower by more than this.' },
  backend: { kind: 'choice', choices: ['auto', 'tfjs-node', 'wasm', 'cpu'], default: 'auto', doc: 'Which part of TensorFlow.js computes.' },
} as const;

export type LayersFitSettings = ParamValues<typeof specs> & { readonly backend: BackendName | 'auto' };

export function layersFitSettings(params: JsonObject, where: string): LayersFitSettings {
  const own = Object.fromEntries(Object.entries(params).filter(([name]) => Object.hasOwn(specs, name)));
  const [first] = checkParams(specs, own);
  if (first !== undefined) {
    throw problem(
      'step-failed',
      `the \`LayersModel\` of ${where} cannot be trained: ${first.message}`,
      'correct `estimator_params`, which say how it is trained',
    );
  }
  return withDefaults(specs, own);
}
