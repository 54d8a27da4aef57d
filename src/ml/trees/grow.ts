/**
 * Grows one tree leaf by leaf: the leaf with the largest gain is split next (Shi, "Best-first
 * Decision Tree Learning", 2007), or level by level. Only the smaller child is counted; the larger is the parent minus it.
 * This directs; the kernels count, search and part.
 */
import type { Offset } from '../kernels/layout.ts';
import { Kernel, type Task } from '../kernels/machine.ts';
import { ranges } from '../kernels/threads.ts';
import { derive, Random } from '../random.ts';
import type { BinnedFeature } from './binning.ts';
import { SLOTS } from './binning.ts';
import { type Bounds, childBounds, constrainedValue, UNBOUNDED } from './constrained-score.ts';
import { bestSplit, scoresOf } from './find-split.ts';
import { type GrowingLeaf, type GrownNode, GrownTree } from './grown-tree.ts';
import { packGradients } from './pack.ts';
import { type LeafSums, MIN_HESSIAN, type Split, type SplitLimits, type Units } from './split.ts';
import type { Workshop } from './workshop.ts';

export interface GrowLimits extends SplitLimits {
  readonly maxLeaves: number;
  /** Edges from the root to a leaf. */
  readonly maxDepth: number;
  /** Which leaf is split next. Absent: `lossguide`. */
  readonly policy?: 'lossguide' | 'depthwise';
  /** Share of a tree's features that each split may use. Absent: all. */
  readonly nodeShare?: number;
}

export interface GrowRequest {
  /** Ascending. */
  readonly rows: Int32Array;
  /** Whose gradients the tree follows. */
  readonly output: number;
  /** 1 for each feature that may be used. */
  readonly allowed: Uint8Array;
  readonly seed: number;
  /** The gradients were measured when they were derived. */
  readonly isMeasured?: boolean;
}

/** Leaves with fewer rows are not worth dividing between threads. */
const ROWS_FOR_THREADS = 1500;
/** Leaves with a smaller share of the table lie so far apart that rows are fetched ahead. */
const SHARE_AHEAD = 0.5;
/** Bins of a smaller table stay in a core's cache. */
const BYTES_FOR_AHEAD = 2 ** 22;

export class TreeGrower {
  readonly #workshop: Workshop;
  readonly #features: readonly BinnedFeature[];
  readonly #limits: GrowLimits;
  readonly #free: Offset[];
  #units: Units = { gradient: 0, hessian: 1 };
  #allowed: Uint8Array = new Uint8Array(0);
  #random = new Random(0);

  constructor(workshop: Workshop, features: readonly BinnedFeature[], limits: GrowLimits) {
    this.#workshop = workshop;
    this.#features = features;
    this.#limits = limits;
    this.#free = [...workshop.histograms];
    const { machine, search, packing, kinds } = workshop;
    const isConstrained = limits.constraints === undefined ? 0 : 1;
    machine
      .integers(search, 32)
      .set([packing.stride, kinds, packing.countBits, packing.hessianBits, limits.minSamplesLeaf, isConstrained], 24);
  }

  grow(request: GrowRequest): GrownTree {
    const { machine, orders, shape } = this.#workshop;
    const { rows, allowed } = request;
    const limits = this.#limits;
    this.#units = packGradients(this.#workshop, request.output, request.seed, request.isMeasured ?? false);
    this.#allow(allowed);
    this.#random = new Random(derive(request.seed, 'nodes'));
    // Ascending, so as many rows as the table has are all of them.
    if (rows.length < shape.rowCount) machine.integers(orders[0], rows.length).set(rows);
    else machine.round(ranges(rows.length, machine.threads).map(([from, to]): Task => [Kernel.listRows, from, to, orders[0]]));

    const none = { count: rows.length, gradient: 0, hessian: 0 };
    const root = newLeaf({ order: 0, begin: 0, end: rows.length }, 0, none, UNBOUNDED, -1, false);
    const leaves: GrowingLeaf[] = [root];
    const nodes: GrownNode[] = [];
    if (this.#mayDivide(root, 1)) {
      root.histogram = this.#take(leaves);
      const parts = this.#count(root, root.histogram);
      this.#search({ parts, smaller: undefined, larger: undefined, own: root.histogram, rest: 0 });
      root.sums = this.#sumsOf(root.histogram, rows.length);
      this.#search({ parts: 0, smaller: root, larger: undefined, own: root.histogram, rest: 0 });
    }

    while (leaves.length < limits.maxLeaves) {
      const chosen = nextLeaf(leaves, limits.policy === 'depthwise');
      if (chosen < 0) break;
      const leaf = leaves[chosen] as GrowingLeaf;
      const split = leaf.split as Split;
      const goesLeft = goesLeftTable(split, this.#features[split.feature] as BinnedFeature);
      this.#part(leaf, split, goesLeft);
      const node = nodes.push({ split, goesLeft, left: 0, right: 0 }) - 1;
      link(nodes, leaf, node);

      const depth = leaf.depth + 1;
      const order = leaf.order === 0 ? 1 : 0;
      const middle = leaf.begin + split.left.count;
      const [leftBounds, rightBounds] = this.#boundsBelow(leaf, split);
      const left = newLeaf({ order, begin: leaf.begin, end: middle }, depth, split.left, leftBounds, node, true);
      const right = newLeaf({ order, begin: middle, end: leaf.end }, depth, split.right, rightBounds, node, false);
      const parent = leaf.histogram;
      leaf.histogram = 0;
      leaves[chosen] = left;
      leaves.push(right);
      this.#prepare(leaves, parent, left, right);
    }

    for (const leaf of leaves) this.#release(leaf);
    leaves.forEach((leaf, index) => {
      link(nodes, leaf, ~index);
    });
    return new GrownTree(this.#workshop, this.#units, nodes, leaves);
  }

  /** Histograms and best splits of two new leaves, from their parent's histogram, which is used up. A parent of 0 has lost it. */
  #prepare(leaves: readonly GrowingLeaf[], parent: Offset, left: GrowingLeaf, right: GrowingLeaf): void {
    const smaller = left.end - left.begin <= right.end - right.begin ? left : right;
    const larger = smaller === left ? right : left;
    const smallerMay = this.#mayDivide(smaller, leaves.length);
    const largerMay = this.#mayDivide(larger, leaves.length);
    if (!smallerMay && !largerMay) {
      if (parent !== 0) this.#free.push(parent);
      return;
    }
    if (parent === 0) {
      for (const leaf of [smaller, larger]) {
        if (!this.#mayDivide(leaf, leaves.length)) continue;
        leaf.histogram = this.#take(leaves);
        this.#search({ parts: this.#count(leaf, leaf.histogram), smaller: leaf, larger: undefined, own: leaf.histogram, rest: 0 });
      }
      return;
    }
    const own = this.#take(leaves);
    const parts = this.#count(smaller, own);
    smaller.histogram = own;
    larger.histogram = parent;
    this.#search({
      parts,
      smaller: smallerMay ? smaller : undefined,
      larger: largerMay ? larger : undefined,
      own,
      rest: largerMay ? parent : 0,
    });
    for (const leaf of [smaller, larger]) if (leaf.split === undefined) this.#release(leaf);
  }

  #mayDivide(leaf: GrowingLeaf, leafCount: number): boolean {
    const { maxLeaves, maxDepth, minSamplesLeaf } = this.#limits;
    return leafCount < maxLeaves && leaf.depth < maxDepth && leaf.end - leaf.begin >= 2 * minSamplesLeaf && this.#features.length > 0;
  }

  /** Room for a histogram: unused, or that of the leaf which is least likely to be split. */
  #take(leaves: readonly GrowingLeaf[]): Offset {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    let least: GrowingLeaf | undefined;
    for (const leaf of leaves) {
      if (leaf.histogram !== 0 && (least === undefined || (leaf.split?.gain ?? 0) < (least.split?.gain ?? 0))) least = leaf;
    }
    const taken = (least as GrowingLeaf).histogram;
    (least as GrowingLeaf).histogram = 0;
    return taken;
  }

  #release(leaf: GrowingLeaf): void {
    if (leaf.histogram !== 0) this.#free.push(leaf.histogram);
    leaf.histogram = 0;
  }

  #boundsBelow({ bounds }: GrowingLeaf, { feature, left, right }: Split): readonly [Bounds, Bounds] {
    const { constraints, l2 } = this.#limits;
    const sign = constraints?.signs?.[feature] ?? 0;
    if (constraints === undefined || sign === 0) return [bounds, bounds];
    const { gradient, hessian } = this.#units;
    const childValue = (sums: LeafSums): number =>
      constrainedValue(sums.gradient * gradient, sums.hessian * hessian + l2, constraints.l1, bounds);
    return childBounds(bounds, sign, childValue(left), childValue(right));
  }

  #allow(allowed: Uint8Array): void {
    const { machine, kinds, decoded } = this.#workshop;
    const signs = this.#limits.constraints?.signs;
    this.#allowed = allowed;
    const words = machine.integers(kinds, 4 * this.#features.length);
    this.#features.forEach(({ kind, binCount }, f) => {
      const sign = signs?.[f] ?? 0;
      words.set(
        [binCount, kind !== 'numeric' ? 0 : sign > 0 ? 2 : sign < 0 ? 3 : 1, decoded + f * 2 * 3 * 8 * SLOTS, allowed[f] as number],
        4 * f,
      );
    });
  }

  /** Count the rows of a leaf, parts of them into the histograms of helpers. Says how many of those there are. */
  #count(leaf: GrowingLeaf, histogram: Offset): number {
    const { machine, orders, packed, bins, width, parts, histogramBytes, packing, shape } = this.#workshop;
    const rows = leaf.end - leaf.begin;
    const threads = rows < ROWS_FOR_THREADS ? 1 : machine.threads;
    const ahead = shape.rowCount * width > BYTES_FOR_AHEAD && rows < SHARE_AHEAD * shape.rowCount ? 1 : 0;
    const kernel = packing.stride === 1 ? Kernel.countRows : Kernel.countPairs;
    const tasks = ranges(rows, threads).map(([from, to], t): Task => {
      const into = t === 0 ? histogram : parts + (t - 1) * histogramBytes;
      return [kernel, orders[leaf.order], leaf.begin + from, leaf.begin + to, packed, bins, width, into, ahead];
    });
    machine.round(tasks);
    return tasks.length - 1;
  }

  /** Add up the parts of a histogram, take it from `rest` unless that is 0, and find the best splits of the leaves that are given. */
  #search(request: {
    readonly parts: number;
    readonly smaller: GrowingLeaf | undefined;
    readonly larger: GrowingLeaf | undefined;
    readonly own: Offset;
    readonly rest: Offset;
  }): void {
    const { machine, search, parts, histogramBytes, found } = this.#workshop;
    const { smaller, larger, own, rest } = request;
    const features = this.#features.length;
    const sums = machine.doubles;
    const base = search / 8;
    const units = this.#units;
    const limits = this.#limits;
    // A squared gradient in units over a hessian in units, as a number.
    const factor = (units.gradient * units.gradient) / units.hessian;
    for (const [at, leaf] of [smaller, larger].entries()) {
      if (leaf === undefined) continue;
      const { gradient, hessian, count } = leaf.sums;
      sums[base + 4 * at] = gradient;
      sums[base + 4 * at + 1] = hessian;
      sums[base + 4 * at + 2] = count;
      sums[base + 4 * at + 3] = scoresOf(leaf, units, limits).toBeat / factor;
      // A value in units is a gradient in units over a hessian in units.
      sums[base + 16 + 2 * at] = (leaf.bounds.low * units.hessian) / units.gradient;
      sums[base + 17 + 2 * at] = (leaf.bounds.high * units.hessian) / units.gradient;
      leaf.allowed = this.#drawn();
    }
    sums[base + 8] = limits.l2 / units.hessian;
    sums[base + 9] = MIN_HESSIAN / units.hessian;
    sums[base + 10] = factor;
    sums[base + 11] = (limits.constraints?.l1 ?? 0) / units.gradient;
    const scan = (smaller === undefined ? 0 : 1) + (larger === undefined ? 0 : 2);
    const subtract = rest === 0 ? 0 : 1;
    machine.round(
      ranges(features, machine.threads).map(
        ([from, to]): Task => [
          Kernel.searchFeatures,
          from,
          to,
          search,
          own,
          rest,
          parts,
          request.parts,
          histogramBytes,
          found,
          features,
          subtract,
          scan,
        ],
      ),
    );
    for (const [at, leaf] of [smaller, larger].entries()) if (leaf !== undefined) leaf.split = this.#best(at, leaf);
  }

  /** The features that the next split may use. */
  #drawn(): Uint8Array {
    const { nodeShare = 1 } = this.#limits;
    if (nodeShare === 1) return this.#allowed;
    const among: number[] = [];
    this.#allowed.forEach((isAllowed, f) => {
      if (isAllowed === 1) among.push(f);
    });
    const drawn = new Uint8Array(this.#allowed.length);
    for (const i of this.#random.sample(among.length, Math.max(1, Math.round(nodeShare * among.length)))) drawn[among[i] as number] = 1;
    return drawn;
  }

  #best(at: number, leaf: GrowingLeaf): Split | undefined {
    const { machine, found, decoded } = this.#workshop;
    const features = this.#features.length;
    const results = {
      doubles: machine.doubles,
      found: found / 8 + 6 * at * features,
      sums: decoded / 8 + at * 3 * SLOTS,
    };
    return bestSplit(this.#features, leaf, results, this.#units, this.#limits);
  }

  /** Sums over all rows, from the bins of one feature. */
  #sumsOf(histogram: Offset, count: number): LeafSums {
    const { machine, packing } = this.#workshop;
    const cells = new BigInt64Array(machine.buffer, histogram, SLOTS * packing.stride);
    let packed = 0n;
    let pairs = 0n;
    for (let i = 0; i < cells.length; i += packing.stride) {
      packed += cells[i] as bigint;
      if (packing.stride === 2) pairs += cells[i + 1] as bigint;
    }
    const gradient = Number(packed >> BigInt(packing.countBits + packing.hessianBits));
    const inside = Number((packed >> BigInt(packing.countBits)) & ((1n << BigInt(packing.hessianBits)) - 1n));
    const hessian = packing.stride === 2 ? Number(pairs) : packing.hessianBits === 0 ? count : inside;
    return { count, gradient, hessian };
  }

  /** Copy the rows of a leaf to the other order, those that go left first. How many do is known from the histogram. */
  #part(leaf: GrowingLeaf, split: Split, goesLeft: Uint8Array): void {
    const { machine, orders, columns, shape, goesLeft: table } = this.#workshop;
    machine.bytes(table, SLOTS).set(goesLeft);
    const order = orders[leaf.order];
    const target = orders[1 - leaf.order] as Offset;
    const column = columns + split.feature * shape.rowCount;
    const rows = leaf.end - leaf.begin;
    const middle = leaf.begin + split.left.count;
    const parts = ranges(rows, rows < ROWS_FOR_THREADS ? 1 : machine.threads).map(
      ([from, to]) => [leaf.begin + from, leaf.begin + to] as const,
    );
    const common = [column, table, target] as const;
    if (parts.length <= 2) {
      // From both ends: neither thread has to know how many rows of the other go left.
      const [[from, to] = [0, 0], second] = parts;
      const tasks: Task[] = [[Kernel.partForward, order, from, to, ...common, leaf.begin, middle]];
      if (second !== undefined) tasks.push([Kernel.partBackward, order, ...second, ...common, middle, leaf.end]);
      machine.round(tasks);
      return;
    }
    machine.round(parts.map(([from, to]): Task => [Kernel.countLeft, order, from, to, column, table]));
    let left = leaf.begin;
    let right = middle;
    const counts = parts.map((_, t) => machine.result(t));
    machine.round(
      parts.map(([from, to], t): Task => {
        const task: Task = [Kernel.partForward, order, from, to, ...common, left, right];
        left += counts[t] as number;
        right += to - from - (counts[t] as number);
        return task;
      }),
    );
  }
}

interface Place {
  readonly order: 0 | 1;
  readonly begin: number;
  readonly end: number;
}

const NO_FEATURES = new Uint8Array(0);

function newLeaf(place: Place, depth: number, sums: LeafSums, bounds: Bounds, parent: number, isLeft: boolean): GrowingLeaf {
  const { order, begin, end } = place;
  return { order, begin, end, depth, sums, bounds, allowed: NO_FEATURES, histogram: 0, split: undefined, parent, isLeft };
}

/** Make a leaf's place in its parent point to a node, or to a leaf as ~leaf. */
function link(nodes: readonly GrownNode[], leaf: GrowingLeaf, target: number): void {
  const parent = nodes[leaf.parent];
  if (parent === undefined) return;
  if (leaf.isLeft) parent.left = target;
  else parent.right = target;
}

/** The leaf that gains most; level by level only those nearest to the root are asked. −1 when none gains. */
function nextLeaf(leaves: readonly GrowingLeaf[], isDepthwise: boolean): number {
  let best = -1;
  let bestGain = 0;
  let bestDepth = Number.POSITIVE_INFINITY;
  for (let i = 0; i < leaves.length; i++) {
    const { split, depth } = leaves[i] as GrowingLeaf;
    const gain = split?.gain ?? 0;
    if (gain <= 0 || (isDepthwise && depth > bestDepth)) continue;
    if (gain > bestGain || (isDepthwise && depth < bestDepth)) {
      bestGain = gain;
      bestDepth = depth;
      best = i;
    }
  }
  return best;
}

function goesLeftTable(split: Split, feature: BinnedFeature): Uint8Array {
  if (split.leftBins !== undefined) return split.leftBins;
  const table = new Uint8Array(SLOTS);
  table.fill(1, 0, split.bin + 1);
  // After `fill`: the missing bin is the last and may lie inside the range when all values go left.
  table[feature.binCount] = split.missingLeft ? 1 : 0;
  return table;
}
