/** The kernels of `forest-grow.as.ts` and `forest-best.as.ts` in plain TypeScript. */
import * as at from './forest-layout.ts';
import { drawRows } from './twin-forest-draw.ts';
import { addLeaf, addSplit, enter, maySplit, part } from './twin-forest-node.ts';
import { worthOfNode } from './twin-forest-score.ts';
import { search } from './twin-forest-search.ts';
import { TwinMemory } from './twin-memory.ts';

export function growTrees(buffer: ArrayBufferLike, plan: number, thread: number): void {
  const m = new TwinMemory(buffer);
  const desk = m.offset(plan + at.PLAN_DESKS) + thread * m.offset(plan + at.PLAN_DESK_BYTES);
  for (;;) {
    const next = m.word(plan + at.PLAN_NEXT);
    if (next >= m.word(plan + at.PLAN_SLOT_COUNT)) return;
    m.setWord(plan + at.PLAN_NEXT, next + 1);
    growTree(m, plan, desk, m.offset(plan + at.PLAN_SLOTS) + next * m.offset(plan + at.PLAN_SLOT_BYTES));
  }
}

function growTree(m: TwinMemory, plan: number, desk: number, slot: number): void {
  const features = m.word(plan + at.PLAN_FEATURES);
  const deck = (desk + m.offset(plan + at.PLAN_DECK)) / 4;
  const rows = drawRows(m, plan, desk, slot);
  m.bytes.copyWithin(desk + at.DESK_RANDOM, slot + at.SLOT_SPLIT_SEED, slot + at.SLOT_SPLIT_SEED + 16);
  for (let f = 0; f < features; f++) m.words[deck + f] = f;
  const gains = slot + m.offset(plan + at.PLAN_GAINS);
  m.bytes.fill(0, gains, gains + 8 * features);
  m.setWord(slot + at.SLOT_NODES, 0);
  m.setWord(slot + at.SLOT_LEAVES, 0);
  enter(m, plan, desk);
  const root = { begin: 0, end: rows, depth: 0, weight: m.number(desk + at.DESK_WEIGHT), sum: m.number(desk + at.DESK_SUM) };
  if (m.word(plan + at.PLAN_MAX_LEAVES) > 0) growBest(m, plan, desk, slot, root);
  else growDepthFirst(m, plan, desk, slot, root);
}

interface Open {
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly weight: number;
  readonly sum: number;
}

/** Sums of a node to the desk. */
function turnTo(m: TwinMemory, desk: number, { weight, sum }: Open): void {
  m.setNumber(desk + at.DESK_WEIGHT, weight);
  m.setNumber(desk + at.DESK_SUM, sum);
}

function sides(m: TwinMemory, desk: number, node: Open, middle: number): readonly [left: Open, right: Open] {
  const weight = m.number(desk + at.DESK_LEFT_WEIGHT);
  const sum = m.number(desk + at.DESK_LEFT_SUM);
  const depth = node.depth + 1;
  return [
    { begin: node.begin, end: middle, depth, weight, sum },
    { begin: middle, end: node.end, depth, weight: node.weight - weight, sum: node.sum - sum },
  ];
}

function growDepthFirst(m: TwinMemory, plan: number, desk: number, slot: number, root: Open): void {
  const nodes = slot + m.offset(plan + at.PLAN_NODES);
  const gains = slot + m.offset(plan + at.PLAN_GAINS);
  const open: (readonly [node: Open, parent: number])[] = [[root, -1]];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const [node, parent] = top;
    const { begin, end, depth } = node;
    if (parent >= 0) m.setWord(nodes + 8 * parent + 4, m.word(slot + at.SLOT_NODES));
    turnTo(m, desk, node);
    if (!maySplit(m, plan, desk, begin, end, depth) || !search(m, plan, desk, begin, end)) {
      addLeaf(m, plan, desk, slot, end - begin);
      continue;
    }
    m.addNumber(gains + 8 * m.word(desk + at.DESK_FEATURE), m.number(desk + at.DESK_SCORE) - worthOfNode(m, plan, desk));
    const middle = begin + part(m, plan, desk, begin, end);
    const place = addSplit(m, plan, desk, slot);
    const [left, right] = sides(m, desk, node, middle);
    open.push([right, place], [left, -1]);
  }
}

/** A node with the split that was found for it: the part of the desk that says which. */
interface Prepared {
  readonly node: Open;
  readonly gain: number;
  readonly split: Uint8Array | undefined;
  left: Prepared | undefined;
  right: Prepared | undefined;
}

function growBest(m: TwinMemory, plan: number, desk: number, slot: number, root: Open): void {
  const gains = slot + m.offset(plan + at.PLAN_GAINS);
  const splitBytes = [desk + at.DESK_SCORE, desk + at.DESK_WEIGHT] as const;
  const prepare = (node: Open): Prepared => {
    turnTo(m, desk, node);
    const found = maySplit(m, plan, desk, node.begin, node.end, node.depth) && search(m, plan, desk, node.begin, node.end);
    const gain = found ? Math.max(0, m.number(desk + at.DESK_SCORE) - worthOfNode(m, plan, desk)) : -1;
    return { node, gain, split: found ? m.bytes.slice(...splitBytes) : undefined, left: undefined, right: undefined };
  };
  const all = [prepare(root)];
  for (let leaves = 1; leaves < m.word(plan + at.PLAN_MAX_LEAVES); leaves++) {
    let best: Prepared | undefined;
    for (const own of all) if (own.left === undefined && own.split !== undefined && own.gain > (best?.gain ?? -1)) best = own;
    if (best === undefined) break;
    m.bytes.set(best.split as Uint8Array, splitBytes[0]);
    const { begin, end } = best.node;
    const middle = begin + part(m, plan, desk, begin, end);
    m.addNumber(gains + 8 * m.word(desk + at.DESK_FEATURE), best.gain);
    const [left, right] = sides(m, desk, best.node, middle);
    best.left = prepare(left);
    best.right = prepare(right);
    all.push(best.left, best.right);
  }
  write(m, plan, desk, slot, all[0] as Prepared);
}

function write(m: TwinMemory, plan: number, desk: number, slot: number, root: Prepared): void {
  const nodes = slot + m.offset(plan + at.PLAN_NODES);
  const open: (readonly [own: Prepared, parent: number])[] = [[root, -1]];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const [own, parent] = top;
    if (parent >= 0) m.setWord(nodes + 8 * parent + 4, m.word(slot + at.SLOT_NODES));
    if (own.left === undefined || own.right === undefined) {
      turnTo(m, desk, own.node);
      maySplit(m, plan, desk, own.node.begin, own.node.end, 0);
      addLeaf(m, plan, desk, slot, own.node.end - own.node.begin);
      continue;
    }
    m.bytes.set(own.split as Uint8Array, desk + at.DESK_SCORE);
    const place = addSplit(m, plan, desk, slot);
    open.push([own.right, place], [own.left, -1]);
  }
}
