/**
 * How features become the columns of a linear model. A missing or infinite number becomes the
 * training mean; a category becomes one 0/1 column a level, and an unknown or missing level is 0 in
 * all of them. Those 0/1 columns are never built: codes are added up where they fall.
 */
import type { FeatureMatrix } from '../estimator.ts';

/** What is learned about a feature before fitting; part of the saved model. */
export type PreparedFeature =
  /** Enters as (value − centre) / scale. `fill` stands for a missing value; scale 0 is a constant feature, which is left out. */
  | { readonly kind: 'numeric'; readonly name: string; readonly fill: number; readonly centre: number; readonly scale: number }
  | { readonly kind: 'categorical'; readonly name: string; readonly levels: number };

/** Columns that the feature takes in the model. */
export function widthOf(feature: PreparedFeature): number {
  return feature.kind === 'numeric' ? 1 : feature.levels;
}

/**
 * Learn means and standard deviations (population, weighted) from the training rows. With `centre`
 * false, columns are scaled only, as a model without intercept needs it.
 */
export function prepareFeatures(x: FeatureMatrix, weight: Float64Array, centre: boolean): readonly PreparedFeature[] {
  return x.features.map((feature, index) => {
    if (feature.kind === 'categorical') return { kind: 'categorical', name: feature.name, levels: feature.levels ?? 0 };
    const { mean, deviation } = momentsOf(x.columns[index] as Float64Array, weight);
    return { kind: 'numeric', name: feature.name, fill: mean, centre: centre ? mean : 0, scale: deviation };
  });
}

/** Mean of the numbers present; standard deviation over all rows with the others filled by that mean. */
function momentsOf(column: Float64Array, weight: Float64Array): { readonly mean: number; readonly deviation: number } {
  let total = 0;
  let present = 0;
  let mean = 0;
  let rows = 0;
  for (let row = 0; row < column.length; row++) {
    const w = weight[row] as number;
    const value = column[row] as number;
    if (w === 0) continue;
    total += w;
    if (!Number.isFinite(value)) continue;
    present += w;
    rows++;
    // A running mean does not overflow and is exact for a constant column.
    mean += (w / present) * (value - mean);
  }
  let squares = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (Number.isFinite(value)) squares += (weight[row] as number) * (value - mean) ** 2;
  }
  const variance = total > 0 ? squares / total : 0;
  // Below this the spread is rounding of a constant: Chan, Golub and LeVeque, The American Statistician 37 (1983) 242.
  const noise = (rows * mean * Number.EPSILON) ** 2 + rows * variance * Number.EPSILON;
  return { mean: mean + 0, deviation: variance > noise && Number.isFinite(variance) ? Math.sqrt(variance) : 0 };
}

/** Rows that stay in the first-level cache while all columns pass over them. */
const CHUNK = 1024;

interface Numbers {
  readonly kind: 'numbers';
  readonly at: number;
  readonly values: Float64Array;
}
interface Codes {
  readonly kind: 'codes';
  readonly at: number;
  /** −1 where no level is known. */
  readonly codes: Int32Array;
}

/** The scaled columns of some rows, with the products that fitting needs. */
export class Design {
  readonly rowCount: number;
  /** Columns, without the intercept. */
  readonly width: number;
  readonly #parts: readonly (Numbers | Codes)[];

  constructor(features: readonly PreparedFeature[], x: FeatureMatrix) {
    this.rowCount = x.rowCount;
    let at = 0;
    this.#parts = features.map((feature, index) => {
      const column = x.columns[index] as Float64Array;
      const part: Numbers | Codes =
        feature.kind === 'numeric'
          ? { kind: 'numbers', at, values: scaled(column, feature) }
          : { kind: 'codes', at, codes: levelCodes(column, feature.levels) };
      at += widthOf(feature);
      return part;
    });
    this.width = at;
  }

  /** out[row] = intercept + Σ columnⱼ[row] · coefficients[j]. */
  multiply(coefficients: Float64Array, intercept: number, out: Float64Array): void {
    for (let from = 0; from < this.rowCount; from += CHUNK) {
      const to = Math.min(from + CHUNK, this.rowCount);
      out.fill(intercept, from, to);
      for (const part of this.#parts) {
        if (part.kind === 'numbers') addScaled(out, part.values, coefficients[part.at] as number, from, to);
        else addLevels(out, part.codes, coefficients, part.at, from, to);
      }
    }
  }

  /** out[j] = Σ columnⱼ[row] · values[row]. */
  multiplyTransposed(values: Float64Array, out: Float64Array): void {
    out.fill(0, 0, this.width);
    for (let from = 0; from < this.rowCount; from += CHUNK) {
      const to = Math.min(from + CHUNK, this.rowCount);
      for (const part of this.#parts) {
        if (part.kind === 'numbers') out[part.at] = (out[part.at] as number) + dot(part.values, values, from, to);
        else scatter(out, part.codes, part.at, values, from, to);
      }
    }
  }

  /** out[j] = Σ columnⱼ[row]² · values[row], the diagonal of `gram`. */
  squaresTransposed(values: Float64Array, out: Float64Array): void {
    out.fill(0, 0, this.width);
    for (const part of this.#parts) {
      if (part.kind === 'codes') {
        scatter(out, part.codes, part.at, values, 0, this.rowCount);
        continue;
      }
      let sum = 0;
      for (let row = 0; row < this.rowCount; row++) sum += (part.values[row] as number) ** 2 * (values[row] as number);
      out[part.at] = sum;
    }
  }

  /** Lower triangle, row-major `width × width`, of Σ weight[row] · columnⱼ[row] · columnₖ[row]. */
  gram(weight: Float64Array): Float64Array {
    const { width } = this;
    const gram = new Float64Array(width * width);
    const weighted = new Float64Array(CHUNK);
    for (let from = 0; from < this.rowCount; from += CHUNK) {
      const to = Math.min(from + CHUNK, this.rowCount);
      this.#parts.forEach((left, index) => {
        for (let row = from; row < to; row++) {
          weighted[row - from] = (weight[row] as number) * (left.kind === 'numbers' ? (left.values[row] as number) : 1);
        }
        for (let other = 0; other <= index; other++) addBlock(gram, width, left, this.#parts[other] as Numbers | Codes, weighted, from, to);
      });
    }
    return gram;
  }
}

/** Add the products of two parts over a chunk; `weighted` holds weight × value of the left part. */
function addBlock(
  gram: Float64Array,
  width: number,
  left: Numbers | Codes,
  right: Numbers | Codes,
  weighted: Float64Array,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) {
    const line = left.kind === 'numbers' ? left.at : (left.codes[row] as number) < 0 ? -1 : left.at + (left.codes[row] as number);
    if (line < 0) continue;
    if (left.kind === 'numbers' && right.kind === 'numbers') {
      // Two columns of numbers meet in one cell only.
      gram[line * width + right.at] = (gram[line * width + right.at] as number) + dotChunk(weighted, right.values, from, to);
      return;
    }
    const column = right.kind === 'numbers' ? right.at : (right.codes[row] as number) < 0 ? -1 : right.at + (right.codes[row] as number);
    if (column < 0) continue;
    const value = (weighted[row - from] as number) * (right.kind === 'numbers' ? (right.values[row] as number) : 1);
    gram[line * width + column] = (gram[line * width + column] as number) + value;
  }
}

function scaled(column: Float64Array, { fill, centre, scale }: Extract<PreparedFeature, { kind: 'numeric' }>): Float64Array {
  const values = new Float64Array(column.length);
  if (scale === 0) return values;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    values[row] = ((Number.isFinite(value) ? value : fill) - centre) / scale;
  }
  return values;
}

/** Codes outside 0 … levels − 1 become −1. */
export function levelCodes(column: Float64Array, levels: number): Int32Array {
  const codes = new Int32Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const code = column[row] as number;
    codes[row] = code >= 0 && code < levels && Number.isInteger(code) ? code : -1;
  }
  return codes;
}

function addScaled(out: Float64Array, values: Float64Array, factor: number, from: number, to: number): void {
  if (factor === 0) return;
  for (let row = from; row < to; row++) out[row] = (out[row] as number) + factor * (values[row] as number);
}

function addLevels(out: Float64Array, codes: Int32Array, coefficients: Float64Array, at: number, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const code = codes[row] as number;
    if (code >= 0) out[row] = (out[row] as number) + (coefficients[at + code] as number);
  }
}

function scatter(out: Float64Array, codes: Int32Array, at: number, values: Float64Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const code = codes[row] as number;
    if (code >= 0) out[at + code] = (out[at + code] as number) + (values[row] as number);
  }
}

// Four sums side by side, because one waits for its own last addition. Their order is fixed.
function dot(left: Float64Array, right: Float64Array, from: number, to: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let row = from;
  for (; row + 3 < to; row += 4) {
    a += (left[row] as number) * (right[row] as number);
    b += (left[row + 1] as number) * (right[row + 1] as number);
    c += (left[row + 2] as number) * (right[row + 2] as number);
    d += (left[row + 3] as number) * (right[row + 3] as number);
  }
  for (; row < to; row++) a += (left[row] as number) * (right[row] as number);
  return a + b + (c + d);
}

function dotChunk(chunk: Float64Array, values: Float64Array, from: number, to: number): number {
  return dot(chunk, values.subarray(from, to), 0, to - from);
}
