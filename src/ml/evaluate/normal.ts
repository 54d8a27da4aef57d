/** The standard normal distribution, as intervals need it. */

/**
 * P(Z ≤ x), to about 1e-15. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical
 * Software 11(4) (2004): ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …).
 */
export function normalCdf(x: number): number {
  if (x < -38) return 0;
  if (x > 8.3) return 1;
  if (x < -6) return lowerTail(-x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > Number.EPSILON * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * density(x);
}

/** The x with P(Z ≤ x) = p, for p in (0, 1): bisection, which needs no table of constants. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability between 0 and 1 is needed; found ${p}`);
  // The lower half keeps its digits: 1 − 1e-9 has fewer than 1e-9.
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -38;
  let high = 0;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How many standard errors a two-sided interval of this level reaches: 1.96 for 0.95. */
export function standardErrors(level: number): number {
  return -normalQuantile((1 - level) / 2);
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Laplace's continued fraction of the tail, where the series would cancel. */
function lowerTail(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}
