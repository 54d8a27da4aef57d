/** A pipeline in recipe.yaml and the same one in TypeScript are the same data; what is declared is what is checked. */
import { describe, expect, test } from 'vitest';
import {
  bin,
  columns,
  dateDifference,
  dateParts,
  derive,
  dropColumns,
  featureHash,
  impute,
  minMaxScale,
  type Operation,
  oneHot,
  ordinal,
  pipeline,
  power,
  rest,
  scale,
  select,
  standardScale,
  targetEncode,
  textLength,
  wordCounts,
} from '../../../src/data/transform/api.ts';
import { makeOperation, operationFault, readOperation } from '../../../src/schema/make-operation.ts';
import { badOperationValues, takesOperationValue } from '../../../src/schema/operation-param.ts';
import { OPERATION_NAMES, type OperationData, operationSpec } from '../../../src/schema/operations.ts';
import { writeOperation } from '../../../src/schema/write-operation.ts';
import { loadMemory } from '../../support/memory-recipe.ts';

/** Each operation with its defaults, and with everything said. */
const PAIRS: readonly (readonly [yaml: string, operation: Operation])[] = [
  [
    'derive: {minutes: "date_diff(\'second\', a, b) / 60", area: x * y}',
    derive({ minutes: "date_diff('second', a, b) / 60", area: 'x * y' }),
  ],
  ['drop: [a, "b_*"]', dropColumns('a', 'b_*')],
  ['drop: a', dropColumns('a')],
  ['drop: {columns: [a]}', dropColumns('a')],
  ['impute', impute()],
  [
    'impute: {columns: {type: number}, strategy: mean, indicator: true}',
    impute({ columns: { type: 'number' }, strategy: 'mean', indicator: true }),
  ],
  ['impute: {columns: a, strategy: constant, fill_value: 0}', impute({ columns: ['a'], strategy: { constant: 0 } })],
  ['impute: {strategy: constant, fill_value: none}', impute({ strategy: { constant: 'none' } })],
  ['select: [a, "b_*"]', select(['a', 'b_*'])],
  ['select: {columns: {type: number, except: a}}', select({ type: 'number', except: ['a'] })],
  ['scale', standardScale()],
  ['scale: {method: min_max, columns: {type: number, except: a}}', minMaxScale({ columns: { type: 'number', except: ['a'] } })],
  ['scale: {method: min_max}', scale({ method: 'min_max' })],
  ['scale: {method: robust, columns: [a]}', scale({ method: 'robust', columns: ['a'] })],
  ['power', power()],
  ['power: {columns: [a], method: box_cox}', power({ columns: ['a'], method: 'box_cox' })],
  ['bin', bin()],
  [
    'bin: {columns: a, n_bins: 7, strategy: uniform, edges: [0, 1.5], encode: number}',
    bin({ columns: ['a'], nBins: 7, strategy: 'uniform', edges: [0, 1.5], encode: 'number' }),
  ],
  ['one_hot', oneHot()],
  ['one_hot: {min_frequency: 0.01, handle_unknown: error}', oneHot({ minFrequency: 0.01, handleUnknown: 'error' })],
  ['one_hot: {columns: {type: category}, max_levels: 7}', oneHot({ columns: { kind: 'text' }, maxLevels: 7 })],
  ['ordinal', ordinal()],
  [
    'ordinal: {columns: [s], order: alphabetical, max_levels: 9, min_frequency: 3}',
    ordinal({ columns: ['s'], order: 'alphabetical', maxLevels: 9, minFrequency: 3 }),
  ],
  ['target_encode', targetEncode()],
  ['target_encode: {columns: s, smooth: 10, cv: 3, max_levels: 500}', targetEncode({ columns: ['s'], smooth: 10, cv: 3, maxLevels: 500 })],
  ['feature_hash', featureHash()],
  ['feature_hash: {columns: s, n_features: 8, alternate_sign: false}', featureHash({ columns: ['s'], nFeatures: 8, alternateSign: false })],
  ['word_counts', wordCounts()],
  ['word_counts: {columns: s, n_features: 8}', wordCounts({ columns: ['s'], nFeatures: 8 })],
  ['text_length', textLength()],
  ['text_length: {columns: s, units: [words]}', textLength({ columns: ['s'], units: ['words'] })],
  ['date_parts', dateParts()],
  [
    'date_parts: {columns: {type: date}, parts: [year, hour], cyclic: true}',
    dateParts({ columns: { kind: 'date' }, parts: ['year', 'hour'], cyclic: true }),
  ],
  ['date_difference: {from: a, to: b}', dateDifference('a', 'b')],
  ['date_difference: {from: a, to: b, unit: minutes}', dateDifference('a', 'b', 'minutes')],
  ['rest: auto', rest('auto')],
  ['rest: drop', rest('drop')],
  ['rest', rest('keep')],
];

function loadOperations(items: readonly string[]): ReturnType<typeof loadMemory> {
  const lines = items.map((item) => `      - ${item}\n`).join('');
  const recipe = `recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: data.csv}\n  transform:\n    operations:\n${lines}`;
  return loadMemory({ recipe, data: ['data.csv'] });
}

test('what stands in recipe.yaml is what the functions make, to the byte', () => {
  const loaded = loadOperations(PAIRS.map(([yaml]) => yaml));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  const { transform } = loaded.value.recipe.steps;
  if (transform.using !== 'operations') throw new Error(transform.using);
  const lines = (operations: readonly Operation[]) => operations.map((operation) => JSON.stringify(operation));
  expect(lines(transform.operations)).toEqual(lines(PAIRS.map(([, operation]) => operation)));
  expect(PAIRS.map(([, operation]) => operationFault(operation)).filter(Boolean)).toEqual([]);
});

test('operations that share their columns are the same data with the columns in each', () => {
  const numbers = { type: 'number', except: ['year'] } as const;
  const shared = pipeline([
    columns(numbers, [impute({ strategy: 'mean' }), scale({ columns: ['a'] }), columns(['s_*'], [oneHot(), derive({ z: 'a' })])]),
    ordinal(),
  ]);
  expect(shared).toEqual(
    pipeline([
      impute({ columns: numbers, strategy: 'mean' }),
      scale({ columns: ['a'] }),
      oneHot({ columns: ['s_*'] }),
      derive({ z: 'a' }),
      ordinal(),
    ]),
  );
});

test('the pairs are of every operation', () => {
  expect([...new Set(PAIRS.map(([, { op }]) => op))].sort()).toEqual([...OPERATION_NAMES].sort());
});

describe.each(OPERATION_NAMES)('%s', (op) => {
  const { params } = operationSpec(op);
  const good = Object.fromEntries(
    PAIRS.filter(([, operation]) => operation.op === op).flatMap(([, operation]) => Object.entries(operation)),
  );

  test('its defaults are values that it takes', () => {
    for (const spec of Object.values(params)) if (spec.default !== undefined) expect(takesOperationValue(spec, spec.default)).toBe(true);
  });

  test.each(Object.entries(params))('%s refuses what it should, also from code', (name, spec) => {
    const bad = badOperationValues(spec);
    expect(bad.length).toBeGreaterThan(2);
    for (const value of bad)
      expect(operationFault({ ...good, [name]: value })?.message, JSON.stringify(value)).toContain(`\`${name}\` of \`${op}\``);
    expect(operationFault({ ...good, [`${name}x`]: 1 })).toEqual(
      expect.objectContaining({ message: `\`${name}x\` is not a parameter of \`${op}\`` }),
    );
    const without = Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
    expect(operationFault(without)?.message).toBe(spec.isRequired === true ? `\`${name}\` of \`${op}\` is missing` : undefined);
  });

  test('has the keys of its data in the order of the declaration', () => {
    const backwards = Object.fromEntries(Object.entries(good).reverse());
    expect(Object.keys(makeOperation(op, backwards))).toEqual(['op', ...Object.keys(params).filter((name) => name in good)]);
  });
});

test('an operation that is written out is read as the same', () => {
  const written = PAIRS.map(([, operation]) => writeOperation(operation as OperationData));
  expect(written.map(readOperation)).toEqual(PAIRS.map(([, operation]) => operation));
  const short: readonly Operation[] = [
    dropColumns('a', 'b_*'),
    impute(),
    scale({ columns: ['a'], method: 'min_max' }),
    rest('auto'),
    rest('keep'),
  ];
  expect(short.map((operation) => writeOperation(operation as OperationData))).toEqual([
    { drop: ['a', 'b_*'] },
    'impute',
    { scale: { columns: ['a'], method: 'min_max' } },
    { rest: 'auto' },
    'rest',
  ]);
});
