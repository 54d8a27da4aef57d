/** One training step's forward and backward pass, by TensorFlow.js. Losses and weights stay plain arrays. */
import { type Activation, type Architecture, weightSpecs } from './architecture.ts';
import { embeddingsOf, widthOf } from './inputs.ts';
import type { Tensor, TensorLibrary } from './tensor-library.ts';

/** Added to a variance before its root, as in Keras. */
export const BATCH_NORM_EPSILON = 1e-3;

export interface Batch {
  /** Row-major, as `fillInputs` writes them. */
  readonly inputs: Float32Array;
  readonly rowCount: number;
  /** For each hidden layer what its units are multiplied by: 0, or 1 / (1 − dropout). None without dropout. */
  readonly masks: readonly Float32Array[];
}

export interface Pass {
  /** By the inputs, row-major. Empty when there is no embedding to learn. */
  readonly byInputs: ArrayLike<number>;
  /** By each weight but the embeddings, in their order. */
  readonly byWeights: readonly ArrayLike<number>[];
  /** With batch norm: mean and variance of each hidden layer's sums over the batch. */
  readonly moments: readonly { readonly mean: ArrayLike<number>; readonly variance: ArrayLike<number> }[];
}

/** `lossGradient` gives the derivative of the loss by each output, row-major. */
export function passOf(
  library: TensorLibrary,
  architecture: Architecture,
  weights: readonly Float32Array[],
  batch: Batch,
  lossGradient: (outputs: ArrayLike<number>) => Float32Array,
): Pass {
  const { hidden, batchNorm, outputs } = architecture;
  const tables = embeddingsOf(architecture.inputs).length;
  const specs = weightSpecs(architecture).slice(tables);
  const moments: { mean: ArrayLike<number>; variance: ArrayLike<number> }[] = [];
  const { rowCount } = batch;

  // A row under each other and the mean of rows as products: the plain backend broadcasts number by number.
  const ones = new Float32Array(rowCount).fill(1);
  const spread = (row: Tensor): Tensor => library.matMul(library.tensor2d(ones, [rowCount, 1]), row);
  const meanOf = (rows: Tensor): Tensor =>
    library.matMul(
      library.tensor2d(
        ones.map((one) => one / rowCount),
        [1, rowCount],
      ),
      rows,
    );

  const forward = (x: Tensor, tensors: readonly Tensor[]): Tensor => {
    let at = 0;
    const next = (): Tensor => tensors[at++] as Tensor;
    let h = x;
    hidden.forEach((units, layer) => {
      h = library.matMul(h, next());
      if (batchNorm) {
        const mean = meanOf(h);
        const centred = library.sub(h, spread(mean));
        const variance = meanOf(library.mul(centred, centred));
        moments.push({ mean: copy(mean), variance: copy(variance) });
        const scale = library.mul(library.rsqrt(library.add(variance, BATCH_NORM_EPSILON)), next());
        h = library.add(library.mul(centred, spread(scale)), spread(next()));
      } else h = library.add(h, spread(next()));
      h = activate(library, architecture.activation, h);
      const mask = batch.masks[layer];
      if (mask !== undefined) h = library.mul(h, library.tensor2d(mask, [rowCount, units]));
    });
    return library.add(library.matMul(h, next()), spread(next()));
  };

  let values: readonly Float32Array[] = [];
  // The block gives nothing back: what it gives is searched for tensors, number by number.
  library.tidy(() => {
    const tensors = specs.map(({ shape }, index) => {
      const values = weights[tables + index] as Float32Array;
      return library.tensor2d(values, shape.length === 1 ? [1, ...shape] : [...shape]);
    });
    const x = library.tensor2d(batch.inputs, [rowCount, widthOf(architecture.inputs)]);
    // Outputs times the loss's derivative by them, held fixed: it has the loss's own derivative by
    // everything before them, whatever the loss, and asks the library for nothing but a sum.
    const surrogate = (...args: Tensor[]): Tensor => {
      const z = tables > 0 ? forward(args[0] as Tensor, args.slice(1)) : forward(x, args);
      return library.sum(library.mul(z, library.tensor2d(lossGradient(z.dataSync()), [rowCount, outputs])));
    };
    const { grads } = library.valueAndGrads(surrogate)(tables > 0 ? [x, ...tensors] : tensors);
    values = grads.map(copy);
  });
  return { byInputs: tables > 0 ? (values[0] as ArrayLike<number>) : [], byWeights: tables > 0 ? values.slice(1) : values, moments };
}

function activate(library: TensorLibrary, activation: Activation, h: Tensor): Tensor {
  switch (activation) {
    case 'relu':
      return library.relu(h);
    case 'elu':
      return library.elu(h);
    case 'tanh':
      return library.tanh(h);
  }
}

/** Some backends hand out a view of memory that they use again. */
function copy(tensor: Tensor): Float32Array {
  return new Float32Array(tensor.dataSync());
}
