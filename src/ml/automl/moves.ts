/**
 * What to try next of one estimator: first where its search begins, then steps from the best place found, at random
 * and shorter with time, in turn with draws from the densities of good and bad places (`tpe`).
 */
import type { JsonObject } from '../../schema/json.ts';
import { derive, Random } from '../random.ts';
import { type Axis, axesOf, drawFrom, positionOf, valueAt } from '../tuning/axis.ts';
import { proposeByDensities } from '../tuning/tpe.ts';
import type { Outcome } from '../tuning/trial.ts';
import type { Candidate } from './candidates.ts';

/** Of the width of an axis: the standard deviation of the first step, and by how much each later one is shorter. */
const FIRST_STEP = 0.25;
const SHORTER = 0.96;
/** Trials of the estimator before densities say anything. */
const TRIALS_FOR_DENSITIES = 8;
const DRAWS = 20;

/** `undefined` when nothing new was found: the space is small, and was tried. */
export function nextValues(
  candidate: Candidate,
  finished: readonly Outcome[],
  pending: readonly JsonObject[],
  seed: number,
): JsonObject | undefined {
  const tried = new Set([...finished.map(({ values }) => values), ...pending].map(textOf));
  if (!tried.has(textOf(candidate.start))) return candidate.start;
  const axes = axesOf(candidate.space);
  const count = finished.length + pending.length;
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const random = new Random(derive(seed, `move ${attempt}`));
    const byDensities = count >= TRIALS_FOR_DENSITIES && count % 2 === 0 && attempt < DRAWS / 2;
    const values = byDensities
      ? proposeByDensities(axes, finished, pending)(random)
      : stepFrom(axes, bestValues(candidate, finished), count, random);
    if (!tried.has(textOf(values))) return values;
  }
  return undefined;
}

function bestValues({ start }: Candidate, finished: readonly Outcome[]): JsonObject {
  let best: Outcome | undefined;
  for (const trial of finished) if (trial.loss !== undefined && (best?.loss === undefined || trial.loss < best.loss)) best = trial;
  return best?.values ?? start;
}

function stepFrom(axes: readonly Axis[], from: JsonObject, count: number, random: Random): JsonObject {
  const width = FIRST_STEP * SHORTER ** count;
  const sure = random.integer(axes.length);
  return Object.fromEntries(
    axes.map((axis, index) => {
      const held = from[axis.name] as number;
      // Half of the axes stay, and one moves in any case.
      if (random.uniform() < 0.5 && index !== sure) return [axis.name, held];
      if (axis.kind === 'options') return [axis.name, drawFrom(axis, random)];
      const moved = positionOf(axis, held) + width * (axis.high - axis.low) * random.normal();
      return [axis.name, valueAt(axis, Math.min(axis.high, Math.max(axis.low, moved)))];
    }),
  );
}

function textOf(values: JsonObject): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
