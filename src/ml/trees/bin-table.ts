/**
 * A table's raw columns to bins in the memory of a fit: staged in blocks, binned by all threads.
 */

import type { FeatureMatrix } from '../estimator.ts';
import type { Offset } from '../kernels/layout.ts';
import { Kernel, type Machine, type Task } from '../kernels/machine.ts';
import { type BinnedFeature, binColumn, type CutAll, pick } from './binning.ts';
import { writeCuts } from './cut-table.ts';
import type { Workshop } from './workshop.ts';

/** Rows of a block: its bins stay in a core's cache while one column after the other is binned. */
const ROWS = 16_384;

/** Cuts with the kernels: the stage takes as many rows as cuts are taken from. */
export function cutIn({ machine, stage, stageBytes }: Workshop): CutAll {
  return (columns, rows, maxBins) => {
    const cuts: Float64Array[] = [];
    while (cuts.length < columns.length) {
      const batch = columns.slice(cuts.length, cuts.length + machine.threads);
      const scratch = 8 * rows.length;
      const tasks = batch.map((column, i): Task => {
        const at = stage + i * stageBytes;
        pick(column, rows, machine.numbers(at, rows.length));
        return [Kernel.cutNumbers, at, rows.length, at + scratch, at + 2 * scratch + 8, maxBins];
      });
      machine.round(tasks);
      for (const [, at] of tasks) {
        const count = machine.numbers((at as number) + scratch, 1)[0] as number;
        cuts.push(machine.numbers((at as number) + scratch + 8, count).slice());
      }
    }
    return cuts;
  };
}

/** Where bins go: row by row, and column by column. */
export interface BinTarget {
  readonly bins: Offset;
  readonly columns: Offset;
  /** Bytes from one column to the next; 0 when columns are not kept and each block takes the place of the one before. */
  readonly columnBytes: number;
}

/** The memory that binning passes through. */
export type BinMemory = Pick<Workshop, 'machine' | 'stage' | 'stageBytes' | 'width'>;

export function binTable(workshop: BinMemory, features: readonly BinnedFeature[], x: FeatureMatrix, target: BinTarget): void {
  const { machine, stage, stageBytes, width } = workshop;
  const most = Math.min(ROWS, x.rowCount);
  // A thread has room for two blocks: the next one is staged while helpers bin this one. The tables of a feature follow its values.
  const roomBytes = (stageBytes >> 4) << 3;
  let room = 0;
  let complete: (() => void) | undefined;
  try {
    for (let begin = 0; begin < x.rowCount; ) {
      const blocks = Math.min(machine.threads, Math.ceil((x.rowCount - begin) / ROWS));
      features.forEach((feature, f) => {
        // There may be no room for the codes of thousands of categories.
        const fits = feature.kind === 'numeric' || feature.binOfCode.length <= roomBytes - 8 * most;
        const column = x.columns[f] as Float64Array;
        const tasks: Task[] = [];
        for (let thread = 0; thread < blocks; thread++) {
          const from = begin + thread * ROWS;
          const values = column.subarray(from, Math.min(x.rowCount, from + ROWS));
          const bins = target.bins + from * width + f;
          const kept = target.columnBytes === 0 ? target.columns + thread * ROWS : target.columns + f * target.columnBytes + from;
          if (!fits) {
            binHere(machine, feature, values, bins, width, kept);
            continue;
          }
          const at = stage + thread * stageBytes + room * roomBytes;
          machine.numbers(at, values.length).set(values);
          tasks.push(binTask(machine, feature, at, values.length, at + 8 * most, bins, width, kept));
        }
        if (tasks.length === 0) return;
        complete?.();
        complete = machine.start(tasks);
        room = 1 - room;
      });
      begin += blocks * ROWS;
    }
  } finally {
    complete?.();
  }
}

function binTask(
  machine: Machine,
  feature: BinnedFeature,
  values: Offset,
  count: number,
  table: Offset,
  bins: Offset,
  width: number,
  column: Offset,
): Task {
  if (feature.kind === 'numeric') {
    writeCuts(machine, table, feature.cuts);
    return [Kernel.binNumbers, values, count, table, feature.binCount, bins, width, column];
  }
  machine.bytes(table, feature.binOfCode.length).set(feature.binOfCode);
  return [Kernel.binCodes, values, count, table, feature.binOfCode.length, feature.binCount, bins, width, column];
}

function binHere(machine: Machine, feature: BinnedFeature, values: Float64Array, bins: Offset, width: number, column: Offset): void {
  const own = binColumn(feature, values);
  const cells = machine.bytes(bins, (own.length - 1) * width + 1);
  for (let row = 0; row < own.length; row++) cells[row * width] = own[row] as number;
  machine.bytes(column, own.length).set(own);
}
