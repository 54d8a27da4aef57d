/**
 * The kernels in plain TypeScript, argument for argument: what the WebAssembly is compared with, and
 * what works where it cannot. Binning and gradients are here, counting and searching in `twin-counts.ts`,
 * rows in `twin-rows.ts`.
 */

import { countPairs, countRows, searchFeatures } from './twin-counts.ts';
import { addBatch } from './twin-masks.ts';
import { gatherBytes, gatherNumbers, interleave, orderByLeaf } from './twin-reorder.ts';
import { addPieces, countLeft, partBackward, partForward, sumPieces, walkRows } from './twin-rows.ts';

type Kernel = (buffer: ArrayBufferLike, ...args: number[]) => unknown;

/** Do one task: the number of the kernel, then its arguments. The last word takes what it returns. */
export function performTwin(buffer: ArrayBufferLike, task: Int32Array): void {
  // Offsets are unsigned; the few integers that may be negative are read back as such.
  const args = Array.from(task.subarray(1, 15), (word) => word >>> 0);
  const result = (KERNELS[task[0] as number] as Kernel)(buffer, ...args);
  if (typeof result === 'number') task[15] = result;
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

function sortNumbers(buffer: ArrayBufferLike, values: number, count: number): void {
  new Float64Array(buffer, values, count).sort();
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
): void {
  const all = new Float64Array(buffer);
  for (let row = from; row < to; row++) {
    const gradient = (all[scores / 8 + row] as number) - (all[target / 8 + row] as number);
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    all[gradients / 8 + row] = gradient * weight;
    if (hessians !== 0) all[hessians / 8 + row] = weight;
  }
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
): void {
  const all = new Float64Array(buffer);
  // Rows go by two, so an odd end takes one more.
  for (let row = from; row < to + ((to - from) & 1); row++) {
    const p = 1 / (1 + exp(-(all[scores / 8 + row] as number)));
    const weight = weights === 0 ? 1 : (all[weights / 8 + row] as number);
    all[gradients / 8 + row] = (p - (all[target / 8 + row] as number)) * weight;
    all[hessians / 8 + row] = Math.max(p * (1 - p), 1e-16) * weight;
  }
}

const power = new Float64Array(1);
const powerBits = new BigUint64Array(power.buffer);

/** e^x in the steps of the kernel; `Math.exp` differs between engines in the last bit. */
export function exp(value: number): number {
  const x = Math.max(-700, Math.min(700, value));
  const n = roundHalfToEven(x * Math.LOG2E);
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  let sum = 1 / 362880;
  for (const coefficient of [1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1]) sum = sum * r + coefficient;
  powerBits[0] = BigInt(1023 + n) << 52n;
  return sum * (power[0] as number);
}

function roundHalfToEven(value: number): number {
  // Adding and taking 1.5 × 2^52 leaves no room for a fraction, and the rounding of a double is to even.
  return value + 6755399441055744 - 6755399441055744;
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
    let sum = 0;
    let largestHessian = 0;
    let hessianSum = 0;
    for (let row = block * 8192; row < Math.min(rows, (block + 1) * 8192); row++) {
      const size = Math.abs(all[gradients / 8 + row] as number);
      if (size > largest) largest = size;
      if (!Number.isNaN(size)) sum += size;
      if (hessians === 0) continue;
      const hessian = all[hessians / 8 + row] as number;
      if (hessian > largestHessian) largestHessian = hessian;
      if (!Number.isNaN(hessian)) hessianSum += hessian;
    }
    all.set([largest, sum, largestHessian, hessianSum], stats / 8 + 4 * block);
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
      const hessian = whole(Math.floor((all[hessians / 8 + row] as number) * hessianScale + (draw & 65535) / 65536));
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

/** As the saturating conversion of WebAssembly does it. */
function whole(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  return value <= -(2 ** 63) ? -(2n ** 63n) : BigInt(value);
}

function mix(value: number): number {
  let x = Math.imul(value, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae3d);
  return (x ^ (x >>> 16)) >>> 0;
}

/** By the numbers of `perform.as.ts`. */
const KERNELS: readonly (Kernel | undefined)[] = [
  undefined,
  binNumbers,
  binCodes,
  sortNumbers,
  squaredGradients,
  logisticGradients,
  measure,
  packRows,
  countRows,
  countPairs,
  searchFeatures,
  countLeft,
  partForward,
  partBackward,
  sumPieces,
  addPieces,
  walkRows,
  addBatch,
  orderByLeaf,
  gatherBytes,
  gatherNumbers,
  interleave,
];
