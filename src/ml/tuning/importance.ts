/**
 * How much each parameter decides between the best trials and the others: PED-ANOVA (Watanabe, Bansal and Hutter,
 * IJCAI 2023, eq. 16). The variance of the ratio of the two densities of a parameter, without fitting a model.
 */
import type { Json } from '../../schema/json.ts';
import { type Axis, type NumberAxis, valueAt } from './axis.ts';
import { type Density, densityOf } from './parzen.ts';
import { type Outcome, ranked } from './trial.ts';

/** With fewer trials the best of them say nothing. */
export const LEAST_TRIALS = 12;
const GOOD_SHARE = 0.25;
const POINTS = 50;

/** Shares summing to 1, in the order of the axes; absent with too few trials, and when nothing decides. */
export function importanceOf(axes: readonly Axis[], finished: readonly Outcome[]): readonly number[] | undefined {
  const whole = finished.filter(({ loss, share }) => loss !== undefined && share === 1);
  if (whole.length < LEAST_TRIALS) return undefined;
  const good = ranked(whole).slice(0, Math.ceil(GOOD_SHARE * whole.length));
  const raw = axes.map((axis) => {
    const on = (trials: readonly Outcome[]): Density =>
      densityOf(
        axis,
        trials.map(({ values }) => values[axis.name] as Json),
      );
    return divergence(pointsOf(axis), on(good), on(whole));
  });
  const total = raw.reduce((sum, value) => sum + value, 0);
  return total > 0 ? raw.map((value) => value / total) : undefined;
}

/** Pearson's divergence of `good` from `all`, over points that stand for equal parts of the axis. */
function divergence(points: readonly Json[], good: Density, all: Density): number {
  const weights = points.map((value) => [Math.exp(good.logOf(value)), Math.exp(all.logOf(value))] as const);
  const [goodSum, allSum] = [0, 1].map((which) => weights.reduce((sum, pair) => sum + (pair[which] as number), 0)) as [number, number];
  return weights.reduce((sum, [g, a]) => sum + (a / allSum) * (g / goodSum / (a / allSum) - 1) ** 2, 0);
}

function pointsOf(axis: Axis): readonly Json[] {
  if (axis.kind === 'options') return axis.options;
  const [low, high] = Number.isFinite(axis.low) ? [axis.low, axis.high] : reach(axis);
  const values = Array.from({ length: POINTS }, (_, index) => valueAt(axis, low + ((high - low) * (index + 0.5)) / POINTS));
  return [...new Set(values)];
}

function reach({ normal }: NumberAxis): readonly [number, number] {
  const { mu, sigma } = normal ?? { mu: 0, sigma: 1 };
  return [mu - 3 * sigma, mu + 3 * sigma];
}
