/** Keys: the order of what has no order means nothing, and every leaf means something. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asTaskName, sha256Hex } from '../../src/engine/digest.ts';
import { canonicalText } from '../../src/engine/encode.ts';
import { keyOf } from '../../src/engine/key.ts';
import type { KeyFields } from '../../src/engine/ports.ts';
import type { Json } from '../../src/schema/json.ts';
import { runs } from '../support/runs.ts';

const RUNS = { numRuns: runs(300) };
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('', '__proto__', 'a', 'ab', 'b', 's1:a', '\ud800'));
const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, Number.NaN, Number.POSITIVE_INFINITY),
    fc.double(),
    fc.integer({ min: -3, max: 3 }),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** The same value with the keys of every object in another order. */
function shuffled(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(shuffled);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, shuffled(item)]),
  );
}

/** Whether two values mean the same, decided without the encoding under test. */
function isSame(a: Json, b: Json): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || (Number.isNaN(a) && Number.isNaN(b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([name, item]) => right.has(name) && isSame(item, right.get(name) as Json));
}

test('two values share a text exactly when they are the same value', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonicalText(a) === canonicalText(b)).toBe(isSame(a, b));
    }),
    RUNS,
  );
});

test('the order of keys means nothing', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalText(shuffled(value))).toBe(canonicalText(value));
    }),
    RUNS,
  );
});

test('the text does not depend on locale or time zone', () => {
  const value = { z: 1, ä: 2, Z: 3, i: 4, İ: 5, ı: 6 };
  const before = process.env['TZ'];
  process.env['TZ'] = 'Pacific/Chatham';
  expect(canonicalText(value)).toBe('o6:s1:Zd1:3s1:id1:4s1:zd1:1s2:äd1:2s2:İd1:5s2:ıd1:6');
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

const digest = fc.string({ maxLength: 3 }).map(sha256Hex);
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'ab', 'train', 'test', '__proto__', '0', '10', '9'), { maxLength: 4 });
const fields: fc.Arbitrary<KeyFields> = fc.record({
  implementation: digest,
  params: json,
  inputs: names.chain((roles) => fc.tuple(...roles.map((role) => fc.record({ role: fc.constant(role), label: text, digest })))),
  userCode: names.chain((files) => fc.tuple(...files.map((file) => fc.record({ file: fc.constant(file), digest })))),
  environment: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  env: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  seed: fc.nat(),
});
const task = { name: asTaskName('train'), outputs: ['model', 'metrics.json'] };

test('reordering inputs, files and keys leaves the key; so do labels', () => {
  fc.assert(
    fc.property(fields, text, (each, label) => {
      const other: KeyFields = {
        ...(shuffled(each as unknown as Json) as unknown as KeyFields),
        inputs: each.inputs.toReversed().map((input) => ({ ...input, label })),
        userCode: each.userCode.toReversed(),
      };
      expect(keyOf(task, other)).toBe(keyOf(task, each));
    }),
    RUNS,
  );
});

test('any other difference changes the key', () => {
  const bag = (pairs: readonly (readonly [string, string])[]): Json => pairs.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const meaning = (each: KeyFields): Json => [
    each.implementation,
    each.params,
    bag(each.inputs.map((input) => [input.role, input.digest])),
    bag(each.userCode.map((code) => [code.file, code.digest])),
    each.environment,
    each.env,
    each.seed,
  ];
  fc.assert(
    // Change one field at a time: two random records would differ everywhere.
    fc.property(
      fields,
      fields,
      fc.constantFrom<keyof KeyFields>('implementation', 'params', 'inputs', 'userCode', 'environment', 'env', 'seed'),
      (each, other, field) => {
        const changed: KeyFields = { ...each, [field]: other[field] };
        expect(keyOf(task, changed) === keyOf(task, each)).toBe(isSame(meaning(changed), meaning(each)));
      },
    ),
    RUNS,
  );
});
