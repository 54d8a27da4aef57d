/** What the targets of a `LayersModel` look like, and what its outputs mean. Wrong ones are told as the user's. */
import type { Target } from '../../ml/estimator.ts';
import { problem } from '../problem.ts';

/** Row-major, for these rows: a number or a code, or a 1 among zeros where there is an output for each class. */
export function outputKind(
  y: Target,
  units: number,
  loss: unknown,
  rows: Int32Array,
): { readonly width: number; readonly values: Float32Array } {
  if (y.kind === 'regression') return { width: 1, values: Float32Array.from(rows, (row) => y.values[row] as number) };
  if (units === 1 || /sparse/i.test(typeof loss === 'string' ? loss : ''))
    return { width: 1, values: Float32Array.from(rows, (row) => y.codes[row] as number) };
  const values = new Float32Array(rows.length * units);
  rows.forEach((row, i) => {
    values[i * units + (y.codes[row] as number)] = 1;
  });
  return { width: units, values };
}

/** How far single precision may be from a sum of 1. */
const TOLERANCE = 1e-3;

/** Values, or for classes row-major probabilities that sum to 1: two of a single output. */
export function checkedOutputs(found: Float64Array, units: number, classCount: number | undefined, where: string): Float64Array {
  const fail = (row: number, what: string, hint: string) =>
    problem('step-failed', `the \`LayersModel\` of ${where} gave ${what} for row ${row}`, hint);
  const bad = found.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw fail(Math.floor(bad / units), String(found[bad]), 'missing values reach it as NaN unless `steps.transform.impute` fills them');
  if (classCount === undefined) return found;
  const shares = units === 1 ? Float64Array.from({ length: found.length * 2 }, (_, i) => both(found[i >> 1] as number, i)) : found.slice();
  for (let at = 0; at < shares.length; at += classCount) {
    const row = shares.subarray(at, at + classCount);
    const sum = row.reduce((total, share) => total + share, 0);
    if (row.some((share) => share < -TOLERANCE || share > 1 + TOLERANCE) || Math.abs(sum - 1) > TOLERANCE) {
      const shown = Array.from(found.subarray((at / classCount) * units, (at / classCount + 1) * units), (value) =>
        Number(value.toPrecision(4)),
      );
      throw fail(
        at / classCount,
        shown.join(', '),
        units === 1 ? "end with `activation: 'sigmoid'`" : "end with `activation: 'softmax'`: outputs are probabilities",
      );
    }
    row.forEach((share, k) => {
      row[k] = Math.max(0, share) / sum;
    });
  }
  return shares;
}

/** The probability of the second class, and what is left for the first. */
function both(share: number, index: number): number {
  return index % 2 === 1 ? share : 1 - share;
}
