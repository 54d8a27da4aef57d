import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { axesOf, bucketOf, drawFrom, gridOf, positionOf } from '../../src/ml/tuning/axis.ts';
import { jointDensityOf } from '../../src/ml/tuning/joint-density.ts';
import { densityOf } from '../../src/ml/tuning/parzen.ts';
import type { SearchedParam } from '../../src/schema/distributions.ts';
import { runs } from '../support/runs.ts';

const bounds = (most: number) =>
  fc
    .tuple(fc.double({ min: -most, max: most, noNaN: true }), fc.double({ min: 1e-3, max: most, noNaN: true }))
    .map(([low, width]) => ({ low, high: low + width }));
const integers = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 60 }))
  .map(([low, width]) => ({ low, high: low + width }));
const centre = fc.record({ mu: fc.double({ min: -3, max: 3, noNaN: true }), sigma: fc.double({ min: 0.01, max: 2, noNaN: true }) });
const q = fc.constantFrom(0.1, 0.25, 1, 3);
/** The bounds hold a multiple of `q`. */
const distributions: fc.Arbitrary<SearchedParam> = fc.oneof(
  bounds(100).map((said) => ({ distribution: 'uniform' as const, ...said })),
  bounds(8).map((said) => ({ distribution: 'loguniform' as const, ...said })),
  fc
    .tuple(integers, q)
    .map(([{ low, high }, step]) => ({ distribution: 'quniform' as const, low: low * step, high: high * step, q: step })),
  fc.tuple(fc.integer({ min: 1, max: 9 }), integers, q).map(([first, { low, high }, step]) => ({
    distribution: 'qloguniform' as const,
    low: Math.log(first * step),
    high: Math.log((first + high - low) * step),
    q: step,
  })),
  integers.map((said) => ({ distribution: 'randint' as const, ...said })),
  integers.map((said) => ({ distribution: 'uniformint' as const, ...said })),
  centre.map((said) => ({ distribution: 'normal' as const, ...said })),
  centre.map((said) => ({ distribution: 'lognormal' as const, ...said })),
  fc.tuple(centre, q).map(([said, step]) => ({ distribution: 'qnormal' as const, ...said, q: step })),
  fc.tuple(centre, q).map(([said, step]) => ({ distribution: 'qlognormal' as const, ...said, q: step })),
);

test('what is drawn from a prior, a density or a grid is a value of the distribution, and has a density', () => {
  fc.assert(
    fc.property(distributions, fc.nat(), fc.integer({ min: 1, max: 7 }), (said, seed, steps) => {
      const [axis] = axesOf({ p: { ...said, steps } });
      if (axis?.kind !== 'number') throw new Error('a distribution is an axis of numbers');
      const random = new Random(seed);
      const isValue = (value: number): boolean => {
        const multiple = value / (axis.q ?? 1);
        return (
          value >= axis.least - 1e-9 &&
          value <= axis.most + 1e-9 &&
          (axis.q === undefined || Math.abs(multiple - Math.round(multiple)) < 1e-6)
        );
      };
      const drawn = Array.from({ length: 8 }, () => drawFrom(axis, random) as number);
      const density = densityOf(axis, drawn);
      const joint = jointDensityOf(
        [axis],
        drawn.map((p) => ({ p })),
      );
      const learned = Array.from({ length: 8 }, () => joint.draw(random)['p'] as number);
      for (const value of [...drawn, ...learned, ...(gridOf(axis) as readonly number[])]) {
        expect(isValue(value), `${value}`).toBe(true);
        expect(Number.isFinite(density.logOf(value)) && Number.isFinite(joint.logOf({ p: value }))).toBe(true);
        const bucket = bucketOf(axis, value);
        if (bucket !== undefined) expect(bucket[0] <= positionOf(axis, value) && positionOf(axis, value) <= bucket[1]).toBe(true);
      }
    }),
    { numRuns: runs(100) },
  );
});
