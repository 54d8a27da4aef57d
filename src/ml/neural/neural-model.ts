/** A trained network: predictions, its state as JSON with weights of single precision as base64, and its summary. */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, FittedModel } from '../estimator.ts';
import { type Architecture, sizeOf, weightSpecs } from './architecture.ts';
import { float32ToText, textToFloat32 } from './float32-text.ts';
import { logistic, softmax } from './loss.ts';
import { modelSummary } from './model-summary.ts';
import { type MovingMoments, Scorer } from './scorer.ts';

export const NEURAL_NETWORK = 'neural_network';

export interface Network {
  readonly architecture: Architecture;
  readonly weights: readonly Float32Array[];
  /** With batch norm one for each hidden layer. */
  readonly moments: readonly MovingMoments[];
  /** How a standardised number is brought back. */
  readonly centre: number;
  readonly scale: number;
  /** Absent for a regression. */
  readonly classCount?: number;
}

export interface NeuralState {
  readonly network: Network;
  readonly importance: Float64Array;
  readonly summary: JsonObject;
}

export function neuralModel({ network, importance, summary }: NeuralState): FittedModel {
  const { architecture, weights, moments, centre, scale, classCount } = network;
  const scorer = new Scorer(architecture, weights, moments);
  const outputsOf = (x: FeatureMatrix) => scorer.outputs(x.columns, x.rowCount);
  const predictProba = (x: FeatureMatrix): Float64Array => probabilitiesOf(outputsOf(x), x.rowCount, classCount as number);
  return {
    estimator: NEURAL_NETWORK,
    predict(x) {
      if (classCount === undefined) return outputsOf(x).map((z) => centre + scale * z);
      const shares = predictProba(x);
      return Float64Array.from({ length: x.rowCount }, (_, row) => largest(shares, row * classCount, classCount));
    },
    ...(classCount !== undefined && { predictProba }),
    featureImportance: () => importance.slice(),
    toJSON: () => ({
      version: 1,
      inputs: architecture.inputs.map((input) => ({ ...input })),
      hidden: [...architecture.hidden],
      activation: architecture.activation,
      batch_norm: architecture.batchNorm,
      dropout: architecture.dropout,
      outputs: architecture.outputs,
      class_count: classCount ?? null,
      centre,
      scale,
      weights: weightSpecs(architecture).map(({ name, shape }, index) => ({
        name,
        shape: [...shape],
        data: float32ToText(weights[index] as Float32Array),
      })),
      moving_mean: moments.map(({ mean }) => Array.from(mean, (value) => value + 0)),
      moving_variance: moments.map(({ variance }) => Array.from(variance, (value) => value + 0)),
      importance: Array.from(importance),
      summary,
    }),
    describe: () => summary,
    modelSummary: () => modelSummary(architecture),
  };
}

/** Row-major `rowCount × classCount`. */
function probabilitiesOf(outputs: Float64Array, rowCount: number, classCount: number): Float64Array {
  const shares = new Float64Array(rowCount * classCount);
  for (let row = 0; row < rowCount; row++) {
    if (classCount === 2) {
      const p = logistic(outputs[row] as number);
      shares[2 * row] = 1 - p;
      shares[2 * row + 1] = p;
    } else softmax(outputs, row * classCount, shares.subarray(row * classCount, (row + 1) * classCount));
  }
  return shares;
}

function largest(values: Float64Array, from: number, count: number): number {
  let top = 0;
  for (let k = 1; k < count; k++) if ((values[from + k] as number) > (values[from + top] as number)) top = k;
  return top;
}

/** Throws a `TypeError` when the value is not what the model's `toJSON` writes. */
export function restoreNeuralNetwork(json: Json): FittedModel {
  const source = json as unknown as {
    readonly version?: number;
    readonly inputs: Architecture['inputs'];
    readonly hidden: readonly number[];
    readonly activation: Architecture['activation'];
    readonly batch_norm: boolean;
    readonly dropout: number;
    readonly outputs: number;
    readonly class_count: number | null;
    readonly centre: number;
    readonly scale: number;
    readonly weights: readonly { readonly data: string }[];
    readonly moving_mean: readonly (readonly number[])[];
    readonly moving_variance: readonly (readonly number[])[];
    readonly importance: readonly number[];
    readonly summary: JsonObject;
  } | null;
  if (source?.version !== 1) throw new TypeError('not a neural network that this version can read');
  const { inputs, hidden, activation, dropout, outputs, centre, scale } = source;
  const architecture: Architecture = { inputs, hidden, activation, batchNorm: source.batch_norm, dropout, outputs };
  const specs = weightSpecs(architecture);
  return neuralModel({
    network: {
      architecture,
      weights: specs.map((spec, index) => textToFloat32(source.weights[index]?.data ?? '', sizeOf(spec))),
      moments: source.moving_mean.map((mean, layer) => ({
        mean: Float64Array.from(mean),
        variance: Float64Array.from(source.moving_variance[layer] ?? []),
      })),
      centre,
      scale,
      ...(source.class_count !== null && { classCount: source.class_count }),
    },
    importance: Float64Array.from(source.importance),
    summary: source.summary,
  });
}
