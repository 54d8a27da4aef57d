/**
 * The kernels in plain TypeScript, argument for argument: what the WebAssembly is compared with, and
 * what works where it cannot. Binning and gradients are here, trees in `twin-grow.ts`,
 * rows in `twin-rows.ts`.
 */

import { quantileCuts } from '../trees/quantile-cuts.ts';
import { exp } from './twin-exp.ts';
import { growTrees } from './twin-forest-grow.ts';
import { walkForest } from './twin-forest-walk.ts';
import { growTree } from './twin-grow.ts';
import { sumLosses } from './twin-loss-sums.ts';
import { countGradients, renewLeaves, residualGradients, softmaxGradients } from './twin-losses.ts';
import { addBatch } from './twin-masks.ts';
import { copyBytes, gatherBytes, gatherNumbers, interleave, orderByLeaf } from './twin-reorder.ts';
import { addPieces, impliedHessian, sampleRows, sumPieces, walkRows } from './twin-rows.ts';

/** In place of the address of hessians: they follow from the gradients. */
const IMPLIED = 1;

type Kernel = (buffer: ArrayBufferLike, ...args: number[]) => unknown;

/** Do one task: the number of the kernel, then its arguments. */
export function performTwin(buffer: ArrayBufferLike, task: Int32Array): void {
  // Offsets are unsigned; the few integers that may be negative are read back as such.
  const args = Array.from(task.subarray(1, 15), (word) => word >>> 0);
  (KERNELS[task[0] as number] as Kernel)(buffer, ...args);
}

function binNumbers(
  buffer: ArrayBufferLike,
  values: number,
  count: number,
  cuts: number,
  missing: number,
  bins: number,
  width: number,
  column: number,
): void {
  const from = new Float64Array(buffer, values, count);
  const table = new Float64Array(buffer, cuts, 255);
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < count; i++) {
    const value = from[i] as number;
    let at = 0;
    for (let step = 128; step > 0; step >>= 1) if ((table[at + step - 1] as number) < value) at += step;
    const bin = Number.isNaN(value) ? missing : at;
    bytes[bins + i * width] = bin;
    bytes[column + i] = bin;
  }
}

function binCodes(
  buffer: ArrayBufferLike,
  values: number,
  count: number,
  binOfCode: number,
  levels: number,
  missing: number,
  bins: number,
  width: number,
  column: number,
): void {
  const from = new Float64Array(buffer, values, count);
  const bytes = new Uint8Array(buffer);
  for (let i = 0; i < count; i++) {
    const value = from[i] as number;
    const bin = value >= 0 && value < levels && Number.isInteger(value) ? (bytes[binOfCode + value] as number) : missing;
    bytes[bins + i * width] = bin;
    bytes[column + i] = bin;
  }
}

function cutNumbers(buffer: ArrayBufferLike, values: number, count: number, scratch: number, _counts: number, maxBins: number): void {
  const sorted = new Float64Array(buffer, values, count).sort();
  let rows = count;
  while (rows > 0 && Number.isNaN(sorted[rows - 1])) rows--;
  const cuts = quantileCuts(sorted.subarray(0, rows), maxBins);
  new Float64Array(buffer, scratch, cuts.length + 1).set([cuts.length, ...cuts]);
}

function squaredGradients(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  scores: number,
  target: number,
  weights: number,
  gradients: number,
  hessians: number,
  stats: number,
): void {
  const all = new Float64Array(buffer);
  // Rows go by two, so an odd end takes one more.
  for (let row = from; row < to + ((to - from) & 1); row++) {
    const gradient = (all[scores / 8 + row] as number) - (all[target / 8 + row] as number);
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    all[gradients / 8 + row] = gradient * weight;
    if (hessians !== 0) all[hessians / 8 + row] = weight;
  }
  measure(buffer, from / 8192, Math.ceil(to / 8192), to, gradients, hessians, stats);
}

function logisticGradients(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  scores: number,
  target: number,
  weights: number,
  gradients: number,
  hessians: number,
  stats: number,
): void {
  const all = new Float64Array(buffer);
  for (let row = from; row < to + ((to - from) & 1); row++) {
    const p = 1 / (1 + exp(-(all[scores / 8 + row] as number)));
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    const gradient = p - (all[target / 8 + row] as number);
    all[gradients / 8 + row] = gradient * weight;
    if (hessians !== IMPLIED) all[hessians / 8 + row] = impliedHessian(gradient) * weight;
  }
  measure(buffer, from / 8192, Math.ceil(to / 8192), to, gradients, hessians, stats);
}

function measure(
  buffer: ArrayBufferLike,
  fromBlock: number,
  toBlock: number,
  rows: number,
  gradients: number,
  hessians: number,
  stats: number,
): void {
  const all = new Float64Array(buffer);
  for (let block = fromBlock; block < toBlock; block++) {
    let largest = 0;
    let largestHessian = 0;
    const sums = [0, 0, 0, 0];
    const hessianSums = [0, 0, 0, 0];
    for (let row = block * 8192; row < Math.min(rows, (block + 1) * 8192); row++) {
      const gradient = all[gradients / 8 + row] as number;
      const size = Number.isNaN(gradient) ? 0 : Math.abs(gradient);
      largest = Math.max(largest, size);
      sums[row & 3] = (sums[row & 3] as number) + size;
      if (hessians === 0) continue;
      const kept = all[hessians / 8 + row] as number;
      const implied = size > 0 ? impliedHessian(size) : 0;
      const hessian = hessians === IMPLIED ? implied : Number.isNaN(kept) ? 0 : Math.abs(kept);
      largestHessian = Math.max(largestHessian, hessian);
      hessianSums[row & 3] = (hessianSums[row & 3] as number) + hessian;
    }
    all.set([largest, sumOfFour(sums), largestHessian, sumOfFour(hessianSums)], stats / 8 + 4 * block);
  }
}

function packRows(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  gradients: number,
  hessians: number,
  packed: number,
  scales: number,
  seed: number,
  countBits: number,
  hessianBits: number,
  wide: number,
): void {
  const all = new Float64Array(buffer);
  const cells = new BigInt64Array(buffer);
  const [gradientScale, hessianScale] = [all[scales / 8] as number, all[scales / 8 + 1] as number];
  const shift = BigInt(countBits + hessianBits);
  for (let row = from; row < to; row++) {
    const draw = mix(row + seed);
    const gradient = whole(Math.floor((all[gradients / 8 + row] as number) * gradientScale + (draw >>> 16) / 65536));
    let value = (gradient << shift) + 1n;
    if (hessians !== 0) {
      const own = hessians === IMPLIED ? impliedHessian(all[gradients / 8 + row] as number) : (all[hessians / 8 + row] as number);
      const hessian = whole(Math.floor(own * hessianScale + (draw & 65535) / 65536));
      if (wide !== 0) {
        cells[packed / 8 + 2 * row] = value;
        cells[packed / 8 + 2 * row + 1] = hessian;
        continue;
      }
      value += hessian << BigInt(countBits);
    }
    cells[packed / 8 + row] = value;
  }
}

/** Numbers are below 2^51. */
function whole(value: number): bigint {
  return Number.isNaN(value) ? 0n : BigInt(value);
}

function sumOfFour(sums: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0] = sums;
  return a + c + (b + d);
}

function mix(value: number): number {
  let x = Math.imul(value, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae3d);
  return (x ^ (x >>> 16)) >>> 0;
}

/** By the numbers of `perform.as.ts`. */
const KERNELS: Readonly<Record<number, Kernel>> = {
  1: binNumbers,
  2: binCodes,
  3: cutNumbers,
  4: squaredGradients,
  5: logisticGradients,
  6: measure,
  7: packRows,
  14: sumPieces,
  15: addPieces,
  16: walkRows,
  17: addBatch,
  18: orderByLeaf,
  19: gatherBytes,
  20: gatherNumbers,
  21: interleave,
  23: growTree,
  24: sampleRows,
  25: copyBytes,
  30: residualGradients,
  31: countGradients,
  32: renewLeaves,
  33: softmaxGradients,
  34: sumLosses,
  40: growTrees as Kernel,
  41: walkForest,
};
