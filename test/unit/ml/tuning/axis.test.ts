import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { axesOf, drawFrom, gridOf, sizeOf } from '../../../../src/ml/tuning/axis.ts';
import type { SearchedParam } from '../../../../src/schema/distributions.ts';
import type { Json } from '../../../../src/schema/json.ts';

const axis = (said: SearchedParam) => axesOf({ p: said })[0] as ReturnType<typeof axesOf>[number];

function draws(said: SearchedParam, count = 3000): readonly number[] {
  const random = new Random(7);
  const one = axis(said);
  return Array.from({ length: count }, () => drawFrom(one, random) as number);
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
const share = (values: readonly Json[], wanted: Json) => values.filter((value) => value === wanted).length / values.length;

describe('draws', () => {
  test('uniform, loguniform: even by position, inside the bounds, six digits', () => {
    const plain = draws({ distribution: 'uniform', low: 2, high: 6 });
    expect([Math.min(...plain) >= 2, Math.max(...plain) <= 6]).toEqual([true, true]);
    expect(mean(plain)).toBeCloseTo(4, 1);
    const log = draws({ distribution: 'loguniform', low: Math.log(0.001), high: Math.log(10) });
    expect([Math.min(...log) >= 0.001, Math.max(...log) <= 10]).toEqual([true, true]);
    expect(
      share(
        log.map((value) => value < 0.1),
        true,
      ),
    ).toBeCloseTo(0.5, 1);
    expect(log.every((value) => Number(value.toPrecision(6)) === value)).toBe(true);
  });

  test('normal, lognormal: mean and spread of the value or of its logarithm', () => {
    const plain = draws({ distribution: 'normal', mu: 10, sigma: 2 });
    expect(mean(plain)).toBeCloseTo(10, 0);
    expect(spread(plain)).toBeCloseTo(2, 0);
    const log = draws({ distribution: 'lognormal', mu: -1, sigma: 0.5 }).map(Math.log);
    expect(mean(log)).toBeCloseTo(-1, 1);
    expect(spread(log)).toBeCloseTo(0.5, 1);
  });

  test('rounded ones give multiples of q within the bounds, without the noise of binary fractions', () => {
    expect([...new Set(draws({ distribution: 'quniform', low: 0.1, high: 0.45, q: 0.1 }))].sort()).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect([...new Set(draws({ distribution: 'qloguniform', low: 0, high: Math.log(50), q: 16 }))].sort((a, b) => a - b)).toEqual([
      16, 32, 48,
    ]);
    expect(draws({ distribution: 'qnormal', mu: 0, sigma: 20, q: 5 }, 300).every((value) => value % 5 === 0 && !Object.is(value, -0))).toBe(
      true,
    );
    expect(draws({ distribution: 'qlognormal', mu: 3, sigma: 1, q: 2 }, 300).every((value) => value >= 0 && value % 2 === 0)).toBe(true);
  });

  test('integers are equally likely, and their bounds are those of hyperopt', () => {
    for (const said of [
      { distribution: 'randint', upper: 3 },
      { distribution: 'randint', low: 0, high: 3 },
      { distribution: 'uniformint', low: 0, high: 2 },
    ] as const) {
      const found = draws(said);
      expect([...new Set(found)].sort()).toEqual([0, 1, 2]);
      for (const value of [0, 1, 2]) expect(Math.abs(share(found, value) - 1 / 3)).toBeLessThan(0.03);
    }
  });

  test('values are equally likely, those of pchoice as they say', () => {
    const random = new Random(1);
    const of = (said: SearchedParam) => {
      const one = axis(said);
      return Array.from({ length: 3000 }, () => drawFrom(one, random));
    };
    expect(share(of({ values: ['a', null] }), null)).toBeCloseTo(0.5, 1);
    expect(
      share(
        of({
          distribution: 'pchoice',
          p_options: [
            [0.8, 'a'],
            [0.2, 1],
          ],
        }),
        1,
      ),
    ).toBeCloseTo(0.2, 1);
  });
});

describe('grids', () => {
  test.each<[SearchedParam, readonly Json[] | undefined, number]>([
    [{ values: [3, 1, 3] }, [3, 1], 2],
    [{ distribution: 'uniform', low: 0, high: 1 }, undefined, Number.POSITIVE_INFINITY],
    [{ distribution: 'uniform', low: 0, high: 1, steps: 3 }, [0, 0.5, 1], Number.POSITIVE_INFINITY],
    [{ distribution: 'loguniform', low: Math.log(0.01), high: 0, steps: 3 }, [0.01, 0.1, 1], Number.POSITIVE_INFINITY],
    [{ distribution: 'normal', mu: 5, sigma: 1, steps: 1 }, [5], Number.POSITIVE_INFINITY],
    [{ distribution: 'quniform', low: 1, high: 2, q: 0.25 }, [1, 1.25, 1.5, 1.75, 2], 5],
    [{ distribution: 'uniformint', low: 2, high: 4 }, [2, 3, 4], 3],
    [{ distribution: 'uniformint', low: 0, high: 100, steps: 3 }, [0, 50, 100], 101],
    [{ distribution: 'randint', upper: 2 }, [0, 1], 2],
    [{ distribution: 'qnormal', mu: 0, sigma: 1, q: 1 }, undefined, Number.POSITIVE_INFINITY],
  ])('%j', (said, points, size) => {
    expect(gridOf(axis(said))).toEqual(points);
    expect(sizeOf(axis(said))).toBe(size);
  });
});
