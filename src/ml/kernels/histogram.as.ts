/**
 * Sums of packed integers for each bin of each feature. Rows are padded to a multiple of four bins, so
 * that one load takes four; where a feature lies in a histogram is then a constant beside the address. Twin: `twin-counts.ts`.
 */

/** Rows whose bins and values are fetched together, before they are counted: a core waits for all of them at once. */
const BATCH: usize = 32;
/** Rows that follow so closely on one another are fetched by the core itself. */
const CLOSE: u32 = 6;

/** Add the rows `order[from … to − 1]`, which ascend, to `histogram`. Says something of what was fetched ahead, or it would not be. */
export function countRows(order: usize, from: i32, to: i32, packed: usize, bins: usize, width: i32, histogram: usize): i32 {
  const end = order + (<usize>to << 2);
  let touched: i32 = 0;
  for (let begin = order + (<usize>from << 2); begin < end; begin += BATCH << 2) {
    const last = min<usize>(end, begin + (BATCH << 2));
    if (load<u32>(last - 4) - load<u32>(begin) > CLOSE * <u32>BATCH) {
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

/** Two rows at a time: their additions do not wait for each other. */
// @ts-ignore: decorator of AssemblyScript
@inline
function addRows(begin: usize, end: usize, packed: usize, bins: usize, width: usize, histogram: usize): void {
  let at = begin;
  for (; at + 4 < end; at += 8) {
    const row = <usize>load<u32>(at);
    const next = <usize>load<u32>(at, 4);
    const value = load<i64>(packed + (row << 3));
    const nextValue = load<i64>(packed + (next << 3));
    let cell = bins + row * width;
    let nextCell = bins + next * width;
    const last = cell + width;
    let base = histogram;
    for (; cell < last; cell += 4, nextCell += 4) {
      add(base, cell, value, 0);
      add(base, nextCell, nextValue, 0);
      add(base, cell, value, 1);
      add(base, nextCell, nextValue, 1);
      add(base, cell, value, 2);
      add(base, nextCell, nextValue, 2);
      add(base, cell, value, 3);
      add(base, nextCell, nextValue, 3);
      base += 8192;
    }
  }
  if (at >= end) return;
  const row = <usize>load<u32>(at);
  const value = load<i64>(packed + (row << 3));
  let base = histogram;
  for (let cell = bins + row * width, last = cell + width; cell < last; cell += 4) {
    add(base, cell, value, 0);
    add(base, cell, value, 1);
    add(base, cell, value, 2);
    add(base, cell, value, 3);
    base += 8192;
  }
}

/** A value to the bin of one of four features. */
// @ts-ignore: decorator of AssemblyScript
@inline
function add(histograms: usize, cells: usize, value: i64, feature: usize): void {
  const at = histograms + (<usize>load<u8>(cells + feature) << 3) + (feature << 11);
  store<i64>(at, load<i64>(at) + value);
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
