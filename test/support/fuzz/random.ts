/** Draws that depend on a seed and a number alone, so that any input of a run can be made again by itself. */
export class Random {
  #state: number;

  constructor(seed: number, index: number) {
    // Neighbouring numbers must not give neighbouring draws.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
    for (let warm = 0; warm < 4; warm++) this.#next();
  }

  /** From 0 to below `bound`. */
  below(bound: number): number {
    return bound <= 0 ? 0 : this.#next() % bound;
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** So many draws of something. */
  many<T>(count: number, draw: () => T): readonly T[] {
    return Array.from({ length: count }, draw);
  }

  /** mulberry32 (Tommy Ettinger, public domain). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
}
