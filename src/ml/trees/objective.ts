/**
 * What boosting minimises: for each loss its start value, gradients, value and the way from scores to
 * predictions. Scores are output-major: `scores[output × rows + row]`. Losses are means over the rows
 * by weight. Here is what all losses share, the squared error and those of classes; `residual-losses.ts`
 * has those whose leaves are quantiles, `count-losses.ts` those with a log link.
 */
import { weightedMean } from './weighted.ts';

export type Link = 'identity' | 'exp' | 'logistic' | 'softmax';

export interface Objective {
  /** Scores a row, and trees an iteration. */
  readonly outputs: number;
  readonly link: Link;
  /** Every hessian is 1 when no row has a weight, so that counts can stand for them. */
  readonly hasUnitHessian: boolean;
  /** How kernels derive it. */
  readonly kernel: LossKernel;
  /** The best constant score for each output. */
  start(): Float64Array;
  /** A Newton step no longer than this: far from the minimum, log losses are flat and steps would be wild. */
  readonly largestStep: number;
  /** Mean loss. */
  loss(scores: Float64Array): number;
  /** The value of a leaf from its sums, with their penalty, where a Newton step is far from the minimum of the loss. */
  readonly stepOf?: (gradient: number, hessian: number) => number;
  /** After the derivatives of the iteration: the value of a leaf from its rows, where sums do not tell it. `scores` are those of the tree's output. */
  readonly leafValue?: (rows: Int32Array, scores: Float64Array) => number;
}

export interface LossKernel {
  readonly loss: 'squared' | 'logistic' | 'softmax' | 'residual' | 'count';
  /** Numbers, or class codes. */
  readonly target: Float64Array | Int32Array;
  /** What the kernels of `losses.as.ts` read of the loss, before each iteration. */
  readonly limits?: (scores: Float64Array) => readonly number[];
}

/** A share of 0 or 1 would start at an infinite score. */
export const SMALLEST_SHARE = 1e-6;

/** In log odds or log counts. */
export const LARGEST_LOG_STEP = 10;

export function squaredError(target: Float64Array, weight: Float64Array | undefined): Objective {
  return {
    outputs: 1,
    link: 'identity',
    hasUnitHessian: true,
    kernel: { loss: 'squared', target },
    largestStep: Number.POSITIVE_INFINITY,
    start: () => Float64Array.of(weightedMean(target, weight)),
    loss: (scores) => meanLoss(target.length, weight, (row) => ((scores[row] as number) - (target[row] as number)) ** 2),
  };
}

/** Two classes: `codes` are 0 and 1, the score is the log odds of 1. */
export function binaryLogLoss(codes: Int32Array, weight: Float64Array | undefined): Objective {
  return {
    outputs: 1,
    link: 'logistic',
    hasUnitHessian: false,
    kernel: { loss: 'logistic', target: codes },
    largestStep: LARGEST_LOG_STEP,
    start() {
      const share = shareWithin(weightedMean(codes, weight));
      return Float64Array.of(Math.log(share / (1 - share)));
    },
    loss: (scores) =>
      meanLoss(codes.length, weight, (row) => {
        const score = scores[row] as number;
        const margin = codes[row] === 1 ? -score : score;
        // log(1 + e^margin), without overflow.
        return margin > 0 ? margin + Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin));
      }),
  };
}

/** Three classes or more: a score for each. */
export function multiclassLogLoss(codes: Int32Array, classCount: number, weight: Float64Array | undefined): Objective {
  const rows = codes.length;
  return {
    outputs: classCount,
    link: 'softmax',
    hasUnitHessian: false,
    kernel: { loss: 'softmax', target: codes },
    largestStep: LARGEST_LOG_STEP,
    start() {
      return Float64Array.from({ length: classCount }, (_, k) =>
        Math.log(
          shareWithin(
            weightedMean(
              Int32Array.from(codes, (code) => (code === k ? 1 : 0)),
              weight,
            ),
          ),
        ),
      );
    },
    loss: (scores) =>
      meanLoss(rows, weight, (row) => {
        let largest = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < classCount; k++) largest = Math.max(largest, scores[k * rows + row] as number);
        let sum = 0;
        for (let k = 0; k < classCount; k++) sum += Math.exp((scores[k * rows + row] as number) - largest);
        return largest + Math.log(sum) - (scores[(codes[row] as number) * rows + row] as number);
      }),
  };
}

/** Scores to predictions or probabilities, in place. `scores` is row-major with `outputs` a row. */
export function applyLink(link: Link, scores: Float64Array, outputs: number): void {
  if (link === 'exp') for (let i = 0; i < scores.length; i++) scores[i] = Math.exp(scores[i] as number);
  if (link === 'logistic') for (let i = 0; i < scores.length; i++) scores[i] = 1 / (1 + Math.exp(-(scores[i] as number)));
  if (link !== 'softmax') return;
  for (let base = 0; base < scores.length; base += outputs) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < outputs; k++) largest = Math.max(largest, scores[base + k] as number);
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      scores[base + k] = Math.exp((scores[base + k] as number) - largest);
      sum += scores[base + k] as number;
    }
    for (let k = 0; k < outputs; k++) scores[base + k] = (scores[base + k] as number) / sum;
  }
}

export function meanLoss(rows: number, weight: Float64Array | undefined, lossOf: (row: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const w = weight === undefined ? 1 : (weight[row] as number);
    if (w === 0) continue;
    sum += w * lossOf(row);
    total += w;
  }
  return sum / total;
}

function shareWithin(share: number): number {
  return Math.min(Math.max(share, SMALLEST_SHARE), 1 - SMALLEST_SHARE);
}
