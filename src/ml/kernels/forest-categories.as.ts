/**
 * The best way to part the categories of a node in two. Sorted by their mean, the best subset is a prefix (Fisher, "On
 * Grouping for Maximum Homogeneity", JASA 1958); of several classes, the one that differs most gives the order. Missing is
 * a category like the others. Twin: `twin-forest-categories.ts`.
 */
import { binBytes, clear, count } from './forest-counts.as';
import { draw } from './random.as';
import { DESK_MEANS, DESK_SET, DESK_SUM, DESK_USED, DESK_WEIGHT, KIND_SET, PLAN_HISTOGRAM, PLAN_IS_RANDOM, PLAN_LEFT, PLAN_OUTPUTS, PLAN_TOTALS, PLAN_WEIGHT_INVERSE } from './forest-layout';
import { settle } from './forest-score.as';

/** Try the subsets of a feature, or a drawn one. Returns whether it varies in the node. */
export function categories(plan: usize, desk: usize, feature: i32, column: usize, from: usize, to: usize): bool {
  const used = count(plan, desk, column, from, to);
  if (used > 1) {
    let taken: i32;
    if (load<i32>(plan, PLAN_IS_RANDOM) != 0) taken = shuffled(desk, used);
    else {
      sort(plan, desk, used);
      taken = 0;
    }
    const first = taken > 0 ? taken : 1;
    const last = taken > 0 ? taken : used - 1;
    scan(plan, desk, feature, used, first, last);
  }
  clear(plan, desk, used);
  return used > 1;
}

/** Try the subsets of the `first` … `last` categories at the head of the list. */
function scan(plan: usize, desk: usize, feature: i32, used: i32, first: i32, last: i32): void {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const left = desk + <usize>load<u32>(plan, PLAN_LEFT);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const bytes = binBytes(outputs);
  memory.fill(left, 0, <usize>outputs << 3);
  let packed: f64 = 0;
  let best = -1;
  let bestPacked: f64 = 0;
  for (let i = 0; i < last; i++) {
    const cell = histogram + <usize>load<u8>(desk + <usize>i, DESK_USED) * bytes;
    packed += load<f64>(cell);
    for (let k: usize = 0; k < <usize>outputs << 3; k += 8) store<f64>(left + k, load<f64>(left + k) + load<f64>(cell + k, 8));
    if (i + 1 < first) continue;
    if (!settle(plan, desk, feature, packed, load<f64>(left), 0, KIND_SET)) continue;
    best = i;
    bestPacked = packed;
  }
  if (best < 0) return;
  // Categories without a row here go with the majority.
  const set = desk + DESK_SET;
  const isMajority = 2 * bestPacked > load<f64>(desk, DESK_WEIGHT);
  memory.fill(set, isMajority ? 255 : 0, 32);
  for (let i = 0; i < used; i++) {
    const bin = <u32>load<u8>(desk + <usize>i, DESK_USED);
    const at = set + <usize>(bin >> 3);
    const bit = <u8>((<u32>1) << (bin & 7));
    store<u8>(at, i <= best ? load<u8>(at) | bit : load<u8>(at) & ~bit);
  }
}

/** Put a drawn subset at the head of the list, neither empty nor all. Returns its size. */
function shuffled(desk: usize, used: i32): i32 {
  const list = desk + DESK_USED;
  let taken = 0;
  for (let i = 0; i < used; i++) {
    if (draw(desk) >> 31 == 0) continue;
    const bin = load<u8>(list + <usize>i);
    store<u8>(list + <usize>i, load<u8>(list + <usize>taken));
    store<u8>(list + <usize>taken, bin);
    taken++;
  }
  return max(1, min(taken, used - 1));
}

/** The list by ascending mean, ties by bin. */
function sort(plan: usize, desk: usize, used: i32): void {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const inverse = load<f64>(plan, PLAN_WEIGHT_INVERSE);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const bytes = binBytes(outputs);
  const list = desk + DESK_USED;
  const means = desk + DESK_MEANS;
  const output = outputs == 1 ? 0 : widest(plan, desk, used);
  for (let i = 0; i < used; i++) {
    const bin = load<u8>(list + <usize>i);
    const cell = histogram + <usize>bin * bytes;
    const mean = load<f64>(cell + (<usize>output << 3), 8) / Math.floor(load<f64>(cell) * inverse);
    let j = i;
    while (j > 0 && load<f64>(means + (<usize>(j - 1) << 3)) > mean) {
      store<f64>(means + (<usize>j << 3), load<f64>(means + (<usize>(j - 1) << 3)));
      store<u8>(list + <usize>j, load<u8>(list + <usize>(j - 1)));
      j--;
    }
    store<f64>(means + (<usize>j << 3), mean);
    store<u8>(list + <usize>j, bin);
  }
}

/** The class whose share differs most between the categories. */
function widest(plan: usize, desk: usize, used: i32): i32 {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const totals = desk + <usize>load<u32>(plan, PLAN_TOTALS);
  const inverse = load<f64>(plan, PLAN_WEIGHT_INVERSE);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const bytes = binBytes(outputs);
  const total = Math.floor(load<f64>(desk, DESK_WEIGHT) * inverse);
  let output = 0;
  let most: f64 = -1;
  for (let k: usize = 0; k < <usize>outputs; k++) {
    const mean = load<f64>(totals + (k << 3)) / total;
    let spread: f64 = 0;
    for (let i = 0; i < used; i++) {
      const cell = histogram + <usize>load<u8>(desk + <usize>i, DESK_USED) * bytes;
      const weight = Math.floor(load<f64>(cell) * inverse);
      const away = load<f64>(cell + (k << 3), 8) / weight - mean;
      spread += weight * (away * away);
    }
    if (spread <= most) continue;
    most = spread;
    output = <i32>k;
  }
  return output;
}
