/**
 * One task of a thread, and the loop of a helping thread. A task is 16 integers: which kernel, then its
 * arguments. Compiled to WebAssembly by scripts/compile-kernels.mjs.
 */
import { binCodes, binNumbers, cutNumbers } from './binning.as';
import { growTrees } from './forest-grow.as';
import { walkForest } from './forest-walk.as';
import { logisticGradients, measure, packRows, squaredGradients } from './gradients.as';
import { growTree } from './grow.as';
import { growPieces } from './grow-pieces.as';
import { sumLosses } from './loss-sums.as';
import { countGradients, renewLeaves, residualGradients, softmaxGradients } from './losses.as';
import { addBatch } from './masks.as';
import { copyBytes, gatherBytes, gatherNumbers, interleave, orderByLeaf } from './reorder.as';
import { awaitHelpers, awaitRound, begin, endRounds, finish, joinThreads, operationOf, take } from './region.as';
import { addPieces, sampleRows, sumPieces, walkRows } from './rows.as';

const TASKS: usize = 1024;
/** An operation of a round: its pieces are tasks. Others are pieces of a growing tree. */
const PERFORM: i32 = 0;

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
    case 3: cutNumbers(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5)); break;
    case 4: squaredGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 5: logisticGradients(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 6: measure(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6)); break;
    case 7: packRows(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10)); break;
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
    case 34: sumLosses(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 25: copyBytes(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4)); break;
    case 16: walkRows(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8)); break;
    case 24: sampleRows(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6)); break;
    case 23: growTree(arg(t, 1)); break;
    case 40: growTrees(arg(t, 1), arg(t, 2)); break;
    case 41: walkForest(arg(t, 1), arg(t, 2), arg(t, 3), arg(t, 4), arg(t, 5), arg(t, 6), arg(t, 7), arg(t, 8), arg(t, 9), arg(t, 10), arg(t, 11), arg(t, 12), arg(t, 13), arg(t, 14)); break;
  }
}

/** One round: tasks 0 … count − 1. A single one is done by the calling thread, whose own rounds it may begin. */
export function round(count: i32): void {
  if (count == 1) perform(0);
  else complete(start(count), count);
}

/** Begin a round of tasks 0 … count − 1 and leave it to the helpers for now. Says its number. */
export function start(count: i32): i32 {
  // The calling thread may come last, or late.
  return begin(PERFORM, count, count + 1);
}

/** Do what is left of a round, and wait for the rest of it. */
export function complete(number: i32, count: i32): void {
  awaitHelpers(count - performPieces(number, 0));
}

/** Says how many this thread did. */
function performPieces(number: i32, thread: i32): i32 {
  let done = 0;
  for (let piece = take(number); piece >= 0; piece = take(number), done++) {
    perform(piece);
    finish(thread);
  }
  return done;
}

/** The life of a helping thread. */
export function help(): void {
  const thread = joinThreads();
  for (let number = awaitRound(0); number != -1; number = awaitRound(number)) {
    const operation = operationOf(thread);
    if (operation == PERFORM) performPieces(number, thread);
    else if (operation > PERFORM) growPieces(operation, number, thread);
  }
}

/** Send the helpers home. */
export function dismiss(): void {
  endRounds();
}
