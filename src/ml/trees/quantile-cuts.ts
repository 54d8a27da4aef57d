/**
 * Where to cut sorted numbers into bins that hold about equally many of them. Equal numbers are
 * never parted, and a number that is very frequent gets a bin of its own.
 */

/** Ascending cuts, fewer than `maxBins`. `sorted` has no NaN; infinities are allowed. */
export function quantileCuts(sorted: Float64Array, maxBins: number): Float64Array {
  const count = sorted.length;
  const distinct = countDistinct(sorted);
  const cuts = new Float64Array(maxBins);
  let used = 0;
  let rowsLeft = count;
  let binsLeft = maxBins;
  let share = rowsLeft / binsLeft;
  let inBin = 0;
  let start = 0;
  let next = endOfRun(sorted, start);
  for (let i = 0; i + 1 < distinct && binsLeft > 1; i++) {
    const afterNext = endOfRun(sorted, next);
    inBin += next - start;
    // Close the bin where its size comes nearest to the share, or when the bins suffice for the numbers left.
    if (distinct - i <= binsLeft || inBin + (afterNext - next) / 2 > share) {
      cuts[used++] = between(sorted[start] as number, sorted[next] as number);
      rowsLeft -= inBin;
      binsLeft--;
      // The share of a bin is counted again after every cut, so a frequent number takes rows from no one.
      share = rowsLeft / binsLeft;
      inBin = 0;
    }
    start = next;
    next = afterNext;
  }
  return cuts.slice(0, used);
}

/** Numbers that differ. −0 and 0 do not. */
function countDistinct(sorted: Float64Array): number {
  let count = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) count++;
  return count;
}

/** Index after the last of the numbers that equal the one at `start`. */
function endOfRun(sorted: Float64Array, start: number): number {
  const value = sorted[start];
  let end = start + 1;
  while (end < sorted.length && sorted[end] === value) end++;
  return end;
}

/** The middle, when there is one: between neighbouring doubles and beside infinities it is the lower number. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2;
  return middle >= low && middle < high ? middle : low;
}
