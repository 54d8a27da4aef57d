import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Layout } from '../../src/ml/kernels/layout.ts';
import { Kernel, Machine } from '../../src/ml/kernels/machine.ts';
import { Random } from '../../src/ml/random.ts';
import { runs } from '../support/runs.ts';

/** What is left of a table of three columns of bytes and one of numbers after its rows were ordered by leaf. */
function reordered(rows: number, leafCount: number, seed: number, twin: boolean): readonly unknown[] {
  const layout = new Layout();
  const [leaves, counts, order, columns, moved, bins] = [8 * rows, 4 * leafCount, 4 * rows, 3 * rows, 8 * rows, 4 * rows].map((bytes) =>
    layout.room(bytes),
  ) as [number, number, number, number, number, number];
  const machine = new Machine(layout, { threads: 1, twin });
  const random = new Random(seed);
  const leafOf = machine.numbers(leaves, rows);
  for (let row = 0; row < rows; row++) leafOf[row] = random.integer(leafCount);
  const bytes = machine.bytes(columns, 3 * rows);
  for (let at = 0; at < bytes.length; at++) bytes[at] = random.integer(256);
  machine.round([[Kernel.orderByLeaf, rows, leaves, leafCount, counts, order]]);
  machine.round([[Kernel.gatherNumbers, 0, rows, order, leaves, moved]]);
  const numbers = machine.numbers(moved, rows).slice();
  machine.round([[Kernel.gatherBytes, 0, rows, order, columns, moved]]);
  machine.round([[Kernel.interleave, 0, rows, columns, rows, 3, bins, 4]]);
  return [machine.integers(order, rows).slice(), numbers, machine.bytes(moved, rows).slice(), machine.bytes(bins, 4 * rows).slice()];
}

it('the kernels that reorder rows leave what their twins leave, each row once and leaves one after the other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 9 }), fc.integer(), (rows, leafCount, seed) => {
      const own = reordered(rows, leafCount, seed, false);
      expect(own).toEqual(reordered(rows, leafCount, seed, true));
      const [order, leaves] = own as [Int32Array, Float64Array];
      expect(order.slice().sort()).toEqual(Int32Array.from({ length: rows }, (_, row) => row));
      expect(leaves).toEqual(leaves.slice().sort());
    }),
    { numRuns: runs(20) },
  );
});
