/**
 * What training needs of TensorFlow.js, by shape: the numerics import no package. Whoever loads the
 * library hands it in.
 */

export interface Tensor {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

export interface TensorLibrary {
  tensor1d(values: Float32Array): Tensor;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor | number): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  rsqrt(a: Tensor): Tensor;
  sum(a: Tensor): Tensor;
  relu(a: Tensor): Tensor;
  elu(a: Tensor): Tensor;
  tanh(a: Tensor): Tensor;
  tidy<T>(work: () => T): T;
  /** The derivatives of a scalar by each of its arguments. */
  valueAndGrads(f: (...args: Tensor[]) => Tensor): (args: Tensor[]) => { readonly value: Tensor; readonly grads: Tensor[] };
}

export type BackendName = 'tfjs-node' | 'wasm' | 'cpu';

export interface TensorBackend {
  readonly name: BackendName;
  readonly library: TensorLibrary;
}

/** `auto` is the first that loads of `tfjs-node`, `wasm` and `cpu`. */
export type LoadTensors = (wanted: BackendName | 'auto') => Promise<TensorBackend>;
