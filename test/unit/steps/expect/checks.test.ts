/** Data checks over real rows: what is counted, what is told, and what is not shown. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { copyToParquet } from '../../../../src/data/sql.ts';
import type { Expectations } from '../../../../src/schema/expectations.ts';
import { type Checkable, checkData, type Passed } from '../../../../src/steps/expect/run.ts';
import { StepProblems } from '../../../../src/steps/problem.ts';
import { makeTempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
const folder = makeTempFolder();
let files = 0;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

/** What `expect` says of the rows of a query; severities are `error` where nothing is said. */
async function check(
  sql: string,
  expected: { readonly [key in keyof Expectations]?: unknown },
  more: Partial<Checkable> = {},
): Promise<Passed> {
  const path = join(folder, `${files++}.parquet`);
  await engine.execute(copyToParquet(sql, path));
  const withSeverity = (all: unknown) =>
    Object.fromEntries(Object.entries((all ?? {}) as object).map(([name, said]) => [name, { severity: 'error', ...(said as object) }]));
  return checkData(engine, {
    path,
    label: 'orders.csv',
    target: 'price',
    roles: {},
    sensitive: {},
    sampledFrom: undefined,
    ...more,
    expected: {
      other_columns: 'allow',
      ...expected,
      ...(expected.rows !== undefined && { rows: { severity: 'error', ...(expected.rows as object) } }),
      columns: withSeverity(expected.columns),
      checks: withSeverity(expected.checks),
    } as Expectations,
  });
}

async function problems(promise: Promise<unknown>): Promise<StepProblems> {
  const error = await promise.then(
    () => new Error('every check passed'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StepProblems)) throw error;
  return error;
}

/** Place, message, label and hint of each. */
async function told(promise: Promise<unknown>): Promise<readonly string[]> {
  return (await problems(promise)).problems.map(({ place, message, label, hint }) =>
    [place?.path.slice(1).join('.'), message, label, hint].filter((part) => part !== undefined).join(' | '),
  );
}

const numbers = (...values: readonly (number | null)[]) =>
  `SELECT * FROM (VALUES ${values.map((v) => `(${v ?? 'NULL::INT'})`).join(', ')}) AS t(x)`;
const texts = (...values: readonly (string | null)[]) =>
  `SELECT * FROM (VALUES ${values.map((v) => (v === null ? '(NULL::VARCHAR)' : `('${v}')`)).join(', ')}) AS t(x)`;

describe('a check of a column', () => {
  test.each([
    ['not_null', numbers(1, null, 3, null), { not_null: true }, '`x` is missing in 2 of 4 rows | rows 2 and 4'],
    ['not_null of none', numbers(1, 2), { not_null: true }, undefined],
    [
      'max_missing',
      numbers(1, null, 3, null),
      { max_missing: 0.25 },
      '`x` is missing in 2 of 4 rows (50 %); at most 25 % may be | rows 2 and 4',
    ],
    ['max_missing that is met', numbers(1, null, 3, null), { max_missing: 0.5 }, undefined],
    [
      'unique',
      numbers(7, 8, 7, 7, 9, 8),
      { unique: true },
      '`x` repeats an earlier value in 3 of 6 rows | `7` is in 3 rows, first in row 1; `8` is in 2 rows, first in row 2',
    ],
    ['unique with missing values', numbers(7, null, null), { unique: true }, undefined],
    [
      'min',
      numbers(5, -1, -2, -9, -3, null),
      { min: 0 },
      '`x` is below 0 in 4 of 6 rows | row 2 has `-1`, row 3 `-2`, row 4 `-9` and 1 more; the smallest is `-9`',
    ],
    ['min at the bound', numbers(0, 1), { min: 0 }, undefined],
    ['max', numbers(5, 11), { max: 10.5 }, '`x` is above 10.5 in 1 of 2 rows | row 2 has `11`'],
    [
      'in',
      texts('a', 'b', 'c', 'c', null),
      { in: ['a'] },
      '`x` has a value that is not accepted in 3 of 5 rows | `c` in 2 rows and `b` in 1 row',
    ],
    ['in of numbers', numbers(1, 2, 3), { in: [1, 2.5, 3] }, '`x` has a value that is not accepted in 1 of 3 rows | row 2 has `2`'],
    ['in of quotes', texts("it''s", 'x'), { in: ["it's", 'x'] }, undefined],
    [
      'in of booleans',
      'SELECT * FROM (VALUES (true), (false)) AS t(x)',
      { in: [true] },
      '`x` has a value that is not accepted in 1 of 2 rows | row 2 has `false`',
    ],
    [
      'matches',
      texts('AB', 'A', 'ABC', null),
      { matches: '^[A-Z]{2}$' },
      '`x` does not match `^[A-Z]{2}$` in 2 of 4 rows | row 2 has `A` and row 3 `ABC`',
    ],
    ['matches somewhere', texts('xABx'), { matches: '[A-Z]{2}' }, undefined],
  ])('%s', async (_, sql, said, expected) => {
    const asked = check(sql, { columns: { x: said } });
    if (expected === undefined) await asked;
    else expect(await told(asked)).toEqual([`columns.x.${Object.keys(said)[0]} | ${expected}`]);
  });

  test('64 bits are compared exactly', async () => {
    const asked = check('SELECT 9007199254740993 AS x UNION ALL SELECT 9007199254740991', { columns: { x: { max: 9007199254740991 } } });
    expect(await told(asked)).toEqual(['columns.x.max | `x` is above 9007199254740991 in 1 of 2 rows | row 1 has `9007199254740993`']);
  });

  test('a day as a bound holds to its end, a time to the second', async () => {
    const times = "SELECT TIMESTAMP '2024-03-01 00:00:00' AS x UNION ALL SELECT TIMESTAMP '2024-03-31 23:59:59'";
    await check(times, { columns: { x: { min: '2024-03-01', max: '2024-03-31' } } });
    expect(await told(check(times, { columns: { x: { min: '2024-03-01T02:00:00+01:00', max: '2024-03-31 12:00' } } }))).toEqual([
      'columns.x.min | `x` is before 2024-03-01T02:00:00+01:00 in 1 of 2 rows | row 1 has `2024-03-01`',
      'columns.x.max | `x` is after 2024-03-31 12:00 in 1 of 2 rows | row 2 has `2024-03-31 23:59:59`',
    ]);
  });

  test('29 of 100 are not more than 29 %', async () => {
    await check('SELECT CASE WHEN i >= 29 THEN i END AS x FROM range(100) AS t(i)', { columns: { x: { max_missing: 0.29 } } });
  });

  test('that needs another kind of column tells which values are to blame', async () => {
    expect(await told(check(texts('1', '2', 'n.a.', 'n.a.'), { columns: { x: { min: 0 } } }))).toEqual([
      'columns.x.min | `x` does not hold numbers, which `min` is for | `n.a.` in 2 rows | correct these values, or write what stands for a missing one into `null_values`',
    ]);
    expect(await told(check(texts('007', '1'), { columns: { x: { in: [7, 1] } } }))).toEqual([
      'columns.x.in | `x` does not hold numbers, which `in` is for | give it `type: number` in `columns`',
    ]);
    expect(await told(check(numbers(12), { columns: { x: { matches: '^1' } } }))).toEqual([
      'columns.x.matches | `x` does not hold texts, which `matches` is for | row 1 has `12` | with `type: category` in `columns` it keeps what is written',
    ]);
    // A column without values has no kind.
    await check(texts(null, null), { columns: { x: { min: 0, in: [1], max: '2024-01-31' } } });
  });
});

test('a value that is missing because it could not be read is named', async () => {
  const unread = new Map([['x', { count: 1, example: 'n.a.' }]]);
  const expected = { columns: { x: { not_null: true } } };
  expect(await told(check(numbers(1, null), expected, { unread }))).toEqual([
    "columns.x.not_null | `x` is missing in 1 of 2 rows | row 2 | 1 value could not be read as the column's type and counts as missing, such as `n.a.`",
  ]);
  expect(await told(check(numbers(1, null), expected, { unread, sensitive: { x: true } }))).toEqual([
    "columns.x.not_null | `x` is missing in 1 of 2 rows | row 2 | 1 value could not be read as the column's type and counts as missing",
  ]);
});

describe('patterns', () => {
  const wide = 'SELECT 1 AS a_id, NULL::INT AS b_id, NULL::INT AS c_id, 5 AS price';

  test('one pattern is one check, told once', async () => {
    expect(await told(check(wide, { columns: { '*_id': { not_null: true } } }))).toEqual([
      'columns.*_id.not_null | `not_null` of `*_id` fails for 2 of 3 columns: `b_id` (1 row), `c_id` (1 row)',
    ]);
  });

  test('an exact name comes before a pattern, key by key', async () => {
    const columns = { '*_id': { not_null: true, max: 0 }, b_id: { not_null: false }, 'c*': { not_null: true, severity: 'warn' } };
    expect(await told(check(wide, { columns }))).toEqual([
      'columns.*_id.not_null | `c_id` is missing in 1 of 1 row | row 1',
      'columns.*_id.max | `a_id` is above 0 in 1 of 1 row | row 1 has `1`',
    ]);
  });
});

describe('a check of rows', () => {
  const orders =
    "SELECT * FROM (VALUES ('ann', 1, 3, 5), ('bob', 1, 7, 6), ('ann', 1, 4, NULL), (NULL, 1, 1, 2), (NULL, 1, 1, 2)) AS t(customer, day, low, high)";

  test('sql fails where it is false, and not where it is NULL', async () => {
    expect(await told(check(orders, { checks: { 'low is at most high': { sql: 'low <= high', message: 'ask the shop' } } }))).toEqual([
      'checks.low is at most high.sql | `low is at most high` does not hold in 1 of 5 rows | row 2: low `7`, high `6` | ask the shop',
    ]);
  });

  test('unique compares rows that miss none of the columns', async () => {
    expect(await told(check(orders, { checks: { 'one row a day': { unique: ['customer', 'day'] } } }))).toEqual([
      'checks.one row a day.unique | `one row a day` does not hold: 1 of 5 rows repeats `customer` and `day` of an earlier one | customer `ann`, day `1` is in 2 rows, first in row 1',
    ]);
  });

  test('what cannot be computed is told for all of them before any is made', async () => {
    expect(
      await told(
        check(orders, {
          columns: { customer: { matches: 'a{2000}', not_null: true } },
          checks: {
            a: { sql: 'low + 1' },
            b: { sql: 'low < avg(low)' },
            c: { sql: 'lowe < 3' },
            d: { unique: ['customr'] },
            e: { sql: 'low < (select 1)' },
          },
        }),
      ),
    ).toEqual([
      'checks.d.unique.0 | `d` cannot be checked: there is no column `customr` | the columns are `customer`, `day`, `low` and `high` | did you mean `customer`?',
      'columns.customer.matches | this is no regular expression: invalid repetition size: {2000}',
      'checks.e.sql | this is no check of a row: `select` begins a query; only an expression over the columns of one row may stand here',
      'checks.a.sql | `a` is not true or false: the expression gives INTEGER | compare it with something, such as `> 0`',
      'checks.b.sql | `b` cannot be checked: WHERE clause cannot contain aggregates',
      'checks.c.sql | `c` cannot be checked: there is no column `lowe` | the columns are `customer`, `day`, `low` and `high` | did you mean `low`?',
    ]);
  });

  test('a value that an expression stumbles over is told, and hidden when something is sensitive', async () => {
    const expected = { checks: { number: { sql: 'CAST(customer AS INT) > 0' } } };
    expect(await told(check(orders, expected))).toEqual([
      "checks.number.sql | `number` cannot be checked: Could not convert string 'ann' to INT32 when casting from source column customer",
    ]);
    expect(await told(check(orders, expected, { sensitive: { customer: true } }))).toEqual([
      'checks.number.sql | `number` cannot be checked: Could not convert string a value to INT32 when casting from source column customer',
    ]);
  });
});

describe('rows and columns', () => {
  test('how many rows there are; of a sample all count', async () => {
    expect(await told(check('SELECT 1 AS x', { rows: { min: 2, max: 0 } }))).toEqual([
      'rows.min | there is 1 row in orders.csv; at least 2 are expected',
      'rows.max | there is 1 row in orders.csv; at most 0 are expected',
    ]);
    await check('SELECT 1 AS x', { rows: { min: 2 } }, { sampledFrom: 1000 });
    expect(await told(check('SELECT 1 AS x', { rows: { max: 2 } }, { sampledFrom: 1000 }))).toEqual([
      'rows.max | there are 1,000 rows in orders.csv; at most 2 are expected',
    ]);
  });

  test('rows of a sample are called so', async () => {
    expect(await told(check(numbers(1, -1), { columns: { x: { min: 0 } } }, { sampledFrom: 1000 }))).toEqual([
      'columns.x.min | `x` is below 0 in 1 of the 2 rows of the sample | row 2 has `-1`',
    ]);
  });

  test('columns that must be there, and others that must not', async () => {
    const sql = 'SELECT 1 AS x, 2 AS y_1, 3 AS z, 4 AS price';
    expect(await told(check(sql, { columns: { x: {}, xx: {}, 'y*': {} }, other_columns: 'error' }))).toEqual([
      'columns.xx | there is no column `xx` in orders.csv | the columns are `x`, `y_1`, `z` and `price` | did you mean `x`?',
      'other_columns | a column is in orders.csv that `expect` does not name: `z` | name them in `expect.columns`, or leave them out of the data',
    ]);
  });

  test('columns of any name', async () => {
    const sql = `SELECT 1 AS "file_row_number", 2 AS "a ""b""", 3 AS "row_number_of_data", NULL AS "__proto__" UNION ALL SELECT 1, 9, 9, 9`;
    const columns = {
      file_row_number: { unique: true },
      'a "b"': { max: 5 },
      row_number_of_data: { max: 5 },
      ['__proto__']: { not_null: true },
    };
    expect(await told(check(sql, { columns }))).toEqual([
      'columns.file_row_number.unique | `file_row_number` repeats an earlier value in 1 of 2 rows | `1` is in 2 rows, first in row 1',
      'columns.a "b".max | `a "b"` is above 5 in 1 of 2 rows | row 2 has `9`',
      'columns.row_number_of_data.max | `row_number_of_data` is above 5 in 1 of 2 rows | row 2 has `9`',
      'columns.__proto__.not_null | `__proto__` is missing in 1 of 2 rows | row 1',
    ]);
  });
});

describe('what is shown', () => {
  test('all that fails at once, with the first ten rows of each, ids beside the column', async () => {
    const sql = 'SELECT i AS n, -i AS x, i AS id FROM range(25) AS t(i)';
    const found = await problems(check(sql, { columns: { x: { min: 0 }, n: { max: 20 } } }, { roles: { id: 'id' } }));
    expect(found.message).toBe('2 of 2 data checks failed');
    const tables = found.sections.find(({ id }) => id === 'failing-rows')?.blocks;
    expect(tables).toMatchObject([
      {
        columns: [{ label: 'Row' }, { label: 'n' }, { label: 'id' }, { label: 'x' }],
        rows: [{ row: 22, c0: 21, c1: 21, c2: -21 }, {}, {}, {}],
      },
      {
        columns: [{ label: 'Row' }, { label: 'x' }, { label: 'id' }, { label: 'n' }],
        rows: Array.from({ length: 10 }, () => ({})),
        omitted: 14,
      },
    ]);
  });

  test('a warning is a finding, and its rows are on the card', async () => {
    const { summary, findings, sections, facts } = await check(numbers(1, -1), {
      columns: { x: { min: 0, severity: 'warn' } },
      rows: { min: 1 },
    });
    expect([summary, facts]).toEqual(['1 of 2 checks passed', { passed: 1, warned: 1 }]);
    expect(findings).toEqual([{ code: 'INGEST_CHECK_FAILED', severity: 'warning', column: 'x', message: '`x` is below 0 in 1 of 2 rows' }]);
    expect(sections.map(({ id, blocks }) => [id, blocks.length])).toEqual([
      ['checks', 1],
      ['failing-rows', 1],
    ]);
  });

  test('no value of a sensitive column, in any check', async () => {
    const sql = "SELECT * FROM (VALUES ('canary-1', 734921), ('canary-1', 734921), ('x', 1)) AS t(name, pay)";
    const found = await problems(
      check(
        sql,
        {
          columns: { name: { unique: true, in: ['x'], matches: '^x', min: 3 }, pay: { max: 10, unique: true } },
          checks: { low: { sql: "pay < 10 OR name = 'x'" }, once: { unique: ['name', 'pay'] } },
        },
        { sensitive: { name: true, pay: true } },
      ),
    );
    const said = JSON.stringify([found.problems, found.sections]);
    expect(found.problems).toHaveLength(8);
    expect(said).toContain('sensitive');
    expect(said).not.toMatch(/canary|734,?921/);
  });

  test('nothing of the order in the file', async () => {
    const columns = { b: { min: 5 }, a: { min: 5, max: 0 } };
    const checks = { y: { sql: 'a > 5' }, x: { sql: 'b > 5' } };
    const turned = (all: object) => Object.fromEntries(Object.entries(all).reverse());
    const one = await problems(check('SELECT 1 AS a, 2 AS b', { columns, checks }));
    const other = await problems(check('SELECT 1 AS a, 2 AS b', { columns: turned(columns), checks: turned(checks) }));
    expect(other.problems).toEqual(one.problems);
    expect(other.sections).toEqual(one.sections);
  });
});

test('hundreds of checks are a handful of statements', async () => {
  let statements = 0;
  const path = join(folder, 'wide.parquet');
  await engine.execute(
    copyToParquet(
      `SELECT ${Array.from({ length: 120 }, (_, i) => `CASE WHEN r <> ${i} THEN r + ${i} END AS c${i}`).join(', ')} FROM range(500) AS t(r)`,
      path,
    ),
  );
  const counted: DataEngine = Object.create(engine, {
    query: {
      value: (sql: string) => {
        statements++;
        return engine.query(sql);
      },
    },
  }) as DataEngine;
  const expected = {
    columns: { '*': { not_null: true, unique: true, severity: 'error', min: 0 } },
    other_columns: 'allow',
    checks: {},
  } as Expectations;
  const asked = checkData(counted, { path, label: 'wide', expected, target: undefined, roles: {}, sensitive: {}, sampledFrom: undefined });
  expect((await problems(asked)).problems.map(({ message }) => message)).toEqual([
    '`not_null` of `*` fails for 120 of 120 columns: `c0` (1 row), `c1` (1 row), `c2` (1 row), `c3` (1 row) and 116 more',
  ]);
  // 360 checks in pieces of 50, the columns, and the rows that fail.
  expect(statements).toBe(8 + 2);
});
