/**
 * How threads share the pieces of a round: who is free takes the next one, so that nobody waits for a thread that has lost its
 * core before it began. What a piece leaves must not hang on who does it.
 */

/** Number of the round, how many pieces it has and the next one that nobody has taken: 32, 16 and 16 bits. A number of −1 sends the helpers home. */
const WORD: usize = 0;
/** Where its upper half lies: threads sleep on it, since they cannot on 64 bits that change with every piece. */
const NUMBER: usize = 4;
/** Pieces that helpers finished. */
const DONE: usize = 64;
/** Helpers asleep. */
const PARKED: usize = 128;
/** Helpers that have joined. */
const JOINED: usize = 192;
/** What is to be done, and how many threads may take part. */
const OPERATION: usize = 256;
const LIMIT: usize = 260;
/** Polls before a helper sleeps: longer than the control thread takes between two rounds, shorter than a time slice. */
const POLLS_FOR_ROUND: i32 = 400000;
/** Polls before the control thread leaves its core to a helper that may have none. */
const POLLS_FOR_HELPERS: i32 = 40000;

/** Threads that a round is shared by, if `most` may take part. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function threadsOf(most: i32): i32 {
  return min(most, 1 + atomic.load<i32>(JOINED));
}

/** Begin a round and say its number; one thread alone wakes nobody. What it needs is in memory, and every piece of the round before it is done. */
export function begin(operation: i32, pieces: i32, threads: i32): i32 {
  atomic.store<i32>(DONE, 0);
  store<i32>(OPERATION, operation);
  store<i32>(LIMIT, threads);
  const number = (<i32>(atomic.load<i64>(WORD) >> 32) + 1) & 0x3fffffff;
  atomic.store<i64>(WORD, (<i64>number << 32) | (<i64>pieces << 16));
  if (threads > 1 && atomic.load<i32>(PARKED) > 0) atomic.notify(NUMBER, -1);
  return number;
}

/**
 * Take a piece of this round; −1 when there is none left, or the round is over. What a thread read of the round before it took
 * a piece is sound when it gets one: the next round does not begin while pieces are being worked on.
 */
export function take(number: i32): i32 {
  let word: i64;
  let next: i32;
  do {
    word = atomic.load<i64>(WORD);
    next = <i32>(word & 0xffff);
    if (<i32>(word >> 32) != number || next >= (<i32>(word >> 16) & 0xffff)) return -1;
  } while (atomic.cmpxchg<i64>(WORD, word, word + 1) != word);
  return next;
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function finish(thread: i32): void {
  if (thread != 0) atomic.add<i32>(DONE, 1);
}

/** Wait until helpers have finished so many pieces. */
export function awaitHelpers(pieces: i32): void {
  let polls = 0;
  let done = atomic.load<i32>(DONE);
  while (done != pieces) {
    // A helper without a core would not get one while this thread polls.
    if (++polls > POLLS_FOR_HELPERS) atomic.wait<i32>(DONE, done, 100000);
    done = atomic.load<i32>(DONE);
  }
}

/** The number of this helper, from 1. */
export function joinThreads(): i32 {
  return atomic.add<i32>(JOINED, 1) + 1;
}

/** Wait for another round than this; −1 to go home. */
export function awaitRound(seen: i32): i32 {
  let polls = 0;
  let number = atomic.load<i32>(NUMBER);
  while (number == seen) {
    if (++polls > POLLS_FOR_ROUND) {
      atomic.add<i32>(PARKED, 1);
      atomic.wait<i32>(NUMBER, seen, -1);
      atomic.sub<i32>(PARKED, 1);
    }
    number = atomic.load<i32>(NUMBER);
  }
  return number;
}

// @ts-ignore: decorator of AssemblyScript
@inline
export function operationOf(thread: i32): i32 {
  return thread < load<i32>(LIMIT) ? load<i32>(OPERATION) : -1;
}

export function endRounds(): void {
  atomic.store<i64>(WORD, -1);
  atomic.notify(NUMBER, -1);
}
