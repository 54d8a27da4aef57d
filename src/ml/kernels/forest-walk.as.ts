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

/** The node after this one for a row with these bins; a leaf stays. Without sets. */
// @ts-ignore: decorator of AssemblyScript
@inline
function after(root: usize, node: usize, word: u32, cells: usize): usize {
  const isLeaf = (word & 0xffff) == LEAF_NODE;
  const bin = <u32>load<u8>(cells + <usize>select<u32>(0, word & 0xffff, isLeaf));
  const kind = word >> 24;
  const next = select<usize>(node + 8, root + (<usize>load<u32>(node, 4) << 3), ((bin + kind) & 255) <= ((word >> 16) & 255) + kind);
  return select<usize>(node, next, isLeaf);
}

/** Four rows side by side: one waits for memory while the others go on. `bytes` are those of a leaf's values. */
function walkFour(root: usize, cells: usize, width: usize, leaves: usize, bytes: usize, sums: usize): void {
  const cells1 = cells + width;
  const cells2 = cells1 + width;
  const cells3 = cells2 + width;
  let a = root;
  let b = root;
  let c = root;
  let d = root;
  let wordA = load<u32>(root);
  let wordB = wordA;
  let wordC = wordA;
  let wordD = wordA;
  while ((wordA & wordB & wordC & wordD & 0xffff) != LEAF_NODE) {
    a = after(root, a, wordA, cells);
    b = after(root, b, wordB, cells1);
    c = after(root, c, wordC, cells2);
    d = after(root, d, wordD, cells3);
    wordA = load<u32>(a);
    wordB = load<u32>(b);
    wordC = load<u32>(c);
    wordD = load<u32>(d);
  }
  const leafA = leaves + <usize>load<u32>(a, 4) * bytes;
  const leafB = leaves + <usize>load<u32>(b, 4) * bytes;
  const leafC = leaves + <usize>load<u32>(c, 4) * bytes;
  const leafD = leaves + <usize>load<u32>(d, 4) * bytes;
  for (let k: usize = 0; k < bytes; k += 8) {
    const at = sums + k;
    store<f64>(at, load<f64>(at) + load<f64>(leafA + k));
    store<f64>(at + bytes, load<f64>(at + bytes) + load<f64>(leafB + k));
    store<f64>(at + 2 * bytes, load<f64>(at + 2 * bytes) + load<f64>(leafC + k));
    store<f64>(at + 3 * bytes, load<f64>(at + 3 * bytes) + load<f64>(leafD + k));
  }
}

/**
 * Add the leaf values of a tree to the sums of rows from … to − 1. A thread takes some rows at a time, until `next` says
 * that none is left. Where `inBag` is not 0, rows whose bit is set are left out, and the others are counted in `counts`.
 */
export function walkForest(next: usize, rows: i32, bins: usize, width: i32, nodes: usize, values: usize, outputs: i32, sums: usize, trees: usize, treeCount: i32, inBag: usize, inBagBytes: i32, counts: usize, hasSets: i32): void {
  // Many rows a tree, which stays in a core's cache meanwhile; few enough for every thread to get some.
  const step = max(64, min(4096, rows >> 4)) & ~3;
  for (;;) {
    const from = atomic.add<i32>(next, step);
    if (from >= rows) return;
    const to = min(rows, from + step);
    for (let tree = 0; tree < treeCount; tree++) {
      // First place and first leaf of each tree.
      const root = nodes + (<usize>load<u32>(trees + (<usize>tree << 3)) << 3);
      const leaves = values + ((<usize>load<u32>(trees + (<usize>tree << 3), 4) * <usize>outputs) << 3);
      const bag = inBag + <usize>tree * <usize>inBagBytes;
      let row = <usize>from;
      if (inBag == 0 && hasSets == 0) {
        for (; row + 4 <= <usize>to; row += 4) walkFour(root, bins + row * <usize>width, <usize>width, leaves, <usize>outputs << 3, sums + ((row * <usize>outputs) << 3));
      }
      for (; row < <usize>to; row++) {
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
