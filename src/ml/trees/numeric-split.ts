/**
 * The best cut of a numeric feature of a leaf, read off its histogram in one pass. The gain is that
 * of Chen and Guestrin, "XGBoost" (KDD 2016), equation 7, without its factor ½ and γ. Missing values
 * go to the side where they gain more. Ties go to the lowest bin, with missing values on the right.
 */
import { SLOTS } from './binning.ts';
import type { Stride } from './histogram.ts';
import type { Packing } from './quantise.ts';
import { type FoundSplit, type LeafSums, MIN_HESSIAN, type SplitLimits, type SplitSearch } from './split.ts';

/** A split whose score, the gain plus the parent's own score, is above `scoreToBeat`. */
export function findNumericSplit(
  search: SplitSearch,
  histogram: Float64Array,
  feature: number,
  binCount: number,
  sums: LeafSums,
  scoreToBeat: number,
): FoundSplit | undefined {
  const { stride, packing, limits } = search;
  scan.score = scoreToBeat;
  scanNumeric(scan, histogram, feature * SLOTS * stride, binCount, stride, sums, packing, limits);
  if (scan.score <= scoreToBeat) return undefined;
  const { bin, missingLeft, count, gradient, hessian } = scan;
  const left = { count, gradient, hessian };
  const right = { count: sums.count - count, gradient: sums.gradient - gradient, hessian: sums.hessian - hessian };
  return { score: scan.score, split: { feature, bin, missingLeft, left, right } };
}

/** What a scan found. One object for all scans, so that the loop allocates nothing. */
interface Scan {
  score: number;
  bin: number;
  missingLeft: boolean;
  count: number;
  gradient: number;
  hessian: number;
}
const scan: Scan = { score: 0, bin: 0, missingLeft: false, count: 0, gradient: 0, hessian: 0 };

function scanNumeric(
  out: Scan,
  histogram: Float64Array,
  base: number,
  binCount: number,
  stride: Stride,
  sums: LeafSums,
  packing: Packing,
  limits: SplitLimits,
): void {
  const { shift, gradientUnit, hessianUnit } = packing;
  const { minSamplesLeaf, l2 } = limits;
  const perGradient = 1 / shift;
  const missingAt = base + binCount * stride;
  const missingPacked = histogram[missingAt] as number;
  const missingGradient = Math.floor(missingPacked * perGradient);
  const missingCount = missingPacked - missingGradient * shift;
  const missingHessian = stride === 1 ? missingCount : (histogram[missingAt + 1] as number) * hessianUnit;
  // Without missing rows the last bin cannot end the left side; with them it can: values left, missing right.
  const lastBin = missingCount > 0 ? binCount : binCount - 1;
  const totalGradient = sums.gradient;
  const totalCount = sums.count;
  const totalHessian = sums.hessian;
  const maxCount = totalCount - minSamplesLeaf;
  let gradient = 0;
  let count = 0;
  let hessian = 0;
  let at = base;
  for (let bin = 0; bin < lastBin; bin++, at += stride) {
    const packed = histogram[at] as number;
    // An empty bin moves no row: the split would be the one before.
    if (packed === 0) continue;
    const binGradient = Math.floor(packed * perGradient);
    const binRows = packed - binGradient * shift;
    gradient += binGradient;
    count += binRows;
    hessian += stride === 1 ? binRows : (histogram[at + 1] as number) * hessianUnit;

    if (count >= minSamplesLeaf && count <= maxCount) {
      const rightHessian = totalHessian - hessian;
      if (hessian >= MIN_HESSIAN && rightHessian >= MIN_HESSIAN) {
        const g = gradient * gradientUnit;
        const r = (totalGradient - gradient) * gradientUnit;
        const score = (g * g) / (hessian + l2) + (r * r) / (rightHessian + l2);
        if (score > out.score) {
          out.score = score;
          out.bin = bin;
          out.missingLeft = missingCount === 0 && 2 * count > totalCount;
          out.count = count;
          out.gradient = gradient;
          out.hessian = hessian;
        }
      }
    }
    if (missingCount > 0) {
      const leftCount = count + missingCount;
      if (leftCount >= minSamplesLeaf && leftCount <= maxCount) {
        const leftHessian = hessian + missingHessian;
        const rightHessian = totalHessian - leftHessian;
        if (leftHessian >= MIN_HESSIAN && rightHessian >= MIN_HESSIAN) {
          const leftGradient = gradient + missingGradient;
          const g = leftGradient * gradientUnit;
          const r = (totalGradient - leftGradient) * gradientUnit;
          const score = (g * g) / (leftHessian + l2) + (r * r) / (rightHessian + l2);
          if (score > out.score) {
            out.score = score;
            out.bin = bin;
            out.missingLeft = true;
            out.count = leftCount;
            out.gradient = leftGradient;
            out.hessian = leftHessian;
          }
        }
      }
    } else if (count > maxCount) return;
  }
}
