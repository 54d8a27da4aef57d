/**
 * Exact Shapley values of trees, path-dependent: where a feature is left out, a row goes both ways, in
 * the shares of the training weight (Lundberg, Erion and Lee, "Consistent Individualized Feature
 * Attribution for Tree Ensembles", 2018, algorithm 1).
 *
 * A leaf is the product, over the features of its path, of 1 or 0 (the row's way or not) where the feature is known
 * and of the share z of the weight where it is not. The Shapley value is the integral over t = 0 … 1 of the derivative
 * of that product with each factor at t·o + (1 − t)·z (Owen, "Multilinear Extensions of Games", Management Science 18,
 * 1972). It is a polynomial in t, so a quadrature with half as many points as a path has features is exact, all
 * terms of a product are positive, and products go down a tree and sums of them up: a row costs points × nodes.
 */
import type { FeatureMatrix } from '../estimator.ts';
import { gaussLegendre, type Quadrature } from '../explain/quadrature.ts';
import { type Ensemble, inSet, VALUE_LEFT, VALUE_OR_MISSING_LEFT } from './ensemble.ts';

/** Rows whose values are held at once, while each tree's tables are made once for all of them. */
const BLOCK_ROWS = 2048;

export interface TreeValues {
  /** `groups × outputs`: the mean of all trees over their training weight. */
  readonly expected: Float64Array;
  /** Row-major `rows × (groups × outputs) × features`. */
  readonly values: Float64Array;
}

/** About how many multiplications a row takes: a product and a sum for each node and point of the quadrature. */
export function shapWork(nodes: number, outputs: number): number {
  return 8 * nodes * outputs;
}

/** Tree `t` belongs to group `t mod groups`, as in `Ensemble.addTo`. Of the outputs of a leaf, those from `first` on are explained. */
export function treeShap(ensemble: Ensemble, x: FeatureMatrix, groups: number, first = 0): TreeValues {
  const width = ensemble.features.length;
  const outputs = ensemble.columns.outputs - first;
  const rowLength = groups * outputs * width;
  const expected = new Float64Array(groups * outputs);
  const values = new Float64Array(x.rowCount * rowLength);
  const trees = pathsOf(ensemble);
  const block = new Float64Array(Math.min(BLOCK_ROWS, x.rowCount) * width);
  trees.forEach((tree, t) => {
    for (let node = 0; node < tree.size; node++) {
      const from = tree.leaf[node] as number;
      if (from < 0) continue;
      for (let k = 0; k < outputs; k++) {
        const at = (t % groups) * outputs + k;
        expected[at] = (expected[at] as number) + (tree.share[node] as number) * (ensemble.columns.values[from + first + k] as number);
      }
    }
  });
  for (let begin = 0; begin < x.rowCount; begin += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, x.rowCount - begin);
    ensemble.gather(x, begin, rows, block);
    trees.forEach((tree, t) => {
      const explained = { first, outputs, offset: begin * rowLength + (t % groups) * outputs * width, rowLength };
      explainRows(ensemble, tree, explained, block, rows, values);
    });
  }
  return { expected, values };
}

/** A tree as edges: each node but the root stands for the edge that leads to it. Numbers count within the tree. */
interface TreePaths {
  readonly root: number;
  readonly size: number;
  readonly parent: Int32Array;
  /** The feature that the edge to the node decides on. */
  readonly feature: Int32Array;
  /** The node whose edge was the last before to decide on the same feature, or −1. */
  readonly before: Int32Array;
  /** Share of the training weight that all edges of that feature, down to here, let through. */
  readonly through: Float64Array;
  /** Share of the training weight that the node holds. */
  readonly share: Float64Array;
  /** In a leaf where its values begin, otherwise −1. */
  readonly leaf: Int32Array;
  /** Most different features of a path. */
  readonly most: number;
}

function pathsOf(ensemble: Ensemble): readonly TreePaths[] {
  const { columns, opened } = ensemble;
  const { counts, covers = counts, outputs } = columns;
  const { roots, next } = opened;
  return Array.from(roots, (root, t) => {
    const size = (roots[t + 1] ?? next.length) - root;
    const cover = new Float64Array(size);
    const leaf = new Int32Array(size).fill(-1);
    for (let node = size - 1; node >= 0; node--) {
      const at = root + node;
      if ((opened.feature[at] as number) < 0) {
        leaf[node] = next[at] as number;
        cover[node] = covers[(next[at] as number) / outputs] as number;
      } else cover[node] = (cover[node + 1] as number) + (cover[(next[at] as number) - root] as number);
    }
    const parent = new Int32Array(size).fill(-1);
    const feature = new Int32Array(size).fill(-1);
    const before = new Int32Array(size).fill(-1);
    const through = new Float64Array(size).fill(1);
    const share = new Float64Array(size).fill(1);
    const different = new Int32Array(size);
    let most = 0;
    for (let node = 0; node < size; node++) {
      most = Math.max(most, different[node] as number);
      const f = opened.feature[root + node] as number;
      if (f < 0) continue;
      let last = node;
      while (last >= 0 && feature[last] !== f) last = parent[last] as number;
      for (const child of [node + 1, (next[root + node] as number) - root]) {
        const part = (cover[node] as number) > 0 ? (cover[child] as number) / (cover[node] as number) : 0;
        parent[child] = node;
        feature[child] = f;
        before[child] = last;
        through[child] = part * (last < 0 ? 1 : (through[last] as number));
        share[child] = part * (share[node] as number);
        different[child] = (different[node] as number) + (last < 0 ? 1 : 0);
      }
    }
    return { root, size, parent, feature, before, through, share, leaf, most };
  });
}

/** States of an edge: the row takes it; this edge is the first of its feature that the row does not take; an earlier one was. */
const TAKEN = 0;
const LEFT_OUT = 1;
const LEFT_BEFORE = 2;
const STATES = 3;

interface EdgeTables {
  readonly points: number;
  /** `(node × STATES + state) × points`: by what the edge multiplies the product above it. */
  readonly factors: Float64Array;
  /** The same places: what its feature gets of the products below it, over what an earlier edge of the feature gave. */
  readonly gains: Float64Array;
}

function tablesOf({ size, before, through, most }: TreePaths): EdgeTables {
  const { nodes, weights } = quadrature(Math.max(1, Math.ceil(most / 2)));
  const points = nodes.length;
  const factors = new Float64Array(size * STATES * points);
  const gains = new Float64Array(size * STATES * points);
  for (let node = 1; node < size; node++) {
    const z = through[node] as number;
    const last = before[node] as number;
    const lastZ = last < 0 ? 1 : (through[last] as number);
    for (let i = 0; i < points; i++) {
      const t = nodes[i] as number;
      const weight = weights[i] as number;
      const taken = t + (1 - t) * z;
      // Without an earlier edge the factor of the feature was 1 and its gain 0, as for a share of 1.
      const lastTaken = t + (1 - t) * lastZ;
      const lastGain = (1 - lastZ) / lastTaken;
      const at = node * STATES * points + i;
      factors[at + TAKEN * points] = taken / lastTaken;
      gains[at + TAKEN * points] = weight * ((1 - z) / taken - lastGain);
      factors[at + LEFT_OUT * points] = ((1 - t) * z) / lastTaken;
      gains[at + LEFT_OUT * points] = weight * (-1 / (1 - t) - lastGain);
      factors[at + LEFT_BEFORE * points] = lastZ > 0 ? z / lastZ : 0;
    }
  }
  return { points, factors, gains };
}

const QUADRATURES = new Map<number, Quadrature>();

function quadrature(points: number): Quadrature {
  const made = QUADRATURES.get(points) ?? gaussLegendre(points);
  QUADRATURES.set(points, made);
  return made;
}

interface Explained {
  readonly first: number;
  readonly outputs: number;
  /** Where the numbers of the first row's first output begin, and how far apart rows are. */
  readonly offset: number;
  readonly rowLength: number;
}

function explainRows(
  ensemble: Ensemble,
  tree: TreePaths,
  { first, outputs, offset, rowLength }: Explained,
  block: Float64Array,
  rows: number,
  values: Float64Array,
): void {
  const { root, size, parent, feature, before, leaf } = tree;
  if (size === 1) return;
  const { points, factors, gains } = tablesOf(tree);
  const { opened, columns } = ensemble;
  const width = ensemble.features.length;
  const state = new Uint8Array(size);
  const goesLeft = new Uint8Array(size);
  const products = new Float64Array(size * points).fill(1, 0, points);
  const sums = new Float64Array(size * points);
  for (let row = 0; row < rows; row++) {
    for (let node = 0; node < size; node++) {
      if (node > 0) {
        const up = parent[node] as number;
        const last = before[node] as number;
        const isTaken = (goesLeft[up] === 1) === (node === up + 1);
        const now = last >= 0 && state[last] !== TAKEN ? LEFT_BEFORE : isTaken ? TAKEN : LEFT_OUT;
        state[node] = now;
        const table = (node * STATES + now) * points;
        const from = up * points;
        const to = node * points;
        for (let i = 0; i < points; i++) products[to + i] = (products[from + i] as number) * (factors[table + i] as number);
      }
      const f = opened.feature[root + node] as number;
      if (f < 0) continue;
      const value = block[row * width + f] as number;
      const t = opened.threshold[root + node] as number;
      const way = opened.way[root + node] as number;
      const left = way === VALUE_LEFT ? value <= t : way === VALUE_OR_MISSING_LEFT ? !(value > t) : inSet(columns.sets, t, value);
      goesLeft[node] = left ? 1 : 0;
    }
    for (let k = 0; k < outputs; k++) {
      const into = offset + row * rowLength + k * width;
      for (let node = size - 1; node > 0; node--) {
        const at = node * points;
        const from = leaf[node] as number;
        if (from >= 0) {
          const value = columns.values[from + first + k] as number;
          for (let i = 0; i < points; i++) sums[at + i] = value * (products[at + i] as number);
        } else {
          const a = at + points;
          const b = ((opened.next[root + node] as number) - root) * points;
          for (let i = 0; i < points; i++) sums[at + i] = (sums[a + i] as number) + (sums[b + i] as number);
        }
        if (state[node] === LEFT_BEFORE) continue;
        const table = (node * STATES + (state[node] as number)) * points;
        let gain = 0;
        for (let i = 0; i < points; i++) gain += (gains[table + i] as number) * (sums[at + i] as number);
        const f = into + (feature[node] as number);
        values[f] = (values[f] as number) + gain;
      }
    }
  }
}
