/**
 * Which estimator to try next, and with which parameters: a function of the trials that have ended, so that it can be
 * begun again anywhere. The order heeds costs as FLAML does (Wang et al., "FLAML: A Fast and Lightweight AutoML Library",
 * MLSys 2021, §4.2): an estimator is tried as often as its estimated cost for an improvement is low.
 */
import type { JsonObject } from '../../schema/json.ts';
import { derive, Random } from '../random.ts';
import { drawIndex } from '../tuning/axis.ts';
import type { Candidate } from './candidates.ts';
import { nextValues } from './moves.ts';

export interface AutomlProposal {
  /** From 1, in the order of proposals. */
  readonly number: number;
  readonly estimator: string;
  readonly values: JsonObject;
  /** In the additions of `Candidate.cost`. */
  readonly cost: number;
}

export interface AutomlOutcome extends AutomlProposal {
  /** Lower is better. Absent when the trial failed or its metric is undefined. */
  readonly loss?: number;
}

export function proposeTrial(
  candidates: readonly Candidate[],
  finished: readonly AutomlOutcome[],
  seed: number,
): AutomlProposal | undefined {
  const number = finished.length + 1;
  const own = derive(seed, `automl ${number}`);
  const random = new Random(own);
  const open = [...candidates];
  while (open.length > 0) {
    const candidate = chosen(open, finished, random);
    const trials = finished
      .filter(({ estimator }) => estimator === candidate.name)
      .map((trial, index) => ({ ...trial, number: index + 1, rung: 0, share: 1 }));
    const values = nextValues(candidate, trials, [], own);
    if (values !== undefined) return { number, estimator: candidate.name, values, cost: candidate.cost(values) };
    open.splice(open.indexOf(candidate), 1);
  }
  return undefined;
}

/** Each begins once, the cheapest first. Then a draw: the lower the cost of an improvement, the likelier. */
function chosen(candidates: readonly Candidate[], finished: readonly AutomlOutcome[], random: Random): Candidate {
  const untried = candidates.find(({ name }) => finished.every(({ estimator }) => estimator !== name));
  if (untried !== undefined) return untried;
  const best = lowest(finished);
  const rates = candidates.map((candidate) => 1 / costOfImprovement(candidate, finished, best));
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return candidates[
    drawIndex(
      rates.map((rate) => rate / total),
      random,
    )
  ] as Candidate;
}

/** Exported for its test. Positive and finite. */
export function costOfImprovement(candidate: Candidate, finished: readonly AutomlOutcome[], best: number): number {
  const trials = finished.filter(({ estimator }) => estimator === candidate.name);
  let spent = 0;
  let own = Number.POSITIVE_INFINITY;
  const first = trials.find(({ loss }) => loss !== undefined)?.loss ?? Number.POSITIVE_INFINITY;
  // When the last two improvements were made, in costs spent on this estimator.
  let [last, before] = [0, 0];
  for (const { loss, cost } of trials) {
    spent += cost;
    if (loss === undefined || loss >= own) continue;
    own = loss;
    [before, last] = [last, spent];
  }
  const again = Math.max(spent - last, last - before, candidate.cost(candidate.start));
  if (own === best) return again;
  // Where nothing worked, it is taken to go on so.
  if (!Number.isFinite(own)) return 10 * Math.max(spent, again);
  const gain = first - own;
  // As fast as it came here it must go on to reach the best; what never improved needs twice of all that was spent for as much as is missing.
  const catchUp = gain > 0 ? ((own - best) * spent) / gain : 2 * spent;
  return Math.max(again, catchUp);
}

export function lowest(finished: readonly AutomlOutcome[]): number {
  return finished.reduce((least, { loss }) => (loss === undefined ? least : Math.min(least, loss)), Number.POSITIVE_INFINITY);
}
