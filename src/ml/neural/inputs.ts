/**
 * What the first layer sees of a row: numeric features standardised, an indicator where training
 * had missing values, and a learned vector for each category. All of it is learned from the training
 * rows and is part of the model.
 */
import type { FeatureMatrix } from '../estimator.ts';

export type Input =
  | {
      readonly kind: 'numeric';
      readonly name: string;
      readonly centre: number;
      /** 0 for a feature that never changes, which is then never seen. */
      readonly scale: number;
      /** Whether a missing value has a column of its own. It is read as the mean either way. */
      readonly indicator: boolean;
    }
  | {
      readonly kind: 'categorical';
      readonly name: string;
      readonly levels: number;
      /** Numbers a level. The table has `levels + 1` rows; the last is for missing and unknown levels. */
      readonly size: number;
    };

export type Embedding = Extract<Input, { readonly kind: 'categorical' }>;

/**
 * Values approach this many standard deviations and never reach them: one far out would decide the row alone.
 * The smooth clipping of Holzmüller et al. (NeurIPS 2024, section 3), wider since the scale here is not a robust one.
 */
const FARTHEST = 5;

/** `weight` is not all 0. Levels that a code in the data goes beyond are missing. */
export function prepareInputs(x: FeatureMatrix, weight: Float64Array, embeddingSize: number | undefined): readonly Input[] {
  return x.features.map((feature, index): Input => {
    const column = x.columns[index] as Float64Array;
    const { name } = feature;
    if (feature.kind === 'categorical') {
      const levels = feature.levels ?? 0;
      return { kind: 'categorical', name, levels, size: embeddingSize ?? usualSize(levels) };
    }
    return { kind: 'numeric', name, ...moments(column, weight) };
  });
}

/** The rule of fastai (Howard and Gugger, 2020), with a lower ceiling: tables here have fewer rows. */
function usualSize(levels: number): number {
  return Math.max(1, Math.min(32, Math.round(1.6 * levels ** 0.56)));
}

function moments(
  column: Float64Array,
  weight: Float64Array,
): { readonly centre: number; readonly scale: number; readonly indicator: boolean } {
  let total = 0;
  let centre = 0;
  let square = 0;
  let indicator = false;
  // West's update (CACM 22, 1979): sums of squares of large values would lose the small differences.
  column.forEach((value, row) => {
    const w = weight[row] as number;
    if (w === 0) return;
    if (!Number.isFinite(value)) {
      indicator = true;
      return;
    }
    total += w;
    const step = value - centre;
    centre += (step * w) / total;
    square += w * step * (value - centre);
  });
  const scale = total > 0 ? Math.sqrt(Math.max(0, square / total)) : 0;
  // Differences below the precision of the values are noise of their representation.
  return { centre, scale: scale > 1e-12 * Math.abs(centre) ? scale : 0, indicator };
}

export function widthOf(inputs: readonly Input[]): number {
  return inputs.reduce((sum, input) => sum + (input.kind === 'numeric' ? (input.indicator ? 2 : 1) : input.size), 0);
}

export function embeddingsOf(inputs: readonly Input[]): readonly Embedding[] {
  return inputs.filter((input): input is Embedding => input.kind === 'categorical');
}

/** Which row of the table a code means. */
export function levelOf(code: number, levels: number): number {
  return code >= 0 && code < levels && Number.isInteger(code) ? code : levels;
}

/**
 * The inputs of some rows, row-major in `into`. `tables` are the embeddings in the order of the
 * categorical features.
 */
export function fillInputs(
  inputs: readonly Input[],
  tables: readonly Float32Array[],
  columns: readonly Float64Array[],
  rows: ArrayLike<number>,
  into: Float32Array,
): void {
  const width = widthOf(inputs);
  let at = 0;
  let nextTable = 0;
  inputs.forEach((input, index) => {
    const column = columns[index] as Float64Array;
    if (input.kind === 'numeric') {
      const { centre, scale, indicator } = input;
      for (let i = 0; i < rows.length; i++) {
        const value = column[rows[i] as number] as number;
        const isMissing = !Number.isFinite(value);
        const z = isMissing || scale === 0 ? 0 : (value - centre) / scale;
        into[i * width + at] = z / Math.sqrt(1 + (z / FARTHEST) ** 2);
        if (indicator) into[i * width + at + 1] = isMissing ? 1 : 0;
      }
      at += indicator ? 2 : 1;
      return;
    }
    const { levels, size } = input;
    const table = tables[nextTable++] as Float32Array;
    for (let i = 0; i < rows.length; i++) {
      const from = levelOf(column[rows[i] as number] as number, levels) * size;
      for (let j = 0; j < size; j++) into[i * width + at + j] = table[from + j] as number;
    }
    at += size;
  });
}

/** Adds the derivatives by the inputs of these rows to those by the tables that they were read from. */
export function scatterGradients(
  inputs: readonly Input[],
  columns: readonly Float64Array[],
  rows: ArrayLike<number>,
  gradients: ArrayLike<number>,
): readonly Float32Array[] {
  const width = widthOf(inputs);
  const tables: Float32Array[] = [];
  let at = 0;
  inputs.forEach((input, index) => {
    if (input.kind === 'numeric') {
      at += input.indicator ? 2 : 1;
      return;
    }
    const { levels, size } = input;
    const column = columns[index] as Float64Array;
    const table = new Float32Array((levels + 1) * size);
    for (let i = 0; i < rows.length; i++) {
      const to = levelOf(column[rows[i] as number] as number, levels) * size;
      for (let j = 0; j < size; j++) table[to + j] = (table[to + j] as number) + (gradients[i * width + at + j] as number);
    }
    tables.push(table);
    at += size;
  });
  return tables;
}
