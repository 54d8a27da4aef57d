/**
 * What a leaf is worth when L1 pulls on its value or monotone constraints hold it between bounds. Its value
 * is then no longer the one that the short formula of the score assumes, so the score is that of the value it gets
 * (Ke et al., "LightGBM", and its "basic" method for monotone constraints). The same in units: `constrained.as.ts`.
 */

export interface Constraints {
  readonly l1: number;
  /** For each feature 1 when predictions may only rise with it, −1 when they may only fall, else 0. Absent: all are free. */
  readonly signs?: Int8Array | undefined;
}

/** Between which values a leaf has to stay, so that it respects the splits above it. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const UNBOUNDED: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** The value of a leaf. `hessian` includes L2. */
export function constrainedValue(gradient: number, hessian: number, l1: number, { low, high }: Bounds): number {
  const size = Math.abs(gradient) - l1;
  const value = size > 0 ? (gradient > 0 ? -size : size) / hessian : 0;
  return Math.max(low, Math.min(high, value));
}

/** By how much that value lessens the loss, twice. G² ∕ H without L1 and bounds. */
export function scoreOfValue(gradient: number, hessian: number, l1: number, value: number): number {
  return -(2 * gradient * value + hessian * value * value + 2 * l1 * Math.abs(value));
}

export function constrainedScore(gradient: number, hessian: number, l1: number, bounds: Bounds): number {
  return scoreOfValue(gradient, hessian, l1, constrainedValue(gradient, hessian, l1, bounds));
}

/** What is left to the children of a leaf: the middle between their values parts them. A sign of 0 leaves both all of it. */
export function childBounds(bounds: Bounds, sign: number, left: number, right: number): readonly [Bounds, Bounds] {
  if (sign === 0) return [bounds, bounds];
  const middle = held((left + right) / 2, bounds);
  const [lower, upper] = [
    { low: bounds.low, high: middle },
    { low: middle, high: bounds.high },
  ];
  return sign > 0 ? [lower, upper] : [upper, lower];
}

export function held(value: number, { low, high }: Bounds): number {
  return Math.max(low, Math.min(high, value));
}
