/** The kernels of `forest-node.as.ts` in plain TypeScript. Rows stay where they are: blocks only make memory nearer. */
import * as at from './forest-layout.ts';
import type { TwinMemory } from './twin-memory.ts';

export function enter(m: TwinMemory, plan: number, desk: number): void {
  m.setWord(desk + at.DESK_BINS, m.word(plan + at.PLAN_COLUMNS));
  m.setWord(desk + at.DESK_BIN_STRIDE, m.word(plan + at.PLAN_COLUMN_BYTES));
  m.setWord(desk + at.DESK_PAIRS, desk + m.offset(plan + at.PLAN_OWN_PAIRS));
  m.setWord(desk + at.DESK_TARGET, m.word(plan + at.PLAN_TARGET));
}

export function maySplit(m: TwinMemory, plan: number, desk: number, begin: number, end: number, depth: number): boolean {
  const order = desk + m.offset(plan + at.PLAN_ORDER);
  const target = m.offset(desk + at.DESK_TARGET);
  const pairs = m.offset(desk + at.DESK_PAIRS);
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  const valueAt = (i: number): number => m.number(target + 8 * m.offset(order + 4 * i));
  if (outputs > 1) {
    const totals = desk + m.offset(plan + at.PLAN_TOTALS);
    for (let k = 0; k < outputs; k++) m.setNumber(totals + 8 * k, 0);
    for (let i = begin; i < end; i++) m.addNumber(totals + 8 * valueAt(i), m.number(pairs + 16 * m.offset(order + 4 * i) + 8));
  }
  const rows = end - begin;
  if (depth >= m.word(plan + at.PLAN_MAX_DEPTH) || rows < m.word(plan + at.PLAN_MIN_SPLIT)) return false;
  if (rows < 2 * m.word(plan + at.PLAN_MIN_LEAF)) return false;
  const first = valueAt(begin);
  for (let i = begin + 1; i < end; i++) if (valueAt(i) !== first) return true;
  return false;
}

export function part(m: TwinMemory, plan: number, desk: number, begin: number, end: number): number {
  const order = (desk + m.offset(plan + at.PLAN_ORDER)) / 4;
  const column = m.offset(desk + at.DESK_BINS) + m.word(desk + at.DESK_FEATURE) * m.offset(desk + at.DESK_BIN_STRIDE);
  const kind = m.word(desk + at.DESK_KIND);
  const last = m.word(desk + at.DESK_BIN) + kind;
  const goesLeft = (row: number): boolean => {
    const bin = m.byte(column + row);
    if (kind === at.KIND_SET) return ((m.byte(desk + at.DESK_SET + (bin >> 3)) >> (bin & 7)) & 1) === 1;
    return ((bin + kind) & 255) <= last;
  };
  const rows = Array.from(m.words.subarray(order + begin, order + end), (row) => row >>> 0);
  const left = rows.filter(goesLeft);
  m.words.set(left.concat(rows.filter((row) => !goesLeft(row))), order + begin);
  return left.length;
}

export function addSplit(m: TwinMemory, plan: number, desk: number, slot: number): number {
  const place = m.word(slot + at.SLOT_NODES);
  const node = slot + m.offset(plan + at.PLAN_NODES) + 8 * place;
  const kind = m.word(desk + at.DESK_KIND);
  m.setWord(node, m.word(desk + at.DESK_FEATURE) | (m.word(desk + at.DESK_BIN) << 16) | (kind << 24));
  if (kind === at.KIND_SET) m.bytes.copyWithin(node + 8, desk + at.DESK_SET, desk + at.DESK_SET + 32);
  m.setWord(slot + at.SLOT_NODES, place + (kind === at.KIND_SET ? 5 : 1));
  return place;
}

export function addLeaf(m: TwinMemory, plan: number, desk: number, slot: number, rows: number): void {
  const place = m.word(slot + at.SLOT_NODES);
  const leaf = m.word(slot + at.SLOT_LEAVES);
  const node = slot + m.offset(plan + at.PLAN_NODES) + 8 * place;
  m.setWord(node, at.LEAF_NODE);
  m.setWord(node + 4, leaf);
  m.setWord(slot + at.SLOT_NODES, place + 1);
  m.setWord(slot + at.SLOT_LEAVES, leaf + 1);
  m.setWord(slot + m.offset(plan + at.PLAN_COUNTS) + 4 * leaf, rows);
  const outputs = m.word(plan + at.PLAN_OUTPUTS);
  const values = slot + m.offset(plan + at.PLAN_VALUES) + 8 * leaf * outputs;
  const weight = Math.floor(m.number(desk + at.DESK_WEIGHT) * m.number(plan + at.PLAN_WEIGHT_INVERSE));
  m.setNumber(slot + m.offset(plan + at.PLAN_COVERS) + 8 * leaf, weight);
  if (outputs === 1) {
    m.setNumber(values, (m.number(desk + at.DESK_SUM) / weight) * m.number(plan + at.PLAN_TARGET_UNIT));
    return;
  }
  const totals = desk + m.offset(plan + at.PLAN_TOTALS);
  for (let k = 0; k < outputs; k++) m.setNumber(values + 8 * k, m.number(totals + 8 * k) / weight);
}
