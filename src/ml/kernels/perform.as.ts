/**
 * One task of a thread, and the loop of a helping thread. A task is 16 integers: which kernel, then its
 * arguments. Compiled to WebAssembly by scripts/compile-kernels.mjs.
 */
import { binCodes, binNumbers, sortNumbers } from './binning.as';
import { growTrees } from './forest-grow.as';
import { walkForest } from './forest-walk.as';
import { logisticGradients, measure, packRows, squaredGradients } from './gradients.as';
import { countPairs, countRows } from './histogram.as';
import { countGradients, renewLeaves, residualGradients, softmaxGradients } from './losses.as';
import { addBatch } from './masks.as';
import { gatherBytes, gatherNumbers, interleave, orderByLeaf } from './reorder.as';
import { addPieces, countLeft, listRows, partBackward, partForward, sumPieces, walkRows } from './rows.as';
import { searchFeatures } from './search.as';

/** Number of the round × 256 + threads that take part in it; −1 sends the helpers home. */
const ROUND: usize = 0;
/** Helpers that finished the round. */
const DONE: usize = 64;
/** Helpers asleep. */
const PARKED: usize = 128;
/** Helpers that have joined. */
const JOINED: usize = 192;
const TASKS: usize = 1024;
/** Polls before a thread sleeps: longer than the control thread takes between two rounds, shorter than a time slice. */
const POLLS: i32 = 40000;

// @ts-ignore: decorator of AssemblyScript
@inline
function arg(task: usize, index: usize): i32 {
  return load<i32>(task + (index << 2));
}

export function perform(index: i32): void {
  const t = TASKS + (<usize>index << 6);
  switch (arg(t, 0)) {
    case 1: binNumbers(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7)); break;
    case 2: binCodes(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 3: sortNumbers(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4)); break;
    case 4: squaredGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 5: logisticGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 6: measure(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6)); break;
    case 7: packRows(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10)); break;
    case 8: store<i32>(t, countRows(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)), 60); break;
    case 9: countPairs(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7)); break;
    case 10: searchFeatures(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10), arg(t, 11), arg(t, 12)); break;
    case 11: store<i32>(t, countLeft(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5)), 60); break;
    case 12: partForward(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 13: partBackward(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 14: sumPieces(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6)); break;
    case 15: addPieces(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5)); break;
    case 17: addBatch(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10), arg(t, 11), arg(t, 12), arg(t, 13)); break;
    case 18: orderByLeaf(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5)); break;
    case 19: gatherBytes(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5)); break;
    case 20: gatherNumbers(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5)); break;
    case 21: interleave(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7)); break;
    case 30: residualGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 31: countGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 32: renewLeaves(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10)); break;
    case 33: softmaxGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10)); break;
    case 22: listRows(arg(t, 1), arg(t, 2), arg(t, 3)); break;
    case 16: walkRows(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 40: growTrees(arg(t, 1), arg(t, 2)); break;
    case 41: walkForest(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10), arg(t, 11), arg(t, 12), arg(t, 13), arg(t, 14)); break;
  }
}

/** One round: tasks 0 … threads − 1, the first by the calling thread. */
export function round(threads: i32): void {
  if (threads > 1) {
    atomic.store<i32>(DONE, 0);
    atomic.store<i32>(ROUND, ((((atomic.load<i32>(ROUND) >> 8) + 1) & 0x3fffff) << 8) | threads);
    if (atomic.load<i32>(PARKED) > 0) atomic.notify(ROUND, -1);
  }
  perform(0);
  if (threads == 1) return;
  let polls = 0;
  let done = atomic.load<i32>(DONE);
  while (done != threads - 1) {
    // A helper without a core would not get one while this thread polls.
    if (++polls > POLLS) atomic.wait<i32>(DONE, done, 100000);
    done = atomic.load<i32>(DONE);
  }
}

/** The life of a helping thread. It joins the rounds that name it. */
export function help(): void {
  let seen = atomic.load<i32>(ROUND);
  const index = atomic.add<i32>(JOINED, 1) + 1;
  while (seen != -1) {
    let polls = 0;
    let now = atomic.load<i32>(ROUND);
    while (now == seen) {
      if (++polls > POLLS) {
        atomic.add<i32>(PARKED, 1);
        atomic.wait<i32>(ROUND, seen, -1);
        atomic.sub<i32>(PARKED, 1);
      }
      now = atomic.load<i32>(ROUND);
    }
    seen = now;
    if (seen == -1 || index >= (seen & 255)) continue;
    perform(index);
    atomic.add<i32>(DONE, 1);
  }
}

/** Send the helpers home. */
export function dismiss(): void {
  atomic.store<i32>(ROUND, -1);
  atomic.notify(ROUND, -1);
}
