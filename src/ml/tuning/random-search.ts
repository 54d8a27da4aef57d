/** Independent draws from the space, none of them twice while there is another. Bergstra and Bengio, JMLR 13, 2012. */
import type { JsonObject } from '../../schema/json.ts';
import { derive, Random } from '../random.ts';
import { type Axis, drawFrom, sizeOf } from './axis.ts';
import { BATCH, type Outcome, type Proposal, type Search } from './trial.ts';

export interface SearchOptions {
  readonly axes: readonly Axis[];
  readonly seed: number;
  /** Absent: as many as there is time for. */
  readonly maxTrials?: number;
}

/** How often a draw that was tried already is drawn again, at least and at most. */
const DRAWS = [100, 20_000] as const;

export function randomSearch(options: SearchOptions): Search {
  return drawnSearch(options, () => (random) => draw(options.axes, random));
}

/** Proposals by a rule that may look at what has finished, and at the proposals of the same batch. */
export function drawnSearch(
  { axes, seed, maxTrials = Number.POSITIVE_INFINITY }: SearchOptions,
  rule: (finished: readonly Outcome[], pending: readonly JsonObject[]) => (random: Random) => JsonObject,
): Search {
  const size = combinations(axes);
  const most = Math.min(maxTrials, size);
  // Enough to find the last one of a small space: all but one in e²⁰ times.
  const draws = Math.max(DRAWS[0], Math.min(DRAWS[1], 20 * size));
  return {
    most: Number.isFinite(most) ? most : undefined,
    next(finished) {
      const tried = new Set(finished.map(({ values }) => JSON.stringify(values)));
      const batch: Proposal[] = [];
      while (batch.length < BATCH && finished.length + batch.length < most) {
        const number = finished.length + batch.length + 1;
        const values = untried(tried, {
          seed: derive(seed, `trial ${number}`),
          draws: Number.isFinite(size) ? draws : DRAWS[0],
          first: rule(
            finished,
            batch.map((proposal) => proposal.values),
          ),
          // A rule that insists on what was tried is left for the prior.
          later: (random) => draw(axes, random),
        });
        if (values === undefined) break;
        tried.add(JSON.stringify(values));
        batch.push({ number, values, rung: 0, share: 1 });
      }
      return batch;
    },
  };
}

type Draw = (random: Random) => JsonObject;

interface Drawing {
  readonly seed: number;
  readonly draws: number;
  readonly first: Draw;
  readonly later: Draw;
}

/** How many draws follow the rule. */
const BY_RULE = 10;

function untried(tried: ReadonlySet<string>, { seed, draws, first, later }: Drawing): JsonObject | undefined {
  for (let attempt = 0; attempt < draws; attempt++) {
    const values = (attempt < BY_RULE ? first : later)(new Random(derive(seed, String(attempt))));
    if (!tried.has(JSON.stringify(values))) return values;
  }
  return undefined;
}

export function draw(axes: readonly Axis[], random: Random): JsonObject {
  return Object.fromEntries(axes.map((axis) => [axis.name, drawFrom(axis, random)]));
}

export function combinations(axes: readonly Axis[]): number {
  return axes.reduce((count, axis) => count * sizeOf(axis), 1);
}
