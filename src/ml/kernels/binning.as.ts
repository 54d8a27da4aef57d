/**
 * Raw values to bins, and the sort that cuts are read from. Twins: `twin/binning.ts`.
 */

/** `cuts` are 255, filled up with +∞. Bin of a number: how many cuts are below it; NaN goes to `missing`. */
export function binNumbers(values: usize, count: i32, cuts: usize, missing: i32, bins: usize, width: i32, column: usize): void {
  for (let i = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    let at = cuts;
    at += <usize>(load<f64>(at, 127 << 3) < value) << 10;
    at += <usize>(load<f64>(at, 63 << 3) < value) << 9;
    at += <usize>(load<f64>(at, 31 << 3) < value) << 8;
    at += <usize>(load<f64>(at, 15 << 3) < value) << 7;
    at += <usize>(load<f64>(at, 7 << 3) < value) << 6;
    at += <usize>(load<f64>(at, 3 << 3) < value) << 5;
    at += <usize>(load<f64>(at, 1 << 3) < value) << 4;
    at += <usize>(load<f64>(at) < value) << 3;
    const bin = select<i32>(missing, <i32>((at - cuts) >> 3), value != value);
    store<u8>(bins, bin);
    store<u8>(column + <usize>i, bin);
    bins += width;
  }
}

/** A code without a bin, fractions and NaN included, goes to `missing`. */
export function binCodes(values: usize, count: i32, binOfCode: usize, levels: i32, missing: i32, bins: usize, width: i32, column: usize): void {
  for (let i = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    let bin = missing;
    if (value >= 0 && value < <f64>levels && Math.floor(value) == value) bin = load<u8>(binOfCode + <usize>value);
    store<u8>(bins, bin);
    store<u8>(column + <usize>i, bin);
    bins += width;
  }
}

/** Ascending, −0 before 0, NaN last: a radix sort of 64-bit keys by 11 bits, in six passes. `counts` has room for 6 × 2048 integers. */
export function sortNumbers(values: usize, count: i32, scratch: usize, counts: usize): void {
  memory.fill(counts, 0, 6 * 2048 * 4);
  const end = values + (<usize>count << 3);
  for (let at = values; at < end; at += 8) {
    const key = keyOf(load<u64>(at));
    store<u64>(at, key);
    for (let pass: usize = 0; pass < 6; pass++) {
      const slot = counts + (((pass << 11) + (<usize>(key >> (pass * 11)) & 2047)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
  }
  let from = values;
  let to = scratch;
  for (let pass: usize = 0; pass < 6; pass++) {
    const table = counts + (pass << 13);
    const shift = <u64>(pass * 11);
    // A digit that all keys share moves nothing.
    if (load<u32>(table + ((<usize>(load<u64>(from) >> shift) & 2047) << 2)) == <u32>count) continue;
    let sum: u32 = 0;
    for (let digit: usize = 0; digit < 2048; digit++) {
      const own = load<u32>(table + (digit << 2));
      store<u32>(table + (digit << 2), sum);
      sum += own;
    }
    const last = from + (<usize>count << 3);
    for (let at = from; at < last; at += 8) {
      const key = load<u64>(at);
      const slot = table + ((<usize>(key >> shift) & 2047) << 2);
      const place = load<u32>(slot);
      store<u32>(slot, place + 1);
      store<u64>(to + (<usize>place << 3), key);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    const key = load<u64>(from + (i << 3));
    const bits = key >> 63 == 1 ? key ^ 0x8000000000000000 : ~key;
    store<u64>(values + (i << 3), key == ~(<u64>0) ? 0x7ff8000000000000 : bits);
  }
}

/** An unsigned integer that sorts as the number does. */
// @ts-ignore: decorator of AssemblyScript
@inline
function keyOf(bits: u64): u64 {
  if ((bits & 0x7fffffffffffffff) > 0x7ff0000000000000) return ~(<u64>0);
  return bits >> 63 == 1 ? ~bits : bits | 0x8000000000000000;
}
