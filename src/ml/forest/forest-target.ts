/**
 * Targets and weights as the integers that a forest adds up. Doubles hold integers up to 2^53 exactly, so sums do not
 * depend on the order of the rows, and splits that part the rows alike score alike.
 */
import type { Target } from '../estimator.ts';

export interface ForestTarget {
  /** Numbers a leaf: 1 for numbers and two classes, otherwise one a class. */
  readonly outputs: number;
  /** What was taken off the numbers. */
  readonly centre: number;
  /** Per row: the number around its centre, or the class code. */
  readonly values: Float64Array;
  /** Per row: weight and weighted target as integers; the weight leaves room for a count of rows below it. */
  readonly pairs: Float64Array;
  /** What a weight of 1 adds to a packed weight. */
  readonly weightUnit: number;
  /** What one unit of a weight is. */
  readonly coverUnit: number;
  /** What one unit of a sum over one unit of weight is. */
  readonly targetUnit: number;
}

/** Bits of a sum. */
const BITS = 52;
/** No row is drawn more often into one tree: for a given row, more has a probability below 1e-89. */
const MOST_DRAWS = 64;

export interface ForestTargetOptions {
  readonly sampleWeight: Float64Array | undefined;
  /** Rows that take part. */
  readonly rows: Int32Array;
  /** Rows drawn for a tree. */
  readonly drawn: number;
  /** Taken off the target of a regression. */
  readonly centre: number;
  /** Whether packed weights count rows: needed when a leaf must have more than one. */
  readonly countsRows: boolean;
}

export function forestTarget(y: Target, options: ForestTargetOptions): ForestTarget {
  const { sampleWeight, rows, drawn, centre, countsRows } = options;
  const rowCount = y.kind === 'regression' ? y.values.length : y.codes.length;
  const classCount = y.kind === 'regression' ? 1 : y.classes.length;
  const outputs = classCount === 2 ? 1 : classCount;
  const values = new Float64Array(rowCount);
  for (const row of rows) values[row] = y.kind === 'regression' ? (y.values[row] as number) - centre : (y.codes[row] as number);
  const weightUnit = countsRows ? 2 ** Math.ceil(Math.log2(drawn + 1)) : 1;

  const weightOf = (row: number): number => (sampleWeight === undefined ? 1 : (sampleWeight[row] as number));
  const perWeight = sampleWeight === undefined ? 1 : scaleFor(BITS - Math.log2(weightUnit), rows, drawn, weightOf);
  const isNumbers = y.kind === 'regression';
  const perTarget = isNumbers ? scaleFor(BITS, rows, drawn, (row) => weightOf(row) * Math.abs(values[row] as number)) : perWeight;
  const pairs = new Float64Array(2 * rowCount);
  for (const row of rows) {
    // A row of little weight is still a row.
    const weight = sampleWeight === undefined ? 1 : Math.max(1, Math.round(weightOf(row) * perWeight));
    const value = values[row] as number;
    pairs[2 * row] = weight * weightUnit;
    if (isNumbers) pairs[2 * row + 1] = Math.round(weightOf(row) * value * perTarget);
    else pairs[2 * row + 1] = outputs === 1 ? weight * value : weight;
  }
  return {
    outputs,
    centre: isNumbers ? centre : 0,
    values,
    pairs,
    weightUnit,
    coverUnit: 1 / perWeight,
    targetUnit: isNumbers ? perWeight / perTarget : 1,
  };
}

/** The largest power of two with which the sum over the rows of a tree has at most so many bits. */
function scaleFor(bits: number, rows: Int32Array, drawn: number, size: (row: number) => number): number {
  let largest = 0;
  let sum = 0;
  for (const row of rows) {
    const own = size(row);
    if (own > largest) largest = own;
    sum += own;
  }
  const bound = Math.min(largest * drawn, MOST_DRAWS * sum);
  return bound > 0 ? 2 ** Math.max(-900, Math.min(900, Math.floor(bits - Math.log2(bound)))) : 1;
}
