/**
 * Trees as JSON and back. Numbers that a person may want to read (cuts, category bins) are plain;
 * the node columns are base64 of little-endian bytes, which keeps every bit and a tenth of the size.
 * Reading checks the shape, so that a damaged file is refused and not walked.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { BinnedFeature } from './binning.ts';
import { Ensemble } from './ensemble.ts';
import { LEAF, MISSING_LEFT, SET_BYTES, type TreeColumns } from './tree.ts';

export function ensembleToJson(ensemble: Ensemble): JsonObject {
  const { split, bin, sets, values, counts, covers, outputs } = ensemble.columns;
  return {
    features: ensemble.features.map(featureToJson),
    outputs,
    split: encode(split),
    bin: encode(bin),
    sets: encode(sets),
    values: encode(values),
    counts: encode(counts),
    // Models of before this key counted rows, whatever their weights: what is computed from them says so.
    ...(ensemble.hasCovers && { covers: covers === undefined ? null : encode(covers) }),
  };
}

/** Throws a `TypeError` when the value is not what `ensembleToJson` writes. */
export function ensembleFromJson(json: Json | undefined): Ensemble {
  const source = asObject(json, 'trees');
  const features = asArray(source['features'], 'features').map(featureFromJson);
  const outputs = source['outputs'];
  if (typeof outputs !== 'number' || !Number.isInteger(outputs) || outputs < 1)
    throw new TypeError('`outputs` of the trees must be an integer of at least 1');
  const columns: TreeColumns = {
    split: new Uint16Array(decode(source['split'], 'split', 2)),
    bin: new Uint8Array(decode(source['bin'], 'bin', 1)),
    sets: new Uint8Array(decode(source['sets'], 'sets', 1)),
    values: new Float64Array(decode(source['values'], 'values', 8)),
    counts: new Uint32Array(decode(source['counts'], 'counts', 4)),
    ...(typeof source['covers'] === 'string' && { covers: new Float64Array(decode(source['covers'], 'covers', 8)) }),
    outputs,
  };
  checkShape(features, columns);
  return new Ensemble(features, columns, source['covers'] !== undefined);
}

export function featureToJson(feature: BinnedFeature): Json {
  return feature.kind === 'numeric'
    ? // JSON has no infinity, and a column that holds one may have a cut there.
      { cuts: Array.from(feature.cuts, (cut) => (Number.isFinite(cut) ? cut : String(cut))) }
    : { bins: feature.binCount, binOfCode: Array.from(feature.binOfCode) };
}

export function featureFromJson(json: Json): BinnedFeature {
  const source = asObject(json, 'features');
  if (source['cuts'] !== undefined) {
    const cuts = Float64Array.from(asArray(source['cuts'], 'cuts'), Number);
    return { kind: 'numeric', binCount: cuts.length + 1, cuts };
  }
  return {
    kind: 'categorical',
    binCount: Number(source['bins']),
    binOfCode: Uint8Array.from(asArray(source['binOfCode'], 'binOfCode'), Number),
  };
}

/** Every tree is complete, every feature and set exists: a walk can neither leave the arrays nor go round. */
function checkShape(features: readonly BinnedFeature[], columns: TreeColumns): void {
  let open = 0;
  let leaves = 0;
  let sets = 0;
  let complete = true;
  for (const code of columns.split) {
    complete = code === LEAF && open === 0;
    if (code === LEAF) {
      leaves++;
      open = Math.max(0, open - 1);
      continue;
    }
    const feature = features[code & ~MISSING_LEFT];
    if (feature === undefined) throw new TypeError('the trees split on a feature that the model does not have');
    if (feature.kind === 'categorical') sets++;
    open++;
  }
  if (
    !complete ||
    columns.bin.length !== columns.split.length ||
    columns.sets.length !== sets * SET_BYTES ||
    columns.counts.length !== leaves ||
    (columns.covers ?? columns.counts).length !== leaves ||
    columns.values.length !== leaves * columns.outputs
  ) {
    throw new TypeError('the columns of the trees do not fit together');
  }
}

function encode(column: Uint8Array | Uint16Array | Uint32Array | Float64Array): string {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  return Buffer.from(swapped(bytes, column.BYTES_PER_ELEMENT)).toString('base64');
}

function decode(json: Json | undefined, name: string, width: number): ArrayBuffer {
  if (typeof json !== 'string') throw new TypeError(`\`${name}\` of the trees must be base64`);
  const bytes = Uint8Array.from(Buffer.from(json, 'base64'));
  if (bytes.length % width !== 0) throw new TypeError(`\`${name}\` of the trees must be whole numbers of ${width} bytes`);
  return swapped(bytes, width).buffer as ArrayBuffer;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Bytes in little-endian order, whatever the machine's. */
function swapped(bytes: Uint8Array, width: number): Uint8Array {
  if (LITTLE_ENDIAN || width === 1) return bytes;
  const copy = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) copy[i] = bytes[i - (i % width) + (width - 1 - (i % width))] as number;
  return copy;
}

function asObject(json: Json | undefined, name: string): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError(`\`${name}\` of the trees must be an object`);
  return json as JsonObject;
}

function asArray(json: Json | undefined, name: string): readonly Json[] {
  if (!Array.isArray(json)) throw new TypeError(`\`${name}\` of the trees must be a list`);
  return json;
}
