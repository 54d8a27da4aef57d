/**
 * The counts behind every curve over thresholds: what is flagged when all rows with a score of at
 * least some threshold are called positive. Rows of equal score enter together.
 */
import { ones } from '../metrics/measurable.ts';
import { rankByScore } from '../metrics/ranking.ts';

/** One entry for each distinct score, from the highest to the lowest. */
export interface ScoreSteps {
  readonly thresholds: Float64Array;
  /** Weight of the positive and of the negative rows that score at least the threshold. */
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  /** Over all rows. */
  readonly positives: number;
  readonly negatives: number;
}

/** `scores` are finite; `isPositive[row]` is 1 or 0. */
export function scoreSteps(scores: Float64Array, isPositive: Uint8Array, weight: Float64Array = ones(scores.length)): ScoreSteps {
  const { order, endsTie } = rankByScore(scores);
  let size = 0;
  for (const end of endsTie) size += end;
  const thresholds = new Float64Array(size);
  const truePositives = new Float64Array(size);
  const falsePositives = new Float64Array(size);
  let positives = 0;
  let negatives = 0;
  let step = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    if (isPositive[row] === 1) positives += weight[row] as number;
    else negatives += weight[row] as number;
    if (endsTie[place] === 0) continue;
    thresholds[step] = scores[row] as number;
    truePositives[step] = positives;
    falsePositives[step] = negatives;
    step++;
  }
  return { thresholds, truePositives, falsePositives, positives, negatives };
}

/**
 * At most `limit` indices of 0 … `count` − 1, first and last included, about evenly spaced in
 * `progress`, which never falls. A curve drawn through them keeps its shape where it moves.
 */
export function thin(count: number, progress: (index: number) => number, limit = 200): readonly number[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  const start = progress(0);
  const span = progress(count - 1) - start;
  const kept = [0];
  for (let index = 1; index < count - 1; index++) {
    if (progress(index) - start >= (span * kept.length) / (limit - 1) && kept.length < limit - 1) kept.push(index);
  }
  kept.push(count - 1);
  return kept;
}
