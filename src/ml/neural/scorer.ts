/**
 * The outputs of a trained network, in plain loops: scoring needs no TensorFlow.js, and a row gives
 * the same bits alone, among others and on every backend that has trained it.
 */
import { type Activation, type Architecture, weightSpecs } from './architecture.ts';
import { BATCH_NORM_EPSILON } from './gradients.ts';
import { embeddingsOf, fillInputs, widthOf } from './inputs.ts';

/** What batch norm has learned of each hidden layer's sums. */
export interface MovingMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

interface Layer {
  /** Row-major `inputs × units`. */
  readonly kernel: Float32Array;
  readonly units: number;
  /** What a unit's sum is multiplied by, and what is added then. */
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  readonly activation: Activation | undefined;
}

const ROWS_AT_ONCE = 64;

export class Scorer {
  readonly #architecture: Architecture;
  readonly #tables: readonly Float32Array[];
  readonly #layers: readonly Layer[];

  /** Weights are read when rows are scored; what batch norm adds to them is worked out now. */
  constructor(architecture: Architecture, weights: readonly Float32Array[], moments: readonly MovingMoments[]) {
    this.#architecture = architecture;
    const count = embeddingsOf(architecture.inputs).length;
    this.#tables = weights.slice(0, count);
    this.#layers = layersOf(architecture, weights, moments, count);
  }

  /** Row-major `rowCount × outputs`. */
  outputs(columns: readonly Float64Array[], rowCount: number): Float64Array {
    const { inputs, outputs } = this.#architecture;
    const width = widthOf(inputs);
    const result = new Float64Array(rowCount * outputs);
    const block = new Float32Array(ROWS_AT_ONCE * width);
    const widest = Math.max(...this.#layers.map(({ units }) => units));
    const ping = new Float64Array(widest);
    const pong = new Float64Array(widest);
    for (let start = 0; start < rowCount; start += ROWS_AT_ONCE) {
      const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, rowCount - start) }, (_, i) => start + i);
      fillInputs(inputs, this.#tables, columns, rows, block);
      for (let i = 0; i < rows.length; i++) {
        let h: Float32Array | Float64Array = block.subarray(i * width, (i + 1) * width);
        this.#layers.forEach((layer, index) => {
          const to = index % 2 === 0 ? ping : pong;
          perform(layer, h, to);
          h = to.subarray(0, layer.units);
        });
        result.set(h, (start + i) * outputs);
      }
    }
    return result;
  }
}

function layersOf(
  architecture: Architecture,
  weights: readonly Float32Array[],
  moments: readonly MovingMoments[],
  from: number,
): readonly Layer[] {
  const { hidden, batchNorm, activation, inputs, outputs } = architecture;
  let at = from;
  const next = (): Float32Array => weights[at++] as Float32Array;
  const layers = hidden.map((units, layer): Layer => {
    const kernel = next();
    if (!batchNorm) return { kernel, units, scale: new Float64Array(units).fill(1), shift: Float64Array.from(next()), activation };
    const [gamma, beta] = [next(), next()];
    const { mean, variance } = moments[layer] as MovingMoments;
    const scale = Float64Array.from(gamma, (g, j) => g / Math.sqrt((variance[j] as number) + BATCH_NORM_EPSILON));
    const shift = Float64Array.from(beta, (b, j) => b - (mean[j] as number) * (scale[j] as number));
    return { kernel, units, scale, shift, activation };
  });
  const width = hidden.at(-1) ?? widthOf(inputs);
  const specs = weightSpecs(architecture);
  if (specs.length !== weights.length || width * outputs !== weights.at(-2)?.length) {
    throw new TypeError('the weights of the network do not fit its layers');
  }
  return [
    ...layers,
    { kernel: next(), units: outputs, scale: new Float64Array(outputs).fill(1), shift: Float64Array.from(next()), activation: undefined },
  ];
}

function perform({ kernel, units, scale, shift, activation }: Layer, from: Float32Array | Float64Array, into: Float64Array): void {
  into.fill(0, 0, units);
  for (let k = 0; k < from.length; k++) {
    const value = from[k] as number;
    // Half of what a rectifier lets through is 0.
    if (value === 0) continue;
    const row = k * units;
    for (let j = 0; j < units; j++) into[j] = (into[j] as number) + value * (kernel[row + j] as number);
  }
  for (let j = 0; j < units; j++) {
    const sum = (into[j] as number) * (scale[j] as number) + (shift[j] as number);
    into[j] = activation === undefined ? sum : activated(activation, sum);
  }
}

function activated(activation: Activation, value: number): number {
  switch (activation) {
    case 'relu':
      return Math.max(value, 0);
    case 'elu':
      return value >= 0 ? value : Math.expm1(value);
    case 'tanh':
      return Math.tanh(value);
  }
}
