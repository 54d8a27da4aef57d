/**
 * The cuts of a feature as the kernel that bins reads them: 256, filled up with +∞, and then the last of each 16 of them.
 */
import type { Offset } from '../kernels/layout.ts';
import type { Machine } from '../kernels/machine.ts';

/** Room that they take. */
export const CUT_TABLE_BYTES: number = 8 * (256 + 16);

export function writeCuts(machine: Machine, table: Offset, cuts: Float64Array): void {
  const all = machine.numbers(table, CUT_TABLE_BYTES / 8).fill(Number.POSITIVE_INFINITY);
  all.set(cuts);
  for (let block = 0; block < 16; block++) all[256 + block] = all[16 * block + 15] as number;
}

/** What a thread needs to bin blocks of so many numbers: one is staged while another is binned. */
export function stageBytesFor(rows: number): number {
  return 2 * (8 * rows + CUT_TABLE_BYTES);
}
