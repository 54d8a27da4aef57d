/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016): many trials with a small part of the resource, the best of
 * them with `factor` times as much, and so on until the whole. Each rung waits for the one before, so that who
 * advances never depends on who was first. `maxTrials` counts the fits of all rungs.
 */
import type { JsonObject } from '../../schema/json.ts';
import { randomSearch, type SearchOptions } from './random-search.ts';
import { BATCH, type Outcome, type Proposal, ranked, type Search } from './trial.ts';

export interface HalvingOptions extends SearchOptions {
  readonly maxTrials: number;
  /** 2 or more: how much more each rung has, and how many of its trials advance. */
  readonly factor: number;
}

/** The smallest part is a 27th for the usual factor of 3. */
const MOST_RUNGS = 4;

/** Trials in each rung, and its part of the resource: as many rungs as the trials are enough for, up to four. */
export function rungsOf(maxTrials: number, factor: number): readonly { readonly trials: number; readonly share: number }[] {
  const sizes = (first: number, rungs: number) =>
    Array.from({ length: rungs }, (_, rung) => Math.max(1, Math.floor(first / factor ** rung)));
  const sum = (first: number, rungs: number): number => sizes(first, rungs).reduce((total, size) => total + size, 0);
  let rungs = 1;
  while (rungs < MOST_RUNGS && sum(factor ** rungs, rungs + 1) <= maxTrials) rungs++;
  let first = maxTrials;
  while (first > 1 && sum(first, rungs) > maxTrials) first--;
  return sizes(first, rungs).map((trials, rung) => ({ trials, share: factor ** (rung + 1 - rungs) }));
}

export function successiveHalving({ axes, seed, maxTrials, factor }: HalvingOptions): Search {
  const rungs = rungsOf(maxTrials, factor);
  const first = randomSearch({ axes, seed, maxTrials: rungs[0]?.trials ?? 1 });
  return {
    most: rungs.reduce((sum, { trials }) => sum + trials, 0),
    next(finished) {
      for (const [rung, { trials, share }] of rungs.entries()) {
        const done = finished.filter((trial) => trial.rung === rung);
        const left = rung === 0 ? first.next(done).map(({ values }) => values) : advancing(finished, rung, trials).slice(done.length);
        if (left.length > 0) return left.slice(0, BATCH).map((values, index) => proposal(finished.length + index + 1, values, rung, share));
      }
      return [];
    },
  };
}

function proposal(number: number, values: JsonObject, rung: number, share: number): Proposal {
  return { number, values, rung, share };
}

/** Best first. One that failed advances never. */
function advancing(finished: readonly Outcome[], rung: number, trials: number): readonly JsonObject[] {
  const before = finished.filter((trial) => trial.rung === rung - 1 && trial.loss !== undefined);
  return ranked(before)
    .slice(0, trials)
    .map(({ values }) => values);
}
