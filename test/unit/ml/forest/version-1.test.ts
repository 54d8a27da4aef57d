import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix } from '../../../../src/ml/estimator.ts';
import { restoreForest } from '../../../../src/ml/forest/forest-model.ts';
import type { Json } from '../../../../src/schema/json.ts';

/** Forests as they were kept before, with what they predicted for these rows. */
const saved = JSON.parse(readFileSync(new URL('./version-1.json', import.meta.url), 'utf8')) as {
  readonly features: readonly Feature[];
  readonly columns: readonly (readonly (number | null)[])[];
  readonly cases: readonly { readonly kind: string; readonly model: Json; readonly predicted: readonly number[] }[];
};

const x: FeatureMatrix = {
  rowCount: saved.columns[0]?.length ?? 0,
  features: saved.features,
  columns: saved.columns.map((column) => Float64Array.from(column, (value) => value ?? Number.NaN)),
};

describe.each(saved.cases)('a random forest of version 1: $kind', ({ model, predicted }) => {
  it('predicts what it did', () => {
    const restored = restoreForest('random_forest', model);
    expect(Array.from(restored.predictProba?.(x) ?? restored.predict(x))).toEqual(predicted);
  });

  it('is kept in the present version, and still predicts that', () => {
    const again = restoreForest('random_forest', JSON.parse(JSON.stringify(restoreForest('random_forest', model).toJSON())) as Json);
    expect(Array.from(again.predictProba?.(x) ?? again.predict(x))).toEqual(predicted);
    const { values, note } = again.contributions?.(x) ?? {};
    expect(values?.every(Number.isFinite)).toBe(true);
    expect(note).toMatch('saved by a version');
  });
});

describe('what is damaged', () => {
  it.each([
    ['a feature that is not there', { feature: 'fw==' }],
    ['a tree without its end', { is_split: '/w==' }],
    ['too few counts', { counts: 'AQ==' }],
    ['a number cut in two', { counts: '/w==' }],
    ['half a number', { values: { width: 8, numbers: 'AAAA' } }],
  ])('is refused: %s', (_, damage) => {
    const model = restoreForest('random_forest', saved.cases[0]?.model as Json).toJSON() as { trees: object };
    expect(() => restoreForest('random_forest', { ...model, trees: { ...model.trees, ...damage } } as Json)).toThrow(TypeError);
  });

  it('says whose model it is not', () => {
    expect(() => restoreForest('decision_tree', saved.cases[0]?.model as Json)).toThrow('not a decision tree that this version can read');
  });
});
