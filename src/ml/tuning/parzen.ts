/**
 * Densities of an axis from points on it: a normal around each point and the prior, with the width of the gap to its
 * neighbours (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011, §4.2; widths are
 * limited as in hyperopt); for options the counted shares, with the prior as one more count.
 */
import type { Json } from '../../schema/json.ts';
import { normalCdf } from '../evaluate/normal.ts';
import { type Axis, bucketOf, type NumberAxis, type OptionsAxis, positionOf } from './axis.ts';

export interface Density {
  /** The natural logarithm of the density of a value, or of its probability where values are rounded or options. */
  logOf(value: Json): number;
}

/** `values` in the order of the trials: the oldest count less once there are many. */
export function densityOf(axis: Axis, values: readonly Json[]): Density {
  return axis.kind === 'options' ? shares(axis, values) : mixture(axis, values as readonly number[]);
}

function shares({ options, prior }: OptionsAxis, values: readonly Json[]): Density {
  const texts = options.map((option) => JSON.stringify(option));
  const weights = ageWeights(values.length);
  // As many counts of the prior as there are options.
  const counts = prior.map((p) => p * options.length);
  for (const [index, value] of values.entries()) {
    const at = texts.indexOf(JSON.stringify(value));
    if (at >= 0) counts[at] = (counts[at] as number) + (weights[index] as number);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const probabilities = counts.map((count) => count / total);
  return {
    logOf: (value) => Math.log(probabilities[texts.indexOf(JSON.stringify(value))] ?? 0),
  };
}

interface Component {
  readonly weight: number;
  readonly mean: number;
  readonly sigma: number;
  /** Its probability between the bounds. */
  readonly mass: number;
}

function mixture(axis: NumberAxis, values: readonly number[]): Density {
  const components = componentsOf(axis, values);
  return {
    logOf(value) {
      const bucket = bucketOf(axis, value as number);
      const at = positionOf(axis, value as number);
      let sum = 0;
      for (const { weight, mean, sigma, mass } of components) {
        const z = (at - mean) / sigma;
        const part =
          bucket === undefined
            ? Math.exp((-z * z) / 2) / (sigma * Math.sqrt(2 * Math.PI))
            : normalCdf((bucket[1] - mean) / sigma) - normalCdf((bucket[0] - mean) / sigma);
        sum += (weight * part) / mass;
      }
      return Math.log(Math.max(sum, Number.MIN_VALUE));
    },
  };
}

function componentsOf(axis: NumberAxis, values: readonly number[]): readonly Component[] {
  const { low, high, normal } = axis;
  const prior = normal ?? { mu: (low + high) / 2, sigma: high - low };
  const age = ageWeights(values.length);
  const points = [
    { mean: prior.mu, weight: 1, isPrior: true },
    ...values.map((value, index) => ({ mean: positionOf(axis, value), weight: age[index] as number, isPrior: false })),
  ].sort((a, b) => a.mean - b.mean || Number(b.isPrior) - Number(a.isPrior));
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const narrowest = prior.sigma / Math.min(100, points.length + 1);
  return points.map(({ mean, weight, isPrior }, index) => {
    const gaps = [points[index - 1], points[index + 1]].map((near) => (near === undefined ? 0 : Math.abs(near.mean - mean)));
    const sigma = isPrior ? prior.sigma : Math.min(prior.sigma, Math.max(narrowest, ...gaps));
    const mass = normalCdf((high - mean) / sigma) - normalCdf((low - mean) / sigma);
    return { weight: weight / total, mean, sigma, mass: Math.max(mass, Number.MIN_VALUE) };
  });
}

/** The last 25 count fully; older ones less and less (hyperopt's linear forgetting). */
const RECENT = 25;

export function ageWeights(count: number): readonly number[] {
  const old = count - RECENT;
  return Array.from({ length: count }, (_, index) =>
    index >= old ? 1 : old === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * index) / (old - 1),
  );
}
