/**
 * Puts the rows of a table into another order, so that rows which trees keep together lie together. Twins: `twin-reorder.ts`.
 */

/** `order` of the rows 0 … count − 1 by their leaf, a number in `leaves`; rows of a leaf stay in their order. `counts` has room for `leafCount` integers. */
export function orderByLeaf(count: i32, leaves: usize, leafCount: i32, counts: usize, order: usize): void {
  memory.fill(counts, 0, <usize>leafCount << 2);
  const end = leaves + (<usize>count << 3);
  for (let at = leaves; at < end; at += 8) {
    const slot = counts + (<usize>load<f64>(at) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let sum: u32 = 0;
  for (let leaf: usize = 0; leaf < <usize>leafCount; leaf++) {
    const own = load<u32>(counts + (leaf << 2));
    store<u32>(counts + (leaf << 2), sum);
    sum += own;
  }
  for (let row = 0; row < count; row++) {
    const slot = counts + (<usize>load<f64>(leaves + (<usize>row << 3)) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u32>(order + (<usize>place << 2), row);
  }
}

/** `target[i] = source[order[i]]` for bytes. */
export function gatherBytes(from: i32, to: i32, order: usize, source: usize, target: usize): void {
  for (let i = <usize>from; i < <usize>to; i++) store<u8>(target + i, load<u8>(source + <usize>load<u32>(order + (i << 2))));
}

/** `target[i] = source[order[i]]` for numbers. */
export function gatherNumbers(from: i32, to: i32, order: usize, source: usize, target: usize): void {
  for (let i = <usize>from; i < <usize>to; i++) store<f64>(target + (i << 3), load<f64>(source + (<usize>load<u32>(order + (i << 2)) << 3)));
}

/** The bytes from … to − 1 of `source` to `target`. */
export function copyBytes(from: i32, to: i32, source: usize, target: usize): void {
  memory.copy(target + <usize>from, source + <usize>from, <usize>(to - from));
}

/** Bins of the rows from … to − 1, row by row, from those of each feature, which lie `columnBytes` apart. */
export function interleave(from: i32, to: i32, columns: usize, columnBytes: i32, features: i32, bins: usize, width: i32): void {
  // Blocks of rows whose bins stay in a core's cache from one feature to the next.
  for (let begin = from; begin < to; begin += 1024) {
    const end = min(to, begin + 1024);
    for (let f = 0; f < features; f++) {
      const column = columns + <usize>f * <usize>columnBytes;
      let cell = bins + <usize>begin * <usize>width + <usize>f;
      for (let row = <usize>begin; row < <usize>end; row++, cell += <usize>width) store<u8>(cell, load<u8>(column + row));
    }
  }
}
