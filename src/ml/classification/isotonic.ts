/**
 * Isotonic calibration: the non-decreasing function of the probability that is nearest to what happened, by pooling of
 * adjacent violators (Ayer et al., Annals of Mathematical Statistics 26, 1955; Zadrozny and Elkan, KDD 2002). Between its
 * points it is a line, outside of them constant, as in scikit-learn.
 */
import { argsort } from '../metrics/argsort.ts';

export interface IsotonicMap {
  /** Growing probabilities of the model, and what each becomes, not falling. At least one. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** `isMember[row]` is 1 or 0. Leaves probabilities as they are where no row has a weight. */
export function fitIsotonic(probability: Float64Array, isMember: Uint8Array, weight: Float64Array): IsotonicMap {
  const blocks = pool(distinct(probability, isMember, weight));
  if (blocks.length === 0) return { from: [0, 1], to: [0, 1] };
  const from: number[] = [];
  const to: number[] = [];
  for (const { first, last, sum, weight: total } of blocks) {
    const value = sum / total;
    from.push(first);
    to.push(value);
    if (last > first) {
      from.push(last);
      to.push(value);
    }
  }
  return { from, to };
}

export function applyIsotonic({ from, to }: IsotonicMap, probability: number): number {
  let [low, high] = [0, from.length];
  // The first point at or above the probability.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((from[middle] as number) < probability) low = middle + 1;
    else high = middle;
  }
  if (low === from.length) return to.at(-1) as number;
  if (low === 0 || from[low] === probability) return to[low] as number;
  const [a, b] = [from[low - 1] as number, from[low] as number];
  const [start, end] = [to[low - 1] as number, to[low] as number];
  return start + ((probability - a) / (b - a)) * (end - start);
}

interface Block {
  readonly first: number;
  readonly last: number;
  readonly weight: number;
  /** Of the members. */
  readonly sum: number;
}

/** Rows of equal probability are one point. */
function distinct(probability: Float64Array, isMember: Uint8Array, weight: Float64Array): readonly Block[] {
  const points: { first: number; last: number; weight: number; sum: number }[] = [];
  for (const row of argsort(probability)) {
    const w = weight[row] as number;
    if (w === 0) continue;
    const p = probability[row] as number;
    const sum = w * (isMember[row] as number);
    const point = points.at(-1);
    if (point?.first === p) {
      point.weight += w;
      point.sum += sum;
    } else points.push({ first: p, last: p, weight: w, sum });
  }
  return points;
}

function pool(points: readonly Block[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const point of points) {
    let block = point;
    for (;;) {
      const before = blocks.at(-1);
      if (before === undefined || before.sum * block.weight < block.sum * before.weight) break;
      blocks.pop();
      block = { first: before.first, last: block.last, weight: before.weight + block.weight, sum: before.sum + block.sum };
    }
    blocks.push(block);
  }
  return blocks;
}
