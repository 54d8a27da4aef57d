/**
 * Where things lie in the memory that kernels work on: offsets are handed out first, then memory is
 * made in one piece of the size that they need.
 */

/** Control words of the rounds (`region.as.ts`), from 512 on what a piece needs (`grow-pieces.as.ts`), and the tasks (`perform.as.ts`). */
export const TASKS_AT = 1024;
export const JOINED_AT = 192;
export const MAX_THREADS = 64;
const FIRST = TASKS_AT + 64 * MAX_THREADS;

/** Offset of a piece of memory. */
export type Offset = number;

export class Layout {
  #size: number;

  /** `first` is where room begins: after the control words, unless this lays out a part of a memory. */
  constructor(first: number = FIRST) {
    this.#size = first;
  }

  get size(): number {
    return this.#size;
  }

  /** Room for so many bytes, at the start of a cache line. */
  room(bytes: number): Offset {
    const at = this.#size;
    this.#size += Math.ceil(bytes / 64) * 64;
    return at;
  }
}
