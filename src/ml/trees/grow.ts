/**
 * Asks the kernels for one tree after the other: says what to grow and from which gradients. How a tree grows is in
 * `grow.as.ts`, what lies where in `grow-layout.ts`.
 */
import * as at from '../kernels/grow-layout.ts';
import { Kernel } from '../kernels/machine.ts';
import { derive, Random } from '../random.ts';
import type { BinnedFeature } from './binning.ts';
import { GrownTree } from './grown-tree.ts';
import { packGradients } from './pack.ts';
import { MIN_HESSIAN, type SplitLimits, type Units } from './split.ts';
import type { Workshop } from './workshop.ts';

export interface GrowLimits extends SplitLimits {
  readonly maxLeaves: number;
  /** Edges from the root to a leaf. */
  readonly maxDepth: number;
  /** Which leaf is split next. Absent: `lossguide`. */
  readonly policy?: 'lossguide' | 'depthwise';
  /** Share of a tree's features that each split may use. Absent: all. */
  readonly nodeShare?: number;
}

export interface GrowRequest {
  /** How many rows the tree is grown on: those of the third order, which stay there. */
  readonly rowCount: number;
  /** Whose gradients the tree follows. */
  readonly output: number;
  /** 1 for each feature that may be used. */
  readonly allowed: Uint8Array;
  readonly seed: number;
  /** The gradients were measured when they were derived. */
  readonly isMeasured?: boolean;
}

const DEEPEST = 2 ** 31 - 1;

export class TreeGrower {
  readonly #workshop: Workshop;
  readonly #features: readonly BinnedFeature[];
  readonly #limits: GrowLimits;

  constructor(workshop: Workshop, features: readonly BinnedFeature[], limits: GrowLimits) {
    this.#workshop = workshop;
    this.#features = features;
    this.#limits = limits;
    this.#writePlan();
    this.#writeLimits();
  }

  grow(request: GrowRequest): GrownTree {
    const { machine, plan } = this.#workshop;
    const { rowCount, output, allowed, seed, isMeasured = false } = request;
    const units = packGradients(this.#workshop, output, seed, isMeasured);
    this.#writeUnits(units);
    this.#allow(allowed, new Random(derive(seed, 'nodes')));
    machine.words[(plan + at.GROW_ROWS) / 4] = rowCount;
    machine.round([[Kernel.growTree, plan]]);
    return new GrownTree(this.#workshop, units);
  }

  #writePlan(): void {
    const workshop = this.#workshop;
    const { machine, plan, shape, width, histograms, freeHistograms } = workshop;
    const { maxLeaves, maxDepth, policy, nodeShare = 1, minGain = 0 } = this.#limits;
    const words: readonly (readonly [place: number, value: number])[] = [
      [at.GROW_FEATURES, this.#features.length],
      [at.GROW_MAX_LEAVES, Math.min(maxLeaves, shape.maxLeaves)],
      [at.GROW_MAX_DEPTH, Math.min(maxDepth, DEEPEST)],
      [at.GROW_IS_DEPTHWISE, policy === 'depthwise' ? 1 : 0],
      [at.GROW_ORDERS, workshop.orders[0]],
      [at.GROW_ORDERS + 4, workshop.orders[1]],
      [at.GROW_ORDERS + 8, workshop.orders[2]],
      [at.GROW_PACKED, workshop.packed],
      [at.GROW_BINS, workshop.bins],
      [at.GROW_WIDTH, width],
      [at.GROW_COLUMNS, workshop.columns],
      [at.GROW_COLUMN_BYTES, shape.rowCount],
      [at.GROW_FREE, freeHistograms],
      [at.GROW_FREE_COUNT, histograms.length],
      [at.GROW_PARTS, workshop.parts],
      [at.GROW_HISTOGRAM_BYTES, workshop.histogramBytes],
      [at.GROW_SEARCH, workshop.search],
      [at.GROW_FOUND, workshop.found],
      [at.GROW_NODES, workshop.nodes],
      [at.GROW_LEAVES, workshop.leaves],
      [at.GROW_DRAWS, nodeShare === 1 ? 0 : workshop.draws],
      [at.GROW_THREADS, workshop.threads],
      [at.GROW_SCRATCH, workshop.scratch],
      [at.GROW_LEFT_COUNTS, workshop.leftCounts],
    ];
    for (const [place, value] of words) machine.words[(plan + place) / 4] = value;
    machine.doubles[(plan + at.GROW_MIN_GAIN) / 8] = minGain;
    machine.integers(freeHistograms, histograms.length).set(histograms);
  }

  #writeLimits(): void {
    const { machine, search, packing, kinds, tables } = this.#workshop;
    const { minSamplesLeaf, l2, constraints, categorical } = this.#limits;
    const words: readonly (readonly [place: number, value: number])[] = [
      [at.SEARCH_STRIDE, packing.stride],
      [at.SEARCH_KINDS, kinds],
      [at.SEARCH_COUNT_BITS, packing.countBits],
      [at.SEARCH_HESSIAN_BITS, packing.hessianBits],
      [at.SEARCH_MIN_ROWS, minSamplesLeaf],
      [at.SEARCH_IS_CONSTRAINED, constraints === undefined ? 0 : 1],
      [at.SEARCH_TABLES, tables],
    ];
    for (const [place, value] of words) machine.words[(search + place) / 4] = value;
    this.#setNumbers([
      [at.SEARCH_TRUE_L2, l2],
      [at.SEARCH_TRUE_L1, constraints?.l1 ?? 0],
      [at.SEARCH_SMOOTHING, categorical.smoothing],
      [at.SEARCH_CATEGORY_L2, categorical.l2],
      [at.SEARCH_CATEGORY_ROWS, categorical.minRows],
      [at.SEARCH_CATEGORY_ROWS + 8, categorical.minRowsOfMany ?? categorical.minRows],
    ]);
  }

  #writeUnits({ gradient, hessian }: Units): void {
    const { l2, constraints } = this.#limits;
    this.#setNumbers([
      [at.SEARCH_L2, l2 / hessian],
      [at.SEARCH_MIN_HESSIAN, MIN_HESSIAN / hessian],
      // A squared gradient in units over a hessian in units, as a number.
      [at.SEARCH_FACTOR, (gradient * gradient) / hessian],
      [at.SEARCH_L1, (constraints?.l1 ?? 0) / gradient],
      [at.SEARCH_GRADIENT_UNIT, gradient],
      [at.SEARCH_HESSIAN_UNIT, hessian],
    ]);
  }

  #setNumbers(numbers: readonly (readonly [place: number, value: number])[]): void {
    const { machine, search } = this.#workshop;
    for (const [place, value] of numbers) machine.doubles[(search + place) / 8] = value;
  }

  /** The features that the tree may use and, where each split may use but some of them, which. */
  #allow(allowed: Uint8Array, random: Random): void {
    const { machine, kinds, draws, shape } = this.#workshop;
    const { constraints, nodeShare = 1 } = this.#limits;
    const words = machine.integers(kinds, 4 * this.#features.length);
    const among: number[] = [];
    this.#features.forEach(({ kind, binCount }, f) => {
      const sign = constraints?.signs?.[f] ?? 0;
      const isAllowed = allowed[f] as number;
      words.set([binCount, kind !== 'numeric' ? 0 : sign > 0 ? 2 : sign < 0 ? 3 : 1, 0, isAllowed], 4 * f);
      if (isAllowed === 1) among.push(f);
    });
    if (nodeShare === 1) return;
    const drawn = machine.bytes(draws, 2 * shape.maxLeaves * this.#features.length).fill(0);
    const count = Math.max(1, Math.round(nodeShare * among.length));
    // Each split makes two leaves that are searched.
    for (let leaf = 0; leaf < 2 * shape.maxLeaves; leaf++)
      for (const i of random.sample(among.length, count)) drawn[leaf * this.#features.length + (among[i] as number)] = 1;
  }
}
