/** The kernels of `rows.as.ts` in plain TypeScript. */
import { Random } from '../random.ts';
import { NODE_BYTES, NODE_LEFT, NODE_RIGHT, NODE_TABLE } from './grow-layout.ts';

/** p (1 − p), from a gradient of the log loss, which is p or p − 1. */
export function impliedHessian(gradient: number): number {
  const size = Math.abs(gradient);
  return Math.max(1e-16, size * (1 - size));
}

export function sampleRows(
  buffer: ArrayBufferLike,
  state: number,
  all: number,
  count: number,
  wanted: number,
  chosen: number,
  rest: number,
): void {
  const random = new Random(0);
  const words = new Int32Array(buffer, state, 4);
  random.restoreFrom(words);
  const places = random.sample(count, wanted);
  random.saveTo(words);
  const listed = new Int32Array(buffer, all, all === 0 ? 0 : count);
  const rowAt = (place: number): number => (all === 0 ? place : (listed[place] as number));
  new Int32Array(buffer, chosen, wanted).set(places.map(rowAt));
  const taken = new Set(places);
  const others = Array.from({ length: count }, (_, place) => place).filter((place) => !taken.has(place));
  new Int32Array(buffer, rest, others.length).set(others.map(rowAt));
}

export interface Parting {
  readonly order: number;
  readonly target: number;
  /** Bins of the feature that parts them. */
  readonly column: number;
  /** 1 for the bins that go left. */
  readonly goesLeft: Uint8Array;
  readonly begin: number;
  readonly middle: number;
  readonly end: number;
}

/** Copy rows from one order to the other, those that go left first. */
export function partRows(buffer: ArrayBufferLike, { order, target, column, goesLeft, begin, middle, end }: Parting): void {
  const bytes = new Uint8Array(buffer);
  const rows = new Uint32Array(buffer, order);
  const out = new Uint32Array(buffer, target);
  let left = begin;
  let right = middle;
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    if (goesLeft[bytes[column + row] as number] === 1) out[left++] = row;
    else out[right++] = row;
  }
}

export function sumPieces(
  buffer: ArrayBufferLike,
  from: number,
  to: number,
  pieces: number,
  gradients: number,
  hessians: number,
  sums: number,
): void {
  const all = new Float64Array(buffer);
  const words = new Uint32Array(buffer);
  for (let piece = from; piece < to; piece++) {
    const [order, begin, end] = words.subarray(pieces / 4 + 4 * piece) as unknown as [number, number, number];
    let gradient = 0;
    let hessian = 0;
    for (let i = begin; i < end; i++) {
      const row = words[order / 4 + i] as number;
      const own = all[gradients / 8 + row] as number;
      gradient += own;
      hessian += hessians === 1 ? impliedHessian(own) : (all[hessians / 8 + row] as number);
    }
    all[sums / 8 + 2 * piece] = gradient;
    all[sums / 8 + 2 * piece + 1] = hessian;
  }
}

export function addPieces(buffer: ArrayBufferLike, from: number, to: number, pieces: number, values: number, scores: number): void {
  const all = new Float64Array(buffer);
  const words = new Uint32Array(buffer);
  for (let piece = from; piece < to; piece++) {
    const [order, begin, end, leaf] = words.subarray(pieces / 4 + 4 * piece) as unknown as [number, number, number, number];
    const value = all[values / 8 + leaf] as number;
    for (let i = begin; i < end; i++) {
      const at = scores / 8 + (words[order / 4 + i] as number);
      all[at] = (all[at] as number) + value;
    }
  }
}

export function walkRows(
  buffer: ArrayBufferLike,
  order: number,
  from: number,
  to: number,
  bins: number,
  width: number,
  nodes: number,
  values: number,
  scores: number,
): void {
  const bytes = new Uint8Array(buffer);
  const words = new Int32Array(buffer);
  const all = new Float64Array(buffer);
  for (let i = from; i < to; i++) {
    const row = words[order / 4 + i] as number;
    let node = 0;
    do {
      const at = nodes + node * NODE_BYTES;
      const bin = bytes[bins + row * width + (words[at / 4] as number)] as number;
      node = words[(at + (bytes[at + NODE_TABLE + bin] === 1 ? NODE_LEFT : NODE_RIGHT)) / 4] as number;
    } while (node >= 0);
    all[scores / 8 + row] = (all[scores / 8 + row] as number) + (all[values / 8 + ~node] as number);
  }
}
