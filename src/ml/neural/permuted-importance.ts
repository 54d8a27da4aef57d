/** How much a network's outputs hang on each feature: how far they move when its values are exchanged among rows. */
import { Random } from '../random.ts';
import type { Scorer } from './scorer.ts';

/** Multiplications that may be spent. */
const BUDGET = 2e8;
const FEWEST_ROWS = 50;
const MOST_ROWS = 2000;

/** Shares that sum to 1 unless all are 0. `weightCount` is the size of the network. */
export function permutedImportance(
  scorer: Scorer,
  columns: readonly Float64Array[],
  rowCount: number,
  { seed, weightCount }: { readonly seed: number; readonly weightCount: number },
): Float64Array {
  const random = new Random(seed);
  const affordable = Math.floor(BUDGET / Math.max(1, weightCount * columns.length));
  const rows = random.sample(rowCount, Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, affordable)));
  const sample = columns.map((column) => Float64Array.from(rows, (row) => column[row] as number));
  const before = scorer.outputs(sample, rows.length);
  const moved = Float64Array.from(sample, (column, feature) => {
    const exchanged = column.slice();
    random.shuffle(exchanged);
    const after = scorer.outputs(sample.with(feature, exchanged), rows.length);
    return after.reduce((sum, value, i) => sum + Math.abs(value - (before[i] as number)), 0);
  });
  const total = moved.reduce((sum, value) => sum + value, 0);
  return total > 0 ? moved.map((value) => value / total) : moved;
}
