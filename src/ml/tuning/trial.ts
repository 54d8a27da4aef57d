/** What a search proposes, and what came of it. */
import type { JsonObject } from '../../schema/json.ts';

export interface Proposal {
  /** From 1, in the order of proposals. */
  readonly number: number;
  /** Searched parameters, by name in code-unit order. */
  readonly values: JsonObject;
  /** Successive halving: from 0. */
  readonly rung: number;
  /** Which part of its resource the trial may use, in (0, 1]. */
  readonly share: number;
}

export interface Outcome extends Proposal {
  /** Lower is better. Absent when the trial failed or its metric is undefined. */
  readonly loss?: number;
}

/** A search is a function of what has finished, so it can be begun again at any batch. */
export interface Search {
  /** How many trials there will be at most, where that is known. */
  readonly most: number | undefined;
  /** The trials of the next batch, given all of the batches before, in order. None: the search is over. */
  next(finished: readonly Outcome[]): readonly Proposal[];
}

/**
 * Trials are proposed so many at a time, and the next ones when all of these have ended: what a trial is proposed from
 * does not depend on how many run at once.
 */
export const BATCH = 4;

/** The best of the trials that had their whole resource: the first of equals. */
export function bestOf<T extends Outcome>(finished: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const trial of finished) {
    if (trial.share !== 1 || trial.loss === undefined) continue;
    if (best?.loss === undefined || trial.loss < best.loss) best = trial;
  }
  return best;
}

/** Best first; of equals the earlier one; what failed last. */
export function ranked<T extends Outcome>(finished: readonly T[]): readonly T[] {
  return [...finished].sort((a, b) => b.share - a.share || order(a.loss, b.loss) || a.number - b.number);
}

function order(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a - b;
}
