/** The kernels of `losses.as.ts` in plain TypeScript. */
import { select } from '../trees/weighted.ts';
import { exp } from './twin-exp.ts';

export function residualGradients(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  scores: number,
  target: number,
  weights: number,
  gradients: number,
  hessians: number,
  limits: number,
): void {
  const all = new Float64Array(buffer);
  const [low, high, isHeld] = all.subarray(limits / 8) as unknown as [number, number, number];
  for (let row = from; row < to; row++) {
    const residual = (all[scores / 8 + row] as number) - (all[target / 8 + row] as number);
    const gradient = isHeld !== 0 ? Math.max(low, Math.min(high, residual)) : residual < 0 ? low : residual > 0 ? high : 0;
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    all[gradients / 8 + row] = gradient * weight;
    if (hessians !== 0) all[hessians / 8 + row] = weight;
  }
}

export function countGradients(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  scores: number,
  target: number,
  weights: number,
  gradients: number,
  hessians: number,
  limits: number,
): void {
  const all = new Float64Array(buffer);
  const one = all[limits / 8] as number;
  const two = 1 + one;
  // Rows go by two, so an odd end takes one more.
  for (let row = from; row < to + ((to - from) & 1); row++) {
    const score = all[scores / 8 + row] as number;
    const observed = (all[target / 8 + row] as number) * exp(one * score);
    const expected = exp(two * score);
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    all[gradients / 8 + row] = (expected - observed) * weight;
    all[hessians / 8 + row] = (two * expected - one * observed) * weight;
  }
}

export function softmaxGradients(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  scores: number,
  target: number,
  weights: number,
  gradients: number,
  hessians: number,
  _limits: number,
  rows: number,
  classes: number,
): void {
  const all = new Float64Array(buffer);
  const exponentials = new Float64Array(classes);
  for (let row = from; row < to; row++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, all[scores / 8 + k * rows + row] as number);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      exponentials[k] = exp((all[scores / 8 + k * rows + row] as number) - largest);
      sum += exponentials[k] as number;
    }
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    for (let k = 0; k < classes; k++) {
      const p = (exponentials[k] as number) / sum;
      const isTrue = all[target / 8 + row] === k ? 1 : 0;
      all[gradients / 8 + k * rows + row] = (p - isTrue) * weight;
      all[hessians / 8 + k * rows + row] = Math.max(1e-16, p * (1 - p)) * weight;
    }
  }
}

export function renewLeaves(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  leaves: number,
  target: number,
  scores: number,
  weights: number,
  values: number,
  sides: number,
  limits: number,
  renewed: number,
): void {
  const all = new Float64Array(buffer);
  const words = new Uint32Array(buffer);
  const [low, high, isHeld, level] = all.subarray(limits / 8) as unknown as [number, number, number, number];
  for (let leaf = from; leaf < to; leaf++) {
    const [order, begin, end] = words.subarray(leaves / 4 + 4 * leaf) as unknown as [number, number, number];
    const residuals = all.subarray(values / 8 + begin, values / 8 + end);
    const own = weights === 0 ? undefined : all.subarray(sides / 8 + begin, sides / 8 + end);
    let total = 0;
    for (let i = 0; i < end - begin; i++) {
      const row = words[order / 4 + begin + i] as number;
      const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
      residuals[i] = (all[target / 8 + row] as number) - (all[scores / 8 + row] as number);
      if (own !== undefined) own[i] = weight;
      total += weight;
    }
    const middle = select(residuals, own, level * total);
    let sum = 0;
    for (let i = 0; i < residuals.length; i++) {
      const apart = Math.max(low, Math.min(high, (residuals[i] as number) - middle));
      sum += own === undefined ? apart : (own[i] as number) * apart;
    }
    all[renewed / 8 + leaf] = isHeld !== 0 ? middle + sum / total : middle;
  }
}
