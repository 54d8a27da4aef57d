/** What `auto` chose, as operations: fitted on the same rows they are the same transformer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { dateParts, derive, dropColumns, oneHot, ordinal, pipeline, rest, scale } from '../../../../src/data/transform/api.ts';
import { fitTransformer, type TransformConfig } from '../../../../src/data/transform/fit.ts';
import { operationsOf } from '../../../../src/data/transform/unfit.ts';
import { withoutUnread } from '../../../../src/data/transform/unread.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const T = `(SELECT i AS id, i % 7 AS a, CASE WHEN i % 5 > 0 THEN i % 9 END AS b, i % 2 = 0 AS flag, ['x', 'y', 'z'][i % 3 + 1] AS s,
  'level ' || i % 400 AS many, 'text ' || i AS each, 3 AS same, DATE '2024-01-01' + CAST(i % 90 AS INTEGER) AS day,
  TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE AS moment, i AS y FROM range(900) t(i))`;
const learn = (plan: TransformConfig['plan'], config: Partial<TransformConfig> = {}) =>
  fitTransformer(engine, T, { target: 'y', task: 'regression', roles: {}, plan, ...config });

describe.each([
  ['trees', { impute: 'none', encode: 'ordinal' }],
  ['linear models', { impute: 'median', encode: 'one_hot' }],
] as const)('auto for %s', (_, options) => {
  test('as operations, that make it again', async () => {
    const { choices: _choices, ...automatic } = await learn({ kind: 'auto', ...options });
    const operations = operationsOf(automatic as never, ['id', 'same']) ?? [];
    const { choices, ...again } = await learn(pipeline(operations));
    expect(again).toEqual({ ...automatic, ...withoutUnread(automatic) });
    expect(again.inputs.map(({ name }) => name)).not.toContain('each');
    expect(operations.length).toBeLessThan(automatic.operations.length + 2);
    // Beside what is found, what the recipe says of columns.
    const said = { roles: { moment: 'time' }, types: { each: 'text' }, sensitive: { s: true } } as const;
    const { choices: _said, ...asSaid } = await learn({ kind: 'auto', ...options }, said);
    const { choices: _again, ...saidAgain } = await learn(pipeline(operationsOf(asSaid as never, ['id', 'same']) ?? []), said);
    expect(asSaid.operations.map(({ op }) => op)).toContain('word_counts');
    expect(saidAgain).toEqual({ ...asSaid, ...withoutUnread(asSaid) });
    expect(choices.filter(({ isDropped }) => isDropped).map(({ column }) => column)).toContain('each');
  });
});

describe('inputs that nothing reads', () => {
  const inputs = async (...operations: Parameters<typeof pipeline>[0]) =>
    (await learn(pipeline(operations))).inputs.map(({ name }) => name);
  const ALL = ['id', 'a', 'b', 'flag', 's', 'many', 'each', 'same'];
  const DATES = ['day', 'moment'];

  test('are dropped with what the operations drop first', async () => {
    expect(await inputs(dropColumns('id', 'e*'), oneHot({ columns: ['s'] }), rest('drop'))).toEqual(['s']);
    expect(await inputs(scale(), dateParts())).toEqual([...ALL, ...DATES]);
    // A date that is left is not used.
    expect(await inputs(scale())).toEqual(ALL);
  });

  test('are asked for when anything read them before', async () => {
    expect(await inputs(derive({ twice: 'A * 2' }), dropColumns('a', 'b'), dateParts())).toEqual([
      ...ALL.filter((name) => name !== 'b'),
      ...DATES,
    ]);
    expect(await inputs(ordinal({ columns: ['s'] }), dropColumns('s', 'each'))).toEqual(ALL.filter((name) => name !== 'each'));
    expect(await inputs(derive({ a: '1' }), dropColumns('a'))).toEqual(ALL);
  });
});
