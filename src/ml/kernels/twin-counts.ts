/** The kernels of `histogram.as.ts` and `search.as.ts` in plain TypeScript. 64-bit sums go by halves, or as bigints where few are read. */
import { scanConstrained } from './twin-constrained.ts';

const SLOTS = 256;

export function countRows(
  buffer: ArrayBufferLike,
  order: number,
  from: number,
  to: number,
  packed: number,
  bins: number,
  width: number,
  histogram: number,
): number {
  return count(buffer, { order, from, to, packed, bins, width, histogram }, 1);
}

export function countPairs(
  buffer: ArrayBufferLike,
  order: number,
  from: number,
  to: number,
  packed: number,
  bins: number,
  width: number,
  histogram: number,
): void {
  count(buffer, { order, from, to, packed, bins, width, histogram }, 2);
}

interface Count {
  readonly order: number;
  readonly from: number;
  readonly to: number;
  readonly packed: number;
  readonly bins: number;
  readonly width: number;
  readonly histogram: number;
}

function count(buffer: ArrayBufferLike, { order, from, to, packed, bins, width, histogram }: Count, stride: number): number {
  const bytes = new Uint8Array(buffer);
  const words = new Uint32Array(buffer);
  words.fill(0, histogram / 4, histogram / 4 + width * SLOTS * stride * 2);
  for (let i = from; i < to; i++) {
    const row = words[order / 4 + i] as number;
    const value = packed / 4 + row * stride * 2;
    for (let f = 0; f < width; f++) {
      const cell = histogram / 4 + (f * SLOTS + (bytes[bins + row * width + f] as number)) * stride * 2;
      for (let half = 0; half < stride * 2; half += 2) {
        const low = (words[cell + half] as number) + (words[value + half] as number);
        words[cell + half] = low;
        words[cell + half + 1] = (words[cell + half + 1] as number) + (words[value + half + 1] as number) + (low > 0xffffffff ? 1 : 0);
      }
    }
  }
  return 0;
}

export function searchFeatures(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  search: number,
  smaller: number,
  larger: number,
  parts: number,
  partCount: number,
  partBytes: number,
  found: number,
  features: number,
  subtract: number,
  scan: number,
): void {
  const cells = new BigInt64Array(buffer);
  const words = new Uint32Array(buffer);
  const reader = readerOf(buffer, search);
  for (let f = from; f < to; f++) {
    const [binCount, isNumber, decoded, allowed] = words.subarray((words[search / 4 + 25] as number) / 4 + 4 * f) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const offset = f * SLOTS * reader.stride;
    const used = (binCount + 1) * reader.stride;
    const own = smaller / 8 + offset;
    const rest = larger / 8 + offset;
    for (let part = 0; part < partCount; part++) {
      const other = (parts + part * partBytes) / 8 + offset;
      for (let k = 0; k < used; k++) cells[own + k] = (cells[own + k] as bigint) + (cells[other + k] as bigint);
    }
    if (subtract !== 0) for (let k = 0; k < used; k++) cells[rest + k] = (cells[rest + k] as bigint) - (cells[own + k] as bigint);
    if (allowed === 0) continue;
    for (const [leaf, histogram] of [own, rest].entries()) {
      if ((scan & (1 << leaf)) === 0) continue;
      if (reader.isConstrained && isNumber !== 0) {
        const sign = isNumber === 2 ? 1 : isNumber === 3 ? -1 : 0;
        scanConstrained(buffer, reader, { search, leaf, histogram, binCount, found: found / 8 + (leaf * features + f) * 6, sign });
        continue;
      }
      if (isNumber !== 0) scanNumeric(buffer, reader, search / 8 + 4 * leaf, histogram, binCount, found / 8 + (leaf * features + f) * 6);
      else decode(buffer, reader, histogram, binCount, decoded / 8 + leaf * SLOTS * 3);
    }
  }
}

interface Reader {
  readonly stride: number;
  readonly minRows: number;
  /** In units, as all sums are. */
  readonly l2: number;
  readonly minHessian: number;
  /** What a score in units is multiplied by. */
  readonly factor: number;
  readonly l1: number;
  readonly isConstrained: boolean;
  read(cell: number): { readonly rows: number; readonly gradient: number; readonly hessian: number };
}

function readerOf(buffer: ArrayBufferLike, search: number): Reader {
  const cells = new BigInt64Array(buffer);
  const all = new Float64Array(buffer, search, 12);
  const words = new Uint32Array(buffer, search, 30);
  const stride = words[24] as number;
  const countBits = BigInt(words[26] as number);
  const hessianBits = BigInt(words[27] as number);
  return {
    stride,
    minRows: words[28] as number,
    l2: all[8] as number,
    minHessian: all[9] as number,
    factor: all[10] as number,
    l1: all[11] as number,
    isConstrained: words[29] !== 0,
    read(cell) {
      const packed = cells[cell] as bigint;
      const rows = Number(packed & ((1n << countBits) - 1n));
      const inside = Number((packed >> countBits) & ((1n << hessianBits) - 1n));
      const hessian = stride === 2 ? Number(cells[cell + 1]) : hessianBits === 0n ? rows : inside;
      return { rows, gradient: Number(packed >> (countBits + hessianBits)), hessian };
    },
  };
}

function decode(buffer: ArrayBufferLike, { stride, read }: Reader, histogram: number, binCount: number, to: number): void {
  const all = new Float64Array(buffer);
  for (let bin = 0; bin <= binCount; bin++) {
    const { rows, gradient, hessian } = read(histogram + bin * stride);
    all[to + bin] = rows;
    all[to + SLOTS + bin] = gradient;
    all[to + 2 * SLOTS + bin] = hessian;
  }
}

function scanNumeric(buffer: ArrayBufferLike, reader: Reader, leaf: number, histogram: number, binCount: number, found: number): void {
  const { stride, minRows, l2, minHessian, factor, read } = reader;
  const all = new Float64Array(buffer);
  const [totalGradient, totalHessian, totalCount, toBeat] = all.subarray(leaf) as unknown as [number, number, number, number];
  // Rounding for rounding as the kernel does it.
  const weight = totalHessian + l2 + l2;
  const mean = totalGradient / weight;
  const constant = (totalGradient * totalGradient) / weight;
  let best = (toBeat - constant) / weight;
  all[found] = 0;
  const missing = read(histogram + binCount * stride);
  const lastBin = missing.rows > 0 ? binCount : binCount - 1;
  const maxCount = totalCount - minRows;
  let gradient = 0;
  let hessian = 0;
  let count = 0;
  const consider = (rows: number, g: number, h: number, bin: number, missingLeft: boolean): void => {
    if (rows < minRows || rows > maxCount) return;
    const a = h + l2;
    const apart = g - mean * a;
    const score = (apart * apart) / (a * (weight - a));
    if (!(score > best && h >= minHessian && h <= totalHessian - minHessian)) return;
    best = score;
    all.set([(constant + weight * score) * factor, rows, g, h, bin, missingLeft ? 1 : 0], found);
  };
  for (let bin = 0; bin < lastBin; bin++) {
    const own = read(histogram + bin * stride);
    if (own.rows === 0) continue;
    count += own.rows;
    gradient += own.gradient;
    hessian += own.hessian;
    consider(count, gradient, hessian, bin, missing.rows === 0 && 2 * count > totalCount);
    if (missing.rows > 0) consider(count + missing.rows, gradient + missing.gradient, hessian + missing.hessian, bin, true);
    else if (count > maxCount) return;
  }
}
