/**
 * Gauss–Legendre quadrature: `points` nodes integrate polynomials of degree 2 × `points` − 1 exactly
 * (Abramowitz and Stegun, 25.4.30).
 */

export interface Quadrature {
  /** Inside 0 … 1, ascending. */
  readonly nodes: Float64Array;
  /** Sum to 1. */
  readonly weights: Float64Array;
}

/** On 0 … 1. Throws a RangeError for no points. */
export function gaussLegendre(points: number): Quadrature {
  if (!Number.isInteger(points) || points < 1) throw new RangeError(`a quadrature needs points; found ${points}`);
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    // Newton's method on the Legendre polynomial, from Tricomi's approximation of its roots.
    let x = -Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 0;
    for (let step = 0; step < 20; step++) {
      const found = legendre(points, x);
      slope = found.slope;
      const moved = x - found.value / slope;
      if (Math.abs(moved - x) <= 1e-16) break;
      x = moved;
    }
    nodes[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  for (let n = 2; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
