/**
 * Trees as flat columns: the nodes of all trees one after the other, each tree in preorder, so that
 * a left child is the next node and the shape needs no pointers. This is what a grower writes, what
 * predicts (`ensemble.ts`) and what is kept (`ensemble-json.ts`).
 */

/** In `split`: this node is a leaf. */
export const LEAF = 0xffff;
/** In `split`: missing values go left. The other bits are the feature. */
export const MISSING_LEFT = 0x8000;
export const MAX_FEATURES = 0x7fff;
/** A set of bins as bits: 256 of them. */
export const SET_BYTES = 32;

export interface TreeColumns {
  /** Per node: the feature, with `MISSING_LEFT`, or `LEAF`. */
  readonly split: Uint16Array;
  /** Per node: the last bin that goes left. 0 in leaves and for categories. */
  readonly bin: Uint8Array;
  /** Per categorical node, in order: the bins that go left, bit `bin & 7` of byte `bin >> 3`. */
  readonly sets: Uint8Array;
  /** Per leaf, in order: `outputs` numbers. */
  readonly values: Float64Array;
  /** Per leaf, in order: the training rows that it holds; a row that was drawn twice counts twice. */
  readonly counts: Uint32Array;
  /** Per leaf, in order: the training weight that it holds. Absent: `counts` are the weights. */
  readonly covers?: Float64Array;
  /** Numbers a leaf. */
  readonly outputs: number;
}

/** Collects nodes in preorder. */
export class TreeBuilder {
  readonly outputs: number;
  #split: Uint16Array = new Uint16Array(256);
  #bin: Uint8Array = new Uint8Array(256);
  #sets: Uint8Array = new Uint8Array(0);
  #values: Float64Array;
  #counts: Uint32Array = new Uint32Array(128);
  #covers: Float64Array | undefined;
  #nodes = 0;
  #leaves = 0;
  #setCount = 0;

  constructor(outputs: number) {
    this.outputs = outputs;
    this.#values = new Float64Array(128 * outputs);
  }

  get leafCount(): number {
    return this.#leaves;
  }

  addSplit(feature: number, bin: number, missingLeft: boolean, leftBins?: Uint8Array): void {
    this.#growNodes();
    this.#split[this.#nodes] = missingLeft ? feature | MISSING_LEFT : feature;
    this.#bin[this.#nodes] = bin;
    this.#nodes++;
    if (leftBins === undefined) return;
    const begin = this.#setCount * SET_BYTES;
    if (begin === this.#sets.length) this.#sets = widened(this.#sets, new Uint8Array(Math.max(1024, begin * 2)));
    for (let b = 0; b < leftBins.length; b++) {
      if (leftBins[b] === 1) this.#sets[begin + (b >> 3)] = (this.#sets[begin + (b >> 3)] as number) | (1 << (b & 7));
    }
    this.#setCount++;
  }

  /** `values` holds `outputs` numbers from `offset` on; `weight` is that of the `count` rows. */
  addLeaf(values: Float64Array, offset: number, count: number, weight: number = count): void {
    this.#growNodes();
    this.#split[this.#nodes++] = LEAF;
    const leaf = this.#leaves++;
    if (leaf === this.#counts.length) {
      this.#counts = widened(this.#counts, new Uint32Array(2 * leaf));
      this.#values = widened(this.#values, new Float64Array(2 * leaf * this.outputs));
    }
    this.#counts[leaf] = count;
    if (weight !== count && this.#covers === undefined) this.#covers = Float64Array.from(this.#counts);
    if (this.#covers !== undefined) {
      if (leaf >= this.#covers.length) this.#covers = widened(this.#covers, new Float64Array(this.#counts.length));
      this.#covers[leaf] = weight;
    }
    for (let k = 0; k < this.outputs; k++) this.#values[leaf * this.outputs + k] = values[offset + k] as number;
  }

  finish(): TreeColumns {
    return {
      split: this.#split.slice(0, this.#nodes),
      bin: this.#bin.slice(0, this.#nodes),
      sets: this.#sets.slice(0, this.#setCount * SET_BYTES),
      values: this.#values.slice(0, this.#leaves * this.outputs),
      counts: this.#counts.slice(0, this.#leaves),
      ...(this.#covers !== undefined && { covers: this.#covers.slice(0, this.#leaves) }),
      outputs: this.outputs,
    };
  }

  #growNodes(): void {
    if (this.#nodes < this.#split.length) return;
    this.#split = widened(this.#split, new Uint16Array(2 * this.#nodes));
    this.#bin = widened(this.#bin, new Uint8Array(2 * this.#nodes));
  }
}

/** Trees one after the other, as one set of columns. */
export function joinTrees(trees: readonly TreeColumns[], outputs: number): TreeColumns {
  return {
    split: joined(
      trees.map((tree) => tree.split),
      (length) => new Uint16Array(length),
    ),
    bin: joined(
      trees.map((tree) => tree.bin),
      (length) => new Uint8Array(length),
    ),
    sets: joined(
      trees.map((tree) => tree.sets),
      (length) => new Uint8Array(length),
    ),
    values: joined(
      trees.map((tree) => tree.values),
      (length) => new Float64Array(length),
    ),
    counts: joined(
      trees.map((tree) => tree.counts),
      (length) => new Uint32Array(length),
    ),
    ...(trees.some((tree) => tree.covers !== undefined) && {
      covers: joined(
        trees.map((tree) => tree.covers ?? Float64Array.from(tree.counts)),
        (length) => new Float64Array(length),
      ),
    }),
    outputs,
  };
}

interface Column {
  readonly length: number;
  set(values: ArrayLike<number>, offset?: number): void;
}

function widened<T extends Column & ArrayLike<number>>(from: T, to: T): T {
  to.set(from);
  return to;
}

function joined<T extends Column & ArrayLike<number>>(parts: readonly T[], make: (length: number) => T): T {
  const whole = make(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
