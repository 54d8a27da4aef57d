/**
 * Between the words of a forest and the flat columns of `tree.ts`, in which older versions kept forests and in which
 * trees are explained.
 */
import { KIND_SET, KIND_WITH_MISSING, LEAF_NODE, MISSING } from '../kernels/forest-layout.ts';
import type { BinnedFeature } from '../trees/binning.ts';
import { Ensemble } from '../trees/ensemble.ts';
import { LEAF, MISSING_LEFT, SET_BYTES, type TreeColumns } from '../trees/tree.ts';
import { Forest } from './forest.ts';

/** The bin of missing values comes after those of a feature in columns, and is the last of all in words. */
export function fromColumns({ features, columns }: Pick<Ensemble, 'features' | 'columns'>): Forest {
  const { split, bin, sets, values, counts, outputs } = columns;
  const words: number[] = [];
  const trees: number[] = [];
  /** Places of the nodes whose right child is still to come. */
  const open: number[] = [];
  let [leaf, set, place, firstLeaf, complete] = [0, 0, 0, 0, true];
  split.forEach((code, node) => {
    if (complete) {
      trees.push(words.length / 2, leaf);
      [place, firstLeaf] = [words.length / 2, leaf];
      complete = false;
    }
    if (code === LEAF) {
      words.push(LEAF_NODE, leaf++ - firstLeaf);
      const parent = open.pop();
      if (parent === undefined) complete = true;
      else words[2 * parent + 1] = words.length / 2 - place;
      return;
    }
    open.push(words.length / 2);
    const f = code & ~MISSING_LEFT;
    const feature = features[f] as BinnedFeature;
    if (feature.kind === 'categorical') {
      words.push(f | (KIND_SET << 24), 0, ...setWords(sets.subarray(SET_BYTES * set, SET_BYTES * ++set), feature.binCount));
    } else words.push(f | ((bin[node] as number) << 16) | (code === f ? 0 : KIND_WITH_MISSING << 24), 0);
  });
  return new Forest({ features, outputs, nodes: Int32Array.from(words), values, counts, trees: Int32Array.from(trees) });
}

function setWords(bytes: Uint8Array, missing: number): Int32Array {
  const set = Uint8Array.from(bytes);
  if ((((set[missing >> 3] as number) >> (missing & 7)) & 1) === 1)
    set[MISSING >> 3] = (set[MISSING >> 3] as number) | (1 << (MISSING & 7));
  return Int32Array.from({ length: 8 }, (_, word) => new DataView(set.buffer).getInt32(4 * word, true));
}

export function toColumns({ parts }: Forest): TreeColumns {
  const { features, nodes, values, counts, outputs } = parts;
  const split: number[] = [];
  const bin: number[] = [];
  const sets: number[] = [];
  for (let at = 0; at < nodes.length; at += 2) {
    const word = nodes[at] as number;
    const f = word & 0xffff;
    const kind = word >> 24;
    const leaf = f === LEAF_NODE;
    split.push(leaf ? LEAF : kind === KIND_WITH_MISSING ? f | MISSING_LEFT : f);
    bin.push(leaf ? 0 : (word >> 16) & 255);
    if (leaf || kind !== KIND_SET) continue;
    const set = new Uint8Array(SET_BYTES);
    const view = new DataView(set.buffer);
    for (let i = 0; i < 8; i++) view.setInt32(4 * i, nodes[at + 2 + i] as number, true);
    const { binCount } = features[f] as BinnedFeature;
    const missingLeft = (set[SET_BYTES - 1] as number) >> 7 === 1;
    if (missingLeft) {
      set[binCount >> 3] = (set[binCount >> 3] as number) | (1 << (binCount & 7));
      split[split.length - 1] = f | MISSING_LEFT;
    } else set[binCount >> 3] = (set[binCount >> 3] as number) & ~(1 << (binCount & 7));
    sets.push(...set);
    at += 8;
  }
  return { split: Uint16Array.from(split), bin: Uint8Array.from(bin), sets: Uint8Array.from(sets), values, counts, outputs };
}

/** The forest as trees that can be explained. */
export function toEnsemble(forest: Forest): Ensemble {
  return new Ensemble(forest.parts.features, toColumns(forest));
}
