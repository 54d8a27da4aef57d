/** What is in a key and what is not. The format itself is pinned in key-golden.test.ts. */
import { describe, expect, test } from 'vitest';
import { asTaskName, sha256Hex } from '../../../src/engine/digest.ts';
import { keyFields, keyOf } from '../../../src/engine/key.ts';
import type { KeyFields } from '../../../src/engine/ports.ts';
import type { Task } from '../../../src/engine/task.ts';

const train = { name: asTaskName('train'), outputs: ['model', 'metrics.json'] };

const fields: KeyFields = {
  implementation: sha256Hex('train, built'),
  params: { estimator: 'trees', estimator_params: { learning_rate: 0.1, depth: 6 }, classes: ['a', 'b'], weight: null },
  inputs: [
    { role: 'train', label: 'split train.parquet', digest: sha256Hex('train rows') },
    { role: 'validation', label: 'split validation.parquet', digest: sha256Hex('validation rows') },
  ],
  userCode: [{ file: 'steps/train.ts', digest: sha256Hex('bundle') }],
  environment: { duckdb: '1.5.6' },
  env: { REGION: 'eu' },
  seed: 7,
};

const key = keyOf(train, fields);

describe('keyOf', () => {
  test('the order of inputs, of object keys and of outputs means nothing, and neither do labels', () => {
    const params = { weight: null, classes: ['a', 'b'], estimator_params: { depth: 6, learning_rate: 0.1 }, estimator: 'trees' };
    const inputs = fields.inputs.toReversed().map((input) => ({ ...input, label: 'elsewhere' }));
    expect(keyOf({ ...train, outputs: ['metrics.json', 'model'] }, { ...fields, params, inputs })).toBe(key);
  });

  test.each<[string, Partial<KeyFields>]>([
    ['the implementation', { implementation: sha256Hex('other') }],
    ['a nested parameter', { params: { ...(fields.params as object), estimator_params: { learning_rate: 0.2, depth: 6 } } }],
    ['a parameter set to null', { params: { ...(fields.params as object), estimator: null } }],
    ['the order inside a list of parameters', { params: { ...(fields.params as object), classes: ['b', 'a'] } }],
    ['swapped inputs', { inputs: fields.inputs.map((input, i) => ({ ...input, digest: fields.inputs[1 - i]?.digest ?? input.digest })) }],
    ['a missing input', { inputs: fields.inputs.slice(1) }],
    ['the code of the user', { userCode: [{ file: 'steps/train.ts', digest: sha256Hex('edited') }] }],
    ['the version of a native package', { environment: { duckdb: '1.5.7' } }],
    ['the value of a declared variable', { env: { REGION: 'us' } }],
    ['a variable instead of a package', { environment: {}, env: { REGION: 'eu', duckdb: '1.5.6' } }],
    ['the seed', { seed: 8 }],
  ])('%s is in the key', (_what, change) => {
    expect(keyOf(train, { ...fields, ...change })).not.toBe(key);
  });

  test('the name of the task and its outputs are in the key', () => {
    expect(keyOf({ ...train, name: asTaskName('retrain') }, fields)).not.toBe(key);
    expect(keyOf({ ...train, outputs: ['model'] }, fields)).not.toBe(key);
  });

  test('two inputs of one role are refused, since one would hide the other', () => {
    const input = { role: 'data', label: 'a.csv', digest: sha256Hex('a') };
    expect(() => keyOf(train, { ...fields, inputs: [input, { ...input, digest: sha256Hex('b') }] })).toThrow('a task names data twice');
  });
});

test('keyFields labels inputs for people and leaves out paths and payload', () => {
  const task: Task = {
    ...train,
    implementation: fields.implementation,
    params: fields.params,
    inputs: [
      { kind: 'output', role: 'train', task: asTaskName('split'), output: 'train.parquet' },
      { kind: 'file', role: 'data', path: '/home/somebody/data.csv', label: 'data.csv' },
    ],
    userCode: [{ file: 'steps/train.ts', digest: sha256Hex('bundle'), isUnchanged: () => true }],
    environment: {},
    env: {},
    seed: 1,
    payload: { secret: 'hunter2' },
  };
  expect(keyFields(task, [sha256Hex('a'), sha256Hex('b')])).toEqual({
    implementation: fields.implementation,
    params: fields.params,
    inputs: [
      { role: 'train', label: 'split train.parquet', digest: sha256Hex('a') },
      { role: 'data', label: 'data.csv', digest: sha256Hex('b') },
    ],
    userCode: [{ file: 'steps/train.ts', digest: sha256Hex('bundle') }],
    environment: {},
    env: {},
    seed: 1,
  });
});
