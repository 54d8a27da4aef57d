/** The arrays of numbers that a network consists of, in the one order in which everything here keeps them. */
import { derive, Random } from '../random.ts';
import { embeddingsOf, type Input, widthOf } from './inputs.ts';

export type Activation = 'relu' | 'elu' | 'tanh';

export interface Architecture {
  readonly inputs: readonly Input[];
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly batchNorm: boolean;
  /** Share of each hidden layer's units that a training step leaves out. Scoring leaves out none. */
  readonly dropout: number;
  /** 1 for a number or two classes, else one a class. */
  readonly outputs: number;
}

export interface WeightSpec {
  /** `embedding_0/embeddings`, `dense_0/kernel`, `dense_0/bias`, `batch_normalization_0/gamma`, `…/beta`: the names of Keras. */
  readonly name: string;
  readonly shape: readonly [number] | readonly [number, number];
  readonly role: 'embeddings' | 'kernel' | 'bias' | 'gamma' | 'beta';
}

/**
 * Embeddings in the order of their features, then the hidden layers (kernel, then gamma and beta with
 * batch norm, else bias), then kernel and bias of the output.
 */
export function weightSpecs({ inputs, hidden, batchNorm, outputs }: Architecture): readonly WeightSpec[] {
  const specs: WeightSpec[] = embeddingsOf(inputs).map(({ levels, size }, index) => ({
    name: `embedding_${index}/embeddings`,
    shape: [levels + 1, size],
    role: 'embeddings',
  }));
  let width = widthOf(inputs);
  hidden.forEach((units, layer) => {
    specs.push({ name: `dense_${layer}/kernel`, shape: [width, units], role: 'kernel' });
    if (batchNorm) {
      specs.push({ name: `batch_normalization_${layer}/gamma`, shape: [units], role: 'gamma' });
      specs.push({ name: `batch_normalization_${layer}/beta`, shape: [units], role: 'beta' });
    } else specs.push({ name: `dense_${layer}/bias`, shape: [units], role: 'bias' });
    width = units;
  });
  specs.push({ name: `dense_${hidden.length}/kernel`, shape: [width, outputs], role: 'kernel' });
  specs.push({ name: `dense_${hidden.length}/bias`, shape: [outputs], role: 'bias' });
  return specs;
}

export function sizeOf({ shape }: WeightSpec): number {
  return shape.reduce((product: number, n) => product * n, 1);
}

/**
 * Weights before training. Kernels after He (ICCV 2015, eq. 10) for `relu` and `elu` and after Glorot
 * (AISTATS 2010, eq. 16) for `tanh`, uniform; the output's kernel is 0, so that the first prediction
 * is `outputBias`. `seenLevels` says for each embedding which rows have training rows: the others
 * stay 0, which says nothing about the row.
 */
export function initialWeights(
  architecture: Architecture,
  seed: number,
  outputBias: ArrayLike<number>,
  seenLevels: readonly ArrayLike<number>[],
): Float32Array[] {
  const specs = weightSpecs(architecture);
  return specs.map((spec, index) => {
    const { name, shape, role } = spec;
    const values = new Float32Array(sizeOf(spec));
    if (role === 'gamma') values.fill(1);
    if (index === specs.length - 1) values.set(Array.from(outputBias));
    if (role !== 'kernel' && role !== 'embeddings') return values;
    if (index === specs.length - 2) return values;
    const random = new Random(derive(seed, `initial ${name}`));
    const [fanIn, fanOut] = shape as readonly [number, number];
    const limit = role === 'embeddings' ? 0.05 : Math.sqrt(architecture.activation === 'tanh' ? 6 / (fanIn + fanOut) : 6 / fanIn);
    for (let i = 0; i < values.length; i++) {
      const drawn = (2 * random.uniform() - 1) * limit;
      const isSeen = role === 'kernel' || (seenLevels[index]?.[Math.floor(i / fanOut)] ?? 0) > 0;
      values[i] = isSeen ? drawn : 0;
    }
    return values;
  });
}
