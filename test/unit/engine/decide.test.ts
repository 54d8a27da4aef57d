import { expect, test } from 'vitest';
import { decide, type Evidence } from '../../../src/engine/decide.ts';
import { asTaskName, sha256Hex } from '../../../src/engine/digest.ts';
import type { ActionEntry, KeyFields } from '../../../src/engine/ports.ts';

const task = asTaskName('train');
const key = sha256Hex('key');
const fields: KeyFields = {
  implementation: sha256Hex('i'),
  params: { depth: 6 },
  inputs: [],
  userCode: [],
  environment: {},
  env: {},
  seed: 0,
};
const entry: ActionEntry = {
  key,
  task,
  fields,
  outputs: [{ name: 'model.json', digest: sha256Hex('model'), files: [] }],
  attachments: [],
  result: {},
  startedAt: 0,
  durationMs: 1,
  sequence: 1,
};
const nothing: Evidence = {
  task,
  key,
  fields,
  isForced: false,
  found: undefined,
  isInPlace: false,
  objection: undefined,
  current: undefined,
  loss: undefined,
};
const earlier: ActionEntry = { ...entry, key: sha256Hex('earlier'), fields: { ...fields, params: { depth: 4 } } };

test('nothing known: it never ran', () => {
  expect(decide(nothing)).toEqual({ state: 'run', key, fields, reasons: [{ kind: 'never-ran' }] });
});

test('a result of this key is shown, or brought back', () => {
  expect(decide({ ...nothing, found: entry, isInPlace: true })).toEqual({ state: 'fresh', key, fields, entry });
  expect(decide({ ...nothing, found: entry, current: earlier })).toEqual({ state: 'restore', key, fields, entry });
});

test('force comes before everything', () => {
  expect(decide({ ...nothing, isForced: true, found: entry, isInPlace: true })).toMatchObject({
    state: 'run',
    reasons: [{ kind: 'forced' }],
  });
});

test('an objection comes before reuse', () => {
  const objection = { kind: 'output-missing', output: 'houses version 3' } as const;
  expect(decide({ ...nothing, found: entry, isInPlace: true, objection })).toMatchObject({ state: 'run', reasons: [objection] });
});

test('the same key without its bytes: an output is missing', () => {
  const loss = { output: 'model.json', detail: 'its stored bytes are gone' };
  expect(decide({ ...nothing, current: entry, loss })).toMatchObject({ state: 'run', reasons: [{ kind: 'output-missing', ...loss }] });
  expect(decide({ ...nothing, current: entry })).toMatchObject({ reasons: [{ kind: 'output-missing', output: 'model.json' }] });
  expect(decide({ ...nothing, current: { ...entry, outputs: [] } })).toMatchObject({
    reasons: [{ kind: 'output-missing', output: 'train' }],
  });
});

test('another key: what differs from the last shown entry', () => {
  expect(decide({ ...nothing, current: earlier })).toMatchObject({
    state: 'run',
    reasons: [{ kind: 'params-changed', changes: [{ path: 'depth', old: 4, new: 6 }] }],
  });
});
