import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Sqlite from 'libsql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../../src/data/sql.ts';
import { StepProblems } from '../../../../src/steps/problem.ts';
import { ingestScoring } from '../../../support/scoring.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { complaint, type Tables, type TrainedModel, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** A zip code that is text, a whole number, a number, a truth, a day, a time, a column that is the same everywhere, and the target. */
const rows = (
  from: number,
  count: number,
) => `SELECT lpad(CAST(i * 37 % 90 AS VARCHAR), 5, '0') AS zip, i * 7 % 41 AS n, i / 4.0 AS x, i % 2 = 0 AS flag,
  DATE '2024-01-01' + CAST(i % 90 AS INTEGER) AS day, TIMESTAMP '2024-01-01 06:00:00' + i * INTERVAL 1 HOUR AS seen, 'same' AS constant,
  2.0 * i AS y FROM range(${from}, ${from + count}) t(i)`;
const TABLES: Tables = { training: rows(0, 120), validation: rows(120, 30), test: rows(150, 10), target: 'y' };
const model = (): Promise<TrainedModel> => trainModel(engine, TABLES);

function csv(text: string): string {
  const path = join(tempFolder(), 'new.csv');
  writeFileSync(path, text);
  return path;
}

const HEADER = 'zip,n,x,flag,day,seen';
const described = (path: string) =>
  engine.query(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${parquetRelation(path)})`);

test('types are those of training, whatever the new rows look like', async () => {
  const { step, result } = await ingestScoring(
    engine,
    await model(),
    csv(`${HEADER}\n12345,1,2,true,2024-02-01,2024-02-01\n99999,12.0,3,FALSE,2024-02-02,2024-02-02 07:30:00\n`),
  );
  const path = join(step.folder, 'scoring-dataset.parquet');
  expect(await described(path)).toEqual([
    { name: 'zip', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'x', type: 'DOUBLE' },
    { name: 'flag', type: 'BOOLEAN' },
    { name: 'day', type: 'DATE' },
    { name: 'seen', type: 'TIMESTAMP' },
  ]);
  expect((await engine.query(`SELECT zip, n, flag, CAST(seen AS VARCHAR) AS seen FROM ${parquetRelation(path)}`))[1]).toEqual({
    zip: '99999',
    n: 12,
    flag: false,
    seen: '2024-02-02 07:30:00',
  });
  expect(result.findings).toEqual([]);
  expect(result.summary).toBe('2 rows from new.csv, read as the training data were');
});

test('what does not read is missing, counted and shown; `?` and an empty field are no values', async () => {
  const { step, result } = await ingestScoring(
    engine,
    await model(),
    csv(`${HEADER}\n1,many,?,perhaps,01.02.2024,-\n2,1.5,,true,2024-02-01,soon\n3,7,inf,true,2024-02-01,2024-02-01\n`),
  );
  expect(result.findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'warning: 2 values of `n` (66.7 %) do not read as a whole number, such as `1.5`; they are missing to the model',
    'warning: 1 value of `x` (33.3 %) does not read as a number, such as `inf`; it is missing to the model',
    'warning: 1 value of `flag` (33.3 %) does not read as true or false, such as `perhaps`; it is missing to the model',
    'warning: 1 value of `day` (33.3 %) does not read as a date, such as `01.02.2024`; it is missing to the model',
    'warning: 1 value of `seen` (33.3 %) does not read as a date, such as `soon`; it is missing to the model',
  ]);
  const [first] = await engine.query(`SELECT n, x, flag, day, seen FROM ${parquetRelation(join(step.folder, 'scoring-dataset.parquet'))}`);
  expect(first).toEqual({ n: null, x: null, flag: null, day: null, seen: null });
});

test('values of a sensitive column are counted and not shown', async () => {
  const { result } = await ingestScoring(engine, await model(), csv(`${HEADER}\n1,secret,2,true,2024-02-01,2024-02-01\n`), {
    sensitive: { n: true },
  });
  expect(JSON.stringify(result)).not.toContain('secret');
  expect(result.findings[0]?.message).toBe('1 value of `n` (100 %) does not read as a whole number; it is missing to the model');
});

test('a column that the model needs must be there; others may be missing, and unknown ones are kept', async () => {
  const trained = await model();
  expect(await complaint(ingestScoring(engine, trained, csv('zip,N,x,flag,day,seen\n1,1,2,true,2024-02-01,2024-02-01\n')))).toBe(
    'unknown-column: column `n`, which the model needs, is not in new.csv; the data have `zip`, `N`, `x`, `flag`, `day` and 1 more | did you mean `N`? Rename it to `n`',
  );
  expect(await complaint(ingestScoring(engine, trained, csv('zip,flag,day,seen\n1,true,2024-02-01,2024-02-01\n')))).toContain(
    'columns `n` and `x`, which the model needs, are not in new.csv',
  );
  const { step, result } = await ingestScoring(engine, trained, csv(`agent,${HEADER}\n007,1,1,2,true,2024-02-01,2024-02-01\n`));
  expect(result.findings).toEqual([
    {
      code: 'SCORING_UNKNOWN_COLUMN',
      severity: 'info',
      message: '`agent` was not in the training data: kept beside the predictions, and not used',
    },
  ]);
  expect(await engine.query(`SELECT agent FROM ${parquetRelation(join(step.folder, 'scoring-dataset.parquet'))}`)).toEqual([
    { agent: '007' },
  ]);
  expect(result.facts['columns']).toContainEqual({ name: 'constant', fate: 'absent' });
});

test('Parquet with other types is read as the same', async () => {
  const path = join(tempFolder(), 'new.parquet');
  await engine.execute(
    copyToParquet(`SELECT 501 AS zip, '3' AS n, 4 AS x, 'yes' AS flag, '2024-02-01' AS day, DATE '2024-02-01' AS seen, 5 AS y`, path),
  );
  const { step, result } = await ingestScoring(engine, await model(), path, { format: 'parquet' });
  expect(result.findings).toEqual([]);
  expect(
    await engine.query(
      `SELECT zip, n, x, flag, CAST(day AS VARCHAR) AS day FROM ${parquetRelation(join(step.folder, 'scoring-dataset.parquet'))}`,
    ),
  ).toEqual([{ zip: '501', n: 3, x: 4, flag: true, day: '2024-02-01' }]);
});

test('several files are united by name, which is said, or refused where the recipe wants them alike', async () => {
  const trained = await model();
  const one = csv(`${HEADER}\n1,1,2,true,2024-02-01,2024-02-01\n`);
  const two = csv(`${HEADER},agent\n2,1,2,true,2024-02-01,2024-02-01,Ann\n`);
  const { result } = await ingestScoring(engine, trained, [one, two]);
  expect(result.facts['rows']).toBe(2);
  expect(result.findings.map(({ code, column }) => [code, column])).toEqual([
    ['SCORING_UNKNOWN_COLUMN', undefined],
    ['INGEST_SCHEMA_DRIFT', 'agent'],
  ]);
  expect(await complaint(ingestScoring(engine, trained, [one, two], { schema_drift: 'error' }))).toMatch(/^schema-drift: /);
});

test('a bad line is told at its place, and no rows are no data', async () => {
  const trained = await model();
  expect(await complaint(ingestScoring(engine, trained, csv(`${HEADER}\n1,2\n`)))).toContain('bad-data-file: new.csv:2: ');
  expect(await complaint(ingestScoring(engine, trained, csv(`${HEADER}\n`)))).toBe('empty-data: new.csv has no rows');
});

test('the same rows give the same bytes, and the card says what becomes of each column', async () => {
  const trained = await model();
  const path = csv(`${HEADER}\n12345,1,2,true,2024-02-01,2024-02-01\n`);
  const [first, second] = [await ingestScoring(engine, trained, path), await ingestScoring(engine, trained, path)];
  expect(second.result).toEqual(first.result);
  expect(first.result.card.sections.map(({ id }) => id)).toEqual(['columns', 'profile', 'sample']);
  expect((await ingestScoring(engine, trained, path, { skip_data_profiling: true })).result.card.sections.map(({ id }) => id)).toEqual([
    'columns',
    'sample',
  ]);
});

test('what is expected of new data is checked on the types of training', async () => {
  const expected = {
    columns: { zip: { matches: '^0', severity: 'error' }, n: { not_null: true, min: 0, severity: 'warn' } },
    other_columns: 'error',
    checks: {},
  };
  const path = csv('zip,n,x,flag,day,seen,y\n01234,many,2,true,2024-02-01,2024-02-01,7\n12345,-3,3,true,2024-02-02,2024-02-02,8\n');
  const failing = ingestScoring(engine, await model(), path, { expect: expected, target: 'y' });
  const error = await failing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StepProblems)) throw error;
  expect(error.problems.map(({ message, hint }) => [message, hint])).toEqual([
    [
      '4 columns are in new.csv that `expect` does not name: `x`, `flag`, `day` and `seen`',
      'name them in `expect.columns`, or leave them out of the data',
    ],
    ['`zip` does not match `^0` in 1 of 2 rows', undefined],
  ]);
  const columns = { zip: { matches: '^[0-9]+$', severity: 'error' }, n: expected.columns.n };
  const { result } = await ingestScoring(engine, await model(), path, {
    expect: { ...expected, columns, other_columns: 'allow' },
    target: 'y',
  });
  expect(result.summary).toBe('2 rows from new.csv, read as the training data were, 1 of 3 checks passed');
  expect(result.findings.filter(({ code }) => code === 'INGEST_CHECK_FAILED').map(({ message }) => message)).toEqual([
    '`n` is missing in 1 of 2 rows',
    '`n` is below 0 in 1 of 2 rows',
  ]);
  expect(result.card.sections.map(({ id }) => id)).toContain('failing-rows');
});

test('a packed file that was cut off is no shorter table', async () => {
  const lines = Array.from({ length: 4000 }, (_, row) => `${10_000 + row},${row % 40},${row / 4},true,2024-02-01,2024-02-01`);
  const packed = gzipSync(`${HEADER}\n${lines.join('\n')}\n`);
  const path = join(tempFolder(), 'new.csv.gz');
  writeFileSync(path, packed.subarray(0, packed.length - 20));
  expect(await complaint(ingestScoring(engine, await model(), path))).toContain('is packed with gzip and damaged: its end is missing');
});

test('of an SQLite file the table is read that the recipe names', async () => {
  const path = join(tempFolder(), 'new.db');
  const database = new Sqlite(path);
  for (const [table, n] of [
    ['a', 1],
    ['b', 2],
  ] as const)
    database.exec(
      `CREATE TABLE ${table} (zip, n, x, flag, day, seen); INSERT INTO ${table} VALUES ('1', ${n}, 2.5, 'true', '2024-02-01', '2024-02-01')`,
    );
  database.close();
  const { step } = await ingestScoring(engine, await model(), path, { format: 'sqlite', sqlite: { table: 'b' } });
  expect(await engine.query(`SELECT n FROM ${parquetRelation(join(step.folder, 'scoring-dataset.parquet'))}`)).toEqual([{ n: 2 }]);
});
