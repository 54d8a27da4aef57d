/**
 * The order in which rows are visited: as they are, or a new random one each time. Random rows of a table of
 * columns cost a cache line for each number, so groups of neighbours are drawn, thousands of rows at a time, and those
 * are then mixed among themselves.
 */
import type { Random } from '../random.ts';

/** Rows that share a cache line. */
const GROUP = 8;
/** Groups that are mixed: 8,192 rows. */
const MIXED = 1024;

export class RowOrder {
  readonly #rows: Int32Array;
  readonly #random: Random | undefined;
  readonly #groups: Int32Array;

  /** Without `random` the rows stay as they are. */
  constructor(rows: Int32Array, random: Random | undefined) {
    this.#rows = rows;
    this.#random = random;
    this.#groups = Int32Array.from({ length: random === undefined ? 0 : Math.ceil(rows.length / GROUP) }, (_, group) => group);
  }

  /** Every row once, in batches of at most `size`, which are to be used before the next one is asked for. */
  *batches(size: number): Generator<Int32Array> {
    if (this.#random === undefined) {
      yield* cut(this.#rows, size);
      return;
    }
    this.#random.shuffle(this.#groups);
    const mixed = new Int32Array(MIXED * GROUP);
    for (let from = 0; from < this.#groups.length; from += MIXED) {
      let count = 0;
      for (const group of this.#groups.subarray(from, from + MIXED)) {
        const own = this.#rows.subarray(group * GROUP, (group + 1) * GROUP);
        mixed.set(own, count);
        count += own.length;
      }
      const drawn = mixed.subarray(0, count);
      this.#random.shuffle(drawn);
      yield* cut(drawn, size);
    }
  }
}

function* cut(rows: Int32Array, size: number): Generator<Int32Array> {
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}
