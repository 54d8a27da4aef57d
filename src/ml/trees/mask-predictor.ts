/**
 * Applies an ensemble of small trees to many rows at once, on the kernels: raw values are binned, and bins looked up in
 * tables of the leaves that they leave open. Gives what the walk of `ensemble.ts` gives, bit for bit.
 */
import type { FeatureMatrix } from '../estimator.ts';
import { Layout, type Offset } from '../kernels/layout.ts';
import { Kernel, Machine, type MachineOptions, type Task } from '../kernels/machine.ts';
import { ranges } from '../kernels/threads.ts';
import { binTable } from './bin-table.ts';
import { type BinnedFeature, SLOTS } from './binning.ts';
import { stageBytesFor } from './cut-table.ts';

/** Leaves of a tree at most: the bits of a word. */
export const MAX_LEAVES = 32;
/** Trees whose tables are in use at the same time, and stay in a core's cache. */
const BATCH = 32;
/** Rows that are binned and predicted before the next ones. */
const ROWS = 32_768;
/** Tables larger than this are not worth making. */
const TABLE_BYTES = 2 ** 27;

/** A split as bins: 1 for those that go left. Children are nodes, or leaves as ~leaf, counted within the tree. */
export interface MaskNode {
  readonly feature: number;
  readonly goesLeft: Uint8Array;
  readonly left: number;
  readonly right: number;
}

export interface MaskTree {
  readonly nodes: readonly MaskNode[];
  readonly values: Float64Array;
}

export function fitsMasks(treeCount: number, featureCount: number): boolean {
  return featureCount > 0 && Math.ceil(treeCount / BATCH) * featureCount * SLOTS * BATCH * 4 <= TABLE_BYTES;
}

export class MaskPredictor {
  readonly #features: readonly BinnedFeature[];
  readonly #machine: Machine;
  readonly #treeCount: number;
  readonly #masks: Offset;
  /** For each batch the features that it splits by, ascending. */
  readonly #used: readonly (readonly number[])[];
  readonly #usedAt: Offset;
  readonly #values: Offset;
  readonly #width: number;
  readonly #bins: Offset;
  readonly #columns: Offset;
  readonly #stage: Offset;
  readonly #stageBytes: number;
  readonly #sums: Offset;
  readonly #scratch: Offset;
  readonly #groups: number;

  constructor(features: readonly BinnedFeature[], trees: readonly MaskTree[], groups: number, { threads, twin = false }: MachineOptions) {
    const batches = Math.ceil(trees.length / BATCH);
    const layout = new Layout();
    this.#features = features;
    this.#treeCount = trees.length;
    this.#groups = groups;
    this.#width = (features.length + 3) & ~3;
    this.#masks = layout.room(batches * this.#batchBytes);
    this.#values = layout.room(8 * MAX_LEAVES * BATCH * batches);
    this.#used = Array.from({ length: batches }, (_, batch) => featuresOf(trees.slice(batch * BATCH, (batch + 1) * BATCH)));
    this.#usedAt = layout.room(4 * features.length * batches);
    this.#bins = layout.room(ROWS * this.#width);
    this.#columns = layout.room(ROWS);
    this.#stageBytes = stageBytesFor(ROWS);
    this.#stage = layout.room(this.#stageBytes * threads);
    this.#sums = layout.room(8 * ROWS * groups);
    this.#scratch = layout.room(256 * threads);
    this.#machine = new Machine(layout, { threads, twin });
    const words = this.#machine.words;
    words.fill(-1, this.#masks / 4, (this.#masks + batches * this.#batchBytes) / 4);
    this.#used.forEach((used, batch) => {
      this.#machine.integers(this.#usedAt + 4 * features.length * batch, used.length).set(used);
    });
    trees.forEach((tree, t) => {
      this.#machine.numbers(this.#values + 8 * MAX_LEAVES * t, tree.values.length).set(tree.values);
      const base = (this.#masks + Math.floor(t / BATCH) * this.#batchBytes) / 4 + (t % BATCH);
      // A tree of one leaf leaves all open, of which the first is taken.
      if (tree.nodes.length > 0) close(tree.nodes, 0, words, base);
    });
  }

  get #batchBytes(): number {
    return this.#features.length * SLOTS * BATCH * 4;
  }

  /** Add the leaf values of all trees to `sums`, as `Ensemble.addTo` does. */
  addTo(x: FeatureMatrix, sums: Float64Array): void {
    const groups = this.#groups;
    for (let begin = 0; begin < x.rowCount; begin += ROWS) {
      const rowCount = Math.min(ROWS, x.rowCount - begin);
      const part = sums.subarray(begin * groups, (begin + rowCount) * groups);
      const staged = this.#machine.numbers(this.#sums, part.length);
      staged.set(part);
      this.#predict({ ...x, rowCount, columns: x.columns.map((column) => column.subarray(begin, begin + rowCount)) });
      part.set(staged);
    }
  }

  #predict(x: FeatureMatrix): void {
    const machine = this.#machine;
    const memory = { machine, stage: this.#stage, stageBytes: this.#stageBytes, width: this.#width };
    binTable(memory, this.#features, x, { bins: this.#bins, columns: this.#columns, columnBytes: 0 });
    for (let first = 0; first < this.#treeCount; first += BATCH) {
      const masks = this.#masks + (first / BATCH) * this.#batchBytes;
      const values = this.#values + 8 * MAX_LEAVES * first;
      const trees = Math.min(BATCH, this.#treeCount - first);
      const batch = first / BATCH;
      const used = this.#usedAt + 4 * this.#features.length * batch;
      const usedCount = (this.#used[batch] as readonly number[]).length;
      machine.round(
        ranges(x.rowCount, machine.threads).map(([from, to], thread): Task => {
          const scratch = this.#scratch + 256 * thread;
          return [
            Kernel.addBatch,
            from,
            to,
            this.#bins,
            this.#width,
            used,
            usedCount,
            masks,
            values,
            trees,
            first,
            this.#groups,
            this.#sums,
            scratch,
          ];
        }),
      );
    }
  }
}

function featuresOf(trees: readonly MaskTree[]): readonly number[] {
  const features = new Set(trees.flatMap(({ nodes }) => nodes.map(({ feature }) => feature)));
  return [...features].sort((a, b) => a - b);
}

/** Close, for each bin, the leaves on the other side of a node. Returns the leaves under the node, as bits. */
function close(nodes: readonly MaskNode[], at: number, words: Int32Array, base: number): number {
  if (at < 0) return 1 << ~at;
  const { feature, goesLeft, left, right } = nodes[at] as MaskNode;
  const onLeft = close(nodes, left, words, base);
  const onRight = close(nodes, right, words, base);
  for (let bin = 0; bin < SLOTS; bin++) {
    const word = base + (feature * SLOTS + bin) * BATCH;
    words[word] = (words[word] as number) & ~(goesLeft[bin] === 1 ? onRight : onLeft);
  }
  return onLeft | onRight;
}
