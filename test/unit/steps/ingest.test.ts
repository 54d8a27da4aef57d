import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { parquetRelation } from '../../../src/data/sql.ts';
import { Table } from '../../../src/data/table.ts';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import type { StepResult } from '../../../src/steps/define.ts';
import { choosePositiveClass } from '../../../src/steps/ingest/classes.ts';
import { firstRecord } from '../../../src/steps/ingest/csv-header.ts';
import { runIngest } from '../../../src/steps/ingest/run.ts';
import { dataInputs, type StepContextOptions, stepContext } from '../../support/step-context.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SAMPLES = 'node_modules/@observablehq/sample-datasets';
const VEGA = 'node_modules/vega-datasets/data';
let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

interface Ingested {
  readonly result: StepResult;
  readonly rows: readonly Record<string, unknown>[];
  readonly types: readonly string[];
  readonly schema: unknown;
  readonly digest: string;
}

async function ingest(
  files: readonly string[],
  params: Record<string, unknown> = {},
  functions: StepContextOptions['userFunctions'] = {},
): Promise<Ingested> {
  const context = stepContext({
    engine,
    inputs: dataInputs(...files),
    params: { format: 'csv', csv: { bad_lines: 'error' }, task: 'regression', roles: {}, ...params },
    userFunctions: functions,
  });
  try {
    const result = await runIngest(context);
    const path = join(context.folder, 'dataset.parquet');
    const relation = parquetRelation(path);
    return {
      result,
      rows: (await engine.query(`SELECT * FROM ${relation} LIMIT 100`)).map((row) => ({ ...row })),
      types: (await engine.query(`DESCRIBE SELECT * FROM ${relation}`)).map((row) => `${row['column_name']} ${row['column_type']}`),
      schema: JSON.parse(readFileSync(join(context.folder, 'schema.json'), 'utf8')),
      digest: createHash('sha256').update(readFileSync(path)).digest('hex'),
    };
  } finally {
    await context.dispose();
  }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(tempFolder(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The whole words of the diagnostic that ends the step. */
async function complaint(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('the step did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  const { code, message, hint } = error.diagnostic;
  return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
}

describe('real files', () => {
  test('diamonds', async () => {
    const { result, types, rows } = await ingest([`${SAMPLES}/diamonds.csv`], { target: 'price' });
    expect(result.summary).toBe('53,940 rows × 10 columns from diamonds.csv, no missing values');
    expect(types).toEqual([
      'carat DOUBLE',
      'cut VARCHAR',
      'color VARCHAR',
      'clarity VARCHAR',
      'depth DOUBLE',
      'table DOUBLE',
      'price BIGINT',
      'x DOUBLE',
      'y DOUBLE',
      'z DOUBLE',
    ]);
    expect(rows[1]).toEqual({
      carat: 0.21,
      cut: 'Premium',
      color: 'E',
      clarity: 'SI1',
      depth: 59.8,
      table: 61,
      price: 326,
      x: 3.89,
      y: 3.84,
      z: 2.31,
    });
    expect(result.findings).toEqual([
      { code: 'INGEST_DUPLICATE_ROWS', severity: 'info', message: '146 rows (0.3 %) repeat an earlier row exactly' },
    ]);
    expect(result.card.sections.map(({ id }) => id)).toEqual(['target', 'columns', 'column-details', 'sample', 'source']);
  });

  test('penguins: NaN and empty are both missing, classes are in the schema', async () => {
    const { result, rows, schema } = await ingest([`${SAMPLES}/penguins.csv`], { target: 'species', task: 'classification' });
    expect(result.summary).toBe('344 rows × 7 columns from penguins.csv, 0.8 % of the values missing');
    expect(rows[3]).toEqual({
      species: 'Adelie',
      island: 'Torgersen',
      culmen_length_mm: null,
      culmen_depth_mm: null,
      flipper_length_mm: null,
      body_mass_g: null,
      sex: null,
    });
    expect(schema).toEqual({
      columns: [
        { name: 'species', type: 'string', sql_type: 'VARCHAR' },
        { name: 'island', type: 'string', sql_type: 'VARCHAR' },
        { name: 'culmen_length_mm', type: 'number', sql_type: 'DOUBLE' },
        { name: 'culmen_depth_mm', type: 'number', sql_type: 'DOUBLE' },
        { name: 'flipper_length_mm', type: 'integer', sql_type: 'BIGINT' },
        { name: 'body_mass_g', type: 'integer', sql_type: 'BIGINT' },
        { name: 'sex', type: 'string', sql_type: 'VARCHAR' },
      ],
      classes: ['Adelie', 'Chinstrap', 'Gentoo'],
    });
    expect(result.facts['class_counts']).toEqual({ Adelie: 152, Chinstrap: 68, Gentoo: 124 });
  });

  test('olympians: the id is found, dates are dates', async () => {
    const { result, types } = await ingest([`${SAMPLES}/olympians.csv`], { target: 'gold' });
    expect(types).toContain('date_of_birth DATE');
    expect(result.findings).toContainEqual({
      code: 'INGEST_ID_LIKE',
      severity: 'info',
      column: 'id',
      message: 'looks like an id: all values differ and the name of an id',
    });
    expect(result.findings).toContainEqual({
      code: 'INGEST_HIGH_MISSING',
      severity: 'warning',
      column: 'info',
      message: '98.9 % of the values are missing',
    });
  });

  test('cars as JSON records', async () => {
    const { result, types } = await ingest([`${VEGA}/cars.json`], { format: 'json', target: 'Miles_per_Gallon' });
    expect(types).toEqual([
      'Name VARCHAR',
      'Miles_per_Gallon DOUBLE',
      'Cylinders BIGINT',
      'Displacement DOUBLE',
      'Horsepower BIGINT',
      'Weight_in_lbs BIGINT',
      'Acceleration DOUBLE',
      'Year DATE',
      'Origin VARCHAR',
    ]);
    expect(result.findings).toContainEqual({
      code: 'INGEST_TARGET_MISSING',
      severity: 'warning',
      column: 'Miles_per_Gallon',
      message: 'the target is missing in 8 rows (2 %); the split drops them',
    });
  });
});

describe('the types of CSV columns', () => {
  test('the narrowest type that every value fits', async () => {
    const path = file(
      'types.csv',
      'b,i,n,d,t,z,s,code,e\nTrue,1,1e-3,2024-02-29,2024-02-29 13:05,2024-02-29T13:05:00+01:00,x,007,\nFALSE,-2,5,2024-03-01,2024-02-29,2024-02-29T00:00:00Z,"y, z",8,NA\n',
    );
    const { types, rows } = await ingest([path]);
    expect(types).toEqual([
      'b BOOLEAN',
      'i BIGINT',
      'n DOUBLE',
      'd DATE',
      't TIMESTAMP',
      'z TIMESTAMP',
      's VARCHAR',
      'code VARCHAR',
      'e VARCHAR',
    ]);
    expect(rows[0]).toEqual({
      b: true,
      i: 1,
      n: 0.001,
      d: new Date('2024-02-29'),
      t: new Date('2024-02-29T13:05:00Z'),
      z: new Date('2024-02-29T12:05:00Z'),
      s: 'x',
      code: '007',
      e: null,
    });
  });

  test('late values decide as early ones do, however far down they stand', async () => {
    const lines = Array.from({ length: 11_000 }, (_, row) => `${row},${row},${row},`);
    const odd = Array.from({ length: 200 }, () => '0.5,oops,oops,5');
    const { types, rows } = await ingest([file('late.csv', `a,b,c,d\n${lines.join('\n')}\n${odd.join('\n')}\n`)]);
    expect(types).toEqual(['a DOUBLE', 'b VARCHAR', 'c VARCHAR', 'd BIGINT']);
    expect(rows[1]).toEqual({ a: 1, b: '1', c: '1', d: null });
    const early = await ingest([file('early.csv', `a,b,c,d\n${odd.join('\n')}\n${lines.join('\n')}\n`)]);
    expect(early.types).toEqual(types);
  });

  test('of a hundred values one may be no number: it is missing, and told', async () => {
    const numbers = Array.from({ length: 99 }, (_, row) => `${row},${row}.5`);
    const { types, rows, result } = await ingest([file('odd.csv', `a,b\n${numbers.join('\n')}\nn.a.,1.5\n`)]);
    expect(types).toEqual(['a BIGINT', 'b DOUBLE']);
    expect(rows.at(-1)).toEqual({ a: null, b: 1.5 });
    expect(result.findings).toContainEqual({
      code: 'INGEST_UNREAD_VALUES',
      severity: 'warning',
      column: 'a',
      message: '1 value of 100 (1 %) is no number and counts as missing, such as `n.a.`; `type: category` keeps the column as text',
    });
    const hidden = await ingest([file('odd.csv', `a,b\n${numbers.join('\n')}\nn.a.,1.5\n`)], { sensitive: { a: true } });
    expect(JSON.stringify(hidden.result)).not.toContain('n.a.');
    const more = await ingest([file('odd.csv', `a,b\n${numbers.join('\n')}\nn.a.,1.5\nn.a.,1\n`)]);
    expect(more.types).toEqual(['a VARCHAR', 'b DOUBLE']);
  });

  test('a code with a leading zero is text, however rare', async () => {
    const numbers = Array.from({ length: 500 }, (_, row) => `${10000 + row}`);
    expect((await ingest([file('zip.csv', `zip\n${numbers.join('\n')}\n01234\n`)])).types).toEqual(['zip VARCHAR']);
  });

  test('`?` and `-` are missing among numbers and texts among texts', async () => {
    const { types, rows, result } = await ingest([file('marks.csv', 'a,b,c\n1,?,x\n?,-,?\n-,2024-02-29,-\n4,,y\n')]);
    expect(types).toEqual(['a BIGINT', 'b DATE', 'c VARCHAR']);
    expect(rows.map((row) => Object.values(row))).toEqual([
      [1, null, 'x'],
      [null, null, '?'],
      [null, new Date('2024-02-29'), '-'],
      [4, null, 'y'],
    ]);
    expect(result.findings.filter(({ code }) => code === 'INGEST_NULL_CANDIDATES').map(({ message }) => message)).toEqual([
      '`?` (1), `-` (1) count as missing',
      '`?` (1), `-` (1) count as missing',
      'has `?` (1), `-` (1), kept as text; where it means a missing value, name it in `null_values`',
    ]);
    const said = await ingest([file('marks.csv', 'a\n1\n?\n')], { csv: { bad_lines: 'error', null_values: ['', 'NA'] } });
    expect(said.types).toEqual(['a VARCHAR']);
  });

  test('dates with day or month first, by all rows', async () => {
    const { types, rows, result, schema } = await ingest([
      file(
        'dates.csv',
        'us,eu,de,name,when\n1/2/2024,1/2/2024,29.02.2024,3-Feb-2024,12/31/2024 1:05 PM\n12/31/2024,31/12/2024,1.3.2024,14-Mar-2024,1/2/2024 0:30\n',
      ),
    ]);
    expect(types).toEqual(['us DATE', 'eu DATE', 'de DATE', 'name DATE', 'when TIMESTAMP']);
    expect(rows[0]).toEqual({
      us: new Date('2024-01-02'),
      eu: new Date('2024-02-01'),
      de: new Date('2024-02-29'),
      name: new Date('2024-02-03'),
      when: new Date('2024-12-31T13:05:00Z'),
    });
    expect(result.findings.filter(({ code }) => code === 'INGEST_AMBIGUOUS_DATES')).toEqual([]);
    expect(schema).toMatchObject({ columns: [{ name: 'us', type: 'timestamp', sql_type: 'DATE', formats: ['%m/%d/%Y'] }, {}, {}, {}, {}] });
  });

  test('an order of day and month that cannot be known is told with both readings', async () => {
    const { types, rows, result } = await ingest([file('dates.csv', 'us,de\n03/04/2024,03.04.2024\n11/12/2024,11.12.2024\n')]);
    expect(types).toEqual(['us DATE', 'de DATE']);
    expect(rows[0]).toEqual({ us: new Date('2024-03-04'), de: new Date('2024-04-03') });
    expect(
      result.findings.filter(({ code }) => code === 'INGEST_AMBIGUOUS_DATES').map(({ column, message }) => `${column}: ${message}`),
    ).toEqual([
      'us: every date fits both orders of day and month, and the month is read first: `03/04/2024` is March 4 and not April 3; for the other write `format: "%d/%m/%Y"` under `columns`',
      'de: every date fits both orders of day and month, and the day is read first: `03.04.2024` is April 3 and not March 4; for the other write `format: "%m.%d.%Y"` under `columns`',
    ]);
    const declared = await ingest([file('dates.csv', 'us\n03/04/2024\n')], { formats: { us: '%d/%m/%Y' } });
    expect(declared.rows).toEqual([{ us: new Date('2024-04-03') }]);
  });

  test('years of two digits are text until the recipe gives their format', async () => {
    const path = file('short.csv', 'd\n3/4/24\n12/31/99\n');
    expect((await ingest([path])).types).toEqual(['d VARCHAR']);
    const { rows } = await ingest([path], { formats: { d: '%m/%d/%y' } });
    expect(rows).toEqual([{ d: new Date('2024-03-04') }, { d: new Date('1999-12-31') }]);
  });

  test('infinite values are missing and counted', async () => {
    const { result, rows } = await ingest([file('inf.csv', 'x,y\ninf,1\n-Infinity,2\n1.5,3\n')], { target: 'y' });
    expect(rows.map((row) => row['x'])).toEqual([null, null, 1.5]);
    expect(result.findings).toContainEqual({
      code: 'INGEST_NON_FINITE',
      severity: 'warning',
      column: 'x',
      message: '2 infinite values are treated as missing',
    });
  });

  test('digits with underscores and numbers beyond 64 bits', async () => {
    const { types } = await ingest([file('odd.csv', 'a,b\n1_000,123456789012345678901234567890\n2,5\n')]);
    expect(types).toEqual(['a VARCHAR', 'b DOUBLE']);
  });

  test('own null values replace the usual ones', async () => {
    const { rows } = await ingest([file('null.csv', 'x,s\n-1,NA\n5,ok\n')], { csv: { bad_lines: 'error', null_values: ['-1'] } });
    expect(rows).toEqual([
      { x: null, s: 'NA' },
      { x: 5, s: 'ok' },
    ]);
  });
});

describe('ways to write CSV', () => {
  test.each([
    ['a byte order mark and Windows lines', '\ufeffa,b\r\n1,"x\ny"\r\n2,"q""q"\r\n'],
    ['a quoted header', '"a"," b "\n1,"x\ny"\n2,"q""q"\n'],
    ['no newline at the end', 'a,b\n1,"x\ny"\n2,"q""q"'],
  ])('%s', async (_, text) => {
    const { rows } = await ingest([file('a.csv', text)]);
    expect(rows).toEqual([
      { a: 1, b: 'x\ny' },
      { a: 2, b: 'q"q' },
    ]);
  });

  test('tabs, no header, gzip, an empty name', async () => {
    const tabs = await ingest([file('a.tsv', 'a\tb\n1\t2\n')], { csv: { bad_lines: 'error', delimiter: '\t' } });
    expect(tabs.rows).toEqual([{ a: 1, b: 2 }]);
    const bare = await ingest([file('bare.csv', '1,2\n3,4\n')], { csv: { bad_lines: 'error', header: false } });
    expect(bare.rows).toEqual([
      { column0: 1, column1: 2 },
      { column0: 3, column1: 4 },
    ]);
    const packed = await ingest([file('a.csv.gz', gzipSync('a,b\n1,2\n'))]);
    expect(packed.rows).toEqual([{ a: 1, b: 2 }]);
    const unnamed = await ingest([file('r.csv', ',x\n1,2\n2,3\n')]);
    expect(unnamed.types).toEqual(['unnamed_1 BIGINT', 'x BIGINT']);
  });

  test('several files are united by name, in order', async () => {
    const { rows, result } = await ingest([file('a.csv', 'a,b\n1,x\n'), file('b.csv', 'b,a,c\ny,2,5\n'), file('c.csv', 'a,b\n3,z\n')]);
    expect(rows).toEqual([
      { a: 1, b: 'x', c: null },
      { a: 2, b: 'y', c: 5 },
      { a: 3, b: 'z', c: null },
    ]);
    expect(result.summary).toBe('3 rows × 3 columns from 3 files, 22.2 % of the values missing');
  });

  test('the first record ends outside quotes', () => {
    expect(firstRecord('"a\nb",c\n1,2', ',')).toEqual(['a\nb', 'c']);
    expect(firstRecord('\r\n\r\na;"b""c"\r\n', ';')).toEqual(['a', 'b"c']);
    expect(firstRecord('\n\n', ',')).toBe(undefined);
  });

  test('the bytes depend neither on the threads nor on the folder', async () => {
    const text = readFileSync(`${SAMPLES}/penguins.csv`);
    const first = await ingest([file('p.csv', text)]);
    const second = await ingest([file('k=v/other.csv', text)]);
    expect(second.digest).toBe(first.digest);
    const single = await openDuckDb({ threads: 1 });
    const context = stepContext({
      engine: single,
      inputs: dataInputs(`${SAMPLES}/penguins.csv`),
      params: { format: 'csv', csv: { bad_lines: 'error' }, task: 'regression', roles: {} },
    });
    await runIngest(context);
    expect(
      createHash('sha256')
        .update(readFileSync(join(context.folder, 'dataset.parquet')))
        .digest('hex'),
    ).toBe(first.digest);
    await context.dispose();
    await single.close();
  });
});

describe('JSON, Parquet and loaders', () => {
  test('lines of records; mixed columns become text', async () => {
    const { types, rows } = await ingest(
      [file('a.ndjson', '{"i":1,"m":1,"t":"2024-02-29T10:00:00Z","o":{"k":[1]}}\n\n{"i":2.5,"m":"x","b":true,"t":null}\n')],
      { format: 'json' },
    );
    expect(types).toEqual(['i DOUBLE', 'm VARCHAR', 't TIMESTAMP', 'o VARCHAR', 'b BOOLEAN']);
    expect(rows).toEqual([
      { i: 1, m: '1', t: new Date('2024-02-29T10:00:00Z'), o: '{"k":[1]}', b: null },
      { i: 2.5, m: 'x', t: null, o: null, b: true },
    ]);
  });

  test('Parquet types are made few', async () => {
    const path = join(tempFolder(), 'a.parquet');
    await engine.execute(
      `COPY (SELECT 1::UTINYINT AS i, 2.50::DECIMAL(5,2) AS d, 'nan'::DOUBLE AS n, 'inf'::FLOAT AS f, 5::UBIGINT AS u, TIME '10:00' AS t, [1] AS l, TIMESTAMPTZ '2024-02-29 10:00:00+02' AS z) TO '${path}' (FORMAT parquet)`,
    );
    const { types, rows, result } = await ingest([path], { format: 'parquet' });
    expect(types).toEqual(['i BIGINT', 'd DOUBLE', 'n DOUBLE', 'f DOUBLE', 'u DOUBLE', 't VARCHAR', 'l VARCHAR', 'z TIMESTAMP']);
    expect(rows).toEqual([{ i: 1, d: 2.5, n: null, f: null, u: 5, t: '10:00:00', l: '[1]', z: new Date('2024-02-29T08:00:00Z') }]);
    expect(result.findings).toContainEqual({
      code: 'INGEST_NON_FINITE',
      severity: 'warning',
      column: 'f',
      message: '1 infinite value is treated as missing',
    });
  });

  test('a loader is called once a file, and may return rows, columns or a table', async () => {
    const calls: unknown[] = [];
    const makers = [() => [{ a: 1, s: 'x' }], async () => ({ a: [2, 3], s: ['y', null] }), () => Table.fromRows([{ a: 4, s: 'z' }])];
    const load = (path: string, format: string) => {
      calls.push([path.split('/').at(-1), format]);
      return makers[calls.length - 1]?.();
    };
    const files = ['one.txt', 'two.txt', 'three.txt'].map((name) => file(name, 'x'));
    const { rows, result } = await ingest(
      files,
      {
        format: 'custom',
        loader: { file: 'steps/ingest.ts', method: 'load', format: 'txt' },
        locations: ['data/one.txt', 'data/two.txt', 'data/three.txt'],
      },
      { 'steps/ingest.ts#load': load as never },
    );
    expect(calls).toEqual([
      ['one.txt', 'txt'],
      ['two.txt', 'txt'],
      ['three.txt', 'txt'],
    ]);
    expect(rows).toEqual([
      { a: 1, s: 'x' },
      { a: 2, s: 'y' },
      { a: 3, s: null },
      { a: 4, s: 'z' },
    ]);
    expect(result.summary).toBe('4 rows × 2 columns from 3 files, 12.5 % of the values missing');
    expect(await engine.query("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '__mlrecipe%'")).toEqual([]);
  });

  test('a loader that returns nothing', async () => {
    const loaded = ingest(
      [file('one.txt', 'x')],
      { format: 'custom', loader: { file: 'steps/ingest.ts', method: 'load', format: 'txt' }, locations: ['data/one.txt'] },
      { 'steps/ingest.ts#load': () => undefined },
    );
    expect(await complaint(loaded)).toBe(
      'step-failed: `load` in steps/ingest.ts returned nothing for data/one.txt | return a Table, an array of rows, or an object of columns',
    );
  });
});

describe('files that cannot be read', () => {
  test.each([
    ['an empty file', '', 'empty-data: a.csv is empty'],
    ['blank lines', '\n\r\n', 'empty-data: a.csv is empty'],
    ['a header alone', 'a,b\n', 'empty-data: a.csv has no rows'],
    ['a name twice', 'a,b,a\n1,2,3\n', 'bad-data-file: a.csv:1: column `a` occurs twice, as columns 1 and 3 | rename one of them'],
    [
      'names that differ in case',
      'Price,price\n1,2\n',
      'bad-data-file: a.csv:1: columns `Price` and `price` differ in case only, as columns 1 and 2 | rename one of them',
    ],
    [
      'a short line',
      'a,b,c\n1,2,3\n4,5\n',
      'bad-data-file: a.csv:3: expected 3 fields, found 2: `4,5` | correct the line, or set `bad_lines: skip` to leave such lines out',
    ],
    [
      'a long line among others',
      'a,b\n1,2,3\n4\n',
      'bad-data-file: a.csv:2: expected 2 fields, found 3: `1,2,3` (and 1 more bad line) | correct the line, or set `bad_lines: skip` to leave such lines out',
    ],
    [
      'an open quote',
      'a,b\n1,2\n3,"x\n4,5\n',
      'bad-data-file: a.csv:3: a quote is opened and not closed: `3,"x` | correct the line, or set `bad_lines: skip` to leave such lines out',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await complaint(ingest([file('a.csv', text)]))).toBe(expected);
  });

  test('another encoding', async () => {
    expect(await complaint(ingest([file('a.csv', Buffer.from('a,b\n1,caf\xe9\n', 'latin1'))]))).toBe(
      'bad-data-file: a.csv:2: the line is not in UTF-8 | save the file as UTF-8',
    );
    expect(await complaint(ingest([file('a.csv', Buffer.from('a,b\n1,2\n', 'utf16le'))]))).toBe(
      'bad-data-file: a.csv is in UTF-16 | save it as UTF-8',
    );
  });

  test('bad lines are skipped and counted when asked', async () => {
    const { rows, result } = await ingest([file('a.csv', 'a,b\n1,2\n3\n4,5,6\n7,8\n')], { csv: { bad_lines: 'skip' } });
    expect(rows).toEqual([
      { a: 1, b: 2 },
      { a: 7, b: 8 },
    ]);
    expect(result.findings).toEqual([
      { code: 'INGEST_BAD_LINES', severity: 'warning', message: '2 lines could not be read and were skipped' },
    ]);
  });

  test('JSON that is no list of records, or no JSON', async () => {
    expect(await complaint(ingest([file('a.json', '[1, 2]')], { format: 'json' }))).toBe(
      'bad-data-file: a.json holds no records: it begins with `[1, 2]` | write an array of objects, or one object a line',
    );
    expect(await complaint(ingest([file('a.json', ' [] ')], { format: 'json' }))).toBe('empty-data: a.json is empty');
    expect(await complaint(ingest([file('a.ndjson', '{"a":1}\n{"a":2\n{"a":3}\n')], { format: 'json' }))).toMatch(
      /^bad-data-file: a\.ndjson:\d: not valid JSON at byte \d+: unexpected character$/u,
    );
  });

  test('Parquet that is none', async () => {
    expect(await complaint(ingest([file('a.parquet', 'a,b\n1,2\n3,4\n5,6\n')], { format: 'parquet' }))).toBe(
      'bad-data-file: a.parquet is no Parquet file: it begins with `a,b` | name its format: `using: csv` or `using: json`',
    );
  });
});

describe('the target', () => {
  const regression = (text: string, target = 'y') => complaint(ingest([file('a.csv', text)], { target }));
  const classification = (text: string, more = {}) =>
    complaint(ingest([file('a.csv', text)], { target: 'y', task: 'classification', ...more }));

  test('a name that is not there', async () => {
    expect(await regression('price,area\n1,2\n', 'pricee')).toBe(
      'unknown-column: the target column `pricee` is not in a.csv; the data have `price` and `area` | did you mean `price`?',
    );
    expect(await regression('price;area\n1;2\n', 'price')).toBe(
      'unknown-column: the target column `price` is not in a.csv; the data have `price;area` | the header is one column: set `delimiter: ";"`',
    );
    expect(await complaint(ingest([file('a.csv', 'a,y\n1,2\n')], { roles: { userid: 'id' } }))).toBe(
      'unknown-column: column `userid`, of which `columns` speaks, is not in a.csv; the data have `a` and `y`',
    );
  });

  test('without values, with one value, of the wrong kind', async () => {
    expect(await regression('x,y\n1,\n2,NA\n')).toBe(
      'bad-target: the target `y` is missing in all 2 rows | choose another `target_col`, or check how missing values are written',
    );
    expect(await regression('x,y\n1,5\n2,5\n')).toBe(
      'constant-target: the target `y` has the same value in all 2 rows | check `target_col` and any filter before it',
    );
    expect(await regression('x,y\n1,a\n2,b\n')).toBe(
      'bad-target: the target `y` of a regression must be numeric; it is text with 2 different values | use `recipe: classification/v1`, or another `target_col`',
    );
    const numbers = Array.from({ length: 30 }, (_, row) => `${row},${row / 7}`).join('\n');
    expect(await classification(`x,y\n${numbers}\n`)).toBe(
      'bad-target: the target `y` has 30 different numbers, which looks like a quantity and not like classes | use `recipe: regression/v1`',
    );
  });

  test('a class with one row', async () => {
    expect(await classification('y\na\na\nb\nc\nc\n')).toBe(
      'rare-class: class `b` of `y` has 1 row | collect more rows, merge the class into another, or filter it out',
    );
  });

  test.each([
    ['true\nfalse\nfalse\ntrue\ntrue\n', ['false', 'true'], 'true'],
    ['0\n1\n1\n0\n1\n', ['0', '1'], '1'],
    ['Yes\nNo\nYes\nNo\nYes\n', ['No', 'Yes'], 'Yes'],
    ['bad\ngood\ngood\nbad\ngood\n', ['bad', 'good'], 'bad'],
    ['b\na\nb\na\n', ['a', 'b'], 'b'],
    ['1.0\n2.0\n1.0\n2.0\n2.0\n', ['1', '2'], '1'],
  ])('classes and positive class of %j', async (values, classes, positive) => {
    const { schema } = await ingest(
      [
        file(
          'a.csv',
          `y,x\n${values
            .trim()
            .split('\n')
            .map((value, row) => `${value},${row}`)
            .join('\n')}\n`,
        ),
      ],
      { target: 'y', task: 'classification' },
    );
    expect(schema).toMatchObject({ classes, positive_class: positive });
  });

  test('the configured positive class is compared as text, and falsy ones count', async () => {
    const zeroOne = file('a.csv', 'y,x\n0,1\n1,2\n0,3\n1,4\n');
    expect((await ingest([zeroOne], { target: 'y', task: 'classification', positive_class: 0 })).schema).toMatchObject({
      positive_class: '0',
    });
    const flags = file('b.csv', 'y,x\ntrue,1\nfalse,2\ntrue,3\nfalse,4\n');
    expect((await ingest([flags], { target: 'y', task: 'classification', positive_class: false })).schema).toMatchObject({
      positive_class: 'false',
    });
    expect(await classification('y\nyes\nno\nyes\nno\n', { positive_class: 'yess' })).toBe(
      'bad-value: `positive_class` is `yess`, which is no class of `y`; the classes are `no` and `yes` | did you mean `yes`?',
    );
    expect(await classification('y\na\na\nb\nb\nc\nc\n', { positive_class: 'a' })).toBe(
      'bad-value: `positive_class` is for a target with two classes; `y` has 3: `a`, `b` and `c` | remove `positive_class`',
    );
  });

  test('both classes called positive: the rarer one', () => {
    expect(
      choosePositiveClass([
        { label: '1', rows: 5 },
        { label: 'yes', rows: 3 },
      ]),
    ).toBe('yes');
  });

  test('scoring asks for no target', async () => {
    const { schema, result } = await ingest([file('a.csv', 'x\n1\n2\n')]);
    expect(schema).toEqual({ columns: [{ name: 'x', type: 'integer', sql_type: 'BIGINT' }] });
    expect(result.card.sections.map(({ id }) => id)).toEqual(['columns', 'column-details', 'sample', 'source']);
  });
});

test('findings name the column and the numbers', async () => {
  const lines = Array.from({ length: 100 }, (_, row) => `${row},5,${row * 2},${row % 25 === 0 ? 'x' : ''}`);
  const { result } = await ingest([file('a.csv', `n,same,twice,rare\n${lines.join('\n')}\n`)], { target: 'n' });
  expect(result.findings).toEqual([
    { code: 'INGEST_CONSTANT_COLUMN', severity: 'warning', column: 'same', message: 'every row has the same value' },
    {
      code: 'INGEST_ID_LIKE',
      severity: 'info',
      column: 'twice',
      message: 'looks like an id: all values differ that only rise or only fall from row to row',
    },
    {
      code: 'INGEST_TARGET_LEAK',
      severity: 'warning',
      column: 'twice',
      message: "explains 100 % of the target's variance alone; it may be known only after the target is",
    },
    { code: 'INGEST_CONSTANT_COLUMN', severity: 'warning', column: 'rare', message: 'every present value is the same' },
    { code: 'INGEST_HIGH_MISSING', severity: 'warning', column: 'rare', message: '96 % of the values are missing' },
  ]);
});
