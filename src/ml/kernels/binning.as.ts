/**
 * Raw values to bins, and the cuts between them. Twins: `twin.ts`.
 */

/**
 * Bin of a number: how many cuts are below it; NaN goes to `missing`. `cuts` are 256, filled up with +∞, and then each 16th of
 * them, the last of a block: how many of those are below a number says in which block to look. Comparing with all of 16 at once
 * is faster than waiting for one comparison after the other.
 */
export function binNumbers(values: usize, count: i32, cuts: usize, missing: i32, bins: usize, width: i32, column: usize): void {
  for (let i = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    const both = f64x2.splat(value);
    const block = below(cuts + 2048, both);
    const within = below(cuts + (<usize>block << 7), both);
    const bin = select<i32>(missing, (block << 4) + within, value != value);
    store<u8>(bins, bin);
    store<u8>(column + <usize>i, bin);
    bins += width;
  }
}

/** How many of 16 numbers are below a value, which both lanes hold. */
// @ts-ignore: decorator of AssemblyScript
@inline
function below(at: usize, value: v128): i32 {
  const a = i64x2.add(f64x2.lt(v128.load(at), value), f64x2.lt(v128.load(at, 16), value));
  const b = i64x2.add(f64x2.lt(v128.load(at, 32), value), f64x2.lt(v128.load(at, 48), value));
  const c = i64x2.add(f64x2.lt(v128.load(at, 64), value), f64x2.lt(v128.load(at, 80), value));
  const d = i64x2.add(f64x2.lt(v128.load(at, 96), value), f64x2.lt(v128.load(at, 112), value));
  const sum = i64x2.add(i64x2.add(a, b), i64x2.add(c, d));
  // A comparison that holds is −1.
  return -(i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 2));
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

/**
 * Sort numbers and cut them into bins that hold about equally many of them (twin: `quantileCuts`). Writes how many cuts there
 * are and the cuts themselves over `scratch`, which takes as many numbers, and one more, as are sorted.
 */
export function cutNumbers(values: usize, count: i32, scratch: usize, counts: usize, maxBins: i32): void {
  sortNumbers(values, count, scratch, counts);
  let rows = count;
  while (rows > 0 && isNaN(load<f64>(values + (<usize>(rows - 1) << 3)))) rows--;
  let distinct = rows > 0 ? 1 : 0;
  for (let i = 1; i < rows; i++) distinct += <i32>(numberAt(values, i) != numberAt(values, i - 1));
  let used = 0;
  let rowsLeft = rows;
  let binsLeft = maxBins;
  let share = <f64>rowsLeft / <f64>binsLeft;
  let inBin = 0;
  let start = 0;
  let next = endOfRun(values, rows, start);
  for (let i = 0; i + 1 < distinct && binsLeft > 1; i++) {
    const afterNext = endOfRun(values, rows, next);
    inBin += next - start;
    // Close the bin where its size comes nearest to the share, or when the bins suffice for the numbers left.
    if (distinct - i <= binsLeft || <f64>inBin + <f64>(afterNext - next) / 2 > share) {
      used++;
      store<f64>(scratch + (<usize>used << 3), between(numberAt(values, start), numberAt(values, next)));
      rowsLeft -= inBin;
      binsLeft--;
      // The share of a bin is counted again after every cut, so a frequent number takes rows from no one.
      share = <f64>rowsLeft / <f64>binsLeft;
      inBin = 0;
    }
    start = next;
    next = afterNext;
  }
  store<f64>(scratch, <f64>used);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function numberAt(values: usize, index: i32): f64 {
  return load<f64>(values + (<usize>index << 3));
}

/** Index after the last of the numbers that equal the one at `start`. */
// @ts-ignore: decorator of AssemblyScript
@inline
function endOfRun(values: usize, count: i32, start: i32): i32 {
  const value = numberAt(values, start);
  let end = start + 1;
  while (end < count && numberAt(values, end) == value) end++;
  return end;
}

/** The middle, when there is one: between neighbouring doubles and beside infinities it is the lower number. */
// @ts-ignore: decorator of AssemblyScript
@inline
function between(low: f64, high: f64): f64 {
  const middle = low + (high - low) / 2;
  return middle >= low && middle < high ? middle : low;
}

/** Ascending, −0 before 0, NaN last: a radix sort of 64-bit keys by 11 bits, in six passes. `counts` has room for 6 × 2048 integers. */
function sortNumbers(values: usize, count: i32, scratch: usize, counts: usize): void {
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
