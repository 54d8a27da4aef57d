import { describe, expect, test } from 'vitest';
import { differences } from '../../../src/engine/differences.ts';
import { asTaskName, sha256Hex } from '../../../src/engine/digest.ts';
import type { KeyFields } from '../../../src/engine/ports.ts';

const old: KeyFields = {
  implementation: sha256Hex('built'),
  params: {
    estimator_params: { learning_rate: 0.1, depth: 6 },
    ratios: [0.75, 0.125, 0.125],
    criteria: [{ metric: 'rmse', threshold: 3 }],
    note: null,
  },
  inputs: [
    { role: 'data', label: 'data/houses.csv', digest: sha256Hex('houses') },
    { role: 'rows', label: 'ingest rows.parquet', digest: sha256Hex('rows') },
  ],
  userCode: [{ file: 'steps/train.ts', digest: sha256Hex('bundle') }],
  environment: { duckdb: '1.5.6' },
  env: { REGION: 'eu' },
  seed: 7,
};
const compare = (change: Partial<KeyFields>) => differences(asTaskName('train'), old, { ...old, ...change });
const params = (change: object) => compare({ params: { ...(old.params as object), ...change } });

describe('differences', () => {
  test('parameters by dotted path, with both values', () => {
    expect(params({ estimator_params: { learning_rate: 0.2, depth: 6 } })).toEqual([
      { kind: 'params-changed', changes: [{ path: 'estimator_params.learning_rate', old: 0.1, new: 0.2 }] },
    ]);
  });

  test('a parameter that came or went has one value', () => {
    expect(params({ estimator_params: { depth: 6, rounds: 10 } })).toEqual([
      {
        kind: 'params-changed',
        changes: [
          { path: 'estimator_params.learning_rate', old: 0.1 },
          { path: 'estimator_params.rounds', new: 10 },
        ],
      },
    ]);
  });

  test('a list of plain values is one change; in a list of objects the leaf is named', () => {
    expect(params({ ratios: [0.8, 0.1, 0.1], criteria: [{ metric: 'rmse', threshold: 2 }] })).toEqual([
      {
        kind: 'params-changed',
        changes: [
          { path: 'criteria.0.threshold', old: 3, new: 2 },
          { path: 'ratios', old: [0.75, 0.125, 0.125], new: [0.8, 0.1, 0.1] },
        ],
      },
    ]);
  });

  test('an item that came or went in a list of objects does not change those behind it', () => {
    const items = (...names: readonly string[]) => ({ criteria: names.map((metric) => ({ metric })) });
    const from = (before: object, after: object) =>
      differences(
        asTaskName('train'),
        { ...old, params: { ...(old.params as object), ...before } },
        { ...old, params: { ...(old.params as object), ...after } },
      );
    expect(from(items('a', 'b', 'c'), items('a', 'c'))).toEqual([
      { kind: 'params-changed', changes: [{ path: 'criteria.1', old: { metric: 'b' } }] },
    ]);
    expect(from(items('a', 'c'), items('a', 'b', 'x', 'c'))).toEqual([
      {
        kind: 'params-changed',
        changes: [
          { path: 'criteria.1', new: { metric: 'b' } },
          { path: 'criteria.2', new: { metric: 'x' } },
        ],
      },
    ]);
    expect(from(items('a', 'a'), items('a'))).toEqual([
      { kind: 'params-changed', changes: [{ path: 'criteria.1', old: { metric: 'a' } }] },
    ]);
    expect(from(items('a', 'b', 'c'), items('x', 'c'))).toEqual([
      {
        kind: 'params-changed',
        changes: [
          { path: 'criteria.0.metric', old: 'a', new: 'x' },
          { path: 'criteria.1', old: { metric: 'b' } },
        ],
      },
    ]);
  });

  test('null is a value, and a value may become a group', () => {
    expect(params({ note: { text: 'a' } })).toEqual([
      { kind: 'params-changed', changes: [{ path: 'note', old: null, new: { text: 'a' } }] },
    ]);
  });

  test('a value that nobody would read is left out', () => {
    expect(params({ note: 'x'.repeat(500) })).toEqual([{ kind: 'params-changed', changes: [{ path: 'note', old: null }] }]);
  });

  test('the seed is a parameter', () => {
    expect(compare({ seed: 8 })).toEqual([{ kind: 'params-changed', changes: [{ path: 'seed', old: 7, new: 8 }] }]);
  });

  test('code: files of the user by name, ours by step', () => {
    expect(compare({ implementation: sha256Hex('other'), userCode: [{ file: 'steps/train.ts', digest: sha256Hex('edited') }] })).toEqual([
      { kind: 'code-changed', changes: [{ path: 'steps/train.ts' }, { path: 'mlrecipe train step' }] },
    ]);
    expect(compare({ userCode: [] })).toEqual([{ kind: 'code-changed', changes: [{ path: 'steps/train.ts' }] }]);
  });

  test('inputs by label; a renamed file with the same bytes is no change', () => {
    const [data, rows] = old.inputs;
    if (data === undefined || rows === undefined) throw new Error('unreachable');
    expect(compare({ inputs: [{ ...data, digest: sha256Hex('more houses') }, rows] })).toEqual([
      { kind: 'input-changed', changes: [{ path: 'data/houses.csv' }] },
    ]);
    expect(compare({ inputs: [{ ...data, label: 'data/flats.csv', digest: sha256Hex('flats') }, rows] })).toEqual([
      { kind: 'input-changed', changes: [{ path: 'data/flats.csv', old: 'data/houses.csv', new: 'data/flats.csv' }] },
    ]);
    expect(compare({ inputs: [data] })).toEqual([{ kind: 'input-changed', changes: [{ path: 'ingest rows.parquet' }] }]);
    expect(compare({ inputs: [{ ...data, label: 'data/renamed.csv' }, rows], seed: 8 })).toEqual([
      { kind: 'params-changed', changes: [{ path: 'seed', old: 7, new: 8 }] },
    ]);
  });

  test('environment: packages and declared variables', () => {
    expect(compare({ environment: { duckdb: '1.6.0' }, env: {} })).toEqual([
      {
        kind: 'environment-changed',
        changes: [
          { path: 'duckdb', old: '1.5.6', new: '1.6.0' },
          { path: 'REGION', old: 'eu' },
        ],
      },
    ]);
  });

  test('several kinds at once, in a fixed order', () => {
    const kinds = compare({ seed: 1, env: {}, inputs: [], userCode: [] }).map((reason) => reason.kind);
    expect(kinds).toEqual(['code-changed', 'params-changed', 'input-changed', 'environment-changed']);
  });

  test('equal fields under another key: mlrecipe itself changed', () => {
    expect(compare({})).toEqual([{ kind: 'code-changed', changes: [{ path: 'mlrecipe train step' }] }]);
  });
});
