/** How predictions are distributed: those of training are kept with the model, and those of new data are counted between the same edges. */

export type PredictionSummary =
  | {
      readonly kind: 'regression';
      readonly rows: number;
      readonly mean: number | null;
      /** One more than counts; equal steps from the smallest to the largest. Empty without rows. */
      readonly edges: readonly number[];
      readonly counts: readonly number[];
      /** Outside of the edges: none of the rows that made them. */
      readonly below: number;
      readonly above: number;
    }
  /** Labels in the order of the model's classes. */
  | { readonly kind: 'classification'; readonly rows: number; readonly classes: readonly (readonly [label: string, rows: number])[] };

const BINS = 30;

/** `classes` are the labels of the codes; absent for a regression. */
export function summarisePredictions(prediction: Float64Array, classes?: readonly string[]): PredictionSummary {
  const counter = new PredictionCounter(classes === undefined ? { edges: edgesOf(prediction) } : { classes });
  counter.add(prediction);
  return counter.summary();
}

/** Counts block after block, so that no more than one need be in memory. */
export class PredictionCounter {
  readonly #edges: readonly number[];
  readonly #classes: readonly string[] | undefined;
  readonly #counts: number[];
  #rows = 0;
  #sum = 0;
  #below = 0;
  #above = 0;

  constructor(of: { readonly edges: readonly number[] } | { readonly classes: readonly string[] }) {
    this.#classes = 'classes' in of ? of.classes : undefined;
    this.#edges = 'edges' in of ? of.edges : [];
    this.#counts = new Array<number>(this.#classes?.length ?? Math.max(0, this.#edges.length - 1)).fill(0);
  }

  add(prediction: Float64Array): void {
    this.#rows += prediction.length;
    const counts = this.#counts;
    if (this.#classes !== undefined) {
      for (const code of prediction) counts[code] = (counts[code] ?? 0) + 1;
      return;
    }
    const [first, last] = [this.#edges[0], this.#edges.at(-1)];
    for (const value of prediction) {
      this.#sum += value;
      if (first === undefined || last === undefined) continue;
      if (value < first) this.#below++;
      else if (value > last) this.#above++;
      else {
        const bin = last > first ? Math.min(counts.length - 1, Math.floor(((value - first) / (last - first)) * counts.length)) : 0;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    }
  }

  summary(): PredictionSummary {
    if (this.#classes !== undefined) {
      const classes = this.#classes.map((label, code) => [label, this.#counts[code] ?? 0] as const);
      return { kind: 'classification', rows: this.#rows, classes };
    }
    return {
      kind: 'regression',
      rows: this.#rows,
      mean: this.#rows === 0 ? null : Number((this.#sum / this.#rows).toPrecision(10)),
      edges: this.#edges,
      counts: this.#counts,
      below: this.#below,
      above: this.#above,
    };
  }
}

function edgesOf(values: Float64Array): readonly number[] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!(min <= max)) return [];
  if (min === max) return [min, max];
  // Halved, so that a range over most of what a double holds does not overflow.
  return Array.from({ length: BINS + 1 }, (_, edge) => (edge === BINS ? max : min + 2 * (max / 2 - min / 2) * (edge / BINS)));
}
