/**
 * The memory of a fit and what lies where in it. Everything that the kernels touch is here: bins, rows,
 * scores, gradients, histograms. Its size is known from the shape of the table and the limits.
 */
import { FOUND_BYTES, GROW_BYTES, LEAF_BYTES, MOST_BLOCKS, NODE_BYTES, SCRATCH_BYTES, SEARCH_BYTES } from '../kernels/grow-layout.ts';
import { Layout, MAX_THREADS, type Offset } from '../kernels/layout.ts';
import { Machine, type MachineOptions } from '../kernels/machine.ts';
import { SLOTS } from './binning.ts';

/** Rows of a block of measured gradients; `gradients.as.ts` has the same number. */
export const BLOCK_ROWS = 8192;
/** In place of an offset; the kernels have the same number. */
export const IMPLIED: Offset = 1;
/** Rows that are summed up in one piece. */
export const PIECE_ROWS = 4096;
/** Values that are staged for a thread at a time: those that cuts are taken from, or two blocks to bin. */
const STAGE_ROWS = 32_768;
/** Histograms kept for leaves that may still be split. With less room than leaves, some are counted again. */
const HISTOGRAM_BYTES = 2 ** 28;
/** A helper takes longer to start than a small table takes to train. */
const CELLS_FOR_THREADS = 200_000;

export interface WorkshopShape {
  readonly rowCount: number;
  readonly featureCount: number;
  readonly outputs: number;
  readonly maxLeaves: number;
  /** Hessians differ from row to row. */
  readonly hasHessians: boolean;
  /** They follow from the gradients and are not kept: the log loss without weights. */
  readonly impliesHessians?: boolean;
  readonly hasWeights: boolean;
  /** Splits see a part of the features. */
  readonly drawsFeatures?: boolean;
  /** Gradients are packed where they lie, which saves their room: nobody asks for them afterwards. */
  readonly packsInPlace?: boolean;
  /** Iterations see a part of the rows. */
  readonly drawsRows: boolean;
  /** Rows of a validation table that is scored while trees grow; 0 for none. */
  readonly validationRows: number;
}

/** How a gradient, a hessian and a count share 64 bits. */
export interface Packing {
  readonly countBits: number;
  /** 0 where hessians are counts, or lie in an integer of their own. */
  readonly hessianBits: number;
  /** Integers a bin. */
  readonly stride: 1 | 2;
}

export interface WorkshopOptions extends MachineOptions {
  /** Another packing than the one for so many rows. Only tests ask for it. */
  readonly packing?: Packing;
}

export class Workshop {
  readonly shape: WorkshopShape;
  readonly packing: Packing;
  readonly machine: Machine;
  /** Bins of a row, filled up to a multiple of four. */
  readonly width: number;
  readonly bins: Offset;
  /** Bins of a feature: `rowCount` bytes each, one feature after the other. */
  readonly columns: Offset;
  /** Two places for the rows in the order of the leaves, parting copies from one to the other, and one for the rows of a tree, ascending. */
  readonly orders: readonly [Offset, Offset, Offset];
  /** Rows that an iteration did not draw; none where it sees all. */
  readonly rest: Offset;
  /** State of the generator that they are drawn with. */
  readonly random: Offset;
  readonly scores: Offset;
  readonly target: Offset;
  readonly weights: Offset;
  readonly gradients: Offset;
  /** 0 when there are none, `IMPLIED` when they follow from the gradients. */
  readonly hessians: Offset;
  readonly packed: Offset;
  readonly scales: Offset;
  /** Four numbers of the loss, for its kernels. */
  readonly lossLimits: Offset;
  readonly stats: Offset;
  readonly stage: Offset;
  readonly stageBytes: number;
  readonly histograms: readonly Offset[];
  readonly histogramBytes: number;
  /** Threads that it has room for. */
  readonly threads: number;
  /** What helpers count into, one for each. */
  readonly parts: Offset;
  /** What `grow-layout.ts` describes: what to grow, the search for splits, and what grows. */
  readonly plan: Offset;
  readonly freeHistograms: Offset;
  readonly search: Offset;
  readonly kinds: Offset;
  readonly found: Offset;
  readonly tables: Offset;
  readonly scratch: Offset;
  readonly leftCounts: Offset;
  readonly draws: Offset;
  readonly leaves: Offset;
  /** Order, begin and end of each leaf, for the kernel that renews their values. */
  readonly leafList: Offset;
  readonly pieces: Offset;
  readonly pieceSums: Offset;
  readonly leafValues: Offset;
  readonly nodes: Offset;
  readonly validation: { readonly bins: Offset; readonly columns: Offset; readonly rows: Offset; readonly scores: Offset };

  constructor(shape: WorkshopShape, { threads, twin = false, packing }: WorkshopOptions) {
    const {
      rowCount,
      featureCount,
      outputs,
      maxLeaves,
      hasHessians,
      impliesHessians,
      hasWeights,
      drawsRows,
      drawsFeatures = false,
      packsInPlace,
      validationRows,
    } = shape;
    const useThreads = rowCount * featureCount < CELLS_FOR_THREADS && !twin ? 1 : Math.min(threads, MAX_THREADS);
    // Some kernels take two rows at a time.
    const even = rowCount + (rowCount & 1);
    const layout = new Layout();
    this.shape = shape;
    this.threads = useThreads;
    this.packing = packing ?? packingFor(rowCount, hasHessians);
    this.width = Math.max(4, (featureCount + 3) & ~3);
    this.bins = layout.room(rowCount * this.width);
    this.columns = layout.room(rowCount * featureCount);
    this.orders = [layout.room(4 * rowCount), layout.room(4 * rowCount), layout.room(4 * rowCount)];
    this.rest = layout.room(drawsRows ? 4 * rowCount : 0);
    this.random = layout.room(16);
    this.scores = layout.room(8 * even * outputs);
    this.target = layout.room(8 * even);
    this.weights = hasWeights ? layout.room(8 * even) : 0;
    this.gradients = layout.room(8 * even * outputs);
    this.hessians = !hasHessians ? 0 : impliesHessians ? IMPLIED : layout.room(8 * even * outputs);
    this.packed = packsInPlace ? this.gradients : layout.room(8 * rowCount * this.packing.stride);
    this.scales = layout.room(16);
    this.lossLimits = layout.room(32);
    this.stats = layout.room(32 * Math.ceil(rowCount / BLOCK_ROWS));
    // Numbers to sort, as many beside them and their digits: how often each comes.
    this.stageBytes = 16 * Math.min(STAGE_ROWS, Math.max(rowCount, validationRows)) + 8 + 6 * 2048 * 4;
    this.stage = layout.room(this.stageBytes * useThreads);
    this.histogramBytes = this.width * SLOTS * 8 * this.packing.stride;
    const kept = Math.max(3, Math.min(maxLeaves + 1, Math.floor(HISTOGRAM_BYTES / this.histogramBytes)));
    this.histograms = Array.from({ length: kept }, () => layout.room(this.histogramBytes));
    this.parts = layout.room(this.histogramBytes * (useThreads - 1));
    this.plan = layout.room(GROW_BYTES);
    this.freeHistograms = layout.room(4 * kept);
    this.search = layout.room(SEARCH_BYTES);
    this.kinds = layout.room(16 * featureCount);
    this.found = layout.room(2 * FOUND_BYTES * featureCount);
    this.tables = layout.room(2 * SLOTS * featureCount);
    this.scratch = layout.room(SCRATCH_BYTES * useThreads);
    this.leftCounts = layout.room(4 * MOST_BLOCKS);
    this.draws = layout.room(drawsFeatures ? 2 * maxLeaves * featureCount : 0);
    this.leaves = layout.room(LEAF_BYTES * maxLeaves);
    this.leafList = layout.room(16 * maxLeaves);
    const pieces = Math.ceil(rowCount / PIECE_ROWS) + maxLeaves;
    this.pieces = layout.room(16 * pieces);
    this.pieceSums = layout.room(16 * pieces);
    this.leafValues = layout.room(8 * maxLeaves);
    this.nodes = layout.room(NODE_BYTES * maxLeaves);
    this.validation = {
      bins: layout.room(validationRows * this.width),
      columns: layout.room(Math.min(validationRows, STAGE_ROWS) * useThreads),
      rows: layout.room(4 * validationRows),
      scores: layout.room(8 * validationRows * outputs),
    };
    this.machine = new Machine(layout, { threads: useThreads, twin });
  }
}

/** Gradients are signed and take the upper bits. Where too few are left for both, hessians get an integer of their own. */
export function packingFor(rowCount: number, hasHessians: boolean): Packing {
  const countBits = Math.ceil(Math.log2(rowCount + 1));
  if (!hasHessians) return { countBits, hessianBits: 0, stride: 1 };
  const hessianBits = (64 - countBits) >> 1;
  // Below two units for the mean row, rounding would be felt in the splits.
  const unitsPerRow = 2 ** (63 - countBits - hessianBits) / rowCount;
  return unitsPerRow < 2 ? { countBits, hessianBits: 0, stride: 2 } : { countBits, hessianBits, stride: 1 };
}
