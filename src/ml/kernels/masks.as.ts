/**
 * Prediction with trees of at most 32 leaves as bits (after Lucchese et al., "QuickScorer", SIGIR 2015): each bin of each
 * feature has, for every tree, the leaves that it leaves open; what all features leave open is one leaf. Twin: `twin-masks.ts`.
 */

/**
 * Rows from … to − 1 through one batch of 32 trees. `masks` is feature × 256 bins × 32 trees, `values` 32 trees × 32 leaves.
 * Tree `t` of the batch adds to group `(first + t) mod groups`; `trees` of them are in use.
 */
export function addBatch(from: i32, to: i32, bins: usize, width: i32, features: i32, masks: usize, values: usize, trees: i32, first: i32, groups: i32, sums: usize, scratch: usize): void {
  for (let row = <usize>from; row < <usize>to; row++) {
    let cell = bins + row * <usize>width;
    const last = cell + <usize>features;
    let base = masks;
    let a = i32x4.splat(-1);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let g = a;
    let h = a;
    for (; cell < last; cell++) {
      const at = base + (<usize>load<u8>(cell) << 7);
      a = v128.and(a, v128.load(at));
      b = v128.and(b, v128.load(at, 16));
      c = v128.and(c, v128.load(at, 32));
      d = v128.and(d, v128.load(at, 48));
      e = v128.and(e, v128.load(at, 64));
      f = v128.and(f, v128.load(at, 80));
      g = v128.and(g, v128.load(at, 96));
      h = v128.and(h, v128.load(at, 112));
      base += 32768;
    }
    v128.store(scratch, a);
    v128.store(scratch, b, 16);
    v128.store(scratch, c, 32);
    v128.store(scratch, d, 48);
    v128.store(scratch, e, 64);
    v128.store(scratch, f, 80);
    v128.store(scratch, g, 96);
    v128.store(scratch, h, 112);
    const own = sums + row * (<usize>groups << 3);
    if (groups == 1) {
      let sum = load<f64>(own);
      for (let t: usize = 0; t < <usize>trees; t++) sum += load<f64>(values + (t << 8) + (<usize>ctz<u32>(load<u32>(scratch + (t << 2))) << 3));
      store<f64>(own, sum);
      continue;
    }
    for (let t: usize = 0; t < <usize>trees; t++) {
      const at = own + (((<usize>first + t) % <usize>groups) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(values + (t << 8) + (<usize>ctz<u32>(load<u32>(scratch + (t << 2))) << 3)));
    }
  }
}
