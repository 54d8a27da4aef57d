/** The kernel of `loss-sums.as.ts` in plain TypeScript. */
import { exp } from './twin-exp.ts';

const BLOCK = 8192;

export function sumLosses(
  buffer: ArrayBufferLike,
  fromBlock: number,
  toBlock: number,
  rows: number,
  scores: number,
  target: number,
  weights: number,
  sums: number,
  isLogistic: number,
): void {
  const all = new Float64Array(buffer);
  for (let block = fromBlock; block < toBlock; block++) {
    const sum = [0, 0];
    for (let row = block * BLOCK; row < Math.min(rows, (block + 1) * BLOCK); row++) {
      const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
      if (weight === 0) continue;
      const score = all[scores / 8 + row] as number;
      const wanted = all[target / 8 + row] as number;
      const loss = isLogistic === 1 ? logLoss(score, wanted) : (score - wanted) * (score - wanted);
      sum[row & 1] = (sum[row & 1] as number) + loss * weight;
    }
    all[sums / 8 + block] = (sum[0] as number) + (sum[1] as number);
  }
}

function logLoss(score: number, target: number): number {
  const margin = score * (1 - (target + target));
  const u = exp(-Math.abs(score));
  const t = u / (u + 2);
  const t2 = t * t;
  const t4 = t2 * t2;
  const sumOf = (terms: readonly number[]): number => terms.reduce((sum, term) => sum * t4 + 1 / term, 0);
  const series = sumOf([21, 17, 13, 9, 5, 1]) + sumOf([19, 15, 11, 7, 3]) * t2;
  return Math.max(margin, 0) + (t + t) * series;
}
