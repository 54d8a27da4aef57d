import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../../src/ml/estimator.ts';
import type { BinnedFeature } from '../../../../src/ml/trees/binning.ts';
import { Ensemble } from '../../../../src/ml/trees/ensemble.ts';
import { ensembleFromJson, ensembleToJson } from '../../../../src/ml/trees/ensemble-json.ts';
import { TreeBuilder } from '../../../../src/ml/trees/tree.ts';
import type { Json, JsonObject } from '../../../../src/schema/json.ts';

const features: readonly BinnedFeature[] = [
  { kind: 'numeric', binCount: 3, cuts: Float64Array.of(Number.NEGATIVE_INFINITY, 1.5) },
  { kind: 'categorical', binCount: 3, binOfCode: Uint8Array.of(0, 1, 2) },
];

/** x ≤ 1.5 or missing ? (c in {0, 2} ? 1 : 2) : (x present and finite? 3 : 4), then a tree that is a single leaf. */
function sample(): Ensemble {
  const builder = new TreeBuilder(1);
  const leaf = (value: number): void => builder.addLeaf(Float64Array.of(value), 0, 5);
  const set = new Uint8Array(256);
  set[0] = 1;
  set[2] = 1;
  builder.addSplit(0, 1, true);
  builder.addSplit(1, 0, false, set);
  leaf(1);
  leaf(2);
  // The bin after the last cut: all values go left.
  builder.addSplit(0, 2, false);
  leaf(3);
  leaf(4);
  leaf(10);
  return new Ensemble(features, builder.finish());
}

function predict(ensemble: Ensemble, x: number, c: number): number {
  const matrix: FeatureMatrix = {
    rowCount: 1,
    features: [
      { name: 'x', kind: 'numeric' },
      { name: 'c', kind: 'categorical', levels: 3 },
    ],
    columns: [Float64Array.of(x), Float64Array.of(c)],
  };
  const sums = new Float64Array(1);
  ensemble.addTo(matrix, sums, 1);
  return sums[0] as number;
}

describe('Ensemble', () => {
  it.each([
    [1.5, 0, 11],
    [1.5, 1, 12],
    [-5, 2, 11],
    [Number.NaN, 2, 11],
    [Number.NaN, Number.NaN, 12],
    [0, 7, 12],
    [1.6, 0, 13],
    [Number.POSITIVE_INFINITY, 1, 13],
  ])('of x = %d and c = %d is %d', (x, c, expected) => {
    expect(predict(sample(), x, c)).toBe(expected);
    expect(predict(ensembleFromJson(JSON.parse(JSON.stringify(ensembleToJson(sample()))) as Json), x, c)).toBe(expected);
  });

  it('counts trees and leaves', () => {
    expect(sample().treeCount).toBe(2);
    expect(sample().leafCount).toBe(5);
  });

  it('gives each output its own trees', () => {
    const sums = new Float64Array(4);
    const x = { rowCount: 2, features: [], columns: [Float64Array.of(0, 2), Float64Array.of(0, 0)] };
    sample().addTo(x, sums, 2);
    expect(Array.from(sums)).toEqual([1, 10, 3, 10]);
  });
});

describe('ensembleFromJson', () => {
  const good = ensembleToJson(sample());
  const without = (key: string): JsonObject => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));
  const cut = (key: string, bytes: number): JsonObject => ({
    ...good,
    [key]: Buffer.from(good[key] as string, 'base64')
      .subarray(0, -bytes)
      .toString('base64'),
  });

  it.each<[string, Json, string]>([
    ['nothing', null, '`trees` of the trees must be an object'],
    ['no features', without('features'), '`features` of the trees must be a list'],
    ['no outputs', without('outputs'), '`outputs` of the trees must be an integer of at least 1'],
    ['no values', without('values'), '`values` of the trees must be base64'],
    ['half a number', cut('values', 3), '`values` of the trees must be whole numbers of 8 bytes'],
    ['a tree without an end', cut('split', 4), 'the columns of the trees do not fit together'],
    ['a leaf without a value', cut('values', 8), 'the columns of the trees do not fit together'],
    ['a split without categories', cut('sets', 32), 'the columns of the trees do not fit together'],
    ['a feature that is not there', { ...good, features: [] }, 'the trees split on a feature that the model does not have'],
  ])('refuses %s', (_, json, message) => {
    expect(() => ensembleFromJson(json)).toThrow(new TypeError(message));
  });
});
