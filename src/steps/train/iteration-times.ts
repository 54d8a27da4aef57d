/** How long each iteration took, for tracking alone: times are in no output of a step. */

/** What comes sooner is an epoch told again from a checkpoint. */
const SHORTEST_MS = 0.1;

export class IterationTimes {
  readonly #now: () => number;
  readonly #points: (readonly [number, number])[] = [];
  #last: number;

  /** Milliseconds from any start. The first iteration begins now. */
  constructor(now: () => number) {
    this.#now = now;
    this.#last = now();
  }

  /** The iteration of this number, from 1, has ended. */
  push(iteration: number): void {
    const now = this.#now();
    const took = now - this.#last;
    this.#last = now;
    if (took >= SHORTEST_MS) this.#points.push([iteration - 1, took / 1000]);
  }

  series(): Readonly<Record<string, readonly (readonly [number, number])[]>> {
    return this.#points.length === 0 ? {} : { epoch_time_seconds: this.#points };
  }
}
