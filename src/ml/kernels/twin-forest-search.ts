/**
 * The kernels of `forest-search.as.ts` and `forest-threshold.as.ts` in plain TypeScript. Nodes of any
 * size are counted into bins: sums are integers, so a sorted node gives the same.
 */
import * as at from './forest-layout.ts';
import { categories } from './twin-forest-categories.ts';
import { type Column, count, setLeft } from './twin-forest-counts.ts';
import { below, draw } from './twin-forest-draw.ts';
import { settle } from './twin-forest-score.ts';
import type { TwinMemory } from './twin-memory.ts';

export function search(m: TwinMemory, plan: number, desk: number, begin: number, end: number): boolean {
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

function counted(m: TwinMemory, node: Column): boolean {
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

function threshold(m: TwinMemory, node: Column): boolean {
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
