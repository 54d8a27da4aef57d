/** What operations learn, beside what scikit-learn learns of the same rows (`scripts/golden-operations.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { exactMoments } from '../../../../src/data/exact-sums.ts';
import {
  bin,
  dateParts,
  derive,
  featureHash,
  impute,
  type Operation,
  oneHot,
  ordinal,
  pipeline,
  power,
  scale,
  select,
  targetEncode,
  textLength,
  wordCounts,
} from '../../../../src/data/transform/api.ts';
import { transformSql } from '../../../../src/data/transform/compile.ts';
import { fitPipelineOf, fitTransformer } from '../../../../src/data/transform/fit.ts';
import { featureInputs } from '../../../../src/data/transform/lineage.ts';
import { type FittedOf, type PipelineTransformer, parseTransformer } from '../../../../src/data/transform/transformer.ts';
import { DiagnosticError } from '../../../../src/diagnostics/diagnostic.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden-operations.json'), 'utf8'));
const GOLDEN_ROWS = `(SELECT ((i * 7919) % 1000) / 100.0 - 2.0 AS x, exp(((i * 104729) % 997) / 300.0) AS z, 'k' || (i * i) % 11 AS s,
  (i * i % 11) * 1.5 + sin(i) AS y, CASE WHEN (i * i % 11) * 1.5 + sin(i) < 7 THEN 'no' ELSE 'yes' END AS cls,
  ['a', 'b', 'c'][CASE WHEN i % 4 > 0 THEN (i * 31) % 3 ELSE 0 END + 1] AS three FROM range(200) t(i))`;

async function learn(operations: readonly Operation[], relation = GOLDEN_ROWS, target = 'y'): Promise<PipelineTransformer> {
  return fitTransformer(engine, relation, { target, roles: {}, plan: pipeline(operations) });
}
async function learned<Name extends FittedOf<never>['op'] | string>(op: Name, ...operations: Operation[]): Promise<never> {
  const transformer = await learn(operations);
  return transformer.operations.find((operation) => operation.op === op) as never;
}
async function rows(transformer: PipelineTransformer, relation: string): Promise<readonly (readonly unknown[])[]> {
  const restored = parseTransformer(JSON.stringify(transformer)) as PipelineTransformer;
  return (await engine.query(transformSql(restored, relation))).map((row) => Object.values(row));
}
async function complaint(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  const { code, message, hint } = error.diagnostic;
  return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
}

describe('numbers', () => {
  test('scales', async () => {
    const standard: FittedOf<'scale'> = await learned('scale', scale({ columns: ['x'] }));
    expect(standard.columns[0]?.subtract).toBeCloseTo(golden.standard.subtract, 14);
    expect(standard.columns[0]?.divide).toBeCloseTo(golden.standard.divide, 14);
    const robust: FittedOf<'scale'> = await learned('scale', scale({ columns: ['z'], method: 'robust' }));
    expect(robust.columns[0]).toEqual({ name: 'z', ...golden.robust });
  });

  test('edges of bins: by quantiles, of one width, given', async () => {
    const edges = async (options: Parameters<typeof bin>[0]) =>
      ((await learned('bin', bin({ columns: ['z'], nBins: 4, ...options }))) as FittedOf<'bin'>).columns[0]?.edges ?? [];
    expect(await edges({})).toEqual(golden.quantile_edges.slice(1, -1));
    for (const [index, edge] of (await edges({ strategy: 'uniform' })).entries())
      expect(edge).toBeCloseTo(golden.uniform_edges[index + 1], 12);
    expect(await edges({ edges: [-1, 2.5] })).toEqual([-1, 2.5]);
    expect(await complaint(learn([bin({ edges: [2, 1] })]))).toBe('bad-value: the `edges` of `bin` must rise; 1 stands behind 2');
  });

  test('an interval holds its lower edge; outside are the first and the last', async () => {
    const relation = '(VALUES (0.0, 1), (5.0, 2)) t(a, y)';
    const probe = '(VALUES (-9.0), (0.9), (1.0), (3.0), (9.0), (NULL)) t(a)';
    const category = await learn([bin({ edges: [1, 3] })], relation);
    expect(category.features).toEqual([{ name: 'a', kind: 'categorical', levels: 3, labels: ['< 1', '1 … 3', '≥ 3'] }]);
    expect(await rows(category, probe)).toEqual([[0], [0], [1], [2], [2], [null]]);
    const number = await learn([bin({ edges: [1, 3], encode: 'number' })], relation);
    expect(number.features).toEqual([{ name: 'a', kind: 'numeric' }]);
    expect(await rows(number, probe)).toEqual([[0], [0], [1], [2], [2], [null]]);
  });

  test('a column of few values has fewer bins', async () => {
    const transformer = await learn([bin({ nBins: 4 })], '(SELECT (i % 10 > 0)::INTEGER AS a, i AS y FROM range(40) t(i))');
    expect(transformer.features[0]?.labels).toEqual(['< 1', '≥ 1']);
    const constant = await learn([bin()], '(SELECT 3 AS a, i AS y FROM range(40) t(i))');
    expect(constant.features[0]?.labels).toEqual(['all']);
  });

  test.each(['yeo_johnson', 'box_cox'] as const)('%s: the power of the greatest likelihood', async (method) => {
    const column = method === 'box_cox' ? 'z' : 'x';
    const transformer = await learn([select([column]), power({ method })]);
    const { lambda = Number.NaN } = (transformer.operations.find(({ op }) => op === 'power') as FittedOf<'power'>).columns[0] ?? {};
    // Powers are multiples of 1/1024.
    expect(Math.abs(lambda - golden[method].lambda)).toBeLessThan(1 / 1024);
    const [, second] = await rows(transformer, GOLDEN_ROWS);
    expect(second?.[0]).toBeCloseTo(golden[method].first[1], 2);
  });

  test.each([
    ['(VALUES (0.0), (1e-20), (-3.0), (7.0), (1e300), (NULL)) t(a)', 0, [0, 1e-20, -7.5, Math.log(8), Math.log1p(1e300), null]],
    ['(VALUES (0.0), (1e-20), (-3.0), (7.0), (NULL)) t(a)', 2, [0, 1e-20, -Math.log(4), 31.5, null]],
    ['(VALUES (0.0), (1e-20), (-3.0), (7.0), (NULL)) t(a)', 1, [0, 1e-20, -3, 7, null]],
  ])('Yeo–Johnson of %s with power %d', async (relation, lambda, expected) => {
    const transformer = await learn([power()], '(VALUES (1.0, 1), (2.0, 2)) t(a, y)');
    const fixed = { ...transformer, operations: [{ op: 'power', columns: [{ name: 'a', method: 'yeo_johnson', lambda }] }] } as const;
    const found = (await rows(fixed, relation)).map(([value]) => value as number | null);
    found.forEach((value, index) => {
      const wanted = expected[index] as number | null;
      if (wanted === null) expect(value).toBe(null);
      else expect(Math.abs((value as number) - wanted)).toBeLessThanOrEqual(4e-16 * Math.abs(wanted));
    });
  });

  test('log1p keeps small numbers; what has no logarithm is refused in training and missing later', async () => {
    const transformer = await learn([power({ method: 'log1p' })], '(VALUES (0.0, 1), (2.0, 2)) t(a, y)');
    expect(await rows(transformer, '(VALUES (1e-18), (-1.0), (-5.0), (0.0)) t(a)')).toEqual([[1e-18], [null], [null], [0]]);
    expect(await complaint(learn([power({ method: 'box_cox' })], '(VALUES (0.0, 1), (2.0, 2)) t(a, y)'))).toBe(
      'bad-value: `power` with `method: box_cox` takes numbers above 0; the least of `a` is not | use `method: yeo_johnson`, which takes any number',
    );
  });

  test('sums and squares are the same in any order and for any size', async () => {
    const values = '[1e300, -1e300, 3.5, 1e-300, 7, 1e16, 1, -1e16, NULL, 2]';
    const forwards = await exactMoments(engine, `(SELECT unnest(${values}::DOUBLE[]) AS a)`, ['a']);
    const backwards = await exactMoments(engine, `(SELECT unnest(list_reverse(${values}::DOUBLE[])) AS a)`, ['a']);
    expect(forwards).toEqual(backwards);
    expect(forwards[0]?.mean).toBe(0);
    const [small] = await exactMoments(engine, '(SELECT unnest([5e-324, 1.5e-323]) AS a)', ['a']);
    expect(small).toEqual({ count: 2, mean: 1e-323, deviation: 5e-324, min: 5e-324, max: 1.5e-323 });
    const [wide] = await exactMoments(engine, '(SELECT unnest([-1.7e308, 1.7e308]) AS a)', ['a']);
    expect(wide).toEqual({ count: 2, mean: 0, deviation: 1.7e308, min: -1.7e308, max: 1.7e308 });
    expect(await exactMoments(engine, '(SELECT NULL::DOUBLE AS a)', ['a'])).toEqual([{ count: 0, mean: 0, deviation: 0, min: 0, max: 0 }]);
  });
});

describe('target encoding', () => {
  const encoding = async (target: string, options: Parameters<typeof targetEncode>[0] = {}) => {
    const { operations, features } = await learn([select(['s']), targetEncode(options)], GOLDEN_ROWS, target);
    const { levels, outputs } = operations.find(({ op }) => op === 'target_encode') as FittedOf<'target_encode'>;
    return {
      features: features.map(({ name }) => name),
      means: outputs.map(({ values }) => Object.fromEntries(levels.map((level, index) => [level, values.means[index] as number]))),
      unknown: outputs.map(({ values }) => values.unknown),
    };
  };

  test.each([
    ['y', 'target_number', {}, ['s']],
    ['y', 'target_number_smooth', { smooth: 10 }, ['s']],
    ['cls', 'target_binary', {}, ['s']],
    ['three', 'target_multiclass', {}, ['s_a', 's_b', 's_c']],
  ] as const)('of %s as %s', async (target, key, options, names) => {
    const { features, means, unknown } = await encoding(target, options);
    expect(features).toEqual(names);
    expect(means.length).toBe(golden[key].means.length);
    means.forEach((found, index) => {
      const wanted = golden[key].means[index] as Record<string, number>;
      expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
      for (const [level, mean] of Object.entries(wanted)) expect(found[level]).toBeCloseTo(mean, 11);
      expect(unknown[index]).toBeCloseTo(golden[key].unknown[index], 12);
    });
  });

  test('a training row has no part in its own mean; equal rows lie in several folds', async () => {
    const relation = "(SELECT ['u', 'v'][i % 2 + 1] AS s, i % 2 + (i // 2) % 2 AS y FROM range(40) t(i))";
    const { transformer, training } = await fitPipelineOf(engine, relation, {
      target: 'y',
      roles: {},
      plan: pipeline([targetEncode({ smooth: 0, cv: 4 })]),
    });
    if (training === undefined) throw new Error('training rows are as any');
    const found = await engine.query(training.sql(['y']));
    await training.release();
    // With four values a level in each fold, the others hold fifteen of twenty.
    for (const row of found)
      expect(Math.abs(Number(row['s']) - (Number(row['y']) < 1 ? 0.5 : Number(row['y']) > 1 ? 1.5 : 1))).toBeLessThan(0.6);
    expect(new Set(found.map((row) => row['s'])).size).toBeGreaterThan(2);
    expect(await rows(transformer, "(VALUES ('u'), ('v'), ('w'), (NULL)) t(s)")).toEqual([[0.5], [1.5], [1], [1]]);
    expect(await engine.query("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '__mlrecipe%'")).toEqual([]);
  });

  test('a column of chance says nothing of the target of training rows', async () => {
    const relation = "(SELECT md5(i::VARCHAR)[1:2] AS s, md5_number_lower('y' || i) % 1000 / 500.0 - 1 AS y FROM range(2000) t(i))";
    const correlation = async (sql: string) => Number((await engine.query(`SELECT corr(s, y) AS r FROM (${sql})`))[0]?.['r']);
    const { transformer, training } = await fitPipelineOf(engine, relation, {
      target: 'y',
      roles: {},
      plan: pipeline([targetEncode({ smooth: 0 })]),
    });
    expect(await correlation(transformSql(transformer, relation, { keep: ['y'] }))).toBeGreaterThan(0.25);
    expect(await correlation(training?.sql(['y']) ?? '')).toBeLessThan(0.05);
    await training?.release();
  });

  test('what comes behind it learns from the out-of-fold values', async () => {
    const fitted = await fitPipelineOf(engine, GOLDEN_ROWS, {
      target: 'y',
      roles: {},
      plan: pipeline([select(['s']), targetEncode(), scale()]),
    });
    const [figures] = await engine.query(`SELECT avg(s) AS mean, stddev_pop(s) AS deviation FROM (${fitted.training?.sql([])})`);
    await fitted.training?.release();
    expect(figures?.['mean']).toBeCloseTo(0, 12);
    expect(figures?.['deviation']).toBeCloseTo(1, 12);
  });

  test('a missing text is a level, and rarer ones than the most frequent are unknown', async () => {
    const relation = "(VALUES ('a', 1), ('a', 3), ('b', 10), (NULL, 6), (NULL, 8), (NULL, 10), (NULL, 12)) t(s, y)";
    const transformer = await learn([targetEncode({ smooth: 0, maxLevels: 1 })], relation);
    expect(await rows(transformer, "(VALUES ('a'), ('b'), (NULL)) t(s)")).toEqual([[2], [50 / 7], [9]]);
  });
});

describe('texts', () => {
  const COLOURS =
    "(SELECT CASE WHEN i < 10 THEN 'red' WHEN i < 16 THEN 'green' WHEN i < 19 THEN 'blue' ELSE 'pink' END AS s, i AS y FROM range(20) t(i))";
  const PROBE = "(VALUES ('red'), ('pink'), ('new'), (NULL)) t(s)";

  test('rare levels share a column, by number and by share of the rows', async () => {
    const byNumber = await learn([oneHot({ minFrequency: 4 })], COLOURS);
    expect(byNumber.features.map(({ name }) => name)).toEqual(['s_red', 's_green', 's_other']);
    expect(await rows(byNumber, PROBE)).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    const byShare = await learn([oneHot({ minFrequency: 0.1 })], COLOURS);
    expect(byShare.features.map(({ name }) => name)).toEqual(['s_red', 's_green', 's_blue', 's_other']);
    const codes = await learn([ordinal({ minFrequency: 4 })], COLOURS);
    expect(codes.features[0]?.labels).toEqual(['red', 'green', '(other)']);
  });

  test('unknown texts are ignored beside rare ones, or refused', async () => {
    const ignored = await learn([oneHot({ minFrequency: 4, handleUnknown: 'ignore' })], COLOURS);
    expect(await rows(ignored, PROBE)).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    const strict = await learn([oneHot({ minFrequency: 4, handleUnknown: 'error' })], COLOURS);
    expect(await rows(strict, "(VALUES ('red'), ('pink'), (NULL)) t(s)")).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ]);
    await expect(rows(strict, PROBE)).rejects.toThrow('the column `s` holds a text that no training row has');
  });

  test('a text chooses one column by its hash, the same for ever', async () => {
    const transformer = await learn([featureHash({ nFeatures: 3 })], COLOURS);
    expect(transformer.features.map(({ name }) => name)).toEqual(['s_hash_0', 's_hash_1', 's_hash_2']);
    expect(await rows(transformer, "(VALUES ('red'), ('green'), ('never seen'), (NULL)) t(s)")).toEqual([
      [0, -1, 0],
      [-1, 0, 0],
      [-1, 0, 0],
      [0, 0, 0],
    ]);
    const plain = await learn([featureHash({ nFeatures: 3, alternateSign: false })], COLOURS);
    for (const row of await rows(plain, COLOURS)) expect(row.reduce<number>((sum, value) => sum + Number(value), 0)).toBe(1);
  });

  test('words are counted whatever their capitals; characters and words give the length', async () => {
    const relation = "(VALUES ('The cat, the CAT and a dog', 1), (NULL, 2), ('', 3), ('Zürich größer', 4)) t(s, y)";
    const counts = await learn([textLength(), wordCounts({ nFeatures: 2 })], relation);
    expect(counts.features.map(({ name }) => name)).toEqual(['s_word_0', 's_word_1', 's_characters', 's_words']);
    const found = await rows(counts, relation);
    expect(found.map(([a, b]) => Number(a) + Number(b))).toEqual([6, 0, 0, 2]);
    expect(found.map((row) => row.slice(2))).toEqual([
      [26, 6],
      [null, null],
      [0, 0],
      [13, 2],
    ]);
    const [lower, upper, twice] = (await rows(counts, "(VALUES ('the'), ('THE'), ('the the')) t(s)")).map((row) =>
      row.slice(0, 2).map(Number),
    );
    expect(upper).toEqual(lower);
    expect(twice).toEqual(lower?.map((count) => 2 * count));
  });
});

test('times: week, second, days since 1970; a year has no circle', async () => {
  const relation = "(VALUES (TIMESTAMP '1970-01-02 12:00:30', 1), (TIMESTAMP '2021-01-03 00:00:00', 2)) t(t, y)";
  const transformer = await learn([dateParts({ parts: ['year', 'week', 'second', 'epoch_days'], cyclic: true })], relation);
  expect(transformer.features.map(({ name }) => name)).toEqual([
    't_year',
    't_week_sin',
    't_week_cos',
    't_second_sin',
    't_second_cos',
    't_epoch_days',
  ]);
  const plain = await learn([dateParts({ parts: ['week', 'second', 'epoch_days'] })], relation);
  expect(await rows(plain, relation)).toEqual([
    [1, 30, 1 + (12 * 3600 + 30) / 86_400],
    [53, 0, 18_630],
  ]);
});

test('each feature knows the columns that it comes from', async () => {
  const relation = "(SELECT i AS a, i % 3 AS b, 'w' || i AS t, 'k' || i % 4 AS s, 'h' || i % 4 AS h, i AS y FROM range(20) r(i))";
  const transformer = await learn(
    [
      derive({ ab: '"a" + B', t_upper: "upper(t) || ' a'" }),
      power({ columns: ['a'] }),
      bin({ columns: ['b'] }),
      textLength({ columns: ['t_upper'], units: ['words'] }),
      wordCounts({ columns: ['t_upper'], nFeatures: 2 }),
      targetEncode({ columns: ['s'] }),
      featureHash({ columns: ['h'], nFeatures: 2 }),
      impute({ columns: ['ab'] }),
      select(['a', 'b', 'ab', 't_*', 's*', 'h*']),
    ],
    relation,
  );
  expect(Object.fromEntries(featureInputs(transformer))).toEqual({
    a: ['a'],
    b: ['b'],
    s: ['s'],
    h_hash_0: ['h'],
    h_hash_1: ['h'],
    ab: ['a', 'b'],
    t_upper_word_0: ['t'],
    t_upper_word_1: ['t'],
    t_upper_words: ['t'],
  });
});

test('levels of a sensitive column do not become names', async () => {
  const transformer = await fitTransformer(engine, "(VALUES ('anna', 1), ('anna', 2), ('berta', 3)) t(s, y)", {
    target: 'y',
    roles: {},
    sensitive: { s: true },
    plan: pipeline([oneHot()]),
  });
  expect(transformer.features.map(({ name }) => name)).toEqual(['s_1', 's_2']);
});
