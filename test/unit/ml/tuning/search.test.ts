import { describe, expect, test } from 'vitest';
import { axesOf } from '../../../../src/ml/tuning/axis.ts';
import { importanceOf } from '../../../../src/ml/tuning/importance.ts';
import { makeSearch, type SearchSettings } from '../../../../src/ml/tuning/search.ts';
import { rungsOf } from '../../../../src/ml/tuning/successive-halving.ts';
import { BATCH, bestOf, type Outcome, type Proposal } from '../../../../src/ml/tuning/trial.ts';
import type { SearchSpace } from '../../../../src/schema/distributions.ts';
import type { JsonObject } from '../../../../src/schema/json.ts';

type Loss = (values: JsonObject, share: number) => number | undefined;

/** Runs a search to its end. */
function search(settings: SearchSettings, lossOf: Loss): readonly Outcome[] {
  const made = makeSearch(settings);
  const finished: Outcome[] = [];
  for (let batch = made.next(finished); batch.length > 0; batch = made.next(finished)) {
    expect(batch.length).toBeLessThanOrEqual(BATCH);
    for (const proposal of batch) {
      expect(proposal.number).toBe(finished.length + 1);
      const loss = lossOf(proposal.values, proposal.share);
      finished.push({ ...proposal, ...(loss !== undefined && { loss }) });
    }
  }
  return finished;
}
const valuesOf = (proposals: readonly Proposal[]) => proposals.map(({ values }) => values);

const space: SearchSpace = {
  rate: { distribution: 'loguniform', low: Math.log(1e-4), high: 0 },
  leaves: { distribution: 'uniformint', low: 2, high: 64 },
  kind: { values: ['a', 'b', 'c'] },
};
/** Lowest at rate 0.03, 20 leaves, b. */
const bowl: Loss = ({ rate, leaves, kind }) =>
  (Math.log(rate as number) - Math.log(0.03)) ** 2 + (((leaves as number) - 20) / 16) ** 2 + (kind === 'b' ? 0 : 1);

describe.each(['random', 'tpe', 'successive_halving'] as const)('%s', (algorithm) => {
  const run = (seed: number, said: SearchSpace = space) => search({ algorithm, space: said, seed, maxTrials: 30 }, bowl);

  test('gives the same trials for a seed, whatever the order of the parameters, and others for another', () => {
    const turned = Object.fromEntries(Object.entries(space).reverse());
    expect(run(1, turned)).toEqual(run(1));
    expect(valuesOf(run(2))).not.toEqual(valuesOf(run(1)));
  });

  test('goes on from any batch as if it had never stopped', () => {
    const whole = run(1);
    const again = makeSearch({ algorithm, space, seed: 1, maxTrials: 30 });
    // Trials of an ended batch are the ones that are there.
    const first = makeSearch({ algorithm, space, seed: 1, maxTrials: 30 }).next([]);
    expect(first).toEqual(whole.slice(0, BATCH).map(({ loss: _, ...proposal }) => proposal));
    expect(again.next(whole.slice(0, BATCH))).toEqual(whole.slice(BATCH, 2 * BATCH).map(({ loss: _, ...proposal }) => proposal));
  });
});

describe('random', () => {
  test('tries no combination twice and ends when all were tried', () => {
    const finished = search(
      { algorithm: 'random', space: { a: { values: [1, 2, 3] }, b: { values: [true, false] } }, seed: 3, maxTrials: 50 },
      () => 1,
    );
    expect(new Set(valuesOf(finished).map((values) => JSON.stringify(values))).size).toBe(6);
    expect(finished).toHaveLength(6);
  });
});

describe('tpe', () => {
  test('is better than random with as many trials, as the mean of 5 seeds', () => {
    const mean = (algorithm: 'random' | 'tpe') => {
      const best = Array.from({ length: 5 }, (_, seed) => bestOf(search({ algorithm, space, seed, maxTrials: 48 }, bowl))?.loss as number);
      return best.reduce((sum, loss) => sum + loss, 0) / best.length;
    };
    const [tpe, random] = [mean('tpe'), mean('random')];
    expect(tpe).toBeLessThan(random / 5);
  });

  test('avoids what fails', () => {
    const lossOf: Loss = ({ x }) => ((x as number) > 0.5 ? undefined : (x as number));
    const finished = search(
      { algorithm: 'tpe', space: { x: { distribution: 'uniform', low: 0, high: 1 } }, seed: 1, maxTrials: 60 },
      lossOf,
    );
    const failed = (from: number) => finished.slice(from, from + 20).filter(({ loss }) => loss === undefined).length;
    expect(failed(40)).toBeLessThan(failed(0) / 2);
    expect(bestOf(finished)?.loss).toBeLessThan(0.01);
  });

  test('takes every distribution', () => {
    const all: SearchSpace = {
      a: { distribution: 'quniform', low: 0, high: 1, q: 0.05 },
      b: { distribution: 'qloguniform', low: 0, high: 5, q: 3 },
      c: { distribution: 'normal', mu: 3, sigma: 2 },
      d: { distribution: 'qnormal', mu: 3, sigma: 2, q: 1 },
      e: { distribution: 'lognormal', mu: 0, sigma: 1 },
      f: { distribution: 'qlognormal', mu: 2, sigma: 1, q: 1 },
      g: { distribution: 'randint', upper: 5 },
      h: {
        distribution: 'pchoice',
        p_options: [
          [0.9, 'x'],
          [0.1, null],
        ],
      },
    };
    const lossOf: Loss = ({ a, c, g, h }) =>
      Math.abs((a as number) - 0.5) + Math.abs((c as number) - 1) + (g as number) + (h === null ? 0 : 1);
    const best = bestOf(search({ algorithm: 'tpe', space: all, seed: 2, maxTrials: 60 }, lossOf));
    expect(best?.values).toMatchObject({ g: 0, h: null });
    expect(best?.loss).toBeLessThan(0.6);
  });
});

describe('grid', () => {
  test('is every combination, the last name changing first', () => {
    const finished = search(
      { algorithm: 'grid', space: { b: { values: [1, 2] }, a: { distribution: 'uniformint', low: 1, high: 3 } }, seed: 0 },
      () => 0,
    );
    expect(valuesOf(finished)).toEqual([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
      { a: 2, b: 2 },
      { a: 3, b: 1 },
      { a: 3, b: 2 },
    ]);
    expect(bestOf(finished)?.number).toBe(1);
  });

  test('with fewer trials than points, a draw of them', () => {
    const said = { a: { distribution: 'uniformint', low: 1, high: 1000 } } as const;
    const found = search({ algorithm: 'grid', space: said, seed: 0, maxTrials: 10 }, () => 0).map(({ values }) => values['a'] as number);
    expect(new Set(found).size).toBe(10);
    expect(Math.max(...found)).toBeGreaterThan(500);
  });
});

describe('successive halving', () => {
  test.each([
    [40, 3, [27, 9, 3, 1]],
    [50, 3, [35, 11, 3, 1]],
    [10, 3, [8, 2]],
    [7, 2, [4, 2, 1]],
    [3, 3, [3]],
    [1, 3, [1]],
  ])('%i trials by %i: rungs of %j', (trials, factor, sizes) => {
    const rungs = rungsOf(trials, factor);
    expect(rungs.map((rung) => rung.trials)).toEqual(sizes);
    expect(rungs.at(-1)?.share).toBe(1);
    expect(rungs.map((rung) => rung.share).slice(1)).toEqual(rungs.slice(0, -1).map((rung) => rung.share * factor));
  });

  test('the best advance, what failed never does, and only a whole trial wins', () => {
    const finished = search({ algorithm: 'successive_halving', space, seed: 4, maxTrials: 40 }, (values, share) =>
      values['kind'] === 'c' ? undefined : (bowl(values, share) as number) + (share < 1 ? -100 : 0),
    );
    const rung = (at: number) => finished.filter((trial) => trial.rung === at);
    expect([0, 1, 2, 3].map((at) => rung(at).length)).toEqual([27, 9, 3, 1]);
    const first = rung(0)
      .filter(({ loss }) => loss !== undefined)
      .sort((a, b) => (a.loss as number) - (b.loss as number));
    expect(valuesOf(rung(1))).toEqual(valuesOf(first.slice(0, 9)));
    expect(bestOf(finished)).toEqual(rung(3)[0]);
  });
});

describe('importance', () => {
  test('is greatest for what decides, sums to 1, and is not told of a few trials', () => {
    const said: SearchSpace = { rate: space['rate'] ?? {}, idle: { distribution: 'uniform', low: 0, high: 1 } };
    const finished = search({ algorithm: 'random', space: said, seed: 5, maxTrials: 60 }, ({ rate }) => Math.log(rate as number) ** 2);
    const [idle, rate] = importanceOf(axesOf(said), finished) as readonly [number, number];
    expect(rate).toBeGreaterThan(0.75);
    expect(idle + rate).toBeCloseTo(1, 12);
    expect(importanceOf(axesOf(said), finished.slice(0, 11))).toBeUndefined();
  });
});
