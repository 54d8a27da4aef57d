/**
 * Seeded random numbers: xoshiro128** 1.1 of Blackman and Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", ACM TOMS 47(4), 2021, seeded through a mixing function. The same seed gives
 * the same numbers on every platform. Never `Math.random`, and never for secrets.
 */

const TWO_POW_32 = 4_294_967_296;

/**
 * A seed for an independent stream. Everything random asks for its own stream by a label, so that
 * a draw added in one place does not move the draws of another.
 */
export function derive(seed: number, label: string): number {
  let high = mix((seed / TWO_POW_32) | 0);
  let low = mix(seed | 0) ^ 0x9e3779b9;
  for (let i = 0; i < label.length; i++) {
    low = mix(low ^ label.charCodeAt(i));
    high = mix(high + low);
  }
  high = mix(high ^ label.length);
  low = mix(low + high);
  // 53 bits, so that the result is itself a seed that a JSON number can hold.
  return (high & 0x1fffff) * TWO_POW_32 + (low >>> 0);
}

/** A well spread 32-bit number for a pair, such as a row and an iteration, that needs no stream of its own. */
export function hash32(a: number, b: number): number {
  return mix(mix(a ^ 0x85ebca6b) + b) >>> 0;
}

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Any safe integer is a seed. Near seeds give unrelated streams. */
  constructor(seed: number) {
    const high = mix((seed / TWO_POW_32) | 0);
    // Each word is mixed from a different constant; one odd word rules out the forbidden all-zero state.
    this.#a = mix(seed ^ high ^ 0x243f6a88);
    this.#b = mix(this.#a + 0x85a308d3);
    this.#c = mix(this.#b + 0x13198a2e);
    this.#d = mix(this.#c + 0x03707344) | 1;
  }

  /** Write the four words of the state, so that a kernel draws on from here. */
  saveTo(words: Int32Array): void {
    words.set([this.#a, this.#b, this.#c, this.#d]);
  }

  /** Go on from a state that `saveTo` has written. */
  restoreFrom(words: Int32Array): void {
    [this.#a, this.#b, this.#c, this.#d] = words as unknown as [number, number, number, number];
  }

  /** An integer from 0 to 2³² − 1. */
  uint32(): number {
    const scrambled = Math.imul(rotl(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotl(this.#d, 11);
    return scrambled >>> 0;
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** An integer from 0 to `below` − 1, each equally likely. `below` is from 1 to 2³². */
  integer(below: number): number {
    // Draws under the remainder would favour small results, so they are drawn again.
    const unfair = remainder(TWO_POW_32, below);
    let draw = this.uint32();
    while (draw < unfair) draw = this.uint32();
    return remainder(draw, below);
  }

  /** A standard normal number, by Marsaglia's polar method (SIAM Review 6, 1964). */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** Put the items in random order, in place (Durstenfeld, CACM 7, 1964). */
  shuffle(items: { readonly length: number; [index: number]: number }): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i] as number;
      items[i] = items[j] as number;
      items[j] = held;
    }
  }

  /** `count` different integers from 0 to `from` − 1, ascending (Knuth, TAOCP 2, algorithm 3.4.2 S). */
  sample(from: number, count: number): Int32Array {
    const wanted = Math.min(count, from);
    const chosen = new Int32Array(wanted);
    let taken = 0;
    for (let i = 0; taken < wanted; i++) {
      if ((from - i) * this.uint32() < (wanted - taken) * TWO_POW_32) chosen[taken++] = i;
    }
    return chosen;
  }
}

/** The 32-bit finaliser of MurmurHash3 (Appleby): every input bit moves every output bit. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** What `%` gives for whole numbers below 2⁵³, ten times faster where they are above 2³¹. */
function remainder(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

function rotl(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
