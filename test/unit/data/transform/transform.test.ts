import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import {
  dateDifference,
  dateParts,
  derive,
  dropColumns,
  impute,
  minMaxScale,
  type Operation,
  oneHot,
  ordinal,
  pipeline,
  standardScale,
} from '../../../../src/data/transform/api.ts';
import { applyTransformer } from '../../../../src/data/transform/apply.ts';
import { transformSql } from '../../../../src/data/transform/compile.ts';
import { fitTransformer, type TransformConfig } from '../../../../src/data/transform/fit.ts';
import { type PipelineTransformer, parseTransformer } from '../../../../src/data/transform/transformer.ts';
import { DiagnosticError } from '../../../../src/diagnostics/diagnostic.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const AUTO = { kind: 'auto', impute: 'none', encode: 'ordinal' } as const;
const learn = (relation: string, plan: TransformConfig['plan'] = AUTO, roles: TransformConfig['roles'] = {}) =>
  fitTransformer(engine, relation, { target: 'y', roles, plan });
const fitOps = (relation: string, ...operations: Operation[]) => learn(relation, pipeline(operations));

/** The transformed rows as arrays, columns in order. */
async function rows(
  transformer: PipelineTransformer,
  relation: string,
  keep: readonly string[] = [],
): Promise<readonly (readonly unknown[])[]> {
  // Through JSON, as it is between the steps.
  const restored = parseTransformer(JSON.stringify(transformer)) as PipelineTransformer;
  return (await engine.query(transformSql(restored, relation, { keep }))).map((row) => Object.values(row));
}
const names = ({ features }: PipelineTransformer) =>
  features.map(({ name, kind, levels }) => (kind === 'numeric' ? name : `${name}:${levels}`));
const lines = ({ choices }: PipelineTransformer) => choices.map(({ column, text }) => `${column}: ${text}`);

async function complaint(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  const { code, message, hint } = error.diagnostic;
  return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
}

const MIXED = `(VALUES
  (1.5, 'b', true,  DATE '2024-01-31', TIMESTAMP '2024-02-01 12:00', 1),
  (NULL, 'a', false, DATE '2024-02-29', TIMESTAMP '2024-02-29 06:30', 2),
  (2.5, 'a', NULL,  NULL,              TIMESTAMP '2024-03-01 00:00', 3),
  (4.5, NULL, true, DATE '2024-03-01', NULL,                         4)) t(num, txt, flag, day, moment, y)`;

describe('auto', () => {
  test('numbers and flags as they are, texts as codes by frequency, dates as parts and differences', async () => {
    const transformer = await learn(MIXED);
    expect(names(transformer)).toEqual([
      'num',
      'txt:2',
      'flag',
      'day_month',
      'day_day_of_week',
      'day_day',
      'moment_month',
      'moment_day_of_week',
      'moment_day',
      'moment_hour',
      'moment_minus_day_minutes',
    ]);
    expect(lines(transformer)).toEqual([
      'num: number, 25 % missing, as it is',
      'txt: text, 2 levels → category codes',
      'flag: true or false → 0 and 1',
      'day: date → month, day_of_week, day',
      'moment: date → minutes since `day`',
      'moment: date → month, day_of_week, day, hour',
    ]);
    expect(await rows(transformer, MIXED, ['y'])).toEqual([
      [1.5, 1, 1, 1, 3, 31, 2, 4, 1, 12, 2160, 1],
      [null, 0, 0, 2, 4, 29, 2, 4, 29, 6, 390, 2],
      [2.5, 0, null, null, null, null, 3, 5, 1, 0, null, 3],
      [4.5, null, 1, 3, 5, 1, null, null, null, null, null, 4],
    ]);
  });

  test('a median of −0 reads back as it was fitted', async () => {
    const transformer = await learn('(SELECT unnest([-0.0::DOUBLE, 0.0, -5e-324, NULL]) AS a, unnest([1, 2, 3, 4]) AS y)', {
      kind: 'auto',
      impute: 'median',
      encode: 'one_hot',
    });
    expect(parseTransformer(JSON.stringify(transformer))).toEqual(transformer);
  });

  test('medians with an indicator where training rows miss values, flags for texts', async () => {
    const transformer = await learn(`(SELECT num, txt, y FROM ${MIXED})`, { kind: 'auto', impute: 'median', encode: 'one_hot' });
    expect(names(transformer)).toEqual(['num', 'num_missing', 'txt_a', 'txt_b']);
    expect(lines(transformer)).toEqual([
      'num: number, 25 % missing',
      'num: missing → median 2.5, and `num_missing`',
      'txt: text, 2 levels → 2 columns of 0 and 1',
    ]);
    expect(await rows(transformer, MIXED)).toEqual([
      [1.5, 0, 0, 1],
      [2.5, 1, 1, 0],
      [2.5, 0, 1, 0],
      [4.5, 0, 0, 0],
    ]);
    // What training rows have always had is filled as well when it is missing later.
    const whole = await learn('(SELECT 3.0 AS a, 1 AS y UNION ALL SELECT 5.0, 2)', { kind: 'auto', impute: 'median', encode: 'one_hot' });
    expect(await rows(whole, "(SELECT 'inf'::DOUBLE AS a)")).toEqual([[4]]);
  });

  test('unknown texts have no code, unless rarer ones share one', async () => {
    const few = await learn("(VALUES ('a', 1), ('b', 2)) t(s, y)");
    expect(await rows(few, "(VALUES ('b'), ('new'), (NULL)) t(s)")).toEqual([[1], [null], [null]]);
    // Means of so many classes would be too many columns.
    const many = await learn("(SELECT 'k' || lpad((i % 300)::VARCHAR, 3, '0') AS s, 'class ' || i % 11 AS y FROM range(1000) t(i))");
    expect(names(many)).toEqual(['s:255']);
    expect(lines(many)).toEqual(['s: text, 300 levels → category codes for the 254 most frequent, one for the others']);
    // 100 texts occur four times, then three times in code-unit order.
    expect(await rows(many, "(VALUES ('k000'), ('k099'), ('k100'), ('k253'), ('k254'), ('new'), (NULL)) t(s)")).toEqual([
      [0],
      [99],
      [100],
      [253],
      [254],
      [254],
      [null],
    ]);
  });

  test('more than fifty texts: the rest share one flag', async () => {
    const transformer = await learn("(SELECT 'k' || (i % 60) AS s, i AS y FROM range(600) t(i))", {
      kind: 'auto',
      impute: 'none',
      encode: 'one_hot',
    });
    expect(transformer.features).toHaveLength(51);
    expect(transformer.features.at(-1)?.name).toBe('s_other');
    const [known, rare, unknown, missing] = await rows(transformer, "(VALUES ('k0'), ('k9'), ('new'), (NULL)) t(s)");
    expect([known?.[0], known?.at(-1)]).toEqual([1, 0]);
    expect([rare?.at(-1), unknown?.at(-1), missing?.at(-1)]).toEqual([1, 1, 0]);
  });

  test('ids, constants, roles and free text are dropped with their reasons', async () => {
    const relation =
      "(SELECT i AS id, 5 AS same, NULL::DOUBLE AS none, i * 7 % 13 AS x, 'v' || i * 7919 % 1000 AS text, 'n' AS note, i * 0.5 AS ramp, i AS y FROM range(300) t(i))";
    const transformer = await learn(relation, AUTO, { note: 'ignore' });
    expect(names(transformer)).toEqual(['x', 'ramp']);
    expect(lines(transformer)).toEqual([
      'id: dropped as an id: all values differ and the name of an id',
      'same: dropped, every value is the same',
      'none: dropped, every value is missing',
      'x: number, as it is',
      'text: dropped, text in which every value differs',
      'ramp: number, as it is',
      'note: dropped, its role is ignore',
    ]);
    expect(transformer.inputs.map(({ name }) => name)).toEqual(['x', 'text', 'ramp']);
  });

  test('a feature never takes the name of the target', async () => {
    const transformer = await fitTransformer(
      engine,
      "(SELECT DATE '2024-01-01' + (i * 40)::INTEGER AS day, i AS day_month FROM range(9) t(i))",
      { target: 'day_month', roles: {}, plan: AUTO },
    );
    expect(names(transformer)).toEqual(['day_month_2', 'day_day_of_week', 'day_day']);
  });

  test('nothing left to learn from', async () => {
    expect(await complaint(learn('(VALUES (1, 1), (1, 2)) t(a, y)'))).toBe(
      'empty-data: no column is left to learn from | the columns went like this: `a` dropped, every value is the same',
    );
  });

  test('the same training rows give the same bytes, whatever the threads', async () => {
    const relation =
      "(SELECT i * 0.1 AS a, 'k' || (i * 7919 % 700) AS s, CASE WHEN i % 3 > 0 THEN sin(i) END AS b, i AS y FROM range(20000) t(i))";
    const texts = new Set<string>();
    for (const threads of [1, 3]) {
      const own = await openDuckDb({ threads });
      const plans: TransformConfig['plan'][] = [
        { kind: 'auto', impute: 'median', encode: 'ordinal' },
        pipeline([impute({ strategy: 'mean' }), standardScale()]),
      ];
      const fitted: PipelineTransformer[] = [];
      for (const plan of plans) fitted.push(await fitTransformer(own, relation, { target: 'y', roles: {}, plan }));
      texts.add(JSON.stringify(fitted));
      await own.close();
    }
    expect(texts.size).toBe(1);
  });
});

describe('pipelines', () => {
  const T =
    "(VALUES (1.0, 10, 'b', DATE '2024-01-01', DATE '2024-01-03', 1), (3.0, 20, 'a', DATE '2024-07-01', DATE '2024-07-01', 2), (NULL, 30, 'a', DATE '2024-12-31', NULL, 3)) t(a, b, s, from_day, to_day, y)";

  test('no operations: usable columns pass, texts get codes, dates are left out', async () => {
    const transformer = await fitOps(T);
    expect(names(transformer)).toEqual(['a', 'b', 's:2']);
    expect(lines(transformer)).toEqual([
      'from_day: date, not used: make parts or differences of it',
      'to_day: date, not used: make parts or differences of it',
      's: text, 2 levels → category codes',
    ]);
  });

  test('operations see what the ones before them leave', async () => {
    const transformer = await fitOps(
      T,
      dateDifference('from_day', 'to_day', 'days'),
      dateParts({ parts: ['year', 'quarter'] }),
      dropColumns('to_day_year', 'to_day_quarter'),
      derive({ ratio: 'b / a', is_a: "s = 'a'" }),
      impute({ columns: ['a', 'ratio'], strategy: 'mean', indicator: true }),
      oneHot(),
      standardScale({ columns: ['b'] }),
      minMaxScale({ columns: ['from_day_year'] }),
    );
    expect(names(transformer)).toEqual([
      'a',
      'a_missing',
      'b',
      's_a',
      's_b',
      'from_day_year',
      'from_day_quarter',
      'to_day_minus_from_day_days',
      'ratio',
      'ratio_missing',
      'is_a',
    ]);
    const deviation = Math.sqrt(200 / 3);
    const ratio = (10 + 20 / 3) / 2;
    expect(await rows(transformer, T)).toEqual([
      [1, 0, -10 / deviation, 0, 1, 0, 1, 2, 10, 0, 0],
      [3, 0, 0, 1, 0, 0, 3, 0, 20 / 3, 0, 1],
      [2, 1, 10 / deviation, 1, 0, 0, 4, null, ratio, 1, 1],
    ]);
  });

  test('codes in alphabetical order, with a limit, of numbers too', async () => {
    const relation = "(VALUES ('c', 2, 1), ('c', 2, 2), ('a', 10, 3), ('a', 10, 4), ('a', 2, 5), ('b', 3, 6)) t(s, n, y)";
    const transformer = await fitOps(
      relation,
      ordinal({ columns: ['s'], order: 'alphabetical', maxLevels: 3 }),
      ordinal({ columns: ['n'], maxLevels: 2 }),
    );
    expect(transformer.features).toEqual([
      { name: 's', kind: 'categorical', levels: 3, labels: ['a', 'b', 'c'] },
      { name: 'n', kind: 'categorical', levels: 2, labels: ['2', '(other)'] },
    ]);
    expect(await rows(transformer, relation)).toEqual([
      [2, 0],
      [2, 0],
      [0, 1],
      [0, 1],
      [0, 0],
      [1, 1],
    ]);
  });

  test('cyclic parts lie on the unit circle', async () => {
    const transformer = await fitOps("(SELECT TIMESTAMP '2024-04-01 06:00' AS t, 1 AS y)", dateParts({ parts: ['hour'], cyclic: true }));
    const [row] = await rows(transformer, "(VALUES (TIMESTAMP '2024-04-01 06:00')) v(t)");
    expect(row?.[0]).toBeCloseTo(1, 12);
    expect(row?.[1]).toBeCloseTo(0, 12);
    expect(names(transformer)).toEqual(['t_hour_sin', 't_hour_cos']);
  });

  test('constants and the most frequent value', async () => {
    const relation = "(VALUES (NULL, 'x', true, 1), (2, NULL, NULL, 2), (2, 'y', true, 3), (5, 'x', false, 4)) t(n, s, b, y)";
    const transformer = await fitOps(relation, impute({ strategy: 'most_frequent', columns: ['n', 's', 'b'] }));
    expect(await rows(transformer, relation)).toEqual([
      [2, 0, 1],
      [2, 0, 1],
      [2, 1, 1],
      [5, 0, 0],
    ]);
    const constant = await fitOps(relation, impute({ columns: ['s'], strategy: { constant: 'none' } }), dropColumns('n', 'b'));
    expect(constant.features[0]?.labels).toEqual(['x', 'none', 'y']);
  });

  test('constant columns scale to zero, names that are taken get a number', async () => {
    const relation = "(VALUES (7.0, 'x', 1), (7.0, 'X', 2)) t(c, s, y)";
    const transformer = await fitOps(relation, standardScale(), oneHot());
    expect(names(transformer)).toEqual(['c', 's_X', 's_x_2']);
    expect(await rows(transformer, relation)).toEqual([
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });

  test.each([
    [
      () => [oneHot({ columns: ['ss'] })],
      'unknown-column: `one_hot` names the column `ss`, which is not there at this point; there are `a`, `b`, `s`, `from_day` and `to_day` | did you mean `s`?',
    ],
    [() => [standardScale({ columns: ['s'] })], 'bad-value: `scale` cannot use the column `s`, which is text'],
    [
      () => [derive({ y: 'a' })],
      'bad-value: `derive` may not make a column `y`: that is the name of the target or of a column that is not used | choose another name',
    ],
    [
      () => [derive({ q: '(SELECT 1)' })],
      'bad-value: the expression of `q` is not allowed: `SELECT` begins a query; only an expression over the columns of one row may stand here',
    ],
    [
      () => [dateParts({ parts: ['weak' as never] })],
      'bad-value: `parts` of `date_parts` must be a list of `year`, `quarter`, `month`, `week`, `day`, `day_of_week`, `day_of_year`, `hour`, `minute`, `second`, `epoch_days`; found `["weak"]`',
    ],
    [
      () => [{ op: 'pca' } as never],
      'bad-value: `pca` is not an operation | there are `derive`, `select`, `drop`, `impute`, `scale`, `power`, `bin`, `one_hot`, `ordinal`, `target_encode`, `feature_hash`, `word_counts`, `text_length`, `date_parts`, `date_difference` and `rest`',
    ],
  ])('a mistake in a pipeline %#', async (operations, expected) => {
    expect(await complaint(fitOps(T, ...operations()))).toBe(expected);
  });

  test('a value of a sensitive column is not told when it cannot be converted', async () => {
    const plan = pipeline([derive({ q: 'CAST(s AS INTEGER)' })]);
    const open = await complaint(fitTransformer(engine, T, { target: 'y', roles: {}, plan }));
    expect(open).toMatch(/Could not convert string '\w'/);
    const hidden = await complaint(fitTransformer(engine, T, { target: 'y', roles: {}, plan, sensitive: { s: true } }));
    expect(hidden).toBe(
      'bad-value: the expression of `q` cannot be computed: a value cannot be converted, and `s` is sensitive | write `try_cast(… AS …)`, which makes such a value a missing one',
    );
  });

  test('an aggregate is refused, and so is a name that differs in case alone', async () => {
    expect(await complaint(fitOps(T, derive({ q: 'sum(a)' })))).toMatch(/^bad-value: the expression of `q` looks at other rows/);
    expect(await complaint(fitOps(T, derive({ q: 'a - avg(a)' })))).toMatch(/^bad-value: the expression of `q` looks at other rows/);
    expect(await complaint(fitOps(T, derive({ A: 'b' })))).toBe('bad-value: `A` and `a` are one name to SQL | choose another name');
    expect(await complaint(fitOps(T, derive({ q: 'b', Q: 'a' })))).toBe('bad-value: `Q` and `q` are one name to SQL | choose another name');
  });

  test('an expression that the engine refuses is shown with its reason', async () => {
    expect(await complaint(fitOps(T, derive({ q: 'from_days + 1' })))).toBe(
      'unknown-column: the expression of `q` names the column `from_days`, which is not there at this point; there are `a`, `b`, `s`, `from_day` and `to_day` | did you mean `from_day`?',
    );
    expect(await complaint(fitOps(T, derive({ q: 'greates(a, b)' })))).toBe(
      'bad-value: the expression of `q` calls the function `greates`, which does not exist | did you mean `greatest`?',
    );
    expect(await complaint(fitOps(T, derive({ q: 'a +' })))).toMatch(
      /^bad-value: the expression of `q` cannot be computed: syntax error at or near/u,
    );
    expect(await complaint(fitOps(T, derive({ q: 'CAST(s AS DOUBLE)' })))).toMatch(
      /^bad-value: the expression of `q` cannot be computed: Could not convert string/u,
    );
  });

  test('infinite results are missing', async () => {
    const transformer = await fitOps(
      '(VALUES (0.0, 1), (2.0, 2)) t(a, y)',
      derive({ inverse: '1 / a', log: 'CASE WHEN a > 0 THEN ln(a) END' }),
    );
    expect(await rows(transformer, '(VALUES (0.0)) t(a)')).toEqual([[0, null, null]]);
  });
});

describe('a stored transformer', () => {
  test('columns of another type are read as the trained one', async () => {
    const transformer = await learn("(VALUES (1.5, 'a', 1), (2.5, '5', 2)) t(n, s, y)");
    expect(await rows(transformer, "(SELECT '7' AS n, 5 AS s)")).toEqual([[7, 0]]);
    expect(await rows(transformer, "(SELECT 'x' AS n, 6 AS s)")).toEqual([[null, null]]);
  });

  test('foreign and newer ones are refused, and so is a query in an expression', () => {
    expect(() => parseTransformer({ kind: 'pickle' })).toThrow(new Error('this is not a transformer of mlrecipe'));
    expect(() => parseTransformer({ kind: 'pipeline', formatVersion: 2 })).toThrow(
      new Error('the transformer has format 2; this version of mlrecipe reads format 1'),
    );
    const evil = {
      kind: 'pipeline',
      formatVersion: 1,
      inputs: [],
      operations: [{ op: 'derive', columns: [{ name: 'x', sql: "(FROM read_text('/etc/passwd'))", type: 'string' }] }],
      features: [],
      choices: [],
    };
    expect(() => parseTransformer(evil)).toThrow(
      new Error(
        'the transformer holds an expression that is not allowed: `FROM` begins a query; only an expression over the columns of one row may stand here',
      ),
    );
  });

  test('a kept column may not have the name of a feature', async () => {
    const transformer = await learn('(VALUES (1, 1), (2, 2)) t(a, y)');
    await expect(applyTransformer(engine, transformer, '(VALUES (1, 1)) t(a, y)', { keep: ['A'] })).rejects.toThrow(
      new RangeError('the column `A` that is to be kept has the name of a feature'),
    );
  });
});
