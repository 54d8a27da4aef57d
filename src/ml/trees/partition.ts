/**
 * Parts the rows of a leaf between its children. Stable: rows stay in ascending order in every leaf,
 * so that memory is read forwards and sums over a leaf have one order.
 */

/**
 * Reorder `rows[begin … end − 1]` so that the rows whose bin has `goesLeft[bin] = 1` come first.
 * `column[row]` is the bin of a row. Returns how many went left.
 */
export function partitionRows(
  rows: Int32Array,
  begin: number,
  end: number,
  column: Uint8Array,
  goesLeft: Uint8Array,
  scratch: Int32Array,
): number {
  let left = begin;
  let right = 0;
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    // Writing both ways and counting one would save the branch and costs more: stores are what is slow here.
    if (goesLeft[column[row] as number] === 1) rows[left++] = row;
    else scratch[right++] = row;
  }
  rows.set(scratch.subarray(0, right), left);
  return left - begin;
}
