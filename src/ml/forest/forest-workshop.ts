/**
 * The memory of a forest's fit: bins, pairs and targets that all trees share, a desk for each thread, a slot for each tree
 * of a round. Its size is known from the shape of the table and the limits.
 */
import * as at from '../kernels/forest-layout.ts';
import { Layout, type Offset } from '../kernels/layout.ts';
import { Machine, type MachineOptions } from '../kernels/machine.ts';
import { SLOTS } from '../trees/binning.ts';
import { CUT_TABLE_BYTES } from '../trees/cut-table.ts';
import type { ForestLimits } from './forest-limits.ts';

/** Slots a thread, so that threads seldom wait for each other; fewer where trees are large. */
const SLOTS_PER_THREAD = 4;
const SLOT_MEMORY = 2 ** 27;
/** What stays in the second and in the first cache of a core. */
const BLOCK_BYTES = 2 ** 19;
const SMALL_BLOCK_BYTES = 2 ** 15;
const BLOCK_ROWS = 16_384;
const SMALL_BLOCK_ROWS = 768;
/** Values that are staged for binning at a time. */
const STAGE_ROWS = 16_384;
/** A helper takes longer to start than a small forest takes to grow. */
const CELLS_FOR_THREADS = 1_000_000;

export interface ForestShape {
  readonly rowCount: number;
  readonly featureCount: number;
  readonly hasCategories: boolean;
  readonly outputs: number;
  /** Rows that take part. */
  readonly activeCount: number;
  readonly trees: number;
  readonly keepsInBag: boolean;
}

export class ForestWorkshop {
  readonly shape: ForestShape;
  readonly limits: ForestLimits;
  readonly machine: Machine;
  /** Threads when all have joined. */
  readonly threads: number;
  readonly plan: Offset;
  readonly columns: Offset;
  readonly stage: Offset;
  readonly stageBytes: number;
  readonly slotCount: number;
  readonly #active: Offset;
  readonly #target: Offset;
  readonly #pairs: Offset;
  readonly #kinds: Offset;
  readonly #slots: Offset;
  readonly #slotBytes: number;
  readonly #slotParts: {
    readonly gains: number;
    readonly nodes: number;
    readonly values: number;
    readonly counts: number;
    readonly covers: number;
  };
  readonly #inBag: Offset;

  constructor(shape: ForestShape, limits: ForestLimits, { threads, twin = false }: MachineOptions) {
    const { rowCount, featureCount, outputs, activeCount, trees } = shape;
    const cells = activeCount * featureCount * trees;
    const useThreads = Math.max(1, Math.min(trees, cells < CELLS_FOR_THREADS && !twin ? 1 : threads));
    this.shape = shape;
    this.threads = useThreads;
    this.limits = limits;
    const layout = new Layout();
    this.plan = layout.room(at.PLAN_BYTES);
    this.columns = layout.room(rowCount * featureCount);
    this.#active = layout.room(4 * activeCount);
    this.#target = layout.room(8 * rowCount);
    this.#pairs = layout.room(16 * rowCount);
    this.#kinds = layout.room(featureCount);
    this.stageBytes = 8 * Math.min(STAGE_ROWS, rowCount) + CUT_TABLE_BYTES;
    this.stage = layout.room(this.stageBytes * useThreads);
    this.#inBag = shape.keepsInBag ? layout.room(this.inBagBytes * trees) : 0;

    const leaves = mostLeaves(limits);
    const slot = new Layout(at.SLOT_BYTES);
    this.#slotParts = {
      gains: slot.room(8 * featureCount),
      nodes: slot.room(8 * (2 * leaves - 1 + (shape.hasCategories ? 4 * (leaves - 1) : 0))),
      values: slot.room(8 * leaves * outputs),
      counts: slot.room(4 * leaves),
      covers: slot.room(8 * leaves),
    };
    this.#slotBytes = slot.size;
    this.slotCount = Math.min(
      trees,
      useThreads * Math.max(1, Math.min(SLOTS_PER_THREAD, Math.floor(SLOT_MEMORY / (slot.size * useThreads)))),
    );
    this.#slots = layout.room(slot.size * this.slotCount);

    const small = Math.max(64, Math.min(SMALL_BLOCK_ROWS, Math.floor(SMALL_BLOCK_BYTES / (24 + featureCount))));
    const block = Math.max(small, Math.min(BLOCK_ROWS, Math.floor(BLOCK_BYTES / (24 + featureCount))));
    const drawn = limits.drawn;
    const depth = Math.min(limits.maxDepth, leaves) + 2;
    const desk = new Layout(at.DESK_BYTES);
    const parts: readonly (readonly [word: number, offset: number])[] = [
      [at.PLAN_HISTOGRAM, desk.room(8 * SLOTS * (outputs === 1 ? 2 : outputs + 1))],
      [at.PLAN_LEFT, desk.room(8 * outputs)],
      [at.PLAN_TOTALS, desk.room(8 * outputs)],
      [at.PLAN_DECK, desk.room(4 * featureCount)],
      [at.PLAN_ORDER, desk.room(4 * drawn + 4)],
      [at.PLAN_SPARE, desk.room(4 * Math.max(drawn, activeCount) + 4)],
      [at.PLAN_OWN_PAIRS, desk.room(16 * rowCount)],
      [at.PLAN_STACK, desk.room(limits.maxLeaves === 0 ? at.STACK_BYTES * depth : 2 * leaves * at.RECORD_BYTES + 16 * (leaves + 2))],
      [at.PLAN_BLOCK, desk.room((24 + featureCount) * block)],
      [at.PLAN_SMALL_BLOCK, desk.room((24 + featureCount) * small)],
    ];
    const desks = layout.room(desk.size * useThreads);

    this.machine = new Machine(layout, { threads: useThreads, twin });
    const words: readonly (readonly [word: number, value: number])[] = [
      [at.PLAN_FEATURES, featureCount],
      [at.PLAN_COLUMNS, this.columns],
      [at.PLAN_COLUMN_BYTES, rowCount],
      [at.PLAN_ACTIVE, this.#active],
      [at.PLAN_ACTIVE_COUNT, activeCount],
      [at.PLAN_TARGET, this.#target],
      [at.PLAN_PAIRS, this.#pairs],
      [at.PLAN_KINDS, this.#kinds],
      [at.PLAN_OUTPUTS, outputs],
      [at.PLAN_CRITERION, limits.criterion],
      [at.PLAN_MAX_DEPTH, Math.min(limits.maxDepth, 2 ** 31 - 1)],
      [at.PLAN_MIN_LEAF, limits.minSamplesLeaf],
      [at.PLAN_MIN_SPLIT, limits.minSamplesSplit],
      [at.PLAN_MAX_LEAVES, limits.maxLeaves],
      [at.PLAN_TRIED, limits.featuresPerSplit],
      [at.PLAN_IS_RANDOM, limits.isRandom ? 1 : 0],
      [at.PLAN_DRAW, limits.bootstrap ? 1 : drawn < activeCount ? 2 : 0],
      [at.PLAN_DRAW_COUNT, drawn],
      [at.PLAN_BLOCK_ROWS, block],
      [at.PLAN_SMALL_BLOCK_ROWS, small],
      [at.PLAN_DESKS, desks],
      [at.PLAN_DESK_BYTES, desk.size],
      [at.PLAN_SLOTS, this.#slots],
      [at.PLAN_SLOT_BYTES, this.#slotBytes],
      [at.PLAN_IN_BAG, this.#inBag],
      [at.PLAN_IN_BAG_BYTES, this.inBagBytes],
      [at.PLAN_GAINS, this.#slotParts.gains],
      [at.PLAN_NODES, this.#slotParts.nodes],
      [at.PLAN_VALUES, this.#slotParts.values],
      [at.PLAN_COUNTS, this.#slotParts.counts],
      [at.PLAN_COVERS, this.#slotParts.covers],
      ...parts,
    ];
    for (const [word, value] of words) this.machine.words[(this.plan + word) / 4] = value;
  }

  /** Offer so many slots to the threads. */
  begin(slots: number): void {
    this.machine.words[(this.plan + at.PLAN_NEXT) / 4] = 0;
    this.machine.words[(this.plan + at.PLAN_SLOT_COUNT) / 4] = slots;
  }

  get inBagBytes(): number {
    return Math.ceil(this.shape.rowCount / 8);
  }

  /** Fill in what the fit is about. */
  load(fit: {
    readonly active: Int32Array;
    readonly values: Float64Array;
    readonly pairs: Float64Array;
    readonly isCategory: readonly boolean[];
    readonly weightUnit: number;
    readonly targetUnit: number;
    readonly countsRows: boolean;
  }): void {
    const { machine, shape, plan } = this;
    machine.integers(this.#active, shape.activeCount).set(fit.active);
    machine.numbers(this.#target, shape.rowCount).set(fit.values);
    machine.numbers(this.#pairs, 2 * shape.rowCount).set(fit.pairs);
    machine.bytes(this.#kinds, shape.featureCount).set(fit.isCategory.map((isCategory) => (isCategory ? 1 : 0)));
    const numbers: readonly (readonly [word: number, value: number])[] = [
      [at.PLAN_WEIGHT_UNIT, fit.weightUnit],
      [at.PLAN_WEIGHT_INVERSE, 1 / fit.weightUnit],
      [at.PLAN_ROW, fit.countsRows ? 1 : 0],
      [at.PLAN_TARGET_UNIT, fit.targetUnit],
      [at.PLAN_COUNTED_LEAF, fit.countsRows ? this.limits.minSamplesLeaf : 0],
    ];
    for (const [word, value] of numbers) machine.doubles[(plan + word) / 8] = value;
  }

  /** Say which tree a slot is to take, and the seeds of its rows and of its splits. */
  assign(slot: number, tree: number, seeds: Int32Array): void {
    const begin = (this.#slots + slot * this.#slotBytes) / 4;
    this.machine.words.set(seeds, begin);
    this.machine.words[begin + at.SLOT_TREE / 4] = tree;
  }

  /** Copies of what grew in a slot. */
  collect(slot: number): {
    readonly gains: Float64Array;
    readonly nodes: Int32Array;
    readonly values: Float64Array;
    /** Rows of each leaf, and their weight in units. */
    readonly counts: Uint32Array;
    readonly covers: Float64Array;
  } {
    const begin = this.#slots + slot * this.#slotBytes;
    const { machine } = this;
    const places = machine.words[(begin + at.SLOT_NODES) / 4] as number;
    const leaves = machine.words[(begin + at.SLOT_LEAVES) / 4] as number;
    const { gains, nodes, values, counts, covers } = this.#slotParts;
    return {
      gains: machine.numbers(begin + gains, this.shape.featureCount).slice(),
      nodes: machine.integers(begin + nodes, 2 * places).slice(),
      values: machine.numbers(begin + values, leaves * this.shape.outputs).slice(),
      counts: new Uint32Array(machine.buffer, begin + counts, leaves).slice(),
      covers: machine.numbers(begin + covers, leaves).slice(),
    };
  }

  /** Bits of the rows that each tree was grown on, `inBagBytes` a tree. */
  inBag(): Uint8Array {
    return this.machine.bytes(this.#inBag, this.inBagBytes * this.shape.trees).slice();
  }
}

/** Leaves of a tree at most. */
function mostLeaves({ drawn, minSamplesLeaf, maxLeaves, maxDepth }: ForestLimits): number {
  const byRows = Math.max(1, Math.floor(drawn / minSamplesLeaf));
  const byDepth = maxDepth < 31 ? 2 ** maxDepth : byRows;
  return Math.min(byRows, byDepth, maxLeaves === 0 ? byRows : maxLeaves);
}
