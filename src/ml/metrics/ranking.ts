/**
 * How well a score ranks positive rows above negative ones. Rows of equal score are one step of the
 * curve, never an order among themselves, so the areas do not depend on the order of the rows.
 */
import { argsort } from './argsort.ts';
import { type MetricValue, outcome } from './outcome.ts';

/** Rows by descending score. */
export interface Ranking {
  readonly order: Int32Array;
  /** 1 where the next row has a lower score, and at the end. */
  readonly endsTie: Uint8Array;
}

/** One finite score a row. */
export function rankByScore(scores: Float64Array): Ranking {
  const order = argsort(scores).reverse();
  const endsTie = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const next = order[place + 1];
    endsTie[place] = next === undefined || scores[next] !== scores[order[place] as number] ? 1 : 0;
  }
  return { order, endsTie };
}

export interface RankingAreas {
  /** Area under the ROC curve by trapezoids, which is the Mann-Whitney statistic with ties counted one half. */
  readonly roc: MetricValue;
  /** Average precision Σ (Rₖ − Rₖ₋₁) Pₖ over distinct scores, without interpolation. */
  readonly precisionRecall: MetricValue;
}

/** `isPositive[row]` is 1 or 0. */
export function rankingAreas(ranking: Ranking, isPositive: Uint8Array, weight: Float64Array): RankingAreas {
  const { order, endsTie } = ranking;
  let positives = 0;
  let negatives = 0;
  let tiePositives = 0;
  let tieNegatives = 0;
  let area = 0;
  let precisionArea = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    const w = weight[row] as number;
    if (isPositive[row] === 1) tiePositives += w;
    else tieNegatives += w;
    if (endsTie[place] === 0) continue;
    area += tieNegatives * (positives + tiePositives / 2);
    positives += tiePositives;
    negatives += tieNegatives;
    // Guards 0 / 0 where all rows so far have weight 0.
    if (tiePositives > 0) precisionArea += (tiePositives * positives) / (positives + negatives);
    tiePositives = 0;
    tieNegatives = 0;
  }
  return {
    roc: positives > 0 && negatives > 0 ? outcome(area / positives / negatives) : { missing: 'only one class occurs' },
    precisionRecall: positives > 0 ? outcome(precisionArea / positives) : { missing: 'no row is positive' },
  };
}
