/** The training rows that a trial sees: the same in each, a smaller share being part of a larger one, and of every class its share. */
import type { FeatureMatrix, Target } from '../../../ml/estimator.ts';
import { derive, Random } from '../../../ml/random.ts';

export interface TrainingPart {
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly sampleWeight?: Float64Array;
}

/** `share` in (0, 1]. Of each class at least one row; in the order of the table. */
export function sampleRows<Part extends TrainingPart>(part: Part, share: number, seed: number): Part {
  if (share >= 1) return part;
  const { x, y, sampleWeight } = part;
  const chosen = rowsOf(y, x.rowCount, share, seed);
  return {
    ...part,
    x: { ...x, rowCount: chosen.length, columns: x.columns.map((column) => takeNumbers(column, chosen)) },
    y:
      y.kind === 'regression'
        ? { ...y, values: takeNumbers(y.values, chosen) }
        : { ...y, codes: Int32Array.from(chosen, (row) => y.codes[row] as number) },
    ...(sampleWeight !== undefined && { sampleWeight: takeNumbers(sampleWeight, chosen) }),
  };
}

function takeNumbers(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}

function rowsOf(y: Target, count: number, share: number, seed: number): Int32Array {
  const groups: number[][] = [];
  for (let row = 0; row < count; row++) {
    const group = y.kind === 'regression' ? 0 : (y.codes[row] as number);
    groups[group] ??= [];
    groups[group].push(row);
  }
  const chosen = groups.flatMap((rows, group) => {
    new Random(derive(derive(seed, 'sample'), String(group))).shuffle(rows);
    return rows.slice(0, Math.max(1, Math.round(rows.length * share)));
  });
  return Int32Array.from(chosen).sort();
}
