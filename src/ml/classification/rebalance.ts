/** Leaves out rows of the larger of two classes, drawn by a seed, until the smaller one has the share that is asked for. */
import { derive, Random } from '../random.ts';
import { classSums } from './class-weight.ts';

export interface Rebalanced {
  /** Rows that stay, ascending. */
  readonly rows: Int32Array;
  /**
   * By class, the share of its weight that stayed; 1 where nothing was left out. It turns probabilities back to those
   * of all rows, see `toBaseRate`.
   */
  readonly kept: Float64Array;
  /** The code of the class that lost rows. */
  readonly majority: number;
}

/**
 * Of m rows of the smaller class and a share p, ⌊m · (1 − p) / p⌋ of the larger one stay, as in MLflow Recipes.
 * `undefined` where the smaller class has the share already, or no rows. `minorityShare` is above 0 and below 1.
 */
export function rebalance(
  codes: Int32Array,
  {
    minorityShare,
    seed,
    sampleWeight,
  }: { readonly minorityShare: number; readonly seed: number; readonly sampleWeight?: Float64Array | undefined },
): Rebalanced | undefined {
  const [zeros = 0, positives = 0] = classSums(codes, 2);
  const majority = positives > zeros ? 1 : 0;
  const [many, few] = majority === 1 ? [positives, zeros] : [zeros, positives];
  const wanted = Math.floor((few * (1 - minorityShare)) / minorityShare);
  if (few === 0 || wanted === 0 || wanted >= many) return undefined;
  const places = Int32Array.from(codes.keys()).filter((row) => codes[row] === majority);
  const isKept = new Uint8Array(codes.length);
  for (const place of new Random(derive(seed, 'rebalance')).sample(many, wanted)) isKept[places[place] as number] = 1;
  const rows = Int32Array.from(codes.keys()).filter((row) => codes[row] !== majority || isKept[row] === 1);
  const before = classSums(codes, 2, sampleWeight);
  const after = classSums(
    rows.map((row) => codes[row] as number),
    2,
    sampleWeight && Float64Array.from(rows, (row) => sampleWeight[row] as number),
  );
  return { rows, kept: before.map((sum, code) => (sum > 0 ? (after[code] as number) / sum : 1)), majority };
}
