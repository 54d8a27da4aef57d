/**
 * Parts the rows of a leaf between its children. Stable: rows stay in ascending order in every leaf,
 * so that memory is read forwards and sums over a leaf have one order.
 */

/**
 * Reorder `rows[begin … end − 1]` so that the rows whose bin has `goesLeft[bin] = 1` come first.
 * `bins[row × stride + offset]` is the bin of a row. Returns how many went left.
 */
export function partitionRows(
  rows: Int32Array,
  begin: number,
  end: number,
  bins: Uint8Array,
  stride: number,
  offset: number,
  goesLeft: Uint8Array,
  scratch: Int32Array,
): number {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    const goes = goesLeft[bins[row * stride + offset] as number] as number;
    // Both are written and one counts: a branch that is right half the time costs more.
    rows[left] = row;
    scratch[right] = row;
    left += goes;
    right += 1 - goes;
  }
  for (let i = 0; i < right; i++) rows[left + i] = scratch[i] as number;
  return left - begin;
}
