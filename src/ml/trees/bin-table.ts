/**
 * A table's raw columns to bins in the memory of a fit: staged in blocks, binned by all threads.
 */

import type { FeatureMatrix } from '../estimator.ts';
import type { Offset } from '../kernels/layout.ts';
import { Kernel, type Machine, type Task } from '../kernels/machine.ts';
import { type BinnedFeature, binColumn, type CutAll, pick } from './binning.ts';
import { writeCuts } from './cut-table.ts';
import { STAGE_ROWS, type Workshop } from './workshop.ts';

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
  const rows = Math.min(ROWS, STAGE_ROWS);
  // The tables of a feature lie in the second half of each thread's stage, whose first half takes the values.
  const tableAt = (thread: number): Offset => stage + thread * stageBytes + 8 * Math.min(rows, x.rowCount);
  for (let begin = 0; begin < x.rowCount; ) {
    const blocks = Math.min(machine.threads, Math.ceil((x.rowCount - begin) / rows));
    features.forEach((feature, f) => {
      // The stage of a small table has no room for the codes of thousands of categories.
      const fits = feature.kind === 'numeric' || feature.binOfCode.length <= stageBytes - 8 * Math.min(rows, x.rowCount);
      const column = x.columns[f] as Float64Array;
      const tasks: Task[] = [];
      for (let thread = 0; thread < blocks; thread++) {
        const from = begin + thread * rows;
        const values = column.subarray(from, Math.min(x.rowCount, from + rows));
        const at = stage + thread * stageBytes;
        machine.numbers(at, values.length).set(values);
        const bins = target.bins + from * width + f;
        const kept = target.columnBytes === 0 ? target.columns + thread * rows : target.columns + f * target.columnBytes + from;
        if (!fits) binHere(machine, feature, values, bins, width, kept);
        else tasks.push(binTask(machine, feature, at, values.length, tableAt(thread), bins, width, kept));
      }
      if (tasks.length > 0) machine.round(tasks);
    });
    begin += blocks * rows;
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
