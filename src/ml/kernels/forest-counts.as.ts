/**
 * Sums of the target in the bins of one feature of a node. A bin has its packed weight and the sum of its targets, or of
 * each class. Histograms are 0 between calls. Twin: `twin-forest-counts.ts`.
 */
import { DESK_PAIRS, DESK_SEEN, DESK_TARGET, DESK_USED, MANY_ROWS, PLAN_HISTOGRAM, PLAN_OUTPUTS } from './forest-layout';

/** Bytes of a bin. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function binBytes(outputs: i32): usize {
  return outputs == 1 ? 16 : <usize>(outputs + 1) << 3;
}

/** Fill the histogram from the rows `from … to` of the order, and list the bins in use, ascending. Returns how many. */
export function count(plan: usize, desk: usize, column: usize, from: usize, to: usize): i32 {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const pairs = <usize>load<u32>(desk, DESK_PAIRS);
  const seen = desk + DESK_SEEN;
  const isLarge = <i32>(to - from) > (MANY_ROWS << 2);
  if (outputs == 1) {
    if (isLarge) {
      for (let at = from; at < to; at += 4) {
        const row = <usize>load<u32>(at);
        const cell = histogram + (<usize>load<u8>(column + row) << 4);
        v128.store(cell, f64x2.add(v128.load(cell), v128.load(pairs + (row << 4))));
      }
    } else {
      for (let at = from; at < to; at += 4) {
        const row = <usize>load<u32>(at);
        const bin = <usize>load<u8>(column + row);
        const cell = histogram + (bin << 4);
        v128.store(cell, f64x2.add(v128.load(cell), v128.load(pairs + (row << 4))));
        store<u8>(seen + bin, 255);
      }
    }
  } else {
    const target = <usize>load<u32>(desk, DESK_TARGET);
    const bytes = binBytes(outputs);
    for (let at = from; at < to; at += 4) {
      const row = <usize>load<u32>(at);
      const bin = <usize>load<u8>(column + row);
      const cell = histogram + bin * bytes;
      const weight = load<f64>(pairs + (row << 4));
      const own = cell + (<usize>load<f64>(target + (row << 3)) << 3);
      store<f64>(cell, load<f64>(cell) + weight);
      store<f64>(own, load<f64>(own, 8) + load<f64>(pairs + (row << 4), 8), 8);
      store<u8>(seen + bin, 255);
    }
  }
  return isLarge && outputs == 1 ? listOfSums(histogram, desk + DESK_USED) : listOfSeen(seen, desk + DESK_USED);
}

function listOfSums(histogram: usize, used: usize): i32 {
  let count: usize = 0;
  for (let bin: usize = 0; bin < 256; bin++) {
    store<u8>(used + count, <u8>bin);
    count += usize(load<f64>(histogram + (bin << 4)) != 0);
  }
  return <i32>count;
}

/** Reads 16 bins at a time, and forgets them. */
function listOfSeen(seen: usize, used: usize): i32 {
  let count: usize = 0;
  for (let group: usize = 0; group < 256; group += 16) {
    let bits = i8x16.bitmask(v128.load(seen + group));
    if (bits == 0) continue;
    v128.store(seen + group, i64x2.splat(0));
    do {
      store<u8>(used + count, <u8>(group + <usize>ctz(bits)));
      count++;
      bits &= bits - 1;
    } while (bits != 0);
  }
  return <i32>count;
}

/** Make the histogram 0 again. */
export function clear(plan: usize, desk: usize, used: i32): void {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const bytes = binBytes(load<i32>(plan, PLAN_OUTPUTS));
  for (let i: usize = 0; i < <usize>used; i++) memory.fill(histogram + <usize>load<u8>(desk + i, DESK_USED) * bytes, 0, bytes);
}
