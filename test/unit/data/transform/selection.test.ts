/** Which columns an operation is for, and what becomes of those that none was for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import {
  dateParts,
  derive,
  dropColumns,
  impute,
  type Operation,
  oneHot,
  pipeline,
  rest,
  scale,
} from '../../../../src/data/transform/api.ts';
import { fitTransformer, type TransformConfig } from '../../../../src/data/transform/fit.ts';
import { OperationError } from '../../../../src/data/transform/operation-error.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const T = `(SELECT i AS id, i % 7 AS "b_one", CASE WHEN i % 5 > 0 THEN i % 9 END AS "b_two", i % 2 = 0 AS flag, ['x', 'y', 'z'][i % 3 + 1] AS s,
  ['p', 'q'][i % 2 + 1] AS "s_*", 3 AS same, TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS moment, i AS y FROM range(60) t(i))`;

const learn = (operations: readonly Operation[], config: Partial<TransformConfig> = {}) =>
  fitTransformer(engine, T, { target: 'y', roles: {}, plan: pipeline(operations), ...config });
const features = async (...operations: Operation[]) => (await learn(operations)).features.map(({ name }) => name);
const scaled = async (columns: Parameters<typeof scale>[0]) =>
  (await learn([scale(columns)])).operations.flatMap((operation) =>
    operation.op === 'scale' ? operation.columns.map(({ name }) => name) : [],
  );

describe('columns', () => {
  test('by name and by pattern, each once, in the order that was written', async () => {
    expect(await scaled({ columns: ['b_two', 'b_*', 'id'] })).toEqual(['b_two', 'b_one', 'id']);
  });

  test('a pattern passes by columns of another type; a name does not', async () => {
    expect(await scaled({ columns: ['*'] })).toEqual(['id', 'b_one', 'b_two', 'flag', 'same']);
    await expect(scaled({ columns: ['s'] })).rejects.toThrow('`scale` cannot use the column `s`, which is text');
  });

  test('of a type, but for some', async () => {
    expect(await scaled({ columns: { type: 'number', except: ['b_*', 'same'] } })).toEqual(['id']);
    expect(await scaled({ columns: { type: 'boolean' } })).toEqual(['flag']);
    expect(await scaled({ columns: { type: 'category' } })).toEqual([]);
  });

  test('text is what is said to be text, category every other', async () => {
    const chosen = async (type: 'text' | 'category', types: TransformConfig['types'] = {}) =>
      (await learn([oneHot({ columns: { type } })], { types })).operations.flatMap((operation) =>
        operation.op === 'one_hot' ? operation.column : [],
      );
    expect(await chosen('category')).toEqual(['s', 's_*']);
    expect(await chosen('text')).toEqual([]);
    expect(await chosen('category', { s: 'text' })).toEqual(['s_*']);
    expect(await chosen('text', { s: 'text', 's_*': 'category' })).toEqual(['s']);
  });

  test('a name that looks like a pattern is that column', async () => {
    const { operations } = await learn([oneHot({ columns: ['s_*'] })]);
    expect(operations.filter(({ op }) => op === 'one_hot')).toEqual([expect.objectContaining({ column: 's_*' })]);
  });

  test('what is not there is told with the operation that asked for it', async () => {
    const error = await learn([impute(), scale({ columns: ['b_on'] })]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperationError);
    expect((error as OperationError).index).toBe(1);
    expect((error as OperationError).diagnostic.hint).toBe('did you mean `b_one`?');
  });
});

describe('rest', () => {
  const parts = dateParts({ columns: ['moment'], parts: ['hour'] });

  test('is kept unless told: texts become codes, dates are not used', async () => {
    expect(await features(oneHot({ columns: ['s_*'] }))).toEqual(await features(oneHot({ columns: ['s_*'] }), rest('keep')));
    expect(await features(dropColumns('s', 's_*'))).toEqual(['id', 'b_one', 'b_two', 'flag', 'same']);
  });

  test('drop leaves what operations were for and what they made', async () => {
    expect(await features(derive({ twice: 'b_one * 2' }), impute({ columns: ['b_two'], indicator: true }), parts, rest('drop'))).toEqual([
      'b_two',
      'b_two_missing',
      'moment_hour',
      'twice',
    ]);
  });

  test('auto prepares the others as a recipe without operations does', async () => {
    const linear = { impute: 'median', encode: 'one_hot' } as const;
    const { features: made, choices } = await learn([scale({ columns: ['b_one'] }), parts, rest('auto')], { rest: linear });
    expect(made.map(({ name }) => name)).toEqual([
      'b_one',
      'b_two',
      'b_two_missing',
      'flag',
      's_x',
      's_y',
      's_z',
      's_*_p',
      's_*_q',
      'moment_hour',
    ]);
    const lines = choices.map(({ column, text }) => `${column}: ${text}`);
    expect(lines).toContain('same: dropped, every value is the same');
    expect(lines).toContain('b_two: missing → median 4, and `b_two_missing`');
    expect(lines.filter((line) => line.startsWith('b_one: '))).toEqual(['b_one: scaled to mean 0 and deviation 1']);
  });

  test('auto leaves out an id unless an operation names it', async () => {
    const all = impute({ columns: { type: 'number' } });
    expect(await features(all, rest('auto'))).not.toContain('id');
    expect(await features(all, scale({ columns: ['id'] }), rest('auto'))).toContain('id');
    expect((await learn([all, rest('auto')], { roles: { id: 'feature' } })).features.map(({ name }) => name)).toContain('id');
  });

  test('auto alone makes the features of a recipe without operations', async () => {
    const options = { impute: 'median', encode: 'one_hot' } as const;
    const automatic = await fitTransformer(engine, T, { target: 'y', roles: {}, plan: { kind: 'auto', ...options } });
    const { features: made } = await learn([rest('auto')], { rest: options });
    expect(made).toEqual(automatic.features);
  });
});
