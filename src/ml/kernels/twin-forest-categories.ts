/** The kernels of `forest-categories.as.ts` in plain TypeScript. */
import * as at from './forest-layout.ts';
import { type Column, type Counts, count, setLeft } from './twin-forest-counts.ts';
import { draw } from './twin-forest-draw.ts';
import { settle } from './twin-forest-score.ts';
import type { TwinMemory } from './twin-memory.ts';

export function categories(m: TwinMemory, node: Column): boolean {
  const { plan, desk, feature } = node;
  const counts = count(m, node);
  const { used } = counts;
  if (used.length < 2) return false;
  const [list, first, last] =
    m.word(plan + at.PLAN_IS_RANDOM) !== 0 ? shuffled(m, desk, used) : [sorted(m, node, counts), 1, used.length - 1];
  let best = -1;
  let bestPacked = 0;
  for (let taken = first; taken <= last; taken++) {
    const packed = setLeft(m, node, counts, list.slice(0, taken));
    const sum = m.number(desk + m.offset(plan + at.PLAN_LEFT));
    if (!settle(m, plan, desk, { feature, packed, sum, bin: 0, kind: at.KIND_SET })) continue;
    best = taken;
    bestPacked = packed;
  }
  if (best < 0) return true;
  const isMajority = 2 * bestPacked > m.number(desk + at.DESK_WEIGHT);
  m.bytes.fill(isMajority ? 255 : 0, desk + at.DESK_SET, desk + at.DESK_SET + 32);
  list.forEach((bin, i) => {
    const byte = desk + at.DESK_SET + (bin >> 3);
    m.bytes[byte] = i < best ? m.byte(byte) | (1 << (bin & 7)) : m.byte(byte) & ~(1 << (bin & 7));
  });
  return true;
}

function shuffled(m: TwinMemory, desk: number, used: readonly number[]): readonly [readonly number[], number, number] {
  const list = [...used];
  let taken = 0;
  for (let i = 0; i < list.length; i++) {
    if (draw(m, desk) < 2 ** 31) continue;
    [list[i], list[taken]] = [list[taken] as number, list[i] as number];
    taken++;
  }
  const size = Math.max(1, Math.min(taken, list.length - 1));
  return [list, size, size];
}

function sorted(m: TwinMemory, { plan, desk }: Column, { used, packed, sums }: Counts): readonly number[] {
  const inverse = m.number(plan + at.PLAN_WEIGHT_INVERSE);
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  const totals = desk + m.offset(plan + at.PLAN_TOTALS);
  const weight = (bin: number): number => Math.floor((packed[bin] as number) * inverse);
  const mean = (bin: number, k: number): number => (sums[bin * outputs + k] as number) / weight(bin);
  const total = Math.floor(m.number(desk + at.DESK_WEIGHT) * inverse);
  let output = 0;
  let most = -1;
  for (let k = 0; outputs > 1 && k < outputs; k++) {
    const middle = m.number(totals + 8 * k) / total;
    let spread = 0;
    for (const bin of used) {
      const away = mean(bin, k) - middle;
      spread += weight(bin) * (away * away);
    }
    if (spread <= most) continue;
    most = spread;
    output = k;
  }
  return [...used].sort((a, b) => mean(a, output) - mean(b, output) || a - b);
}
