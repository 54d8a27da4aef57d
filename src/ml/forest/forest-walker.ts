/**
 * Applies a forest to many rows at once, on the kernels: rows are binned, and threads take some rows at a time down some
 * trees at a time. Gives what the walk of `forest.ts` gives, bit for bit.
 */
import type { FeatureMatrix } from '../estimator.ts';
import { Layout, type Offset } from '../kernels/layout.ts';
import { Kernel, Machine, type MachineOptions, type Task } from '../kernels/machine.ts';
import { binTable } from '../trees/bin-table.ts';
import { stageBytesFor } from '../trees/cut-table.ts';
import { type ForestParts, walkFeatures } from './forest-parts.ts';

/** Rows that are binned and walked before the next ones; a multiple of 8. */
const ROWS = 65_536;
const STAGE_ROWS = 16_384;
/** Nodes and values that are copied to the kernels at a time. */
const BATCH_BYTES = 2 ** 26;
/** Paths, a row down a tree, from which the kernels are worth a start, and from which helpers are. */
const PATHS_FOR_KERNELS = 200_000;
const PATHS_FOR_THREADS = 1_000_000;

export function worthWalker(rowCount: number, treeCount: number): boolean {
  return rowCount * treeCount >= PATHS_FOR_KERNELS;
}

/** Which rows a tree was grown on, and how many trees each row was not in the bag of. */
export interface OutOfBag {
  /** A bit a row, `bytes` a tree. */
  readonly inBag: Uint8Array;
  readonly bytes: number;
  readonly counts: Uint32Array;
}

interface Batch {
  readonly first: number;
  readonly end: number;
}

export class ForestWalker {
  readonly #parts: ForestParts;
  readonly #options: MachineOptions;
  readonly #batches: readonly Batch[];
  readonly #hasSets: boolean;
  #memory: WalkMemory | undefined;

  constructor(parts: ForestParts, options: MachineOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#batches = batchesOf(parts);
    this.#hasSets = parts.features.some(({ kind }) => kind === 'categorical');
  }

  /** Add the leaf values of all trees to `sums`; given `outOfBag`, of the trees that were grown without the row. */
  addTo(x: FeatureMatrix, sums: Float64Array, outOfBag?: OutOfBag): void {
    const { outputs, features } = this.#parts;
    const trees = this.#parts.trees.length / 2;
    const threads = x.rowCount * trees < PATHS_FOR_THREADS && this.#options.twin !== true ? 1 : this.#options.threads;
    if (this.#memory === undefined || this.#memory.threads < threads || outOfBag !== undefined) {
      this.close();
      this.#memory = layOut(this.#parts, this.#batches, { ...this.#options, threads }, outOfBag?.inBag.length ?? 0);
    }
    const memory = this.#memory;
    const { machine } = memory;
    const binned = walkFeatures(features);
    if (outOfBag !== undefined) machine.bytes(memory.inBag, outOfBag.inBag.length).set(outOfBag.inBag);
    for (let begin = 0; begin < x.rowCount; begin += ROWS) {
      const rowCount = Math.min(ROWS, x.rowCount - begin);
      const part = sums.subarray(begin * outputs, (begin + rowCount) * outputs);
      const columns = x.columns.map((column) => column.subarray(begin, begin + rowCount));
      binTable(memory, binned, { ...x, rowCount, columns }, { bins: memory.bins, columns: memory.columns, columnBytes: 0 });
      machine.numbers(memory.sums, part.length).set(part);
      machine.integers(memory.counts, outOfBag === undefined ? 0 : rowCount).fill(0);
      for (const batch of this.#batches) {
        this.#load(batch);
        machine.words[memory.next / 4] = 0;
        const inBag = outOfBag === undefined ? 0 : memory.inBag + batch.first * outOfBag.bytes + begin / 8;
        const task: Task = [
          ...[Kernel.walkForest, memory.next, rowCount, memory.bins, memory.width, memory.nodes, memory.values, outputs, memory.sums],
          ...[memory.trees, batch.end - batch.first, inBag, outOfBag?.bytes ?? 0, memory.counts, this.#hasSets ? 1 : 0],
        ] as unknown as Task;
        machine.round(Array.from({ length: machine.threads }, () => task));
      }
      part.set(machine.numbers(memory.sums, part.length));
      outOfBag?.counts.set(machine.integers(memory.counts, rowCount), begin);
    }
  }

  /** Send helpers home. */
  close(): void {
    this.#memory?.machine.close();
    this.#memory = undefined;
    this.#loaded = undefined;
  }

  #loaded: Batch | undefined;

  #load(batch: Batch): void {
    if (this.#loaded === batch || this.#memory === undefined) return;
    this.#loaded = batch;
    const { machine, nodes, values, trees } = this.#memory;
    const { from, to } = spanOf(this.#parts, batch);
    machine.words.set(this.#parts.nodes.subarray(2 * from.place, 2 * to.place), nodes / 4);
    machine.doubles.set(this.#parts.values.subarray(from.leaf * this.#parts.outputs, to.leaf * this.#parts.outputs), values / 8);
    for (let tree = batch.first; tree < batch.end; tree++) {
      const own = startOf(this.#parts, tree);
      machine.words.set([own.place - from.place, own.leaf - from.leaf], trees / 4 + 2 * (tree - batch.first));
    }
  }
}

interface WalkMemory {
  readonly machine: Machine;
  readonly threads: number;
  readonly next: Offset;
  readonly bins: Offset;
  readonly columns: Offset;
  readonly stage: Offset;
  readonly stageBytes: number;
  readonly width: number;
  readonly sums: Offset;
  readonly counts: Offset;
  readonly nodes: Offset;
  readonly values: Offset;
  readonly trees: Offset;
  readonly inBag: Offset;
}

function layOut(parts: ForestParts, batches: readonly Batch[], options: MachineOptions, inBagBytes: number): WalkMemory {
  const { features, outputs } = parts;
  const { threads } = options;
  const spans = batches.map((batch) => ({ ...spanOf(parts, batch), trees: batch.end - batch.first }));
  const most = (of: (span: (typeof spans)[number]) => number): number => Math.max(1, ...spans.map(of));
  const layout = new Layout();
  const width = Math.max(4, (features.length + 3) & ~3);
  const stageBytes = stageBytesFor(STAGE_ROWS);
  const offsets = {
    next: layout.room(64),
    bins: layout.room(ROWS * width),
    columns: layout.room(STAGE_ROWS * threads),
    stage: layout.room(stageBytes * threads),
    sums: layout.room(8 * ROWS * outputs),
    counts: layout.room(4 * ROWS),
    nodes: layout.room(8 * most(({ from, to }) => to.place - from.place)),
    values: layout.room(8 * outputs * most(({ from, to }) => to.leaf - from.leaf)),
    trees: layout.room(8 * most((span) => span.trees)),
    inBag: layout.room(inBagBytes),
  };
  return { ...offsets, threads, width, stageBytes, machine: new Machine(layout, options) };
}

interface Start {
  readonly place: number;
  readonly leaf: number;
}

function startOf({ trees, nodes, counts }: ForestParts, tree: number): Start {
  const end = 2 * tree >= trees.length;
  return { place: end ? nodes.length / 2 : (trees[2 * tree] as number), leaf: end ? counts.length : (trees[2 * tree + 1] as number) };
}

function spanOf(parts: ForestParts, { first, end }: Batch): { readonly from: Start; readonly to: Start } {
  return { from: startOf(parts, first), to: startOf(parts, end) };
}

function batchesOf(parts: ForestParts): readonly Batch[] {
  const batches: Batch[] = [];
  const count = parts.trees.length / 2;
  const bytesTo = (tree: number): number => {
    const { place, leaf } = startOf(parts, tree);
    return 8 * place + 8 * leaf * parts.outputs;
  };
  for (let first = 0; first < count; ) {
    let end = first + 1;
    while (end < count && bytesTo(end + 1) - bytesTo(first) <= BATCH_BYTES) end++;
    batches.push({ first, end });
    first = end;
  }
  return batches;
}
