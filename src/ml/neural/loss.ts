/**
 * Losses in double precision: their value, the derivative by the outputs that training follows, and
 * the probabilities that outputs stand for. The outputs are the last layer's sums; a number is
 * standardised there.
 */
import type { Target } from '../estimator.ts';

/** A target as the network sees it. */
export interface NetworkTarget {
  readonly kind: 'number' | 'two-classes' | 'classes';
  /** Standardised numbers, or class codes. */
  readonly values: Float64Array | Int32Array;
  /** What a standardised number is multiplied by to be in the target's own units. 1 for classes. */
  readonly scale: number;
}

export function networkTarget(y: Target, centre: number, scale: number): NetworkTarget {
  if (y.kind === 'regression') {
    return { kind: 'number', values: y.values.map((value) => (scale === 0 ? 0 : (value - centre) / scale)), scale };
  }
  return { kind: y.classes.length === 2 ? 'two-classes' : 'classes', values: y.codes, scale: 1 };
}

/** Sums over rows, so that batches add up. */
export interface Measured {
  weight: number;
  /** Squared error in the target's own units, or log loss. */
  loss: number;
  /** Absolute error in the target's own units, or rows whose likeliest class is right. */
  metric: number;
}

export function nothingMeasured(): Measured {
  return { weight: 0, loss: 0, metric: 0 };
}

/**
 * Adds the rows to `into`. With `gradient` also writes there the derivative of the weighted loss by
 * each output, divided by `divisor`: for numbers that of half the squared error of standardised values.
 */
export function measure(
  target: NetworkTarget,
  outputs: ArrayLike<number>,
  rows: ArrayLike<number>,
  weight: Float64Array | undefined,
  into: Measured,
  gradient?: { readonly into: Float32Array; readonly divisor: number },
): void {
  const { kind, values, scale } = target;
  const width = kind === 'classes' ? outputs.length / Math.max(1, rows.length) : 1;
  const shares = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const value = values[row] as number;
    const w = weight === undefined ? 1 : (weight[row] as number);
    const share = gradient === undefined ? 0 : w / gradient.divisor;
    into.weight += w;
    if (kind === 'number') {
      const error = (outputs[i] as number) - value;
      into.loss += w * (error * scale) ** 2;
      into.metric += w * Math.abs(error * scale);
      if (gradient !== undefined) gradient.into[i] = share * error;
    } else if (kind === 'two-classes') {
      const z = outputs[i] as number;
      const p = logistic(z);
      into.loss += w * softplus(value === 1 ? -z : z);
      into.metric += (p > 0.5 ? 1 : 0) === value ? w : 0;
      if (gradient !== undefined) gradient.into[i] = share * (p - value);
    } else {
      const top = softmax(outputs, i * width, shares);
      into.loss -= w * Math.log(Math.max(shares[value] as number, Number.MIN_VALUE));
      into.metric += top === value ? w : 0;
      if (gradient !== undefined)
        for (let k = 0; k < width; k++) gradient.into[i * width + k] = share * ((shares[k] as number) - (k === value ? 1 : 0));
    }
  }
}

export function logistic(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** Writes the shares of one row into `into` and returns the first largest. */
export function softmax(outputs: ArrayLike<number>, from: number, into: Float64Array): number {
  let top = 0;
  for (let k = 1; k < into.length; k++) if ((outputs[from + k] as number) > (outputs[from + top] as number)) top = k;
  const highest = outputs[from + top] as number;
  let sum = 0;
  for (let k = 0; k < into.length; k++) {
    const e = Math.exp((outputs[from + k] as number) - highest);
    into[k] = e;
    sum += e;
  }
  for (let k = 0; k < into.length; k++) into[k] = (into[k] as number) / sum;
  return top;
}
