/** The kernels of `forest-draw.as.ts` in plain TypeScript. */
import * as at from './forest-layout.ts';
import type { TwinMemory } from './twin-memory.ts';

const rotl = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

export function draw(m: TwinMemory, desk: number): number {
  const state = desk >>> 2;
  const w = m.words;
  const b = w[state + 1] as number;
  let c = (w[state + 2] as number) ^ (w[state] as number);
  const d = (w[state + 3] as number) ^ b;
  w[state] = (w[state] as number) ^ d;
  w[state + 1] = b ^ c;
  c ^= b << 9;
  w[state + 2] = c;
  w[state + 3] = rotl(d, 11);
  return Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
}

export function below(m: TwinMemory, desk: number, count: number): number {
  // Both have 32 bits: the product of the high halves is exact, and so is the sum of the rest.
  const drawn = draw(m, desk);
  const low = (drawn & 0xffff) * count;
  const high = (drawn >>> 16) * count;
  return Math.floor((high + Math.floor(low / 65_536)) / 65_536);
}

export function drawRows(m: TwinMemory, plan: number, desk: number, slot: number): number {
  m.bytes.copyWithin(desk + at.DESK_RANDOM, slot, slot + 16);
  const count = m.word(plan + at.PLAN_ACTIVE_COUNT);
  const wanted = m.word(plan + at.PLAN_DRAW_COUNT);
  const way = m.word(plan + at.PLAN_DRAW);
  const active = m.offset(plan + at.PLAN_ACTIVE);
  const times = desk + m.offset(plan + at.PLAN_SPARE);
  const order = desk + m.offset(plan + at.PLAN_ORDER);
  const base = m.offset(plan + at.PLAN_PAIRS);
  const own = desk + m.offset(plan + at.PLAN_OWN_PAIRS);
  const inBag = m.offset(plan + at.PLAN_IN_BAG);
  const bits = inBag + m.word(slot + at.SLOT_TREE) * m.offset(plan + at.PLAN_IN_BAG_BYTES);
  const one = m.number(plan + at.PLAN_ROW);
  if (way === 1) {
    m.bytes.fill(0, times, times + 4 * count);
    for (let i = 0; i < wanted; i++) {
      const drawn = times + 4 * below(m, desk, count);
      m.setWord(drawn, m.word(drawn) + 1);
    }
  }
  let [weightSum, sum, taken] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const weight = way === 1 ? m.word(times + 4 * i) : way === 2 && (count - i) * draw(m, desk) >= (wanted - taken) * 4294967296 ? 0 : 1;
    if (weight === 0) continue;
    const row = m.offset(active + 4 * i);
    m.setWord(order + 4 * taken++, row);
    const packed = m.number(base + 16 * row) * weight + one;
    const weighted = m.number(base + 16 * row + 8) * weight;
    m.setNumber(own + 16 * row, packed);
    m.setNumber(own + 16 * row + 8, weighted);
    weightSum += packed;
    sum += weighted;
    if (inBag !== 0) m.bytes[bits + (row >>> 3)] = m.byte(bits + (row >>> 3)) | (1 << (row & 7));
  }
  m.setNumber(desk + at.DESK_WEIGHT, weightSum);
  m.setNumber(desk + at.DESK_SUM, sum);
  return taken;
}
