/**
 * A density over the whole space from points in it: a product of kernels around each point, and the prior as one more
 * (Falkner, Klein and Hutter, "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML 2018, §3; the widths are
 * those of optuna's multivariate TPE). What goes well together stays together, which a density for each
 * parameter alone cannot know.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import { normalCdf } from '../evaluate/normal.ts';
import type { Random } from '../random.ts';
import { type Axis, bucketOf, drawIndex, type NumberAxis, type OptionsAxis, positionOf, valueAt } from './axis.ts';
import { ageWeights } from './parzen.ts';

export interface JointDensity {
  draw(random: Random): JsonObject;
  /** The natural logarithm, up to a constant that is the same for all densities over these axes. */
  logOf(values: JsonObject): number;
}

/** One factor of a kernel. */
interface Factor {
  draw(random: Random): Json;
  logOf(value: Json): number;
}

/** `points` in the order of the trials: the oldest count less once there are many. */
export function jointDensityOf(axes: readonly Axis[], points: readonly JsonObject[]): JointDensity {
  const kernels: (readonly Factor[])[] = points.map((point) =>
    axes.map((axis) => {
      const at = point[axis.name] as Json;
      const shape = { points: points.length, axes: axes.length };
      return axis.kind === 'options'
        ? optionsFactor(axis, at, shape)
        : numberFactor(axis, positionOf(axis, at as number), widthOf(axis, shape));
    }),
  );
  kernels.push(axes.map(priorFactor));
  const weights = [...ageWeights(points.length), 1];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  return {
    draw(random) {
      const kernel = kernels[drawIndex(shares, random)] as readonly Factor[];
      return Object.fromEntries(axes.map(({ name }, axis) => [name, (kernel[axis] as Factor).draw(random)]));
    },
    logOf(values) {
      const logs = kernels.map((kernel, index) =>
        kernel.reduce(
          (sum, factor, axis) => sum + factor.logOf(values[(axes[axis] as Axis).name] as Json),
          Math.log(shares[index] as number),
        ),
      );
      const greatest = Math.max(...logs);
      return greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0));
    },
  };
}

interface Shape {
  readonly points: number;
  readonly axes: number;
}

const WIDTH = 0.2;

/** Of the kernels of an axis, in positions. */
function widthOf(axis: NumberAxis, { points, axes }: Shape): number {
  const extent = extentOf(axis);
  return Math.max(WIDTH * points ** (-1 / (axes + 4)) * extent, extent / Math.min(100, points + 2));
}

/** Of a normal distribution what holds all but a twentieth of it. */
function extentOf({ low, high, normal }: NumberAxis): number {
  return normal === undefined ? high - low : 4 * normal.sigma;
}

function priorFactor(axis: Axis): Factor {
  if (axis.kind === 'options') return sharesFactor(axis, axis.prior);
  const { low, high, normal } = axis;
  return normal === undefined ? numberFactor(axis, (low + high) / 2, high - low) : numberFactor(axis, normal.mu, normal.sigma);
}

/** The point itself, and the others as one kernel of so many counts them. */
function optionsFactor(axis: OptionsAxis, at: Json, { points }: Shape): Factor {
  const text = JSON.stringify(at);
  const counts = axis.options.map((option) => 1 / (points + 1) + Number(JSON.stringify(option) === text));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return sharesFactor(
    axis,
    counts.map((count) => count / total),
  );
}

function sharesFactor({ options }: OptionsAxis, probabilities: readonly number[]): Factor {
  const logs = new Map(
    options.map((option, index) => [JSON.stringify(option), Math.log(Math.max(probabilities[index] as number, Number.MIN_VALUE))]),
  );
  return {
    draw: (random) => options[drawIndex(probabilities, random)] as Json,
    logOf: (value) => logs.get(JSON.stringify(value)) ?? Math.log(Number.MIN_VALUE),
  };
}

function numberFactor(axis: NumberAxis, mean: number, sigma: number): Factor {
  const { low, high } = axis;
  const mass = Math.log(normalCdf((high - mean) / sigma) - normalCdf((low - mean) / sigma));
  return {
    draw: (random) => valueAt(axis, drawWithin(axis, mean, sigma, random)),
    logOf(value) {
      const bucket = bucketOf(axis, value as number);
      if (bucket !== undefined) {
        const part = normalCdf((bucket[1] - mean) / sigma) - normalCdf((bucket[0] - mean) / sigma);
        return Math.log(Math.max(part, Number.MIN_VALUE)) - mass;
      }
      const z = (positionOf(axis, value as number) - mean) / sigma;
      return (-z * z) / 2 - Math.log(sigma) - mass;
    },
  };
}

/** Draws outside of the bounds are drawn again. */
function drawWithin({ low, high }: NumberAxis, mean: number, sigma: number, random: Random): number {
  // Means are inside, so that at least a seventh of the draws is: the prior of a uniform distribution has the least.
  for (let attempt = 0; attempt < 200; attempt++) {
    const position = mean + sigma * random.normal();
    if (position >= low && position <= high) return position;
  }
  return mean;
}
