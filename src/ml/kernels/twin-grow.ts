/** `growTree` of `grow.as.ts` in plain TypeScript. What is in the plan is read and written; leaves are objects in between. */
import { type Bounds, childBounds, constrainedValue, UNBOUNDED } from '../trees/constrained-score.ts';
import * as at from './grow-layout.ts';
import { countRows } from './twin-counts.ts';
import { TwinMemory } from './twin-memory.ts';
import { partRows } from './twin-rows.ts';
import { type FoundSplit, LeafSearch } from './twin-search.ts';
import type { Sums } from './twin-split.ts';

interface Leaf {
  readonly order: number;
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly parent: number;
  readonly isLeft: boolean;
  readonly sums: Sums;
  readonly bounds: Bounds;
  /** 0 when it has none. */
  histogram: number;
  split: FoundSplit | undefined;
}

export function growTree(buffer: ArrayBufferLike, plan: number): void {
  new Growing(buffer, plan).grow();
}

class Growing {
  readonly #buffer: ArrayBufferLike;
  readonly #memory: TwinMemory;
  readonly #plan: number;
  readonly #search: LeafSearch;
  readonly #leaves: Leaf[] = [];
  #nodeCount = 0;

  constructor(buffer: ArrayBufferLike, plan: number) {
    this.#buffer = buffer;
    this.#memory = new TwinMemory(buffer);
    this.#plan = plan;
    this.#search = new LeafSearch(this.#memory, plan);
  }

  #of(word: number): number {
    return this.#memory.offset(this.#plan + word);
  }

  grow(): void {
    const m = this.#memory;
    const rows = this.#of(at.GROW_ROWS);
    const none = { count: rows, gradient: 0, hessian: 0 };
    let root = leafOf({ order: 2, begin: 0, end: rows, depth: 0, parent: -1, isLeft: false, sums: none, bounds: UNBOUNDED });
    this.#leaves.push(root);
    if (this.#mayDivide(root)) {
      const histogram = this.#take();
      this.#count(root, histogram);
      root = leafOf({ ...root, sums: this.#search.sumOf(histogram, rows) });
      root.histogram = histogram;
      this.#leaves[0] = root;
      root.split = this.#search.bestSplit(root, histogram);
    }
    while (this.#leaves.length < this.#of(at.GROW_MAX_LEAVES)) {
      const next = this.#next();
      if (next < 0) break;
      this.#split(next);
    }
    this.#leaves.forEach((leaf, index) => {
      if (leaf.histogram !== 0) this.#giveBack(leaf.histogram);
      this.#link(leaf, ~index);
      const record = this.#of(at.GROW_LEAVES) + index * at.LEAF_BYTES;
      m.setWord(record + at.LEAF_ORDER, leaf.order);
      m.setWord(record + at.LEAF_BEGIN, leaf.begin);
      m.setWord(record + at.LEAF_END, leaf.end);
      setSums(m, record + at.LEAF_SUMS, leaf.sums);
    });
    m.setWord(this.#plan + at.GROW_NODE_COUNT, this.#nodeCount);
    m.setWord(this.#plan + at.GROW_LEAF_COUNT, this.#leaves.length);
  }

  #split(index: number): void {
    const leaf = this.#leaves[index] as Leaf;
    const split = leaf.split as FoundSplit;
    const right = {
      count: leaf.sums.count - split.left.count,
      gradient: leaf.sums.gradient - split.left.gradient,
      hessian: leaf.sums.hessian - split.left.hessian,
    };
    const middle = leaf.begin + split.left.count;
    const node = this.#writeNode(split, right);
    const order = leaf.order === 0 ? 1 : 0;
    partRows(this.#buffer, {
      order: this.#of(at.GROW_ORDERS + 4 * leaf.order),
      target: this.#of(at.GROW_ORDERS + 4 * order),
      column: this.#of(at.GROW_COLUMNS) + split.feature * this.#of(at.GROW_COLUMN_BYTES),
      goesLeft: split.goesLeft,
      begin: leaf.begin,
      middle,
      end: leaf.end,
    });
    this.#link(leaf, node);
    const [leftBounds, rightBounds] = this.#boundsBelow(leaf, split, right);
    const below = { order, depth: leaf.depth + 1, parent: node };
    const children = [
      leafOf({ ...below, begin: leaf.begin, end: middle, isLeft: true, sums: split.left, bounds: leftBounds }),
      leafOf({ ...below, begin: middle, end: leaf.end, isLeft: false, sums: right, bounds: rightBounds }),
    ] as const;
    const parent = leaf.histogram;
    leaf.histogram = 0;
    this.#leaves[index] = children[0];
    this.#leaves.push(children[1]);
    this.#prepare(parent, ...children);
  }

  #writeNode(split: FoundSplit, right: Sums): number {
    const m = this.#memory;
    const node = this.#of(at.GROW_NODES) + this.#nodeCount * at.NODE_BYTES;
    m.setWord(node + at.NODE_FEATURE, split.feature);
    m.setWord(node + at.NODE_BIN, split.bin);
    m.setWord(node + at.NODE_IS_CATEGORICAL, split.isCategorical ? 1 : 0);
    m.setWord(node + at.NODE_MISSING_LEFT, split.missingLeft ? 1 : 0);
    m.setNumber(node + at.NODE_GAIN, split.gain);
    setSums(m, node + at.NODE_SUMS, split.left);
    setSums(m, node + at.NODE_SUMS + 24, right);
    m.bytes.set(split.goesLeft, node + at.NODE_TABLE);
    return this.#nodeCount++;
  }

  /** Make a leaf's place in its parent point to a node, or to a leaf as ~leaf. */
  #link({ parent, isLeft }: Leaf, target: number): void {
    if (parent < 0) return;
    const node = this.#of(at.GROW_NODES) + parent * at.NODE_BYTES;
    this.#memory.setWord(node + (isLeft ? at.NODE_LEFT : at.NODE_RIGHT), target);
  }

  /** Histograms and best splits of two new leaves, from their parent's histogram, which is used up. A parent of 0 has lost it. */
  #prepare(parent: number, left: Leaf, right: Leaf): void {
    const smaller = left.end - left.begin <= right.end - right.begin ? left : right;
    const larger = smaller === left ? right : left;
    const mayDivide = [smaller, larger].filter((leaf) => this.#mayDivide(leaf));
    if (mayDivide.length === 0) {
      if (parent !== 0) this.#giveBack(parent);
      return;
    }
    if (parent === 0) {
      for (const leaf of mayDivide) {
        leaf.histogram = this.#take();
        this.#count(leaf, leaf.histogram);
        leaf.split = this.#search.bestSplit(leaf, leaf.histogram);
      }
      return;
    }
    const own = this.#take();
    this.#count(smaller, own);
    if (mayDivide.includes(larger)) this.#search.subtract(parent, own);
    smaller.histogram = own;
    larger.histogram = parent;
    for (const leaf of [smaller, larger]) {
      if (mayDivide.includes(leaf)) leaf.split = this.#search.bestSplit(leaf, leaf.histogram);
    }
    for (const leaf of [smaller, larger]) {
      if (leaf.split !== undefined) continue;
      this.#giveBack(leaf.histogram);
      leaf.histogram = 0;
    }
  }

  #mayDivide({ depth, begin, end }: Leaf): boolean {
    const minRows = this.#memory.word(this.#of(at.GROW_SEARCH) + at.SEARCH_MIN_ROWS);
    const isOpen = this.#leaves.length < this.#of(at.GROW_MAX_LEAVES) && depth < this.#of(at.GROW_MAX_DEPTH);
    return isOpen && end - begin >= 2 * minRows && this.#of(at.GROW_FEATURES) > 0;
  }

  /** The leaf that gains most; level by level only those nearest to the root are asked. −1 when none gains. */
  #next(): number {
    const isDepthwise = this.#of(at.GROW_IS_DEPTHWISE) === 1;
    let best = -1;
    let bestGain = 0;
    let bestDepth = Number.POSITIVE_INFINITY;
    this.#leaves.forEach(({ split, depth }, i) => {
      const gain = split?.gain ?? 0;
      if (!(gain > 0) || (isDepthwise && depth > bestDepth)) return;
      if (!(gain > bestGain || (isDepthwise && depth < bestDepth))) return;
      bestGain = gain;
      bestDepth = depth;
      best = i;
    });
    return best;
  }

  #count(leaf: Leaf, histogram: number): void {
    countRows(this.#buffer, {
      order: this.#of(at.GROW_ORDERS + 4 * leaf.order),
      from: leaf.begin,
      to: leaf.end,
      packed: this.#of(at.GROW_PACKED),
      bins: this.#of(at.GROW_BINS),
      width: this.#of(at.GROW_WIDTH),
      histogram,
      stride: this.#memory.word(this.#of(at.GROW_SEARCH) + at.SEARCH_STRIDE),
    });
  }

  /** Room for a histogram: unused, or that of the leaf which is least likely to be split. */
  #take(): number {
    const free = this.#of(at.GROW_FREE_COUNT);
    if (free > 0) {
      this.#memory.setWord(this.#plan + at.GROW_FREE_COUNT, free - 1);
      return this.#memory.offset(this.#of(at.GROW_FREE) + 4 * (free - 1));
    }
    const counted = this.#leaves.filter(({ histogram }) => histogram !== 0);
    const gains = counted.map(({ split }) => split?.gain ?? 0);
    const least = counted[gains.indexOf(Math.min(...gains))] as Leaf;
    const taken = least.histogram;
    least.histogram = 0;
    return taken;
  }

  #giveBack(histogram: number): void {
    const free = this.#of(at.GROW_FREE_COUNT);
    this.#memory.setWord(this.#of(at.GROW_FREE) + 4 * free, histogram);
    this.#memory.setWord(this.#plan + at.GROW_FREE_COUNT, free + 1);
  }

  #boundsBelow({ bounds }: Leaf, { feature, left }: FoundSplit, right: Sums): readonly [Bounds, Bounds] {
    const search = this.#of(at.GROW_SEARCH);
    const m = this.#memory;
    const kind = m.word(m.offset(search + at.SEARCH_KINDS) + 16 * feature + 4);
    const sign = kind === 2 ? 1 : kind === 3 ? -1 : 0;
    if (m.word(search + at.SEARCH_IS_CONSTRAINED) === 0 || sign === 0) return [bounds, bounds];
    const valueOfSums = ({ gradient, hessian }: Sums): number =>
      constrainedValue(
        gradient * m.number(search + at.SEARCH_GRADIENT_UNIT),
        hessian * m.number(search + at.SEARCH_HESSIAN_UNIT) + m.number(search + at.SEARCH_TRUE_L2),
        m.number(search + at.SEARCH_TRUE_L1),
        bounds,
      );
    return childBounds(bounds, sign, valueOfSums(left), valueOfSums(right));
  }
}

function leafOf(of: Omit<Leaf, 'histogram' | 'split'>): Leaf {
  return { ...of, histogram: 0, split: undefined };
}

function setSums(m: TwinMemory, offset: number, { count, gradient, hessian }: Sums): void {
  m.setNumber(offset, count);
  m.setNumber(offset + 8, gradient);
  m.setNumber(offset + 16, hessian);
}
