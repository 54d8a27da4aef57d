/**
 * Prediction with trees of at most 32 leaves as bits (after Lucchese et al., "QuickScorer", SIGIR 2015): each bin of each
 * feature has, for every tree, the leaves that it leaves open; what all features leave open is one leaf. Twin: `twin-masks.ts`.
 */

/**
 * Rows from … to − 1 through one batch of 32 trees. `masks` is feature × 256 bins × 32 trees, `values` 32 trees × 32 leaves; `used`
 * lists the features that the batch splits by, `usedCount` of them. Tree `t` of the batch adds to group `(first + t) mod groups`;
 * `trees` of them are in use. `scratch` has room for the leaves of two rows.
 */
export function addBatch(from: i32, to: i32, bins: usize, width: i32, used: usize, usedCount: i32, masks: usize, values: usize, trees: i32, first: i32, groups: i32, sums: usize, scratch: usize): void {
  const usedEnd = used + (<usize>usedCount << 2);
  const second = scratch + 128;
  let row = <usize>from;
  if (groups == 1) {
    // Two rows at a time: each sum waits for itself alone.
    for (; row + 1 < <usize>to; row += 2) {
      openLeaves(bins + row * <usize>width, used, usedEnd, masks, scratch);
      openLeaves(bins + (row + 1) * <usize>width, used, usedEnd, masks, second);
      const own = sums + (row << 3);
      let sum = load<f64>(own);
      let other = load<f64>(own, 8);
      let leaves = values;
      for (let t: usize = 0; t < <usize>trees << 2; t += 4) {
        sum += load<f64>(leaves + (<usize>ctz<u32>(load<u32>(scratch + t)) << 3));
        other += load<f64>(leaves + (<usize>ctz<u32>(load<u32>(second + t)) << 3));
        leaves += 256;
      }
      store<f64>(own, sum);
      store<f64>(own, other, 8);
    }
  }
  for (; row < <usize>to; row++) {
    openLeaves(bins + row * <usize>width, used, usedEnd, masks, scratch);
    const own = sums + row * (<usize>groups << 3);
    for (let t: usize = 0; t < <usize>trees; t++) {
      const at = own + (((<usize>first + t) % <usize>groups) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(values + (t << 8) + (<usize>ctz<u32>(load<u32>(scratch + (t << 2))) << 3)));
    }
  }
}

/** The leaves of 32 trees that all features of a row leave open. */
// @ts-ignore: decorator of AssemblyScript
@inline
function openLeaves(cells: usize, used: usize, usedEnd: usize, masks: usize, to: usize): void {
  let a = i32x4.splat(-1);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (let entry = used; entry < usedEnd; entry += 4) {
    const feature = <usize>load<u32>(entry);
    const at = masks + (feature << 15) + (<usize>load<u8>(cells + feature) << 7);
    a = v128.and(a, v128.load(at));
    b = v128.and(b, v128.load(at, 16));
    c = v128.and(c, v128.load(at, 32));
    d = v128.and(d, v128.load(at, 48));
    e = v128.and(e, v128.load(at, 64));
    f = v128.and(f, v128.load(at, 80));
    g = v128.and(g, v128.load(at, 96));
    h = v128.and(h, v128.load(at, 112));
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
  v128.store(to, e, 64);
  v128.store(to, f, 80);
  v128.store(to, g, 96);
  v128.store(to, h, 112);
}
