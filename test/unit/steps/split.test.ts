import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../src/data/sql.ts';
import type { Table } from '../../../src/data/table.ts';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import type { StepResult } from '../../../src/steps/define.ts';
import { keyColumns, thresholds } from '../../../src/steps/split/placement.ts';
import { runSplit } from '../../../src/steps/split/run.ts';
import { type StepContextOptions, stepContext } from '../../support/step-context.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const FILES = ['train.parquet', 'validation.parquet', 'test.parquet'];
let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

interface Split {
  readonly result: StepResult;
  /** The rows of the three parts. */
  readonly parts: readonly (readonly Record<string, unknown>[])[];
  readonly digests: readonly string[];
}

async function split(
  select: string,
  params: Record<string, unknown> = {},
  functions: StepContextOptions['userFunctions'] = {},
  parts?: readonly number[],
): Promise<Split> {
  const folder = tempFolder();
  const source = join(folder, 'dataset.parquet');
  const schema = parts === undefined ? undefined : join(folder, 'schema.json');
  if (schema !== undefined) writeFileSync(schema, JSON.stringify({ columns: [], parts }));
  await engine.execute(copyToParquet(select, source));
  const context = stepContext({
    engine,
    inputs: { ingested_data: source, ...(schema !== undefined && { ingested_schema: schema }) },
    params: { ratios: [0.75, 0.125, 0.125], seed: 42, target: 'y', task: 'regression', roles: {}, ...params },
    userFunctions: functions,
  });
  try {
    const result = await runSplit(context);
    const parts: Record<string, unknown>[][] = [];
    for (const file of FILES)
      parts.push((await engine.query(`SELECT * FROM ${parquetRelation(join(context.folder, file))}`)).map((row) => ({ ...row })));
    return {
      result,
      parts,
      digests: FILES.map((file) =>
        createHash('sha256')
          .update(readFileSync(join(context.folder, file)))
          .digest('hex'),
      ),
    };
  } finally {
    await context.dispose();
  }
}

async function complaint(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('the step did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  const { code, message, hint } = error.diagnostic;
  return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
}

const NUMBERS = "SELECT i AS x, 'k' || i AS s, i * 0.5 AS y FROM range(400) t(i)";

/** The documented placement, without the data engine. */
function placeByHand(seed: number, values: readonly (string | null)[], ratios: readonly [number, number, number]): number {
  const text = `${seed}${values.map((value) => `\u001f${value ?? '\u001e'}`).join('')}`;
  const hash = Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 13), 16);
  const total = ratios[0] + ratios[1] + ratios[2];
  if (hash < Math.round(2 ** 52 * (ratios[0] / total))) return 0;
  return hash < Math.round(2 ** 52 * ((ratios[0] + ratios[1]) / total)) ? 1 : 2;
}

test('rows go where the documented hash says, in source order', async () => {
  const { parts, result } = await split(NUMBERS);
  const expected: number[][] = [[], [], []];
  for (let i = 0; i < 400; i++) expected[placeByHand(42, [`k${i}`, String(i)], [0.75, 0.125, 0.125])]?.push(i);
  expect(parts.map((part) => part.map((row) => row['x']))).toEqual(expected);
  expect(result.summary).toBe('299 train, 60 validation, 41 test');
  expect(result.facts).toEqual({ train_rows: 299, validation_rows: 60, test_rows: 41, dropped_rows: 0 });
});

test('the texts of the key do not depend on how a column is stored', async () => {
  const values = "SELECT i AS x, DATE '2024-01-01' + i::INTEGER AS d, i AS y FROM range(100) t(i)";
  const other = "SELECT i::DOUBLE AS x, (DATE '2024-01-01' + i::INTEGER)::TIMESTAMP AS d, i AS y FROM range(100) t(i)";
  const ys = ({ parts }: Split) => parts.map((part) => part.map((row) => row['y']));
  expect(ys(await split(values))).toEqual(ys(await split(other)));
});

test('the key has no target, id or ignored column, and the order of columns does not matter', async () => {
  const columns = ['b', 'y', 'a', 'id', 'note'].map((name) => ({ name, type: 'string' as const, sqlType: 'VARCHAR' }));
  expect(keyColumns(columns, 'y', { id: 'id', note: 'ignore' }).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(keyColumns(columns, 'y', { b: 'id', a: 'id', id: 'id', note: 'ignore' }).map(({ name }) => name)).toEqual([
    'a',
    'b',
    'id',
    'note',
  ]);
  expect(keyColumns(columns.slice(1, 2), 'y', {}).map(({ name }) => name)).toEqual(['y']);
  const xs = ({ parts }: Split) => parts.map((part) => part.map((row) => row['x']));
  const swapped = await split("SELECT -i AS y, 'k' || i AS s, i AS x FROM range(400) t(i)");
  expect(xs(swapped)).toEqual(xs(await split(NUMBERS)));
});

test('another seed gives another split; shares need not sum to one', async () => {
  const first = await split(NUMBERS);
  const other = await split(NUMBERS, { seed: 43 });
  expect(other.digests).not.toEqual(first.digests);
  expect((await split(NUMBERS, { ratios: [6, 1, 1] })).digests).toEqual(first.digests);
  expect(thresholds([0.75, 0.125, 0.125])).toEqual(['c000000000000', 'e000000000000']);
});

test('two runs in two folders give the same bytes', async () => {
  expect((await split(NUMBERS)).digests).toEqual((await split(NUMBERS)).digests);
});

test('rows without a target are dropped and counted; repeated rows stay together', async () => {
  const { result, parts } = await split('SELECT i % 100 AS x, CASE WHEN i >= 20 THEN i END AS y FROM range(400) t(i)');
  expect(result.summary).toBe('308 train, 33 validation, 39 test; 20 rows without a target dropped');
  expect(result.findings).toEqual([
    { code: 'SPLIT_ROWS_DROPPED', severity: 'warning', message: '20 rows (5 %) without a target were dropped' },
    {
      code: 'SPLIT_DUPLICATE_ROWS',
      severity: 'info',
      message: '280 rows equal an earlier row in all key columns; equal rows are in the same part',
    },
  ]);
  const seen = parts.map((part) => new Set(part.map((row) => row['x'])));
  expect([...(seen[0] ?? [])].filter((x) => seen[1]?.has(x) || seen[2]?.has(x))).toEqual([]);
});

test('a part that is too small is refused with the sizes of all', async () => {
  expect(await complaint(split('SELECT i AS x, i AS y FROM range(20) t(i)'))).toBe(
    'small-split: every part needs at least 4 rows; this split has train 16, validation 3, test 1 | use more data, or other `split_ratios`',
  );
});

test('every class is in train, and small ones are pointed out', async () => {
  const classes = { task: 'classification' };
  const { result } = await split("SELECT i AS x, CASE WHEN i < 20 THEN 'rare' ELSE 'common' END AS y FROM range(400) t(i)", classes);
  expect(result.findings).toEqual([{ code: 'SPLIT_TOO_SMALL', severity: 'warning', message: 'class `rare` has 16 rows in train' }]);
  const lost = split(
    "SELECT i AS x, CASE WHEN i IN (0, 1, 2) THEN 'gone' ELSE 'common' END AS y FROM range(400) t(i)",
    { ...classes, method: { file: 'steps/split.ts', name: 'place' } },
    {
      'steps/split.ts#place': ((table: Table) =>
        [...table.rows()].map(({ y }, row) => (y === 'gone' ? 'TEST' : ['TRAINING', 'VALIDATION', 'TEST'][row % 3]))) as never,
    },
  );
  expect(await complaint(lost)).toBe(
    'rare-class: class `gone` of `y` has no row in train | collect more rows, change the `seed` or `split_ratios`, or merge the class into another',
  );
});

test('the card shows sizes, the target in each part and the method', async () => {
  const { result } = await split(NUMBERS);
  expect(result.card.headline).toBe('299 / 60 / 41');
  expect(result.card.sections.map(({ id, blocks }) => [id, blocks.map(({ kind }) => kind)])).toEqual([
    ['sizes', ['figures']],
    ['target', ['figures', 'table']],
    ['drift', ['table', 'details']],
    ['method', ['table']],
  ]);
  const histogram = result.card.sections[1]?.blocks[0];
  expect(
    histogram?.kind === 'figures' &&
      histogram.figures[0]?.form === 'histogram' &&
      histogram.figures[0].series.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0)),
  ).toEqual([299, 60, 41]);
});

const METHOD = { method: { file: 'steps/split.ts', name: 'place' } };
const place = (fn: (table: Table) => unknown) => ({ 'steps/split.ts#place': fn as never });

test('a function of the user places the rows', async () => {
  const labels = ['TRAINING', 'TEST', 'VALIDATION'];
  const { parts } = await split(
    NUMBERS,
    METHOD,
    place((table) => [...table.rows()].map((_, row) => labels[row % 3])),
  );
  expect(parts.map((part) => part.slice(0, 2).map((row) => row['x']))).toEqual([
    [0, 3],
    [2, 5],
    [1, 4],
  ]);
});

test.each([
  [() => undefined, 'returned nothing | return one of `TRAINING`, `VALIDATION` and `TEST` for each row'],
  [() => 'TRAINING', 'returned a string | return one of `TRAINING`, `VALIDATION` and `TEST` for each row'],
  [() => ['TEST'], 'returned 1 values for 400 rows | return one of `TRAINING`, `VALIDATION` and `TEST` for each row'],
  [
    (table: Table) => [...table.rows()].map((_, row) => (row === 1 ? 'train' : 'TEST')),
    'returned `train` | the labels are `TRAINING`, `VALIDATION` and `TEST`',
  ],
])('a wrong answer of the split method %#', async (fn, expected) => {
  expect(await complaint(split(NUMBERS, METHOD, place(fn)))).toBe(`step-failed: \`place\` in steps/split.ts ${expected}`);
});

test('a filter sees a copy of train and keeps the rows it says, in order', async () => {
  const filter = (train: Table) => {
    const mask = [...train.rows()].map(({ x }) => Number(x) % 2 === 0);
    (train.column('x').data as Float64Array).fill(0);
    return mask;
  };
  const { parts, result } = await split(
    NUMBERS,
    { filter: { file: 'steps/split.ts', name: 'keep' } },
    { 'steps/split.ts#keep': filter as never },
  );
  const plain = await split(NUMBERS);
  expect(parts[0]).toEqual(plain.parts[0]?.filter(({ x }) => Number(x) % 2 === 0));
  expect(parts[1]).toEqual(plain.parts[1]);
  expect(result.findings).toContainEqual({
    code: 'SPLIT_ROWS_DROPPED',
    severity: 'info',
    message: '148 rows of the training part were filtered out',
  });
});

test('a function may revise the three parts, types are kept', async () => {
  const revise = (...parts: Table[]) =>
    parts.map((part, index) => (index === 0 ? part.take([2, 1, 0, 3]) : [...part.rows()].map(({ y, x, s }) => ({ y, x, s }))));
  const params = { post_split: { file: 'steps/split.ts', name: 'revise' } };
  const select = "SELECT i AS x, CASE WHEN i % 2 = 0 THEN DATE '2024-01-01' END AS s, i * 0.5 AS y FROM range(400) t(i)";
  const { parts } = await split(select, params, { 'steps/split.ts#revise': revise as never });
  const plain = await split(select);
  expect(parts[0]).toEqual([2, 1, 0, 3].map((row) => plain.parts[0]?.[row]));
  expect(parts.slice(1)).toEqual(plain.parts.slice(1));
});

test.each([
  [() => [], 'returned an empty array | return `[train, validation, test]`'],
  [(a: Table, b: Table) => [a, b, 5], 'returned no table for test | return `[train, validation, test]`, each a Table or an array of rows'],
  [(a: Table, b: Table, c: Table) => [a.select(['x', 'y']), b, c], 'returned train without `s` | the columns must stay the same'],
])('a wrong answer of the revision %#', async (fn, expected) => {
  const revised = split(NUMBERS, { post_split: { file: 'steps/split.ts', name: 'revise' } }, { 'steps/split.ts#revise': fn as never });
  expect(await complaint(revised)).toBe(`step-failed: \`revise\` in steps/split.ts ${expected}`);
});

test('rows of a group stay together, whatever their features', async () => {
  const { parts, result } = await split("SELECT i AS x, 'g' || (i % 40) AS g, i * 0.5 AS y FROM range(400) t(i)", {
    roles: { g: 'group' },
  });
  const groups = parts.map((part) => new Set(part.map((row) => row['g'])));
  expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(40);
  expect(groups.every(({ size }) => size > 0)).toBe(true);
  // Rows of one group repeat its key on purpose.
  expect(result.findings).toEqual([]);
  expect(JSON.stringify(result.card)).toContain('Rows with the same `g` stay together');
});

test('a time puts the earliest rows in train and the last in test, those of one time together', async () => {
  const days = "SELECT i AS x, DATE '2024-01-01' + ((i * 7) % 400 // 4)::INTEGER AS d, i AS y FROM range(400) t(i)";
  const { parts, result } = await split(days, { roles: { d: 'time' } });
  const span = (part: number) => (parts[part] ?? []).map((row) => row['d'] as Date).sort((a, b) => a.getTime() - b.getTime());
  expect(parts.map(({ length }) => length)).toEqual([300, 48, 52]);
  expect((span(0).at(-1) as Date) < (span(1)[0] as Date) && (span(1).at(-1) as Date) < (span(2)[0] as Date)).toBe(true);
  expect(JSON.stringify(result.card)).toContain('2024-03-16');
  // The order of rows does not matter.
  const turned = await split(`SELECT * FROM (${days}) ORDER BY x DESC`, { roles: { d: 'time' } });
  expect(turned.parts.map((part) => part.map((row) => row['x']).sort())).toEqual(parts.map((part) => part.map((row) => row['x']).sort()));
});

test.each([
  ['numbers', 'i % 97 + 0.1'],
  ['whole numbers beyond doubles', '9007199254740993 + i * 16'],
  ['moments', "TIMESTAMP '2024-01-01 00:00:00.123456' + INTERVAL (i) SECOND"],
  ['with rows without a time, which are early', "CASE WHEN i % 10 > 0 THEN DATE '1999-12-31' + i::INTEGER END"],
])('a time of %s cuts in three', async (_, expression) => {
  const { parts } = await split(`SELECT ${expression} AS t, i AS y FROM range(400) t(i)`, { roles: { t: 'time' } });
  expect(parts.flat()).toHaveLength(400);
  for (const part of parts) expect(part.length).toBeGreaterThan(30);
  const value = (row: Record<string, unknown> | undefined) => (row?.['t'] === null ? Number.NEGATIVE_INFINITY : Number(row?.['t']));
  const ends = parts.map((part) => [Math.min(...part.map(value)), Math.max(...part.map(value))]);
  expect(ends[0]?.[1]).toBeLessThan(ends[1]?.[0] as number);
  expect(ends[1]?.[1]).toBeLessThan(ends[2]?.[0] as number);
});

test('few different times leave a part empty, which is told', async () => {
  expect(await complaint(split('SELECT i % 2 AS t, i AS y FROM range(400) t(i)', { roles: { t: 'time' } }))).toMatch(/^small-split: /);
});

test('a column may have the name that the engine gives to the numbers of rows', async () => {
  const { parts } = await split(`SELECT i AS File_Row_Number, i * 2.0 AS y FROM range(400) t(i)`);
  expect(parts.flat().map((row) => row['File_Row_Number'])).toHaveLength(400);
  expect(parts.every((part) => part.length >= 20)).toBe(true);
});

const xsOf = ({ parts }: Split): readonly unknown[][] => parts.map((part) => part.map((row) => row['x']));
const messages = ({ result }: Split, code: string): readonly string[] =>
  result.findings.filter((finding) => finding.code === code).map(({ message }) => message);

test('a key places rows by its columns alone', async () => {
  const orders = 'SELECT i AS x, i // 4 AS order_id, i * 0.5 AS y FROM range(800) t(i)';
  const found = await split(orders, { key: ['order_id'] });
  for (const part of xsOf(found)) for (const x of part) expect(part).toContain(Math.floor(Number(x) / 4) * 4);
  expect(found.result.card.sentence).toContain('Rows with the same `order_id` stay together');
  expect(await complaint(split(orders, { key: ['order'] }))).toBe(
    'unknown-column: the key column `order` of `steps.split` is not in the data | the columns are `x`, `order_id` and `y`',
  );
});

test('a key of which one value holds many rows is told', async () => {
  const found = await split("SELECT i AS x, CASE WHEN i < 40 THEN 'big' ELSE 'k' || i END AS k, i AS y FROM range(1000) t(i)", {
    key: ['k'],
  });
  expect(messages(found, 'SPLIT_COARSE_KEY')).toEqual([
    '40 rows (4 %) have the same `k` and go to one part together, so the shares of the parts can be far from the ratios',
  ]);
  expect(messages(await split(NUMBERS), 'SPLIT_COARSE_KEY')).toEqual([]);
});

test('exact stratification gives each class its share to one row, whatever the order', async () => {
  const classes = "SELECT i AS x, CASE WHEN i % 20 = 0 THEN 'rare' WHEN i % 3 = 0 THEN 'some' ELSE 'most' END AS y FROM range(1000) t(i)";
  const params = { stratify: 'exact', task: 'classification' };
  const { parts, result } = await split(classes, params);
  for (const label of ['rare', 'some', 'most']) {
    const counts = parts.map((part) => part.filter((row) => row['y'] === label).length);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(counts[0]).toBe(Math.round(total * 0.75));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(Math.round(total * 0.875));
  }
  expect(result.card.sentence).toContain('every part has the same share of it. Rows that are added later may move others.');
  const reversed = await split(`SELECT * FROM (${classes}) ORDER BY x DESC`, params);
  expect(xsOf(reversed).map((part) => part.toReversed())).toEqual(xsOf({ parts } as Split));
});

test('exact stratification keeps equal rows together, also those of different classes', async () => {
  const rows = "SELECT i // 3 AS x, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS y FROM range(900) t(i)";
  const { parts } = await split(rows, { stratify: 'exact', task: 'classification' });
  const seen = parts.map((part) => new Set(part.map((row) => row['x'])));
  expect([...(seen[0] ?? [])].some((x) => seen[1]?.has(x) === true || seen[2]?.has(x) === true)).toBe(false);
  expect(parts.map((part) => part.length)).toEqual([675, 114, 111]);
});

test('a column says where a row belongs', async () => {
  const folds = 'SELECT i AS x, i % 5 + 1 AS fold, i * 0.5 AS y FROM range(200) t(i)';
  const given = { kind: 'column', column: 'fold', values: [['1', '2', '3'], ['4'], ['5']] };
  const found = await split(folds, { given, roles: { fold: 'ignore' } });
  expect(found.parts.map((part) => [...new Set(part.map((row) => row['fold']))])).toEqual([[1, 2, 3], [4], [5]]);
  expect(found.result.card.sentence).toContain('`fold` says where a row belongs.');
  const without = await split(folds, { given: { ...given, values: [['1', '2', '3', '4'], [], ['5']] }, roles: { fold: 'ignore' } });
  expect(without.parts[2]).toHaveLength(40);
  expect(without.parts[1]?.length).toBeGreaterThan(10);
  expect(new Set(without.parts[1]?.map((row) => row['fold'])).has(5)).toBe(false);
  expect(await complaint(split(folds, { given: { ...given, values: [['1', '2'], ['3'], ['4']] } }))).toBe(
    'bad-column: `fold`, by which the rows are split, has `5` (40 rows), which `steps.split` gives to no part | name every value under `train`, `validation` or `test`, or leave such rows out before',
  );
});

test('files say where a row belongs, and what occurs on both sides is told', async () => {
  const rows = 'SELECT i % 95 AS x, i * 0.5 AS y FROM range(100) t(i)';
  const found = await split(rows, { given: { kind: 'files' } }, {}, [80, 10, 10]);
  expect(found.parts.map((part) => part.map((row) => row['y']))).toEqual([
    Array.from({ length: 80 }, (_, i) => i * 0.5),
    Array.from({ length: 10 }, (_, i) => 40 + i * 0.5),
    Array.from({ length: 10 }, (_, i) => 45 + i * 0.5),
  ]);
  expect(messages(found, 'SPLIT_OVERLAP')).toEqual([
    '5 rows of validation and test equal a training row in every feature; results on them tell little',
  ]);
  const without = await split(rows, { given: { kind: 'files' } }, {}, [90, 0, 10]);
  expect(without.parts[2]).toHaveLength(10);
  expect((without.parts[0]?.length ?? 0) + (without.parts[1]?.length ?? 0)).toBe(90);
  expect(await complaint(split(rows, { given: { kind: 'files' } }, {}, [80, 10, 9]))).toContain(
    'which row came from which file is not known',
  );
});

test('a filter after a given split keeps the order of the rows', async () => {
  const found = await split(
    'SELECT i AS x, i % 4 AS fold, i * 0.5 AS y FROM range(80) t(i)',
    { given: { kind: 'column', column: 'fold', values: [['0', '1'], ['2'], ['3']] }, filter: { file: 'steps/split.ts', name: 'keep' } },
    { 'steps/split.ts#keep': (train: Table) => [...train.rows()].map((row) => Number(row['x']) < 40) },
  );
  expect(xsOf(found)[0]).toEqual(Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 4 < 2));
});

test('a column that is distributed otherwise in another part is found, and chance is not', async () => {
  const select =
    "SELECT i AS row_id, (i * 7919) % 1000 AS x, i + (i * 31) % 50 AS trend, CASE WHEN i < 700 THEN 'early' ELSE 'late' END AS era, (i * 613) % 997 AS y FROM range(1000) t(i)";
  const first = place((table) => [...table.rows()].map((_, row) => (row < 600 ? 'TRAINING' : row < 800 ? 'VALIDATION' : 'TEST')));
  const { result } = await split(select, METHOD, first);
  expect(result.findings.filter(({ code }) => code === 'SPLIT_DRIFT')).toEqual([
    {
      code: 'SPLIT_DRIFT',
      severity: 'warning',
      column: 'trend',
      message: expect.stringMatching(
        /^the column is distributed otherwise in validation and test than in train: stability index \d\.\d\d and \d\.\d\d, from 0\.2 on a marked shift$/,
      ),
    },
    { code: 'SPLIT_DRIFT', severity: 'warning', column: 'era', message: expect.stringContaining('in validation and test') },
  ]);
  const drift = result.card.sections.find(({ id }) => id === 'drift');
  expect(drift?.note).toContain('adjusted by Benjamini and Hochberg for 8 tests');
  const table = drift?.blocks[0];
  // The worst first; what names the rows is no feature.
  expect(table?.kind === 'table' && table.rows.map(({ name, test }) => [name, test])).toEqual([
    ['era', 'chi-square'],
    ['trend', 'Kolmogorov–Smirnov'],
    ['y', 'Kolmogorov–Smirnov'],
    ['x', 'Kolmogorov–Smirnov'],
  ]);

  const hashed = await split(select);
  expect(hashed.result.findings.filter(({ code }) => code === 'SPLIT_DRIFT')).toEqual([]);
  const skipped = await split(select, { ...METHOD, skip_data_profiling: true }, first);
  expect(skipped.result.findings).toEqual([]);
  expect(skipped.result.card.sections.map(({ id }) => id)).toEqual(['sizes', 'target', 'method']);
});

test('many shifted columns are one finding', async () => {
  const columns = Array.from({ length: 12 }, (_, i) => `i * ${i + 1} AS c${i}`);
  const { result } = await split(
    `SELECT ${columns.join(', ')}, (i * 613) % 997 AS y FROM range(400) t(i)`,
    METHOD,
    place((table) => [...table.rows()].map((_, row) => (row < 200 ? 'TRAINING' : row < 300 ? 'VALIDATION' : 'TEST'))),
  );
  expect(result.findings).toEqual([
    {
      code: 'SPLIT_DRIFT',
      severity: 'warning',
      message: '12 of 13 columns are distributed otherwise in validation or test than in train: `c0`, `c1`, `c2`, `c3`, `c4` and 7 more',
    },
  ]);
});
