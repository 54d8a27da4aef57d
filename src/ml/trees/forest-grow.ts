/**
 * Grows the trees of a random forest (Breiman, "Random Forests", Machine Learning 45, 2001): deep,
 * each on its own draw of the rows, each split choosing from its own draw of the features.
 */

import type { Random } from '../random.ts';
import type { BinnedFeature } from './binning.ts';
import { SLOTS } from './binning.ts';
import { type ForestSplit, ForestSplitter, type ForestTarget } from './forest-split.ts';
import { partitionRows } from './partition.ts';
import type { TreeBuilder } from './tree.ts';

export interface ForestLimits {
  readonly minSamplesLeaf: number;
  readonly maxDepth: number;
  /** Features that a split chooses from; those that are the same in all rows of a node are not counted. */
  readonly featuresPerSplit: number;
}

export class ForestGrower {
  readonly #features: readonly BinnedFeature[];
  readonly #columns: readonly Uint8Array[];
  readonly #limits: ForestLimits;
  readonly #splitter: ForestSplitter;
  readonly #deck: Int32Array;
  readonly #scratch: Int32Array;
  readonly #gains: Float64Array;

  /** `weights` are how much each row counts in the tree at hand; `gains` collects what each feature gained. */
  constructor(
    features: readonly BinnedFeature[],
    columns: readonly Uint8Array[],
    target: ForestTarget,
    weights: Float64Array,
    limits: ForestLimits,
    gains: Float64Array,
  ) {
    this.#features = features;
    this.#columns = columns;
    this.#limits = limits;
    this.#splitter = new ForestSplitter(features, columns, target, weights, limits.minSamplesLeaf);
    this.#deck = Int32Array.from(features.keys());
    this.#scratch = new Int32Array(weights.length);
    this.#gains = gains;
  }

  /** Add a tree to `builder`. `rows` are the rows of weight above 0 and are reordered. */
  grow(rows: Int32Array, random: Random, builder: TreeBuilder): void {
    const splitter = this.#splitter;
    const { minSamplesLeaf, maxDepth } = this.#limits;
    // Begin, end and depth of the nodes to come, the left ones on top: that makes the order preorder.
    const open = [0, rows.length, 0];
    const values = new Float64Array(splitter.sums.length);
    // A tree must not hang on the features that the trees before it drew.
    for (let f = 0; f < this.#deck.length; f++) this.#deck[f] = f;
    while (open.length > 0) {
      const depth = open.pop() as number;
      const end = open.pop() as number;
      const begin = open.pop() as number;
      const differs = splitter.enter(rows, begin, end);
      const split = differs && depth < maxDepth && end - begin >= 2 * minSamplesLeaf ? this.#search(random) : undefined;
      if (split === undefined) {
        for (let k = 0; k < values.length; k++) values[k] = (splitter.sums[k] as number) / splitter.weight;
        const { weight } = splitter;
        // Without sample weights it is how many rows were drawn, which a count can hold.
        builder.addLeaf(values, 0, Number.isInteger(weight) && weight < 2 ** 32 ? weight : end - begin, weight);
        continue;
      }
      builder.addSplit(split.feature, split.bin, split.missingLeft, split.leftBins);
      this.#gains[split.feature] = (this.#gains[split.feature] as number) + splitter.gain;
      const column = this.#columns[split.feature] as Uint8Array;
      const middle = begin + partitionRows(rows, begin, end, column, this.#goesLeft(split), this.#scratch);
      open.push(middle, end, depth + 1, begin, middle, depth + 1);
    }
  }

  #search(random: Random): ForestSplit | undefined {
    const deck = this.#deck;
    let tried = 0;
    for (let drawn = 0; drawn < deck.length && tried < this.#limits.featuresPerSplit; drawn++) {
      const at = drawn + random.integer(deck.length - drawn);
      const feature = deck[at] as number;
      deck[at] = deck[drawn] as number;
      deck[drawn] = feature;
      if (this.#splitter.tryFeature(feature)) tried++;
    }
    return this.#splitter.best;
  }

  readonly #table = new Uint8Array(SLOTS);

  #goesLeft(split: ForestSplit): Uint8Array {
    if (split.leftBins !== undefined) return split.leftBins;
    const { binCount } = this.#features[split.feature] as BinnedFeature;
    this.#table.fill(0).fill(1, 0, split.bin + 1);
    this.#table[binCount] = split.missingLeft ? 1 : 0;
    return this.#table;
  }
}
