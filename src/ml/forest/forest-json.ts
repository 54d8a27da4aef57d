/**
 * Forests as JSON and back. A full tree has as many leaves as rows, so nodes are kept apart in their parts: a bit for each
 * node, and for each split a feature, a bin and a bit. Where a right child begins follows from the order. Reading checks
 * the shape, so that a damaged file is refused and not walked.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import { KIND_SET, KIND_WITH_MISSING, LEAF_NODE } from '../kernels/forest-layout.ts';
import type { BinnedFeature } from '../trees/binning.ts';
import { featureFromJson, featureToJson } from '../trees/ensemble-json.ts';
import { Forest } from './forest.ts';
import { fromBase64, packIntegers, packNumbers, toBase64, unpackIntegers, unpackNumbers } from './packed-numbers.ts';

const SET_WORDS = 8;

export function forestToJson({ parts }: Forest): JsonObject {
  const { features, outputs, nodes, values, counts, covers } = parts;
  const isSplit = new Bits();
  const missingLeft = new Bits();
  const splitFeatures = new Uint32Array(nodes.length / 2);
  const bins = new Uint8Array(nodes.length / 2);
  let [splits, numbers] = [0, 0];
  const sets: number[] = [];
  for (let at = 0; at < nodes.length; at += 2) {
    const word = nodes[at] as number;
    const feature = word & 0xffff;
    isSplit.push(feature !== LEAF_NODE);
    if (feature === LEAF_NODE) continue;
    splitFeatures[splits++] = feature;
    if (word >> 24 !== KIND_SET) {
      bins[numbers++] = (word >> 16) & 255;
      missingLeft.push(word >> 24 === KIND_WITH_MISSING);
      continue;
    }
    for (let i = 0; i < 4 * SET_WORDS; i++) sets.push(((nodes[at + 2 + (i >> 2)] as number) >> (8 * (i & 3))) & 255);
    at += SET_WORDS;
  }
  return {
    features: features.map(featureToJson),
    outputs,
    nodes: isSplit.length,
    is_split: isSplit.toBase64(),
    feature: packIntegers(splitFeatures.subarray(0, splits)),
    bin: toBase64(bins.subarray(0, numbers)),
    missing_left: missingLeft.toBase64(),
    sets: toBase64(Uint8Array.from(sets)),
    values: packNumbers(values),
    counts: packIntegers(counts),
    ...(covers !== undefined && { covers: packNumbers(covers) }),
    ...(parts.coversAreUnknown && { covers_unknown: true }),
  };
}

/** Throws a `TypeError` when the value is not what `forestToJson` writes. */
export function forestFromJson(json: Json | undefined): Forest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('`trees` of the model must be an object');
  const source = json as JsonObject;
  const outputs = source['outputs'];
  const nodeCount = source['nodes'];
  if (typeof outputs !== 'number' || !Number.isInteger(outputs) || outputs < 1)
    throw new TypeError('`outputs` of the trees must be an integer of at least 1');
  if (!Array.isArray(source['features']) || typeof nodeCount !== 'number') throw new TypeError('`features` of the trees must be a list');
  const features = (source['features'] as readonly Json[]).map(featureFromJson);
  const shape = nodesFrom(source, features, nodeCount);
  const values = unpackNumbers(source['values'], 'values');
  const counts = unpackIntegers(source['counts'], 'counts');
  const covers = source['covers'] === undefined ? undefined : unpackNumbers(source['covers'], 'covers');
  if (counts.length !== shape.leaves || (covers ?? counts).length !== shape.leaves || values.length !== shape.leaves * outputs)
    throw misfit();
  return new Forest({
    features,
    outputs,
    nodes: shape.nodes,
    trees: shape.trees,
    values,
    counts,
    ...(covers && { covers }),
    ...(source['covers_unknown'] === true && { coversAreUnknown: true as const }),
  });
}

/** Every tree is complete, every feature and set exists: a walk can neither leave the arrays nor go round. */
function nodesFrom(
  source: JsonObject,
  features: readonly BinnedFeature[],
  nodeCount: number,
): { readonly nodes: Int32Array; readonly trees: Int32Array; readonly leaves: number } {
  const isSplit = fromBase64(source['is_split'], 'is_split');
  const splitFeatures = unpackIntegers(source['feature'], 'feature');
  const bins = fromBase64(source['bin'], 'bin');
  const missingLeft = fromBase64(source['missing_left'], 'missing_left');
  const sets = fromBase64(source['sets'], 'sets');
  const setBytes = new DataView(sets.buffer, sets.byteOffset);
  const isSet = features.map(({ kind }) => kind === 'categorical');
  if (splitFeatures.some((feature) => feature >= features.length))
    throw new TypeError('the trees split on a feature that the model does not have');
  const setCount = splitFeatures.reduce((count, feature) => count + (isSet[feature] ? 1 : 0), 0);
  if (isSplit.length !== Math.ceil(nodeCount / 8) || sets.length !== 4 * SET_WORDS * setCount) throw misfit();
  if (bins.length !== splitFeatures.length - setCount || missingLeft.length !== Math.ceil(bins.length / 8)) throw misfit();

  const nodes = new Int32Array(2 * nodeCount + SET_WORDS * setCount);
  const trees: number[] = [];
  const open: number[] = [];
  let [at, leaf, split, number, set, root, firstLeaf] = [0, 0, 0, 0, 0, 0, 0];
  let complete = true;
  for (let node = 0; node < nodeCount; node++) {
    if (complete) {
      [root, firstLeaf, complete] = [at, leaf, false];
      trees.push(at / 2, leaf);
    }
    if ((((isSplit[node >> 3] as number) >> (node & 7)) & 1) === 0) {
      nodes[at] = LEAF_NODE;
      nodes[at + 1] = leaf++ - firstLeaf;
      at += 2;
      // A leaf ends the left side of the last node that waits, or the tree when none does.
      const parent = open.pop();
      if (parent === undefined) complete = true;
      else nodes[parent + 1] = (at - root) / 2;
      continue;
    }
    const feature = splitFeatures[split++];
    if (feature === undefined) throw misfit();
    open.push(at);
    if (isSet[feature]) {
      nodes[at] = feature | (KIND_SET << 24);
      for (let i = 0; i < SET_WORDS; i++) nodes[at + 2 + i] = setBytes.getInt32(4 * (SET_WORDS * set + i), true);
      set++;
      at += 2 + SET_WORDS;
    } else {
      const kind = ((missingLeft[number >> 3] as number) >> (number & 7)) & 1;
      nodes[at] = feature | ((bins[number++] as number) << 16) | (kind << 24);
      at += 2;
    }
  }
  if (!complete || split !== splitFeatures.length) throw misfit();
  return { nodes, trees: Int32Array.from(trees), leaves: leaf };
}

const misfit = (): TypeError => new TypeError('the columns of the trees do not fit together');

/** Bits, the lowest of a byte first. */
class Bits {
  length = 0;
  #bytes = new Uint8Array(64);

  push(bit: boolean): void {
    if (this.length === 8 * this.#bytes.length) {
      const wider = new Uint8Array(2 * this.#bytes.length);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    if (bit) this.#bytes[this.length >> 3] = (this.#bytes[this.length >> 3] as number) | (1 << (this.length & 7));
    this.length++;
  }

  toBase64(): string {
    return toBase64(this.#bytes.subarray(0, Math.ceil(this.length / 8)));
  }
}
