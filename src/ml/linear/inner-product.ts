/** Four sums side by side, because one waits for its own last addition. Their order is fixed. */
export function innerProduct(left: Float64Array, right: Float64Array, count: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    a += (left[k] as number) * (right[k] as number);
    b += (left[k + 1] as number) * (right[k + 1] as number);
    c += (left[k + 2] as number) * (right[k + 2] as number);
    d += (left[k + 3] as number) * (right[k + 3] as number);
  }
  for (; k < count; k++) a += (left[k] as number) * (right[k] as number);
  return a + b + (c + d);
}
