/**
 * Counts between stored edges and on a grid, with what lies outside counted and never dropped in
 * silence: a few extreme rows would otherwise squeeze all others into one bin.
 */
import { argsort } from '../metrics/argsort.ts';

export interface Histogram {
  /** Ascending; bin k holds edges[k] ≤ value < edges[k + 1], the last bin its upper edge too. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly underflow: number;
  readonly overflow: number;
  /** Values that are not a number. */
  readonly missing: number;
}

/** `bins` + 1 edges of equal distance over the range. */
export function equalEdges(low: number, high: number, bins: number): readonly number[] {
  return Array.from({ length: bins + 1 }, (_, k) => (k === bins ? high : low + ((high - low) * k) / bins));
}

/** `edges` are those of `equalEdges`: of equal distance. Pass the same edges to compare two columns. */
export function histogram(values: Float64Array, edges: readonly number[]): Histogram {
  const bins = edges.length - 1;
  const low = edges[0] as number;
  const high = edges[bins] as number;
  const counts = new Array<number>(bins).fill(0);
  let underflow = 0;
  let overflow = 0;
  let missing = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) missing++;
    else if (value < low) underflow++;
    else if (value > high) overflow++;
    else {
      let bin = Math.min(Math.floor(((value - low) / (high - low)) * bins), bins - 1);
      // Rounding can land beside an edge.
      while (bin > 0 && value < (edges[bin] as number)) bin--;
      while (bin < bins - 1 && value >= (edges[bin + 1] as number)) bin++;
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  return { edges, counts, underflow, overflow, missing };
}

/**
 * A range that holds all but the share `outside` of the numbers at each end (all of them where that
 * is less than one row); widened where they are all equal. `undefined` without a finite number.
 */
export function mainRange(values: Float64Array, outside: number): readonly [low: number, high: number] | undefined {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return undefined;
  const order = argsort(finite);
  const skipped = Math.floor(outside * finite.length);
  const low = finite[order[skipped] as number] as number;
  const high = finite[order[finite.length - 1 - skipped] as number] as number;
  if (low < high) return [low, high];
  const margin = low === 0 ? 0.5 : Math.abs(low) * 0.01;
  return [low - margin, high + margin];
}

export interface DensityGrid {
  /** Cells with rows, by x and then y, given by their centres. */
  readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Rows outside the grid or without a number. */
  readonly outside: number;
}

/** Rows counted in `side × side` cells. The ranges are not empty, as those of `mainRange`. */
export function densityGrid(
  x: Float64Array,
  y: Float64Array,
  ranges: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  side = 20,
): DensityGrid {
  const cellWidth = (ranges.x[1] - ranges.x[0]) / side;
  const cellHeight = (ranges.y[1] - ranges.y[0]) / side;
  const counts = new Float64Array(side * side);
  let outside = 0;
  const cellOf = (value: number, [low, high]: readonly [number, number]): number =>
    value >= low && value <= high ? Math.min(Math.floor(((value - low) / (high - low)) * side), side - 1) : -1;
  for (let row = 0; row < x.length; row++) {
    const column = cellOf(x[row] as number, ranges.x);
    const line = cellOf(y[row] as number, ranges.y);
    if (column < 0 || line < 0) outside++;
    else counts[column * side + line] = (counts[column * side + line] as number) + 1;
  }
  const cells: { x: number; y: number; count: number }[] = [];
  counts.forEach((count, cell) => {
    if (count === 0) return;
    cells.push({
      x: ranges.x[0] + (Math.floor(cell / side) + 0.5) * cellWidth,
      y: ranges.y[0] + ((cell % side) + 0.5) * cellHeight,
      count,
    });
  });
  return { cells, cellWidth, cellHeight, outside };
}
