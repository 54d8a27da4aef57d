/**
 * Sums of packed integers for each bin of each feature. Rows are padded to a multiple of four bins, so
 * that one load takes four; where a feature lies in a histogram is then a constant beside the address. Twins: `twin/histogram.ts`.
 */

/** Rows whose bins and values are fetched together, before they are counted: a core waits for all of them at once. */
const BATCH: usize = 32;

/** Add the rows `order[from … to − 1]` to `histogram`. `ahead` of 1 fetches batches of rows that lie far apart. */
export function countRows(order: usize, from: i32, to: i32, packed: usize, bins: usize, width: i32, histogram: usize, ahead: i32): i32 {
  const end = order + (<usize>to << 2);
  const step: usize = ahead == 0 ? <usize>(to - from) << 2 : BATCH << 2;
  let touched: i32 = 0;
  for (let begin = order + (<usize>from << 2); begin < end; begin += step) {
    const last = min<usize>(end, begin + step);
    if (ahead != 0) {
      for (let at = begin; at < last; at += 4) {
        const row = <usize>load<u32>(at);
        const cell = bins + row * <usize>width;
        touched |= load<u8>(cell) | load<u8>(cell + <usize>width - 1) | load<u8>(packed + (row << 3));
      }
    }
    addRows(begin, last, packed, bins, <usize>width, histogram);
  }
  return touched;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function addRows(begin: usize, end: usize, packed: usize, bins: usize, width: usize, histogram: usize): void {
  for (let at = begin; at < end; at += 4) {
    const row = <usize>load<u32>(at);
    const value = load<i64>(packed + (row << 3));
    let cell = bins + row * width;
    const last = cell + width;
    let base = histogram;
    for (; cell < last; cell += 4) {
      const a = base + (<usize>load<u8>(cell) << 3);
      const b = base + (<usize>load<u8>(cell, 1) << 3);
      const c = base + (<usize>load<u8>(cell, 2) << 3);
      const d = base + (<usize>load<u8>(cell, 3) << 3);
      store<i64>(a, load<i64>(a) + value);
      store<i64>(b, load<i64>(b, 2048) + value, 2048);
      store<i64>(c, load<i64>(c, 4096) + value, 4096);
      store<i64>(d, load<i64>(d, 6144) + value, 6144);
      base += 8192;
    }
  }
}

/** The same for pairs of integers. */
export function countPairs(order: usize, from: i32, to: i32, packed: usize, bins: usize, width: i32, histogram: usize): void {
  const end = order + (<usize>to << 2);
  for (let at = order + (<usize>from << 2); at < end; at += 4) {
    const row = <usize>load<u32>(at);
    const value = v128.load(packed + (row << 4));
    let cell = bins + row * <usize>width;
    const last = cell + <usize>width;
    let base = histogram;
    for (; cell < last; cell += 4) {
      const four = load<u32>(cell);
      const a = base + ((four & 255) << 4);
      const b = base + (((four >> 8) & 255) << 4);
      const c = base + (((four >> 16) & 255) << 4);
      const d = base + ((four >> 24) << 4);
      v128.store(a, i64x2.add(v128.load(a), value));
      v128.store(b, i64x2.add(v128.load(b, 4096), value), 4096);
      v128.store(c, i64x2.add(v128.load(c, 8192), value), 8192);
      v128.store(d, i64x2.add(v128.load(d, 12288), value), 12288);
      base += 16384;
    }
  }
}
