/**
 * What `search.as.ts` and `grow-leaf.as.ts` find for a leaf, in plain TypeScript: the best split over all features that it may
 * use. Ties go to the first feature.
 */
import { type Bounds, constrainedScore } from '../trees/constrained-score.ts';
import * as at from './grow-layout.ts';
import { scanConstrained } from './twin-constrained.ts';
import type { TwinMemory } from './twin-memory.ts';
import { scanCategories } from './twin-search-categories.ts';
import { scanNumbers } from './twin-search-numbers.ts';
import type { Found, Search, Sums } from './twin-split.ts';

export interface FoundSplit extends Omit<Found, 'score' | 'leftBins'> {
  readonly gain: number;
  readonly feature: number;
  readonly isCategorical: boolean;
  /** 1 for each bin that goes left. */
  readonly goesLeft: Uint8Array;
}

/** A gain below this share of what is being divided is rounding, not gain. */
const NOISE = 1e-10;

export class LeafSearch {
  readonly #memory: TwinMemory;
  readonly #cells: BigInt64Array;
  readonly #plan: number;
  readonly #search: number;
  readonly #stride: number;
  #drawn = 0;

  constructor(memory: TwinMemory, plan: number) {
    this.#memory = memory;
    this.#cells = new BigInt64Array(memory.bytes.buffer);
    this.#plan = plan;
    this.#search = memory.offset(plan + at.GROW_SEARCH);
    this.#stride = memory.word(this.#search + at.SEARCH_STRIDE);
  }

  get #features(): number {
    return this.#memory.word(this.#plan + at.GROW_FEATURES);
  }

  /** Over all rows, from the bins of the first feature. */
  sumOf(histogram: number, count: number): Sums {
    let packed = 0n;
    let pairs = 0n;
    for (let bin = 0; bin < 256; bin++) {
      packed += this.#cells[histogram / 8 + bin * this.#stride] as bigint;
      if (this.#stride === 2) pairs += this.#cells[histogram / 8 + 2 * bin + 1] as bigint;
    }
    return { ...this.#unpack(packed, pairs), count };
  }

  /** Take a histogram from its parent's. */
  subtract(parent: number, own: number): void {
    for (let i = 0; i < this.#features * 256 * this.#stride; i++)
      this.#cells[parent / 8 + i] = (this.#cells[parent / 8 + i] as bigint) - (this.#cells[own / 8 + i] as bigint);
  }

  bestSplit({ sums, bounds }: { readonly sums: Sums; readonly bounds: Bounds }, histogram: number): FoundSplit | undefined {
    const m = this.#memory;
    const search = this.#search;
    const number = (offset: number): number => m.number(search + offset);
    const isConstrained = m.word(search + at.SEARCH_IS_CONSTRAINED) === 1;
    const units = { gradient: number(at.SEARCH_GRADIENT_UNIT), hessian: number(at.SEARCH_HESSIAN_UNIT) };
    const [l1, l2] = [number(at.SEARCH_TRUE_L1), number(at.SEARCH_TRUE_L2)];
    const gradient = sums.gradient * units.gradient;
    const hessian = sums.hessian * units.hessian + l2;
    const own = isConstrained ? constrainedScore(gradient, hessian, l1, bounds) : (gradient * gradient) / hessian;
    const toBeat = own * (own < 0 ? 1 - NOISE : 1 + NOISE) + m.number(this.#plan + at.GROW_MIN_GAIN) + Number.MIN_VALUE;
    const draws = m.offset(this.#plan + at.GROW_DRAWS);
    const drawn = draws + this.#drawn++ * this.#features;
    let best: FoundSplit | undefined;
    let bestScore = toBeat;
    for (let f = 0; f < this.#features; f++) {
      const kinds = m.offset(search + at.SEARCH_KINDS) + 16 * f;
      if (m.word(kinds + 12) === 0 || (draws !== 0 && m.byte(drawn + f) === 0)) continue;
      const [binCount, kind] = [m.word(kinds), m.word(kinds + 4)];
      const first = histogram / 8 + f * 256 * this.#stride;
      const of: Search = {
        leaf: sums,
        bounds,
        toBeat,
        binCount,
        minRows: m.word(search + at.SEARCH_MIN_ROWS),
        l1,
        l2,
        units,
        isConstrained,
        read: (bin) => this.#unpack(this.#cells[first + bin * this.#stride] as bigint, this.#cells[first + 2 * bin + 1] as bigint),
      };
      const found = this.#scan(of, kind);
      if (found === undefined || !(found.score > bestScore)) continue;
      bestScore = found.score;
      const { left, bin, missingLeft, leftBins } = found;
      const goesLeft = leftBins ?? new Uint8Array(256).fill(1, 0, bin + 1);
      if (leftBins === undefined) goesLeft[binCount] = missingLeft ? 1 : 0;
      best = { gain: bestScore - own, feature: f, isCategorical: kind === 0, left, bin, missingLeft, goesLeft };
    }
    return best;
  }

  #scan(of: Search, kind: number): Found | undefined {
    const m = this.#memory;
    if (kind === 0) {
      const minRows = m.number(this.#search + at.SEARCH_CATEGORY_ROWS + (of.binCount > 32 ? 8 : 0));
      const [smoothing, l2] = [m.number(this.#search + at.SEARCH_SMOOTHING), m.number(this.#search + at.SEARCH_CATEGORY_L2)];
      return scanCategories(of, { minRows, smoothing, l2 });
    }
    return of.isConstrained ? scanConstrained(of, kind === 2 ? 1 : kind === 3 ? -1 : 0) : scanNumbers(of);
  }

  #unpack(packed: bigint, pair: bigint): Sums {
    const countBits = BigInt(this.#memory.word(this.#search + at.SEARCH_COUNT_BITS));
    const hessianBits = BigInt(this.#memory.word(this.#search + at.SEARCH_HESSIAN_BITS));
    const count = Number(packed & ((1n << countBits) - 1n));
    const inside = Number((packed >> countBits) & ((1n << hessianBits) - 1n));
    const hessian = this.#stride === 2 ? Number(pair) : hessianBits === 0n ? count : inside;
    return { count, gradient: Number(packed >> (countBits + hessianBits)), hessian };
  }
}
