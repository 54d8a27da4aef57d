/**
 * Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization",
 * NeurIPS 2011, §4): the best trials and the others each give a density over the space; of candidates drawn from the
 * first, the one with the greatest ratio of the two is tried. The densities are joint ones, as in optuna.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { Random } from '../random.ts';
import type { Axis } from './axis.ts';
import { jointDensityOf } from './joint-density.ts';
import { draw, drawnSearch, type SearchOptions } from './random-search.ts';
import { type Outcome, ranked, type Search } from './trial.ts';

/** Trials that are drawn from the prior before there is anything to learn from. */
const STARTUP_TRIALS = 10;
const CANDIDATES = 24;
/** Which trials count as good: a tenth, and never more than so many (the rule of optuna). */
const GOOD_SHARE = 0.1;
const MOST_GOOD = 25;

export function tpeSearch(options: SearchOptions): Search {
  const { axes, maxTrials = Number.POSITIVE_INFINITY } = options;
  // A short search must learn, too.
  const startup = Math.min(STARTUP_TRIALS, Math.max(4, Math.ceil(maxTrials / 4)));
  return drawnSearch(options, (finished, pending) => {
    if (finished.length < startup) return (random) => draw(axes, random);
    return proposeByDensities(axes, finished, pending);
  });
}

/** A rule that draws where good trials are dense and others are not. */
export function proposeByDensities(
  axes: readonly Axis[],
  finished: readonly Outcome[],
  pending: readonly JsonObject[],
): (random: Random) => JsonObject {
  const order = ranked(finished);
  const good = new Set(
    order.slice(0, Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * finished.length))).filter(({ loss }) => loss !== undefined),
  );
  const [better, worse] = [finished.filter((trial) => good.has(trial)), finished.filter((trial) => !good.has(trial))];
  const on = (trials: readonly Outcome[]): readonly JsonObject[] => trials.map(({ values }) => values);
  const g = jointDensityOf(axes, on(better));
  // Proposals of the same batch count as bad, so that it does not try one place four times ("constant liar").
  const bad = jointDensityOf(axes, [...on(worse), ...pending]);
  return (random) => {
    let best = g.draw(random);
    let highest = g.logOf(best) - bad.logOf(best);
    for (let candidate = 1; candidate < CANDIDATES; candidate++) {
      const values = g.draw(random);
      const gain = g.logOf(values) - bad.logOf(values);
      if (gain <= highest) continue;
      best = values;
      highest = gain;
    }
    return best;
  };
}
