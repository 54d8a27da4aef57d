/**
 * Partial dependence (Friedman, "Greedy Function Approximation", Annals of Statistics 29, 2001, section 8.2) and
 * individual conditional expectations (Goldstein et al., Journal of Computational and Graphical Statistics 24, 2015):
 * what the model would predict for the same rows if one column had another value.
 */
import { quantileSorted } from '../evaluate/quantile.ts';

/** Shares of the rows below the points of a grid: no further out than the data reach. */
const PROBABILITIES: readonly number[] = [0.01, 0.025, ...Array.from({ length: 19 }, (_, i) => (i + 1) / 20), 0.975, 0.99];
/** Fewer different values are all on the grid. */
const FEW_VALUES = 12;

/** Values to ask for, ascending and different: quantiles, or all values where they are few. Missing ones are left out. */
export function numericGrid(values: Float64Array): Float64Array {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return sorted;
  const few = new Set<number>();
  for (const value of sorted) {
    few.add(value);
    if (few.size > FEW_VALUES) return Float64Array.from(new Set(PROBABILITIES.map((p) => quantileSorted(sorted, p))));
  }
  return Float64Array.from(few);
}

/** How many values lie in each of `bins` equal parts between the ends of a grid; those beyond count at its ends. */
export function densityAlong(values: Float64Array, grid: Float64Array, bins: number): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  const [low, high] = [grid[0] as number, grid.at(-1) as number];
  if (!(high > low)) return counts;
  for (const value of values) {
    if (!(value >= low && value <= high)) continue;
    const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

export interface DependenceCurve {
  /** One a point of the grid. */
  readonly mean: readonly number[];
  /** Between which eight of ten rows lie. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** `predictions[point × rows + row]`. */
export function dependenceCurve(predictions: Float64Array, rows: number): DependenceCurve {
  const points = rows === 0 ? 0 : predictions.length / rows;
  const of = (point: number): Float64Array => predictions.slice(point * rows, (point + 1) * rows).sort();
  const sorted = Array.from({ length: points }, (_, point) => of(point));
  return {
    mean: sorted.map((values) => values.reduce((sum, value) => sum + value, 0) / rows),
    low: sorted.map((values) => quantileSorted(values, 0.1)),
    high: sorted.map((values) => quantileSorted(values, 0.9)),
  };
}
