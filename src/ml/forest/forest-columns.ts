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
export function fromColumns({ features, columns, hasCovers }: Pick<Ensemble, 'features' | 'columns' | 'hasCovers'>): Forest {
  const { split, bin, sets, values, counts, covers, outputs } = columns;
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
  return new Forest({
    features,
    outputs,
    nodes: Int32Array.from(words),
    values,
    counts,
    trees: Int32Array.from(trees),
    ...(covers && { covers }),
    ...(!hasCovers && { coversAreUnknown: true as const }),
  });
}

function setWords(bytes: Uint8Array, missing: number): Int32Array {
  const set = Uint8Array.from(bytes);
  if ((((set[missing >> 3] as number) >> (missing & 7)) & 1) === 1)
    set[MISSING >> 3] = (set[MISSING >> 3] as number) | (1 << (MISSING & 7));
  return Int32Array.from({ length: 8 }, (_, word) => new DataView(set.buffer).getInt32(4 * word, true));
}

export function toColumns(forest: Forest): TreeColumns {
  const { features, nodes, values, counts, covers, outputs } = forest.parts;
  const split = new Uint16Array(forest.nodeCount);
  const bin = new Uint8Array(forest.nodeCount);
  const sets: Uint8Array[] = [];
  let node = 0;
  for (let at = 0; at < nodes.length; at += 2, node++) {
    const word = nodes[at] as number;
    const f = word & 0xffff;
    if (f === LEAF_NODE) {
      split[node] = LEAF;
      continue;
    }
    const kind = word >> 24;
    let missingLeft = kind === KIND_WITH_MISSING;
    if (kind === KIND_SET) {
      const set = setBytes(nodes.subarray(at + 2, at + 10), (features[f] as BinnedFeature).binCount);
      missingLeft = set.missingLeft;
      sets.push(set.bytes);
      at += 8;
    } else bin[node] = (word >> 16) & 255;
    split[node] = missingLeft ? f | MISSING_LEFT : f;
  }
  const allSets = new Uint8Array(SET_BYTES * sets.length);
  sets.forEach((set, i) => {
    allSets.set(set, SET_BYTES * i);
  });
  return { split, bin, sets: allSets, values, counts, outputs, ...(covers && { covers }) };
}

function setBytes(words: Int32Array, missing: number): { readonly bytes: Uint8Array; readonly missingLeft: boolean } {
  const bytes = new Uint8Array(SET_BYTES);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setInt32(4 * i, word, true);
  });
  const missingLeft = (bytes[SET_BYTES - 1] as number) >> 7 === 1;
  const bit = 1 << (missing & 7);
  const byte = bytes[missing >> 3] as number;
  bytes[missing >> 3] = missingLeft ? byte | bit : byte & ~bit;
  return { bytes, missingLeft };
}

/** The forest as trees that can be explained. */
export function toEnsemble(forest: Forest): Ensemble {
  return new Ensemble(forest.parts.features, toColumns(forest), forest.parts.coversAreUnknown !== true);
}
