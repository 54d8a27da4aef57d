/**
 * Folds for cross-validation, by the content of the rows: rows of one key stay together, so that neither duplicates nor
 * rows of a group straddle, and neither order nor threads move a row.
 */
import { derive, hash32 } from '../random.ts';

export interface FoldOptions {
  /** Whole, 0 … 2⁵³ − 1, one a row: rows with the same key go to the same fold. */
  readonly key: Float64Array;
  /** At least 2. */
  readonly folds: number;
  readonly seed: number;
  /** Each gives other folds. From 0. */
  readonly repeat?: number;
  /** Class codes: each fold gets the same share of every class, as far as keys stay whole. */
  readonly strata?: Int32Array | undefined;
}

/**
 * The fold of each row, 0 … `folds` − 1. The keys of a stratum are put in a seeded order and cut into parts of the same
 * number of rows; a key goes where its middle lies, and belongs to the stratum that most of its rows have. With fewer
 * keys than folds some folds are empty.
 */
export function assignFolds({ key, folds, seed, repeat = 0, strata }: FoldOptions): Int32Array {
  const draw = derive(seed, `folds of repeat ${repeat}`) | 0;
  const keys = collectKeys(key, strata).map((one) => ({
    ...one,
    place: hash32(hash32(one.key | 0, Math.floor(one.key / 2 ** 32) | 0), draw),
  }));
  keys.sort((a, b) => a.stratum - b.stratum || a.place - b.place || a.key - b.key);
  const totals = new Map<number, number>();
  for (const { stratum, rows } of keys) totals.set(stratum, (totals.get(stratum) ?? 0) + rows.length);
  const assigned = new Int32Array(key.length);
  let [current, before, order] = [Number.NaN, 0, -1];
  for (const { stratum, rows } of keys) {
    if (stratum !== current) {
      [current, before] = [stratum, 0];
      order++;
    }
    const middle = before + (rows.length - 1) / 2;
    before += rows.length;
    // Each stratum begins with another fold, or the first one would get all rare classes.
    const fold = (Math.floor((middle * folds) / (totals.get(stratum) as number)) + order) % folds;
    for (const row of rows) assigned[row] = fold;
  }
  return assigned;
}

/** Rows outside of the fold and in it, ascending. */
export function foldRows(assigned: Int32Array, fold: number): { readonly training: Int32Array; readonly heldOut: Int32Array } {
  const all = Int32Array.from(assigned.keys());
  return { training: all.filter((row) => assigned[row] !== fold), heldOut: all.filter((row) => assigned[row] === fold) };
}

interface KeyRows {
  readonly key: number;
  readonly rows: readonly number[];
  readonly stratum: number;
}

function collectKeys(key: Float64Array, strata: Int32Array | undefined): readonly KeyRows[] {
  const rowsOf = new Map<number, number[]>();
  key.forEach((value, row) => {
    const rows = rowsOf.get(value);
    if (rows === undefined) rowsOf.set(value, [row]);
    else rows.push(row);
  });
  return [...rowsOf].map(([value, rows]) => ({ key: value, rows, stratum: strata === undefined ? 0 : mostFrequent(strata, rows) }));
}

/** Of equally frequent codes the smallest. */
function mostFrequent(codes: Int32Array, rows: readonly number[]): number {
  if (rows.length === 1) return codes[rows[0] as number] as number;
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(codes[row] as number, (counts.get(codes[row] as number) ?? 0) + 1);
  let best = -1;
  for (const [code, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && code < best)) best = code;
  }
  return best;
}
