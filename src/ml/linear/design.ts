/**
 * The columns of a linear model over its rows, with the products that fitting needs. Numbers are
 * centred and scaled as they are read, 0/1 columns of levels are never built: nothing of the size of
 * the table is copied, except the codes of categorical features.
 */

import type { FeatureMatrix } from '../estimator.ts';
import { innerProduct } from './inner-product.ts';
import { levelCodes, type PreparedFeature, widthOf } from './prepare-features.ts';

/** Rows that stay in the first-level cache while all columns pass over them. */
const CHUNK = 1024;
/** Numbers of a block of scaled columns: 2 MB. */
const BLOCK = 262_144;

interface Numbers {
  readonly kind: 'numbers';
  readonly at: number;
  readonly values: Float64Array;
  readonly fill: number;
  readonly centre: number;
  /** 1 / scale; 0 leaves the column out. */
  readonly factor: number;
  /** Whether a value is missing somewhere. */
  readonly hasHoles: boolean;
}
interface Codes {
  readonly kind: 'codes';
  readonly at: number;
  readonly levels: number;
  /** −1 where no level is known. */
  readonly codes: Int32Array;
}

export class Design {
  readonly rowCount: number;
  /** Columns, without the intercept. */
  readonly width: number;
  readonly #parts: readonly (Numbers | Codes)[];
  /** The rows of each level, found when a column of levels is first used by itself. */
  readonly #rowsOfLevels = new Map<Codes, { readonly starts: Int32Array; readonly rows: Int32Array }>();

  constructor(features: readonly PreparedFeature[], x: FeatureMatrix) {
    this.rowCount = x.rowCount;
    let at = 0;
    this.#parts = features.map((feature, index) => {
      const column = x.columns[index] as Float64Array;
      const part: Numbers | Codes =
        feature.kind === 'numeric'
          ? {
              kind: 'numbers',
              at,
              values: column,
              fill: feature.fill,
              centre: feature.centre,
              factor: feature.scale === 0 ? 0 : 1 / feature.scale,
              hasHoles: !column.every(Number.isFinite),
            }
          : { kind: 'codes', at, levels: feature.levels, codes: levelCodes(column, feature.levels) };
      at += widthOf(feature);
      return part;
    });
    this.width = at;
  }

  /** out[row] = intercept + Σ columnⱼ[row] · coefficients[j]. */
  multiply(coefficients: Float64Array, intercept: number, out: Float64Array): void {
    for (let from = 0; from < this.rowCount; from += CHUNK) {
      const to = Math.min(from + CHUNK, this.rowCount);
      this.scores(coefficients, intercept, from, to, out.subarray(from, to));
    }
  }

  /** The same for the rows `from` to `to` − 1, into the first of `out`. */
  scores(coefficients: Float64Array, intercept: number, from: number, to: number, out: Float64Array): void {
    out.fill(intercept, 0, to - from);
    for (const part of this.#parts) {
      if (part.kind === 'numbers') addNumbers(out, part, (coefficients[part.at] as number) * part.factor, from, to);
      else addLevels(out, part.codes, coefficients, part.at, from, to);
    }
  }

  /** out[j] = Σ columnⱼ[row] · values[row]. */
  multiplyTransposed(values: Float64Array, out: Float64Array): void {
    out.fill(0, 0, this.width);
    for (let from = 0; from < this.rowCount; from += CHUNK) {
      const to = Math.min(from + CHUNK, this.rowCount);
      this.collect(values.subarray(from, to), from, to, out);
    }
  }

  /** Add to out[j] the sum over the rows `from` to `to` − 1; `values` begins with the first of them. */
  collect(values: Float64Array, from: number, to: number, out: Float64Array): void {
    for (const part of this.#parts) {
      if (part.kind === 'numbers') out[part.at] = (out[part.at] as number) + part.factor * dotNumbers(part, values, from, to);
      else scatter(out, part, values, from, to);
    }
  }

  /** out[j] = Σ columnⱼ[row]² · values[row], the diagonal of `gram`. */
  squaresTransposed(values: Float64Array, out: Float64Array): void {
    out.fill(0, 0, this.width);
    const scaled = new Float64Array(CHUNK);
    for (let from = 0; from < this.rowCount; from += CHUNK) {
      const to = Math.min(from + CHUNK, this.rowCount);
      const weight = values.subarray(from, to);
      for (const part of this.#parts) {
        if (part.kind === 'codes') {
          scatter(out, part, weight, from, to);
          continue;
        }
        scaleInto(part, from, to, scaled);
        let sum = 0;
        for (let row = 0; row < to - from; row++) sum += (scaled[row] as number) ** 2 * (weight[row] as number);
        out[part.at] = (out[part.at] as number) + sum;
      }
    }
  }

  /** Lower triangle, row-major `width × width`, of Σ weight[row] · columnⱼ[row] · columnₖ[row]. */
  gram(weight: Float64Array): Float64Array {
    const { width } = this;
    const gram = new Float64Array(width * width);
    const numbers = this.#parts.reduce((count, { kind }) => count + Number(kind === 'numbers'), 0);
    const chunk = Math.max(64, Math.min(CHUNK, Math.floor(BLOCK / Math.max(1, numbers))));
    const scaled = this.#parts.map(({ kind }) => new Float64Array(kind === 'numbers' ? chunk : 0));
    const weighted = new Float64Array(chunk);
    for (let from = 0; from < this.rowCount; from += chunk) {
      const to = Math.min(from + chunk, this.rowCount);
      this.#parts.forEach((part, index) => {
        if (part.kind === 'numbers') scaleInto(part, from, to, scaled[index] as Float64Array);
      });
      this.#parts.forEach((left, index) => {
        const own = scaled[index] as Float64Array;
        for (let row = from; row < to; row++)
          weighted[row - from] = (weight[row] as number) * (left.kind === 'numbers' ? (own[row - from] as number) : 1);
        for (let other = 0; other <= index; other++) {
          const right = this.#parts[other] as Numbers | Codes;
          addBlock(gram, width, left, { part: right, scaled: scaled[other] as Float64Array }, weighted, from, to);
        }
      });
    }
    return gram;
  }

  /** The columns one by one. */
  get columns(): readonly Column[] {
    return this.#parts.flatMap((part): readonly Column[] => {
      if (part.kind === 'numbers') return [numbersColumn(part, this.rowCount)];
      return Array.from({ length: part.levels }, (_, level) => levelColumn(() => this.#rowsOf(part), level));
    });
  }

  #rowsOf(part: Codes): { readonly starts: Int32Array; readonly rows: Int32Array } {
    const known = this.#rowsOfLevels.get(part);
    if (known !== undefined) return known;
    const starts = new Int32Array(part.levels + 1);
    for (const code of part.codes) if (code >= 0) starts[code + 1] = (starts[code + 1] as number) + 1;
    for (let level = 0; level < part.levels; level++) starts[level + 1] = (starts[level + 1] as number) + (starts[level] as number);
    const next = starts.slice();
    const rows = new Int32Array(starts[part.levels] as number);
    part.codes.forEach((code, row) => {
      if (code < 0) return;
      rows[next[code] as number] = row;
      next[code] = (next[code] as number) + 1;
    });
    const found = { starts, rows };
    this.#rowsOfLevels.set(part, found);
    return found;
  }

  /** The rows `from` to `to` − 1 written out: column j begins at `out[j · stride]`. */
  writeColumns(from: number, to: number, out: Float64Array, stride: number): void {
    for (const part of this.#parts) {
      if (part.kind === 'numbers') {
        scaleInto(part, from, to, out.subarray(part.at * stride, part.at * stride + stride));
        continue;
      }
      for (let level = 0; level < part.levels; level++) out.fill(0, (part.at + level) * stride, (part.at + level) * stride + (to - from));
      for (let row = from; row < to; row++) {
        const code = part.codes[row] as number;
        if (code >= 0) out[(part.at + code) * stride + (row - from)] = 1;
      }
    }
  }

  /** How many numbers, and how many levels, a row of `writeRows` has. */
  get rowShape(): { readonly numbers: number; readonly codes: number } {
    const numbers = this.#parts.filter(({ kind }) => kind === 'numbers').length;
    return { numbers, codes: this.#parts.length - numbers };
  }

  /** For each number of a row its column, in the order of `writeRows`. */
  get numberColumns(): Int32Array {
    return Int32Array.from(this.#parts.filter(({ kind }) => kind === 'numbers').map(({ at }) => at));
  }

  /** Some rows one after the other: their scaled numbers, and the columns in which they have a 1, or −1. */
  writeRows(rows: Int32Array, numbers: Float64Array, ones: Int32Array): void {
    const { numbers: numberCount, codes: codeCount } = this.rowShape;
    let number = 0;
    let code = 0;
    for (const part of this.#parts) {
      if (part.kind === 'numbers') {
        const { values, fill, centre, factor } = part;
        for (let k = 0, at = number; k < rows.length; k++, at += numberCount) {
          const value = values[rows[k] as number] as number;
          numbers[at] = ((value - value === 0 ? value : fill) - centre) * factor;
        }
        number++;
      } else {
        for (let k = 0, at = code; k < rows.length; k++, at += codeCount) {
          const level = part.codes[rows[k] as number] as number;
          ones[at] = level < 0 ? -1 : part.at + level;
        }
        code++;
      }
    }
  }
}

/** One column of the design. */
export interface Column {
  /** Σ column[row] · weight[row] · values[row]. */
  product(weight: Float64Array, values: Float64Array): number;
  /** out[row] += factor · column[row]. */
  addTo(out: Float64Array, factor: number): void;
}

function numbersColumn(part: Numbers, rowCount: number): Column {
  const { values, fill, centre, factor } = part;
  return {
    product(weight, other) {
      if (factor === 0) return 0;
      let even = 0;
      let odd = 0;
      for (let row = 0; row < rowCount; row++) {
        const value = values[row] as number;
        const term = ((value - value === 0 ? value : fill) - centre) * ((weight[row] as number) * (other[row] as number));
        if ((row & 1) === 0) even += term;
        else odd += term;
      }
      return factor * (even + odd);
    },
    addTo(out, times) {
      addNumbers(out, part, times * factor, 0, rowCount);
    },
  };
}

function levelColumn(find: () => { readonly starts: Int32Array; readonly rows: Int32Array }, level: number): Column {
  return {
    product(weight, values) {
      const { starts, rows } = find();
      let sum = 0;
      for (let k = starts[level] as number; k < (starts[level + 1] as number); k++)
        sum += (weight[rows[k] as number] as number) * (values[rows[k] as number] as number);
      return sum;
    },
    addTo(out, factor) {
      const { starts, rows } = find();
      for (let k = starts[level] as number; k < (starts[level + 1] as number); k++)
        out[rows[k] as number] = (out[rows[k] as number] as number) + factor;
    },
  };
}

/** Add the products of two parts over a chunk; `weighted` holds weight × value of the left part. */
function addBlock(
  gram: Float64Array,
  width: number,
  left: Numbers | Codes,
  { part: right, scaled }: { readonly part: Numbers | Codes; readonly scaled: Float64Array },
  weighted: Float64Array,
  from: number,
  to: number,
): void {
  if (left.kind === 'numbers' && right.kind === 'numbers') {
    const cell = left.at * width + right.at;
    gram[cell] = (gram[cell] as number) + innerProduct(weighted, scaled, to - from);
    return;
  }
  for (let row = from; row < to; row++) {
    const line = left.kind === 'numbers' ? left.at : (left.codes[row] as number) < 0 ? -1 : left.at + (left.codes[row] as number);
    const column = right.kind === 'numbers' ? right.at : (right.codes[row] as number) < 0 ? -1 : right.at + (right.codes[row] as number);
    if (line < 0 || column < 0) continue;
    const value = (weighted[row - from] as number) * (right.kind === 'numbers' ? (scaled[row - from] as number) : 1);
    gram[line * width + column] = (gram[line * width + column] as number) + value;
  }
}

function scaleInto({ values, fill, centre, factor }: Numbers, from: number, to: number, out: Float64Array): void {
  for (let row = from; row < to; row++) {
    const value = values[row] as number;
    // Infinite and missing values alike.
    out[row - from] = ((value - value === 0 ? value : fill) - centre) * factor;
  }
}

function addNumbers(out: Float64Array, { values, fill, centre, hasHoles }: Numbers, factor: number, from: number, to: number): void {
  if (factor === 0) return;
  if (hasHoles) {
    for (let row = from, k = 0; row < to; row++, k++) {
      const value = values[row] as number;
      out[k] = (out[k] as number) + factor * ((value - value === 0 ? value : fill) - centre);
    }
    return;
  }
  for (let row = from, k = 0; row < to; row++, k++) out[k] = (out[k] as number) + factor * ((values[row] as number) - centre);
}

function addLevels(out: Float64Array, codes: Int32Array, coefficients: Float64Array, at: number, from: number, to: number): void {
  for (let row = from, k = 0; row < to; row++, k++) {
    const code = codes[row] as number;
    if (code >= 0) out[k] = (out[k] as number) + (coefficients[at + code] as number);
  }
}

function scatter(out: Float64Array, { at, codes }: Codes, values: Float64Array, from: number, to: number): void {
  for (let row = from, k = 0; row < to; row++, k++) {
    const code = codes[row] as number;
    if (code >= 0) out[at + code] = (out[at + code] as number) + (values[k] as number);
  }
}

/** Σ (value − centre) · weight, where `weight` begins with the first row. */
function dotNumbers({ values, fill, centre, factor, hasHoles }: Numbers, weight: Float64Array, from: number, to: number): number {
  if (factor === 0) return 0;
  let a = 0;
  if (hasHoles) {
    for (let row = from, k = 0; row < to; row++, k++) {
      const value = values[row] as number;
      a += ((value - value === 0 ? value : fill) - centre) * (weight[k] as number);
    }
    return a;
  }
  // Four sums side by side, because one waits for its own last addition. Their order is fixed.
  let b = 0;
  let c = 0;
  let d = 0;
  let row = from;
  let k = 0;
  for (; row + 3 < to; row += 4, k += 4) {
    a += ((values[row] as number) - centre) * (weight[k] as number);
    b += ((values[row + 1] as number) - centre) * (weight[k + 1] as number);
    c += ((values[row + 2] as number) - centre) * (weight[k + 2] as number);
    d += ((values[row + 3] as number) - centre) * (weight[k + 3] as number);
  }
  for (; row < to; row++, k++) a += ((values[row] as number) - centre) * (weight[k] as number);
  return a + b + (c + d);
}
