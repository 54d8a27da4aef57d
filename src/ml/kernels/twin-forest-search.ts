/**
 * The kernels of `forest-counts.as.ts`, `forest-search.as.ts` and `forest-threshold.as.ts` in plain TypeScript. Nodes of any
 * size are counted into bins: sums are integers, so a sorted node gives the same.
 */
import * as at from './forest-layout.ts';
import { categories } from './twin-forest-categories.ts';
import { below, draw, type ForestMemory } from './twin-forest-draw.ts';
import { settle } from './twin-forest-score.ts';

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

export function search(m: ForestMemory, plan: number, desk: number, begin: number, end: number): boolean {
  m.setNumber(desk + at.DESK_SCORE, Number.NEGATIVE_INFINITY);
  m.setWord(desk + at.DESK_FEATURE, -1);
  const deck = desk + m.offset(plan + at.PLAN_DECK);
  const order = desk + m.offset(plan + at.PLAN_ORDER);
  const features = m.word(plan + at.PLAN_FEATURES);
  const kinds = m.offset(plan + at.PLAN_KINDS);
  const wanted = m.word(plan + at.PLAN_TRIED);
  let tried = 0;
  for (let drawn = 0; drawn < features && tried < wanted; drawn++) {
    const place = deck + 4 * (drawn + below(m, desk, features - drawn));
    const feature = m.word(place);
    m.setWord(place, m.word(deck + 4 * drawn));
    m.setWord(deck + 4 * drawn, feature);
    const column = m.offset(desk + at.DESK_BINS) + feature * m.offset(desk + at.DESK_BIN_STRIDE);
    const node: Column = { plan, desk, from: order + 4 * begin, to: order + 4 * end, feature, column };
    const tryIt = m.byte(kinds + feature) !== 0 ? categories : m.word(plan + at.PLAN_IS_RANDOM) !== 0 ? threshold : counted;
    if (tryIt(m, node)) tried++;
  }
  return m.word(desk + at.DESK_FEATURE) >= 0;
}

/** Packed weight and sums of each bin, and the bins in use, ascending. */
export interface Counts {
  readonly used: readonly number[];
  readonly packed: Float64Array;
  /** `bin × outputs + k`. */
  readonly sums: Float64Array;
}

export function count(m: ForestMemory, { plan, desk, from, to, column }: Column): Counts {
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
export function setLeft(m: ForestMemory, { plan, desk }: Node, { packed, sums }: Counts, bins: readonly number[]): number {
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

function counted(m: ForestMemory, node: Column): boolean {
  const { plan, desk, feature } = node;
  const counts = count(m, node);
  const { used } = counts;
  const left = desk + m.offset(plan + at.PLAN_LEFT);
  const hasMissing = used.at(-1) === at.MISSING;
  const values = hasMissing ? used.length - 1 : used.length;
  for (let pass = 0; used.length > 1 && pass < (hasMissing ? 2 : 1); pass++) {
    const end = hasMissing && pass === 0 ? values : values - 1;
    for (let i = 0; i < end; i++) {
      const bins = [...(pass === 1 ? [at.MISSING] : []), ...used.slice(0, i + 1)];
      const packed = setLeft(m, node, counts, bins);
      const sum = m.word(plan + at.PLAN_OUTPUTS) === 1 ? m.number(left) : 0;
      settle(m, plan, desk, { feature, packed, sum, bin: used[i] as number, kind: hasMissing ? pass : -1 });
    }
  }
  return used.length > 1;
}

function threshold(m: ForestMemory, node: Column): boolean {
  const { plan, desk, feature } = node;
  const counts = count(m, node);
  const { used } = counts;
  if (used.length < 2) return false;
  const hasMissing = used.at(-1) === at.MISSING;
  const numbers = hasMissing ? used.slice(0, -1) : used;
  const low = numbers[0] as number;
  const high = numbers.at(-1) as number;
  let bin = high;
  let kind = hasMissing ? at.KIND_VALUES : -1;
  if (low < high) {
    bin = low + below(m, desk, high - low);
    if (hasMissing && draw(m, desk) >= 2 ** 31) kind = at.KIND_WITH_MISSING;
  }
  const bins = used.filter((own) => (own === at.MISSING ? kind === at.KIND_WITH_MISSING : own <= bin));
  const packed = setLeft(m, node, counts, bins);
  const sum = m.word(plan + at.PLAN_OUTPUTS) === 1 ? m.number(desk + m.offset(plan + at.PLAN_LEFT)) : 0;
  settle(m, plan, desk, { feature, packed, sum, bin, kind });
  return true;
}
