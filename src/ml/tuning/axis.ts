/**
 * One parameter of a search space as an axis. Options have no order. Numbers lie on a position: the value itself, or
 * its natural logarithm, so that a distribution is uniform or normal there; what a position stands for may be rounded.
 */

import { DISTRIBUTIONS, type SearchedParam, type SearchSpace } from '../../schema/distributions.ts';
import type { Json } from '../../schema/json.ts';
import { normalQuantile } from '../evaluate/normal.ts';
import type { Random } from '../random.ts';

export interface OptionsAxis {
  readonly kind: 'options';
  readonly name: string;
  readonly options: readonly Json[];
  /** Probabilities, one an option, summing to 1. */
  readonly prior: readonly number[];
}

export interface NumberAxis {
  readonly kind: 'number';
  readonly name: string;
  /** Bounds of positions; infinite for normal distributions. */
  readonly low: number;
  readonly high: number;
  /** Of positions. Absent: uniform between the bounds. */
  readonly normal?: { readonly mu: number; readonly sigma: number };
  readonly isLog: boolean;
  /** Values are multiples of it. */
  readonly q?: number;
  /** Of values, where they have bounds. */
  readonly least: number;
  readonly most: number;
  /** How many points a grid has, where it was said. */
  readonly steps?: number;
}

export type Axis = OptionsAxis | NumberAxis;

/** The axes in the order of the parameters' names, so that the order of a file plays no part. */
export function axesOf(space: SearchSpace): readonly Axis[] {
  return Object.keys(space)
    .sort()
    .map((name) => axisOf(name, space[name] as SearchedParam));
}

function axisOf(name: string, said: SearchedParam): Axis {
  if (said.values !== undefined) {
    const { values } = said;
    return { kind: 'options', name, options: values, prior: values.map(() => 1 / values.length) };
  }
  const { distribution = 'uniform', mu = 0, sigma = 1, steps } = said;
  if (distribution === 'pchoice') {
    const pairs = said.p_options ?? [];
    const total = pairs.reduce((sum, [p]) => sum + p, 0);
    return { kind: 'options', name, options: pairs.map(([, value]) => value), prior: pairs.map(([p]) => p / total) };
  }
  const { isLog, isRounded } = DISTRIBUTIONS[distribution];
  const shared = { kind: 'number', name, isLog, ...(isRounded && { q: said.q ?? 1 }), ...(steps !== undefined && { steps }) } as const;
  if (distribution.endsWith('normal')) {
    const least = isLog ? 0 : Number.NEGATIVE_INFINITY;
    return {
      ...shared,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      normal: { mu, sigma },
      least,
      most: Number.POSITIVE_INFINITY,
    };
  }
  const [low, high] = integerBounds(said) ?? [said.low ?? 0, said.high ?? 1];
  if (distribution === 'randint' || distribution === 'uniformint') {
    const last = distribution === 'randint' ? high - 1 : high;
    return { ...shared, low: low - 0.5, high: last + 0.5, least: low, most: last };
  }
  return { ...shared, low, high, least: isLog ? exponential(low) : low, most: isLog ? exponential(high) : high };
}

/** Bounds are written as logarithms of a few digits: 0.01 is meant, not 0.010000000000000005. */
function exponential(bound: number): number {
  return Number(Math.exp(bound).toPrecision(12));
}

/** `randint` with one bound begins at 0. */
function integerBounds({ distribution, upper, low, high }: SearchedParam): readonly [number, number] | undefined {
  return distribution === 'randint' && upper !== undefined ? [0, upper] : distribution === 'randint' ? [low ?? 0, high ?? 1] : undefined;
}

/** The value at a position: 6 digits are enough to say it, and to write it again by hand. */
export function valueAt(axis: NumberAxis, position: number): number {
  const value = axis.isLog ? Math.exp(position) : position;
  if (axis.q === undefined) return Math.min(axis.most, Math.max(axis.least, Number(value.toPrecision(6))));
  const [first, last] = multiples(axis);
  return multiple(axis.q, Math.min(last, Math.max(first, Math.round(value / axis.q))));
}

/** Which multiples of `q` are between the bounds: the first and the last. The tolerance is for `low: 0.3, q: 0.1`. */
export function multiples({ q = 1, least, most }: NumberAxis): readonly [number, number] {
  return [Math.ceil(least / q - 1e-9), Math.floor(most / q + 1e-9)];
}

/** Without the noise of `3 * 0.1`. */
function multiple(q: number, count: number): number {
  return Number((q * count).toPrecision(12)) + 0;
}

/** The position of a value, within the bounds. What was rounded to 0 has a logarithm all the same: that of what is rounded so. */
export function positionOf(axis: NumberAxis, value: number): number {
  return inside(axis, axis.isLog ? Math.log(Math.max(value, (axis.q ?? 0) / 4, Number.MIN_VALUE)) : value);
}

/** What positions stand for the same value as this one, when values are rounded. */
export function bucketOf(axis: NumberAxis, value: number): readonly [number, number] | undefined {
  const { q, isLog } = axis;
  if (q === undefined) return undefined;
  const at = (bound: number): number => inside(axis, isLog ? Math.log(Math.max(bound, 0)) : bound);
  return [at(value - q / 2), at(value + q / 2)];
}

function inside({ low, high }: NumberAxis, position: number): number {
  return Math.min(high, Math.max(low, position));
}

/** A draw from the prior. */
export function drawFrom(axis: Axis, random: Random): Json {
  if (axis.kind === 'options') return axis.options[drawIndex(axis.prior, random)] as Json;
  const { low, high, normal } = axis;
  return valueAt(axis, normal === undefined ? low + (high - low) * random.uniform() : normal.mu + normal.sigma * random.normal());
}

/** An index with these probabilities. */
export function drawIndex(probabilities: ArrayLike<number>, random: Random): number {
  let left = random.uniform();
  for (let index = 0; index < probabilities.length - 1; index++) {
    left -= probabilities[index] as number;
    if (left < 0) return index;
  }
  return probabilities.length - 1;
}

/** How many values there are, infinite for those that are not counted. */
export function sizeOf(axis: Axis): number {
  if (axis.kind === 'options') return distinct(axis.options).length;
  if (axis.q === undefined || axis.normal !== undefined) return Number.POSITIVE_INFINITY;
  const [first, last] = multiples(axis);
  return last - first + 1;
}

/** The points of a grid: all options, all multiples between bounds, or `steps` of them, evenly by position. Absent where nothing says how many. */
export function gridOf(axis: Axis): readonly Json[] | undefined {
  if (axis.kind === 'options') return distinct(axis.options);
  const { steps, low, high, normal, q } = axis;
  if (steps === undefined) {
    if (sizeOf(axis) === Number.POSITIVE_INFINITY) return undefined;
    const [first, last] = multiples(axis);
    return Array.from({ length: last - first + 1 }, (_, index) => multiple(q ?? 1, first + index));
  }
  const at = (index: number): number => {
    // Even shares of a normal distribution, each by its middle.
    if (normal !== undefined) return normal.mu + normal.sigma * normalQuantile((index + 0.5) / steps);
    return steps === 1 ? (low + high) / 2 : low + ((high - low) * index) / (steps - 1);
  };
  return distinct(Array.from({ length: steps }, (_, index) => valueAt(axis, at(index))));
}

function distinct(values: readonly Json[]): readonly Json[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
