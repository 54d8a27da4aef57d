/**
 * The coefficients of stochastic gradient descent, as a scale times a vector, so that shrinking all of them
 * costs one multiplication and a row with few 1s costs little (Bottou, "Stochastic Gradient Descent Tricks",
 * section 5.1). Their norms and their mean over all updates are kept beside.
 */
import type { Design } from './design.ts';

/** Below this the scale is multiplied into the vector. */
const SMALLEST_SCALE = 1e-9;

export class SgdWeights {
  squaredNorm = 0;
  absoluteNorm = 0;
  readonly #values: Float64Array;
  #scale = 1;
  readonly #columns: Int32Array;
  readonly #codeCount: number;
  /** Penalty that each coefficient really got, and that it could have got in all (Tsuruoka et al., ACL 2009, algorithm 1). */
  readonly #pulled: Float64Array | undefined;
  #pull = 0;
  /** Sum of all vectors so far = sumOfScales · values − early. */
  readonly #early: Float64Array | undefined;
  #sumOfScales = 0;
  #remembered = 0;

  constructor(design: Design, { hasL1, average }: { readonly hasL1: boolean; readonly average: boolean }) {
    this.#values = new Float64Array(design.width);
    this.#columns = design.numberColumns;
    this.#codeCount = design.rowShape.codes;
    this.#pulled = hasL1 ? new Float64Array(design.width) : undefined;
    this.#early = average ? new Float64Array(design.width) : undefined;
  }

  /** Of row `k` of the batch. */
  score(k: number, numbers: Float64Array, ones: Int32Array): number {
    const values = this.#values;
    const columns = this.#columns;
    let sum = 0;
    for (let j = 0, at = k * columns.length; j < columns.length; j++, at++)
      sum += (values[columns[j] as number] as number) * (numbers[at] as number);
    for (let j = 0, at = k * this.#codeCount; j < this.#codeCount; j++, at++) {
      const column = ones[at] as number;
      if (column >= 0) sum += values[column] as number;
    }
    return sum * this.#scale;
  }

  /** Multiply all by a factor of 0 … 1. */
  shrink(factor: number): void {
    this.#scale *= factor;
    this.squaredNorm *= factor * factor;
    this.absoluteNorm *= factor;
    if (this.#scale < SMALLEST_SCALE) this.#settle();
  }

  /** Add `update` times row `k` of the batch. */
  add(k: number, numbers: Float64Array, ones: Int32Array, update: number): void {
    const columns = this.#columns;
    const step = update / this.#scale;
    if (this.#early === undefined && this.#pulled === undefined) {
      this.#addPlainly(k, numbers, ones, step);
      return;
    }
    for (let j = 0, at = k * columns.length; j < columns.length; j++, at++)
      this.#change(columns[j] as number, step * (numbers[at] as number), this.#sumOfScales);
    for (let j = 0, at = k * this.#codeCount; j < this.#codeCount; j++, at++) {
      const column = ones[at] as number;
      if (column >= 0) this.#change(column, step, this.#sumOfScales);
    }
  }

  /** Where neither the mean nor an absolute penalty has to know. */
  #addPlainly(k: number, numbers: Float64Array, ones: Int32Array, step: number): void {
    const values = this.#values;
    const columns = this.#columns;
    let growth = 0;
    for (let j = 0, at = k * columns.length; j < columns.length; j++, at++) {
      const column = columns[j] as number;
      const before = values[column] as number;
      const after = before + step * (numbers[at] as number);
      values[column] = after;
      growth += after * after - before * before;
    }
    for (let j = 0, at = k * this.#codeCount; j < this.#codeCount; j++, at++) {
      const column = ones[at] as number;
      if (column < 0) continue;
      const before = values[column] as number;
      values[column] = before + step;
      growth += step * (2 * before + step);
    }
    this.squaredNorm += growth * this.#scale * this.#scale;
  }

  /** Count the coefficients as they are into the mean. */
  remember(): void {
    this.#sumOfScales += this.#scale;
    this.#remembered++;
  }

  /** Move every coefficient towards 0 and not beyond, by what the penalty has come to. */
  pullToZero(step: number): void {
    this.#pull += step;
    const pulled = this.#pulled as Float64Array;
    const values = this.#values;
    const scale = this.#scale;
    for (let j = 0; j < values.length; j++) {
      const before = values[j] as number;
      if (before === 0) continue;
      const open = pulled[j] as number;
      const after = before > 0 ? Math.max(0, before - (this.#pull + open) / scale) : Math.min(0, before + (this.#pull - open) / scale);
      pulled[j] = open + scale * (after - before);
      this.#change(j, after - before, this.#sumOfScales);
      if (after === 0) values[j] = 0;
    }
  }

  values(): Float64Array {
    return this.#values.map((value) => value * this.#scale);
  }

  means(): Float64Array {
    const early = this.#early as Float64Array;
    return this.#values.map((value, j) =>
      this.#remembered === 0 ? 0 : (this.#sumOfScales * value - (early[j] as number)) / this.#remembered,
    );
  }

  isFinite(): boolean {
    return this.#values.every(Number.isFinite);
  }

  #change(column: number, by: number, sumOfScales: number): void {
    const before = this.#values[column] as number;
    const after = before + by;
    this.#values[column] = after;
    if (this.#early !== undefined) this.#early[column] = (this.#early[column] as number) + sumOfScales * by;
    const scale = this.#scale;
    this.squaredNorm += (after * after - before * before) * scale * scale;
    if (this.#pulled !== undefined) this.absoluteNorm += (Math.abs(after) - Math.abs(before)) * scale;
  }

  #settle(): void {
    const scale = this.#scale;
    const values = this.#values;
    if (scale === 0) {
      // The sum so far is all in `early` then.
      for (let j = 0; j < values.length; j++) this.#change(j, -(values[j] as number), this.#sumOfScales);
      this.squaredNorm = 0;
      this.absoluteNorm = 0;
    } else {
      for (let j = 0; j < values.length; j++) values[j] = (values[j] as number) * scale;
      this.#sumOfScales /= scale;
    }
    this.#scale = 1;
  }
}
