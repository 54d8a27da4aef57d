/** What is found out about a table: leaks, groups, types; and that a large one is only begun. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locateData } from '../../../../src/app/init/data-location.ts';
import { type DescribedTable, describeTable, type TableAnswer } from '../../../../src/app/init/describe-table.ts';
import { TABLE_LIMITS, type TableLimits } from '../../../../src/app/init/read-table.ts';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import { quoteText } from '../../../../src/data/sql.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

async function look(name: string, text: string, target: string, limits?: TableLimits): Promise<TableAnswer> {
  const folder = tempFolder();
  writeFileSync(join(folder, name), text);
  return answerFor(join(folder, name), target, limits);
}

async function answerFor(path: string, target: string, limits?: TableLimits): Promise<TableAnswer> {
  const located = locateData(path, join(path, '..'));
  if (!located.ok) throw new Error(located.diagnostic.message);
  return describeTable(located.value, { target }, limits);
}

async function described(...args: Parameters<typeof look>): Promise<DescribedTable> {
  const answer = await look(...args);
  if (!answer.ok) throw new Error(answer.diagnostic.message);
  return answer.value;
}

function table(rows: number, columns: Readonly<Record<string, (row: number) => unknown>>): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    Object.values(columns)
      .map((value) => String(value(row)))
      .join(','),
  );
  return `${Object.keys(columns).join(',')}\n${lines.join('\n')}\n`;
}

/** Different from row to row, in no order. */
const mixed = (row: number): number => (row * 7919) % 1009;

describe('columns that know the target', () => {
  const reasons = async (columns: Parameters<typeof table>[1]): Promise<Readonly<Record<string, string>>> => {
    const { suggestions } = await described('t.csv', table(1000, columns), 'y');
    return Object.fromEntries(suggestions.filter(({ kind }) => kind === 'leak').map(({ key, reason }) => [key, reason]));
  };

  test('equal it, decide it, explain it', async () => {
    const y = (row: number): number => mixed(row % 50);
    const found = await reasons({
      y,
      same: y,
      shop: (row) => `s${row % 50}`,
      double: (row) => 2 * y(row) + mixed(row) / 1000,
      other: (row) => mixed(row + 3),
    });
    expect(found).toEqual({
      same: 'equals `y` in every row',
      shop: 'each of its 50 values goes with one `y` alone; it may be known only after the target is',
      double: "explains > 99.9 % of the target's variance alone; it may be known only after the target is",
    });
  });

  test('by chance they do not: few rows a value, or a target that hardly varies', async () => {
    expect(await reasons({ y: mixed, almostKey: (row) => `k${row % 300}` })).toEqual({});
    expect(await reasons({ y: (row) => (row === 7 || row === 8 ? 'a' : 'b'), part: (row) => Math.min(row, 9) })).toEqual({});
  });
});

test('only one column can order the rows, the most complete one; a group excludes it', async () => {
  const day = (row: number): string => new Date(Date.UTC(2020, 0, 1 + (row % 400))).toISOString().slice(0, 10);
  const { suggestions } = await described(
    't.csv',
    table(900, {
      y: mixed,
      date_of_birth: (row) => day(row * 3),
      gaps: (row) => (row % 9 === 0 ? '' : day(row * 7)),
      at: day,
      user_id: (row) => (row * 7) % 90,
    }),
    'y',
  );
  expect(suggestions.filter(({ section }) => section === 'columns').map(({ key, value }) => `${key} ${value}`)).toEqual([
    'date_of_birth { sensitive: true }',
    'at { role: time }',
    'user_id { role: group }',
  ]);
  expect(suggestions.find(({ key }) => key === 'user_id')?.reason).toMatch(/; instead of the role `time`, not beside it$/);
});

describe('a large table', () => {
  const small: TableLimits = { bytes: 20_000, values: 20_000 };
  const text = table(50_000, { a: mixed, y: (row) => mixed(row) / 8 });

  test.each(['csv', 'ndjson', 'json'])('%s: only its beginning is read, and that is said', async (format) => {
    const records = Array.from({ length: 5000 }, (_, row) => ({ a: mixed(row), y: mixed(row) / 8 }));
    const content =
      format === 'csv' ? text : format === 'json' ? JSON.stringify(records) : records.map((record) => JSON.stringify(record)).join('\n');
    const { rows, isWhole, notes } = await described(`t.${format}`, content, 'y', small);
    expect(isWhole).toBe(false);
    expect(rows).toBeGreaterThan(500);
    expect(rows).toBeLessThan(3000);
    expect(notes.at(-1)).toMatch(/^the table is large: types, figures and suggestions are from its first [\d,]+ rows$/);
  });

  test('parquet', async () => {
    const path = join(tempFolder(), 't.parquet');
    const engine = await openDuckDb();
    await engine.execute(`COPY (SELECT i AS a, i % 997 / 8.0 AS y FROM range(50000) r(i)) TO ${quoteText(path)} (FORMAT parquet)`);
    await engine.close();
    const begun = await answerFor(path, 'y', small);
    expect(begun.ok && [begun.value.rows, begun.value.isWhole]).toEqual([10_000, false]);
    const whole = await answerFor(path, 'y');
    expect(whole.ok && [whole.value.rows, whole.value.isWhole]).toEqual([50_000, true]);
  });

  test('a class of which one row was seen may have more', async () => {
    const rare = table(50_000, { a: mixed, y: (row) => (row === 5 ? 'rare' : row % 2 === 0 ? 'even' : 'odd') });
    expect((await look('t.csv', rare, 'y', small)).ok).toBe(true);
    const whole = await look('t.csv', rare, 'y', TABLE_LIMITS);
    expect(!whole.ok && whole.diagnostic.code).toBe('rare-class');
  });
});

test('a table with more columns than one question asks about', async () => {
  const wide = Array.from({ length: 120 }, (_, column) => [`c${column}`, (row: number) => mixed(row * (column + 1)) % 90] as const);
  const y = (row: number): number => mixed(row * 100) % 90;
  const { columns, suggestions } = await described('t.csv', table(900, { ...Object.fromEntries(wide), y }), 'y');
  expect(columns).toHaveLength(121);
  expect(suggestions.filter(({ kind }) => kind === 'leak').map(({ key }) => key)).toEqual(['c99']);
});
