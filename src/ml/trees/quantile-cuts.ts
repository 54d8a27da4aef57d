/**
 * Where to cut sorted numbers into bins that hold about equally many of them. Equal numbers are
 * never parted, and a number that is very frequent gets a bin of its own.
 */

/** Ascending cuts, fewer than `maxBins`. `sorted` has no NaN; infinities are allowed. */
export function quantileCuts(sorted: Float64Array, maxBins: number): Float64Array {
  const starts = distinctStarts(sorted);
  const distinct = starts.length;
  const cuts: number[] = [];
  let rowsLeft = sorted.length;
  let binsLeft = maxBins;
  let inBin = 0;
  for (let i = 0; i + 1 < distinct && binsLeft > 1; i++) {
    const start = starts[i] as number;
    const next = starts[i + 1] as number;
    const afterNext = starts[i + 2] ?? sorted.length;
    inBin += next - start;
    // The share of a bin is counted again after every cut, so a frequent number takes rows from no one.
    const share = rowsLeft / binsLeft;
    // Close the bin where its size comes nearest to the share, or when the bins suffice for the numbers left.
    if (distinct - i <= binsLeft || inBin + (afterNext - next) / 2 > share) {
      cuts.push(between(sorted[start] as number, sorted[next] as number));
      rowsLeft -= inBin;
      binsLeft--;
      inBin = 0;
    }
  }
  return Float64Array.from(cuts);
}

/** Index of the first of each run of equal numbers. −0 and 0 are equal. */
function distinctStarts(sorted: Float64Array): Int32Array {
  const starts = new Int32Array(sorted.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) starts[count++] = i;
  return starts.subarray(0, count);
}

/** The middle, when there is one: between neighbouring doubles and beside infinities it is the lower number. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle >= low && middle < high ? middle : low;
}
