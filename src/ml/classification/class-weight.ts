/** How much the rows of each class count in training: scikit-learn's `class_weight`. */
import { ones } from '../metrics/measurable.ts';

/** `balanced`, or a weight by label; a class that is not named counts 1. */
export type ClassWeight = 'balanced' | Readonly<Record<string, number>>;

/**
 * One weight a class. `balanced` is n / (K · nₖ), so that all classes count the same in sum (King and Zeng,
 * Political Analysis 9, 2001); n are sums of `sampleWeight` where rows have one. A class without rows counts 0.
 */
export function classWeights(
  { codes, classes }: { readonly codes: Int32Array; readonly classes: readonly string[] },
  weight: ClassWeight,
  sampleWeight?: Float64Array | undefined,
): Float64Array {
  if (weight !== 'balanced') return Float64Array.from(classes, (label) => (Object.hasOwn(weight, label) ? (weight[label] as number) : 1));
  const sums = classSums(codes, classes.length, sampleWeight);
  const occurring = sums.filter((sum) => sum > 0);
  const total = occurring.reduce((sum, one) => sum + one, 0);
  return sums.map((sum) => (sum > 0 ? total / (occurring.length * sum) : 0));
}

/** The weight of each row: that of its class, times its own. */
export function weightByClass(codes: Int32Array, perClass: Float64Array, sampleWeight?: Float64Array | undefined): Float64Array {
  const weights = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    weights[row] = (perClass[codes[row] as number] as number) * (sampleWeight === undefined ? 1 : (sampleWeight[row] as number));
  }
  return weights;
}

/** What the rows of each class weigh. */
export function classSums(codes: Int32Array, classCount: number, sampleWeight?: Float64Array | undefined): Float64Array {
  const weight = sampleWeight ?? ones(codes.length);
  const sums = new Float64Array(classCount);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    sums[code] = (sums[code] as number) + (weight[row] as number);
  }
  return sums;
}
