/**
 * What happens to the rows of a leaf: they are parted between its children, summed up, and given the
 * value of the leaf. Parting is stable, so that memory is read forwards. Twins: `twin-rows.ts`.
 */

import { impliedHessianOf } from './gradients.as';
import { NODE_BYTES, NODE_LEFT, NODE_RIGHT, NODE_TABLE } from './grow-layout';
import { draw } from './random.as';

/**
 * Draw `wanted` of `count` rows without replacement to `chosen`, the others go to `rest`; both ascend (Knuth, TAOCP 2, algorithm
 * 3.4.2 S). `all` lists the rows; 0 when they are 0 … count − 1.
 */
export function sampleRows(random: usize, all: usize, count: i32, wanted: i32, chosen: usize, rest: usize): void {
  let left = <f64>wanted * 4294967296.0;
  for (let i = 0; i < count; i++) {
    const row = all == 0 ? i : load<i32>(all + (<usize>i << 2));
    if (left > 0 && <f64>(count - i) * <f64>draw(random) < left) {
      left -= 4294967296.0;
      store<i32>(chosen, row);
      chosen += 4;
    } else {
      store<i32>(rest, row);
      rest += 4;
    }
  }
}

/** How many of `order[from … to − 1]` go left: `goesLeft[column[row]]` is 1. */
export function countLeft(order: usize, from: i32, to: i32, column: usize, goesLeft: usize): i32 {
  let left = 0;
  const end = order + (<usize>to << 2);
  for (let at = order + (<usize>from << 2); at < end; at += 4) left += load<u8>(goesLeft + load<u8>(column + <usize>load<u32>(at)));
  return left;
}

/** Copy `order[from … to − 1]` to `target`: rows that go left from position `left` on, the others from `right` on. Says how many go left. */
export function partForward(order: usize, from: i32, to: i32, column: usize, goesLeft: usize, target: usize, left: i32, right: i32): i32 {
  let leftAt = target + (<usize>left << 2);
  let rightAt = target + (<usize>right << 2);
  const end = order + (<usize>to << 2);
  for (let at = order + (<usize>from << 2); at < end; at += 4) {
    const row = load<u32>(at);
    const goes = <usize>load<u8>(goesLeft + load<u8>(column + <usize>row));
    store<u32>(select<usize>(leftAt, rightAt, goes != 0), row);
    leftAt += goes << 2;
    rightAt += 4 - (goes << 2);
  }
  return <i32>((leftAt - target) >> 2) - left;
}

/** The same from the end: rows that go left end before position `left`, the others before `right`. */
export function partBackward(order: usize, from: i32, to: i32, column: usize, goesLeft: usize, target: usize, left: i32, right: i32): i32 {
  let leftAt = target + (<usize>left << 2);
  let rightAt = target + (<usize>right << 2);
  const begin = order + (<usize>from << 2);
  for (let at = order + (<usize>to << 2); at > begin; ) {
    at -= 4;
    const row = load<u32>(at);
    const goes = <usize>load<u8>(goesLeft + load<u8>(column + <usize>row));
    leftAt -= goes << 2;
    rightAt -= 4 - (goes << 2);
    store<u32>(select<usize>(leftAt, rightAt, goes != 0), row);
  }
  return left - <i32>((leftAt - target) >> 2);
}

/** Piece: order, begin, end, leaf (16 bytes). Sums of gradients and hessians of the rows of each piece, in their order. `hessians` of 1 follow from the gradients. */
export function sumPieces(from: i32, to: i32, pieces: usize, gradients: usize, hessians: usize, sums: usize): void {
  for (let piece = from; piece < to; piece++) {
    const at = pieces + (<usize>piece << 4);
    const order = <usize>load<u32>(at);
    const end = order + (<usize>load<u32>(at, 8) << 2);
    let gradient: f64 = 0;
    let hessian: f64 = 0;
    for (let i = order + (<usize>load<u32>(at, 4) << 2); i < end; i += 4) {
      const row = <usize>load<u32>(i) << 3;
      const own = load<f64>(gradients + row);
      gradient += own;
      hessian += hessians == 1 ? impliedHessianOf(own) : load<f64>(hessians + row);
    }
    store<f64>(sums + (<usize>piece << 4), gradient);
    store<f64>(sums + (<usize>piece << 4), hessian, 8);
  }
}

/** Add `values[leaf]` to the scores of the rows of each piece. */
export function addPieces(from: i32, to: i32, pieces: usize, values: usize, scores: usize): void {
  for (let piece = from; piece < to; piece++) {
    const at = pieces + (<usize>piece << 4);
    const order = <usize>load<u32>(at);
    const end = order + (<usize>load<u32>(at, 8) << 2);
    const value = load<f64>(values + (<usize>load<u32>(at, 12) << 3));
    for (let i = order + (<usize>load<u32>(at, 4) << 2); i < end; i += 4) {
      const score = scores + (<usize>load<u32>(i) << 3);
      store<f64>(score, load<f64>(score) + value);
    }
  }
}

/**
 * Add to the scores of `order[from … to − 1]` the value of the leaf that each row walks to. Nodes are
 * those of `grow-layout.ts`.
 */
export function walkRows(order: usize, from: i32, to: i32, bins: usize, width: i32, nodes: usize, values: usize, scores: usize): void {
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(order + (<usize>i << 2));
    const cells = bins + row * <usize>width;
    let node = 0;
    do {
      const at = nodes + <usize>node * NODE_BYTES;
      const bin = load<u8>(cells + <usize>load<i32>(at));
      node = load<u8>(at + <usize>bin, NODE_TABLE) != 0 ? load<i32>(at, NODE_LEFT) : load<i32>(at, NODE_RIGHT);
    } while (node >= 0);
    const score = scores + (row << 3);
    store<f64>(score, load<f64>(score) + load<f64>(values + (<usize>~node << 3)));
  }
}
