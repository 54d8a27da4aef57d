/** The kernels of `forest-score.as.ts` in plain TypeScript. */
import * as at from './forest-layout.ts';
import type { TwinMemory } from './twin-memory.ts';

const NOISE = 1.0000000000000009;

const bits = new DataView(new ArrayBuffer(8));

/** ln x in the steps of the kernel; `Math.log` differs between engines in the last bit. */
export function ln(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m *= 0.5;
    exponent += 1;
  }
  const f = (m - 1) / (m + 1);
  const s = f * f;
  let sum = 1 / 21;
  for (const divisor of [19, 17, 15, 13, 11, 9, 7, 5, 3]) sum = sum * s + 1 / divisor;
  return exponent * Math.LN2 + (2 * f + 2 * f * s * sum);
}

const share = (x: number, w: number): number => (x > 0 ? x * ln(x / w) : 0);

function worth(criterion: number, sum: number, weight: number): number {
  if (criterion === at.SQUARED) return (sum * sum) / weight;
  if (criterion === at.ENTROPY) return share(sum, weight) + share(weight - sum, weight);
  return share(sum, weight);
}

export function worthOfNode(m: TwinMemory, plan: number, desk: number): number {
  const weight = Math.floor(m.number(desk + at.DESK_WEIGHT) * m.number(plan + at.PLAN_WEIGHT_INVERSE));
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  const criterion = m.word(plan + at.PLAN_CRITERION);
  if (outputs === 1) return worth(criterion, m.number(desk + at.DESK_SUM), weight);
  const totals = desk + m.offset(plan + at.PLAN_TOTALS);
  let total = 0;
  for (let k = 0; k < outputs; k++) {
    const sum = m.number(totals + 8 * k);
    total += criterion === at.SQUARED ? sum * sum : share(sum, weight);
  }
  return criterion === at.SQUARED ? total / weight : total;
}

export interface Candidate {
  readonly feature: number;
  /** Packed weight and sum of the left side. */
  readonly packed: number;
  readonly sum: number;
  readonly bin: number;
  /** −1 where the node has no missing values. */
  readonly kind: number;
}

export function settle(m: TwinMemory, plan: number, desk: number, { feature, packed, sum, bin, kind }: Candidate): boolean {
  const inverse = m.number(plan + at.PLAN_WEIGHT_INVERSE);
  const unit = m.number(plan + at.PLAN_WEIGHT_UNIT);
  const least = m.number(plan + at.PLAN_COUNTED_LEAF);
  const total = m.number(desk + at.DESK_WEIGHT);
  const weight = Math.floor(packed * inverse);
  const restWeight = Math.floor(total * inverse) - weight;
  if (least > 0 && (packed - weight * unit < least || total - packed - restWeight * unit < least)) return false;
  const criterion = m.word(plan + at.PLAN_CRITERION);
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  let score = 0;
  if (outputs === 1) {
    const rest = m.number(desk + at.DESK_SUM) - sum;
    if (criterion > at.ENTROPY && (sum <= 0 || rest <= 0)) return false;
    if (criterion === at.SQUARED) score = (sum * sum * restWeight + rest * rest * weight) / (weight * restWeight);
    else score = worth(criterion, sum, weight) + worth(criterion, rest, restWeight);
  } else {
    const left = desk + m.offset(plan + at.PLAN_LEFT);
    const totals = desk + m.offset(plan + at.PLAN_TOTALS);
    let [lefts, rests] = [0, 0];
    for (let k = 0; k < outputs; k++) {
      const l = m.number(left + 8 * k);
      const r = m.number(totals + 8 * k) - l;
      lefts += criterion === at.SQUARED ? l * l : share(l, weight);
      rests += criterion === at.SQUARED ? r * r : share(r, restWeight);
    }
    score = criterion === at.SQUARED ? lefts / weight + rests / restWeight : lefts + rests;
  }
  const best = m.number(desk + at.DESK_SCORE);
  if (!(score > (best > 0 ? best * NOISE : best * (2 - NOISE)))) return false;
  m.setNumber(desk + at.DESK_SCORE, score);
  m.setNumber(desk + at.DESK_LEFT_WEIGHT, packed);
  m.setNumber(desk + at.DESK_LEFT_SUM, sum);
  m.setWord(desk + at.DESK_FEATURE, feature);
  m.setWord(desk + at.DESK_BIN, bin);
  m.setWord(desk + at.DESK_KIND, kind >= 0 ? kind : weight > restWeight ? 1 : 0);
  return true;
}
