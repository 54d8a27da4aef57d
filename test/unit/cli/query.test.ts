import { expect, test } from 'vitest';
import type { RowFormat } from '../../../src/cli/query/formats.ts';
import { rowWriter } from '../../../src/cli/query/row-writer.ts';
import { markdownTable, tableText } from '../../../src/cli/query/table-text.ts';
import type { QueryColumn, QueryRows } from '../../../src/schema/query.ts';

const COLUMNS: readonly QueryColumn[] = [
  { name: 'name', kind: 'text' },
  { name: 'n', kind: 'number' },
  { name: 'share', kind: 'float' },
  { name: 'name', kind: 'json' },
];
const ROWS: QueryRows = [
  ['a "b", c', '12345678901234567890', '0.30000000000000004', '[1,2]'],
  ['', null, 'NaN', null],
];
const PLAIN = { dim: String, bold: String };

function written(format: RowFormat, columns: readonly QueryColumn[] = COLUMNS, rows: QueryRows = ROWS): string {
  const { begin, row, end } = rowWriter(format, columns);
  return begin + rows.map((values, index) => row(values, index === 0)).join('') + end;
}

test('CSV: quotes where they are needed, and nothing for a missing value', () => {
  expect(written('csv')).toBe('name,n,share,name\n"a ""b"", c",12345678901234567890,0.30000000000000004,"[1,2]"\n"",,NaN,\n');
});

test('JSON: every digit, null for what JSON does not have, and no member that hides another', () => {
  expect(written('json')).toBe(
    '[\n{"name":"a \\"b\\", c","n":12345678901234567890,"share":0.30000000000000004,"name_2":[1,2]},\n{"name":"","n":null,"share":null,"name_2":null}\n]\n',
  );
  expect(written('json', COLUMNS, [])).toBe('[\n]\n');
  expect(JSON.parse(written('json', COLUMNS, []))).toEqual([]);
  expect(written('ndjson').split('\n')).toHaveLength(3);
});

test('the table: numbers to the right and shortened, a missing value told apart from an empty text', () => {
  expect(tableText(COLUMNS, ROWS, PLAIN).text).toBe(
    [
      'name                         n  share  name',
      '────────  ────────────────────  ─────  ─────',
      'a "b", c  12345678901234567890    0.3  [1,2]',
      '                          NULL    NaN  NULL',
      '',
    ].join('\n'),
  );
});

test('the table: columns that do not fit are left out and named, long texts are cut, wide characters keep the lines straight', () => {
  const columns: readonly QueryColumn[] = ['a', 'b', 'c'].map((name) => ({ name, kind: 'text' }));
  const { text, omitted } = tableText(columns, [['x'.repeat(80), '東京', 'z']], { ...PLAIN, width: 66 });
  expect(omitted).toEqual(['c']);
  expect(text.split('\n')[2]).toBe(`${'x'.repeat(59)}…  東京`);
  expect(
    tableText(columns, [['東京', 'b', 'c']], PLAIN)
      .text.split('\n')
      .slice(0, 3),
  ).toEqual(['a     b  c', '────  ─  ─', '東京  b  c']);
});

test('nothing of a value reaches the terminal as a command to it', () => {
  expect(tableText([{ name: 'a', kind: 'text' }], [['\u001b[31mred\nnext']], PLAIN).text).toContain('\ufffd[31mred next');
});

test('Markdown: what would end a cell or begin a tag is escaped', () => {
  expect(markdownTable(COLUMNS.slice(0, 3), [['a|b <i>_x_ y_z', '1', '0.5']])).toBe(
    '| name | n | share |\n| --- | ---: | ---: |\n| a\\|b \\<i\\>\\_x\\_ y_z | 1 | 0.5 |\n',
  );
});
