/** What the twins of the searches for splits are given and what they find. */
import type { Bounds } from '../trees/constrained-score.ts';

/** Rows, gradient and hessian. The last two are integers: in units of the packing. */
export interface Sums {
  readonly count: number;
  readonly gradient: number;
  readonly hessian: number;
}

/** The best split of a feature: its score, the gain plus the score of the undivided leaf. */
export interface Found {
  readonly score: number;
  readonly left: Sums;
  /** Numeric: the last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Categorical: 1 for each bin that goes left. */
  readonly leftBins?: Uint8Array;
}

/** What is searched: the bins of a feature in the histogram of a leaf, and the limits of its split. */
export interface Search {
  readonly leaf: Sums;
  readonly bounds: Bounds;
  readonly toBeat: number;
  readonly binCount: number;
  readonly minRows: number;
  readonly l1: number;
  readonly l2: number;
  /** What one unit of a gradient and of a hessian is. */
  readonly units: { readonly gradient: number; readonly hessian: number };
  readonly isConstrained: boolean;
  /** The bin of missing values is the last. */
  read(bin: number): Sums;
}

/** Every left side that ends with a bin which has rows; where values are missing, without them on the left and then with them. */
export function eachSide({ leaf, binCount, read }: Search, consider: (left: Sums, bin: number, missingLeft: boolean) => void): void {
  const missing = read(binCount);
  const lastBin = missing.count > 0 ? binCount : binCount - 1;
  let left: Sums = { count: 0, gradient: 0, hessian: 0 };
  for (let bin = 0; bin < lastBin; bin++) {
    const own = read(bin);
    if (own.count === 0) continue;
    left = plus(left, own);
    consider(left, bin, missing.count === 0 && 2 * left.count > leaf.count);
    if (missing.count > 0) consider(plus(left, missing), bin, true);
  }
}

export function plus(a: Sums, b: Sums): Sums {
  return { count: a.count + b.count, gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian };
}
