/** The kernels of `forest-counts.as.ts` in plain TypeScript. */
import * as at from './forest-layout.ts';
import type { TwinMemory } from './twin-memory.ts';

/** A node's rows: offsets of the first and of the one after the last. */
export interface Node {
  readonly plan: number;
  readonly desk: number;
  readonly from: number;
  readonly to: number;
}

/** A feature of it, and where its bins lie. */
export interface Column extends Node {
  readonly feature: number;
  readonly column: number;
}

/** Packed weight and sums of each bin, and the bins in use, ascending. */
export interface Counts {
  readonly used: readonly number[];
  readonly packed: Float64Array;
  /** `bin × outputs + k`. */
  readonly sums: Float64Array;
}

export function count(m: TwinMemory, { plan, desk, from, to, column }: Column): Counts {
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  const pairs = m.offset(desk + at.DESK_PAIRS);
  const target = m.offset(desk + at.DESK_TARGET);
  const packed = new Float64Array(256);
  const sums = new Float64Array(256 * outputs);
  for (let i = from; i < to; i += 4) {
    const row = m.offset(i);
    const bin = m.byte(column + row);
    const k = bin * outputs + (outputs === 1 ? 0 : m.number(target + 8 * row));
    packed[bin] = (packed[bin] as number) + m.number(pairs + 16 * row);
    sums[k] = (sums[k] as number) + m.number(pairs + 16 * row + 8);
  }
  return { used: Array.from(packed.keys()).filter((bin) => packed[bin] !== 0), packed, sums };
}

/** Make the sums of some bins those of the left side. Returns its packed weight. */
export function setLeft(m: TwinMemory, { plan, desk }: Node, { packed, sums }: Counts, bins: readonly number[]): number {
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  const left = desk + m.offset(plan + at.PLAN_LEFT);
  for (let k = 0; k < outputs; k++) {
    m.setNumber(
      left + 8 * k,
      bins.reduce((sum, bin) => sum + (sums[bin * outputs + k] as number), 0),
    );
  }
  return bins.reduce((sum, bin) => sum + (packed[bin] as number), 0);
}
