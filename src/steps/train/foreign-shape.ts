/** The shape of estimators that are not ours. */
import type { Json } from '../../schema/json.ts';

/** What is asked of such an object. All methods but `train` and `fit` answer at once: none may be asynchronous. */
export interface ForeignEstimator {
  train?(x: number[][], y: number[], weight?: number[]): unknown;
  fit?(x: number[][], y: number[], weight?: number[]): unknown;
  /** A value, or a class code, for each row. */
  predict(x: number[][]): ArrayLike<number>;
  /** For each row the probabilities of all classes, in the order of their codes. */
  predictProba?(x: number[][]): ArrayLike<ArrayLike<number>>;
  /** The trained model as data. */
  toJSON?(): unknown;
  /** The trained model from what `toJSON` gave; usually a static method of the class, which counts as well. */
  load?(state: Json): unknown;
}
