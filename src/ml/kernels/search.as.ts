/**
 * From the counted parts of two sibling leaves to the best splits of each feature, a range of features at a
 * time. The gain is that of Chen and Guestrin, "XGBoost" (KDD 2016), equation 7, without its factor ½
 * and γ. Missing values go to the side where they gain more; ties go to the lowest bin, with missing
 * values on the right. Twin: `twin-search.ts`.
 */
import { scanConstrained } from './constrained.as';
import { FOUND_BYTES, GROW_FEATURES, GROW_FOUND, GROW_HISTOGRAM_BYTES, GROW_PARTS, GROW_SEARCH, GROW_THREADS, SEARCH_IS_CONSTRAINED, SEARCH_KINDS, SEARCH_STRIDE, SEARCH_TABLES } from './grow-layout';
import { searchCategories } from './search-categories.as';

const SLOTS: usize = 256;

/**
 * For each feature: add the parts that helpers counted to the histogram `own` of a leaf, take that from its parent's, which
 * becomes the histogram `rest` of its sibling (0 for none), and look for the best split of one (1), the other (2) or both (3).
 * `counted` has a byte a thread: 1 when it counted a part.
 */
export function searchFeatures(from: i32, to: i32, plan: usize, own: usize, rest: usize, counted: usize, scan: i32, scratch: usize): void {
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const found = <usize>load<u32>(plan, GROW_FOUND);
  const features = <usize>load<u32>(plan, GROW_FEATURES);
  const parts = <usize>load<u32>(plan, GROW_PARTS);
  const partBytes = <usize>load<u32>(plan, GROW_HISTOGRAM_BYTES);
  const threads = <usize>load<u32>(plan, GROW_THREADS);
  const stride = <usize>load<i32>(search, SEARCH_STRIDE);
  const slotBytes = SLOTS * (stride << 3);
  for (let f = <usize>from; f < <usize>to; f++) {
    const kind = <usize>load<u32>(search, SEARCH_KINDS) + (f << 4);
    const binCount = load<i32>(kind);
    const offset = f * slotBytes;
    // Two integers at a time; a feature has room for an even number of them.
    const used = (<usize>binCount + 1) * (stride << 3);
    const mine = own + offset;
    for (let thread: usize = 1; thread < threads; thread++) {
      if (load<u8>(counted + thread) == 0) continue;
      const other = parts + (thread - 1) * partBytes + offset;
      for (let at: usize = 0; at < used; at += 16) v128.store(mine + at, i64x2.add(v128.load(mine + at), v128.load(other + at)));
    }
    const others = rest + offset;
    if (rest != 0) for (let at: usize = 0; at < used; at += 16) v128.store(others + at, i64x2.sub(v128.load(others + at), v128.load(mine + at)));
    if (load<i32>(kind, 12) == 0) continue;
    if ((scan & 1) != 0) searchFeature(search, 0, mine, kind, found + f * FOUND_BYTES, f, scratch);
    if ((scan & 2) != 0) searchFeature(search, 1, others, kind, found + (features + f) * FOUND_BYTES, features + f, scratch);
  }
}

function searchFeature(search: usize, which: usize, histogram: usize, kind: usize, found: usize, table: usize, scratch: usize): void {
  const binCount = load<i32>(kind);
  const type = load<i32>(kind, 4);
  if (type == 0) searchCategories(search, which, histogram, binCount, found, <usize>load<u32>(search, SEARCH_TABLES) + table * SLOTS, scratch);
  else if (load<i32>(search, SEARCH_IS_CONSTRAINED) != 0) scanConstrained(search, which, histogram, binCount, found, type == 2 ? 1 : type == 3 ? -1 : 0);
  else scanAs(search, which << 5, histogram, binCount, found);
}

// A packed sum is read in one of three ways; each gets a loop of its own.
const COUNTS: i32 = 0;
const SHARED: i32 = 1;
const PAIRS: i32 = 2;

function scanAs(search: usize, leaf: usize, histogram: usize, binCount: i32, found: usize): void {
  if (load<i32>(search, 96) == 2) scanNumeric(search, leaf, histogram, binCount, found, PAIRS);
  else if (load<i32>(search, 108) != 0) scanNumeric(search, leaf, histogram, binCount, found, SHARED);
  else scanNumeric(search, leaf, histogram, binCount, found, COUNTS);
}

/** Added to running sums, so that a gradient can be shifted down as if it had no sign. */
const BIAS: i64 = 1 << 63;
/** An integer below 2^52 in the low bits of this is a double, 2^52 too large. */
const MAGIC: i64 = 0x4330000000000000;
const TWO_52: f64 = 4503599627370496.0;

/** Writes score, rows, gradient and hessian (both in units) of the left side, last bin of it and whether missing values join; score 0 when there is none. */
// @ts-ignore: decorator of AssemblyScript
@inline
function scanNumeric(search: usize, leaf: usize, histogram: usize, binCount: i32, found: usize, mode: i32): void {
  const missing = load<i64>(histogram + <usize>binCount * (mode == PAIRS ? 16 : 8));
  const countMask = ((<i64>1) << <i64>load<i32>(search, 104)) - 1;
  if ((missing & countMask) > 0) scan(search, leaf, histogram, binCount, found, mode, 1);
  else scan(search, leaf, histogram, binCount, found, mode, 0);
}

/**
 * Two left sides at a time: those that end with two neighbouring bins or, where values are missing, those that end with one
 * bin, without the missing rows and with them. Nothing branches: scores rise over many bins before they fall.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function scan(search: usize, leaf: usize, histogram: usize, binCount: i32, found: usize, mode: i32, hasMissing: i32): void {
  const binBytes: usize = mode == PAIRS ? 16 : 8;
  const countBits = load<i32>(search, 104);
  const hessianBits = load<i32>(search, 108);
  const shift = countBits + hessianBits;
  const countMask = i64x2.splat(((<i64>1) << <i64>countBits) - 1);
  const hessianMask = i64x2.splat(((<i64>1) << <i64>hessianBits) - 1);
  const magic = i64x2.splat(MAGIC);
  const two52 = f64x2.splat(TWO_52);
  // The bias is taken off with the same addition. 1.5 × 2^52 holds integers of either sign.
  const signed = i64x2.splat(0x4338000000000000 - ((<i64>1) << (63 - <i64>shift)));
  const zeroSigned = f64x2.splat(6755399441055744.0);
  // Everything is in units, so that bins need no factor: a score is `factor` times what is compared here.
  const l2 = load<f64>(search, 64);
  const l2s = f64x2.splat(l2);
  const totalGradient = load<f64>(search + leaf);
  const totalHessian = load<f64>(search + leaf, 8);
  const totalCount = load<f64>(search + leaf, 16);
  // With a = h + λ, b = r + λ and w = a + b, which is the same for all splits, a score g² ∕ a + s² ∕ b (s being the rest of the
  // gradient G) is G² ∕ w + w (g − a G ∕ w)² ∕ (a b): half the work, and no digits are lost between large squares.
  const weight = totalHessian + l2 + l2;
  const weights = f64x2.splat(weight);
  const mean = f64x2.splat(totalGradient / weight);
  const constant = totalGradient * totalGradient / weight;
  const minRows = <f64>load<i32>(search, 112);
  const minima = f64x2.splat(minRows);
  const maxima = f64x2.splat(totalCount - minRows);
  const minHessian = load<f64>(search, 72);
  const minHessians = f64x2.splat(minHessian);
  const maxHessians = f64x2.splat(totalHessian - minHessian);
  let best = f64x2.splat((load<f64>(search + leaf, 24) - constant) / weight);
  let bestBins = f64x2.splat(-1);
  let bestSums = i64x2.splat(0);
  let bestHessians = f64x2.splat(0);

  const none = i64x2.splat(0);
  let sums = i64x2.splat(BIAS);
  let pairs = none;
  let at = histogram;
  let bin = 0;
  if (hasMissing != 0) {
    const missingAt = histogram + <usize>binCount * binBytes;
    sums = i64x2.replace_lane(sums, 1, BIAS + load<i64>(missingAt));
    if (mode == PAIRS) pairs = i64x2.replace_lane(pairs, 1, load<i64>(missingAt, 8));
    // Before the first value, missing rows would be alone on the left; they are alone on the right after the last one.
    while (bin < binCount && load<i64>(at) == 0) {
      bin++;
      at += binBytes;
    }
  } else {
    // Bins with too few rows on the left.
    const mask = i64x2.extract_lane(countMask, 0);
    let sum: i64 = BIAS;
    let pair: i64 = 0;
    for (; bin < binCount; bin++, at += binBytes) {
      const next = sum + load<i64>(at);
      if ((next & mask) >= <i64>minRows) break;
      sum = next;
      if (mode == PAIRS) pair += load<i64>(at, 8);
    }
    sums = i64x2.splat(sum);
    pairs = i64x2.splat(pair);
  }
  let bins = hasMissing != 0 ? f64x2.splat(<f64>bin) : f64x2.replace_lane(f64x2.splat(<f64>bin), 1, <f64>(bin + 1));
  const step = f64x2.splat(hasMissing != 0 ? 1 : 2);
  const stepBytes = hasMissing != 0 ? binBytes : 2 * binBytes;
  // Without missing rows the last bin leaves none on the right; the one beyond it, which a pair may reach, is empty then.
  const last = histogram + <usize>(hasMissing != 0 ? binCount : binCount - 1) * binBytes;
  for (; at < last; at += stepBytes) {
    let both = sums;
    let ownPairs = pairs;
    if (hasMissing != 0) {
      both = i64x2.add(both, v128.load64_splat(at));
      if (mode == PAIRS) ownPairs = i64x2.add(ownPairs, v128.load64_splat(at, 8));
      sums = both;
      pairs = ownPairs;
    } else {
      let two = v128.load(at);
      if (mode == PAIRS) {
        const next = v128.load(at, 16);
        const own = v128.shuffle<i64>(two, next, 1, 3);
        two = v128.shuffle<i64>(two, next, 0, 2);
        ownPairs = i64x2.add(ownPairs, i64x2.add(own, v128.shuffle<i64>(none, own, 0, 2)));
        pairs = v128.shuffle<i64>(ownPairs, ownPairs, 1, 1);
      }
      // Sums up to either bin. Integers add up without being unpacked.
      both = i64x2.add(both, i64x2.add(two, v128.shuffle<i64>(none, two, 0, 2)));
      sums = v128.shuffle<i64>(both, both, 1, 1);
    }
    const count = f64x2.sub(v128.or(v128.and(both, countMask), magic), two52);
    let fits = f64x2.le(count, maxima);
    if (hasMissing != 0) fits = v128.and(fits, f64x2.ge(count, minima));
    else if (!v128.any_true(fits)) break;
    let hessian = count;
    if (mode == SHARED) hessian = f64x2.sub(v128.or(v128.and(i64x2.shr_u(both, countBits), hessianMask), magic), two52);
    if (mode == PAIRS) hessian = f64x2.sub(v128.or(ownPairs, magic), two52);
    if (mode != COUNTS) fits = v128.and(fits, v128.and(f64x2.ge(hessian, minHessians), f64x2.le(hessian, maxHessians)));
    const gradient = f64x2.sub(i64x2.add(i64x2.shr_u(both, shift), signed), zeroSigned);
    const a = f64x2.add(hessian, l2s);
    const b = f64x2.sub(weights, a);
    const apart = f64x2.sub(gradient, f64x2.mul(mean, a));
    const score = f64x2.div(f64x2.mul(apart, apart), f64x2.mul(a, b));
    const better = v128.and(fits, f64x2.gt(score, best));
    best = v128.bitselect(score, best, better);
    bestBins = v128.bitselect(bins, bestBins, better);
    bestSums = v128.bitselect(both, bestSums, better);
    if (mode != COUNTS) bestHessians = v128.bitselect(hessian, bestHessians, better);
    bins = f64x2.add(bins, step);
  }

  // Of equal scores the lower bin, with missing values on the right.
  const scores0 = f64x2.extract_lane(best, 0);
  const scores1 = f64x2.extract_lane(best, 1);
  const bin0 = f64x2.extract_lane(bestBins, 0);
  const bin1 = f64x2.extract_lane(bestBins, 1);
  const takesSecond = bin1 >= 0 && (bin0 < 0 || scores1 > scores0 || (scores1 == scores0 && bin1 < bin0));
  store<f64>(found, 0);
  if (bin0 < 0 && !takesSecond) return;
  const sum = (takesSecond ? i64x2.extract_lane(bestSums, 1) : i64x2.extract_lane(bestSums, 0)) ^ BIAS;
  const rows = <f64>(sum & i64x2.extract_lane(countMask, 0));
  const hessian = takesSecond ? f64x2.extract_lane(bestHessians, 1) : f64x2.extract_lane(bestHessians, 0);
  store<f64>(found, (constant + weight * (takesSecond ? scores1 : scores0)) * load<f64>(search, 80));
  store<f64>(found, rows, 8);
  store<f64>(found, <f64>(sum >> <i64>shift), 16);
  store<f64>(found, mode == COUNTS ? rows : hessian, 24);
  store<f64>(found, takesSecond ? bin1 : bin0, 32);
  const missingLeft = hasMissing != 0 ? takesSecond : 2 * rows > totalCount;
  store<f64>(found, <f64>i32(missingLeft), 40);
}
