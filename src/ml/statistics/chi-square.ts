/** The upper tail of the χ² distribution for whole degrees of freedom. */

/** P(χ² > x). */
export function chiSquareTail(x: number, degrees: number): number {
  if (!(x > 0)) return 1;
  return upperGamma(degrees / 2, x / 2);
}

/** The regularised Q(a, x) for a whole or half a: the series below the mean, the continued fraction above (Numerical Recipes, 6.2). */
function upperGamma(a: number, x: number): number {
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = a + 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= x / n;
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  let [b, c, d] = [x + 1 - a, Number.POSITIVE_INFINITY, 1 / (x + 1 - a)];
  let h = d;
  for (let i = 1; i < 10_000; i++) {
    const step = -i * (i - a);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return scale * h;
}

/** ln Γ(a) for a whole or half a, as a sum of logarithms. */
function logGamma(a: number): number {
  let [value, at] = Number.isInteger(a) ? [0, 1] : [Math.log(Math.PI) / 2, 0.5];
  for (; at < a; at++) value += Math.log(at);
  return value;
}
