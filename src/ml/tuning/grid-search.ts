/** Every combination of the points of all axes; the last name changes first. With fewer trials than points, an even draw of them. */
import type { JsonObject } from '../../schema/json.ts';
import { derive, Random } from '../random.ts';
import { gridOf } from './axis.ts';
import type { SearchOptions } from './random-search.ts';
import { BATCH, type Search } from './trial.ts';

export function gridSearch({ axes, seed, maxTrials = Number.POSITIVE_INFINITY }: SearchOptions): Search {
  const points = axes.map((axis) => gridOf(axis) ?? []);
  const count = points.reduce((product, one) => product * one.length, 1);
  const most = Math.min(count, maxTrials);
  // Places of the points that are tried, ascending.
  const chosen = most < count ? new Random(derive(seed, 'grid')).sample(count, most) : undefined;
  const at = (place: number): JsonObject => {
    let left = place;
    const values = points.map(() => 0);
    for (let axis = points.length - 1; axis >= 0; axis--) {
      const { length } = points[axis] as readonly unknown[];
      values[axis] = left % length;
      left = Math.floor(left / length);
    }
    return Object.fromEntries(axes.map(({ name }, axis) => [name, points[axis]?.[values[axis] as number] ?? null]));
  };
  return {
    most,
    next: ({ length: done }) =>
      Array.from({ length: Math.min(BATCH, most - done) }, (_, index) => {
        const place = done + index;
        return { number: place + 1, values: at(chosen?.[place] ?? place), rung: 0, share: 1 };
      }),
  };
}
