/**
 * Rows down the trees of a forest, by their bins. Twin: `twin-forest-walk.ts`.
 */
import { KIND_SET, LEAF_NODE } from './forest-layout';

/** The leaf that a row with these bins comes to, counted within the tree. */
// @ts-ignore: decorator of AssemblyScript
@inline
function leafOf(root: usize, cells: usize): usize {
  let node = root;
  let word = load<u32>(node);
  while ((word & 0xffff) != LEAF_NODE) {
    const feature = word & 0xffff;
    const bin = <u32>load<u8>(cells + <usize>feature);
    const kind = word >> 24;
    if (kind != KIND_SET) {
      node = select<usize>(node + 8, root + (<usize>load<u32>(node, 4) << 3), ((bin + kind) & 255) <= ((word >> 16) & 255) + kind);
    } else if (((load<u8>(node + <usize>(bin >> 3), 8) >> <u8>(bin & 7)) & 1) != 0) node += 40;
    else node = root + (<usize>load<u32>(node, 4) << 3);
    word = load<u32>(node);
  }
  return <usize>load<u32>(node, 4);
}

/**
 * Add the leaf values of a tree to the sums of rows from … to − 1. A thread takes some rows at a time, until `next` says
 * that none is left. Where `inBag` is not 0, rows whose bit is set are left out, and the others are counted in `counts`.
 */
export function walkForest(next: usize, rows: i32, bins: usize, width: i32, nodes: usize, values: usize, outputs: i32, sums: usize, trees: usize, treeCount: i32, inBag: usize, inBagBytes: i32, counts: usize): void {
  const STEP = 256;
  for (;;) {
    const from = atomic.add<i32>(next, STEP);
    if (from >= rows) return;
    const to = min(rows, from + STEP);
    for (let tree = 0; tree < treeCount; tree++) {
      // First place and first leaf of each tree.
      const root = nodes + (<usize>load<u32>(trees + (<usize>tree << 3)) << 3);
      const leaves = values + ((<usize>load<u32>(trees + (<usize>tree << 3), 4) * <usize>outputs) << 3);
      const bag = inBag + <usize>tree * <usize>inBagBytes;
      for (let row = <usize>from; row < <usize>to; row++) {
        if (inBag != 0) {
          if (((load<u8>(bag + (row >> 3)) >> <u8>(row & 7)) & 1) != 0) continue;
          store<u32>(counts + (row << 2), load<u32>(counts + (row << 2)) + 1);
        }
        const leaf = leaves + ((leafOf(root, bins + row * <usize>width) * <usize>outputs) << 3);
        const sum = sums + ((row * <usize>outputs) << 3);
        for (let k: usize = 0; k < <usize>outputs << 3; k += 8) store<f64>(sum + k, load<f64>(sum + k) + load<f64>(leaf + k));
      }
    }
  }
}
