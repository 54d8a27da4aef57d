/**
 * Files as they should not be. Each ends in a diagnostic or in the right table, and what had to be
 * changed is told: nothing crashes, and nothing changes in silence. Expected is the whole of it: the
 * words of the diagnostic with its hint, or the types, the rows and what is said of their reading.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { parquetRelation } from '../../../src/data/sql.ts';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import { runIngest } from '../../../src/steps/ingest/run.ts';
import { dataInputs, stepContext } from '../../support/step-context.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** Findings about the reading of values; the others describe the table. */
const TOLD = /^INGEST_(?:BAD_LINES|NON_FINITE|NULL_CANDIDATES|ROUNDED|UNREAD_VALUES)$/;

async function outcome(name: string, content: string | Uint8Array, csv: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = tempFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  return ingested(path, csv);
}

async function ingested(path: string, csv: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const context = stepContext({
    engine,
    inputs: dataInputs(path),
    params: { format: path.split('.').at(-1), csv: { bad_lines: 'error', ...csv }, task: 'regression', roles: {} },
  });
  try {
    const { findings = [] } = await runIngest(context);
    const dataset = parquetRelation(join(context.folder, 'dataset.parquet'));
    const types = (await engine.query(`DESCRIBE SELECT * FROM ${dataset}`)).map(
      (column) => `${JSON.stringify(column['column_name'])} ${column['column_type']}`,
    );
    const rows = (await engine.query(`SELECT * FROM ${dataset}`)).map((row) => JSON.stringify(Object.values(row)));
    const told = findings.filter(({ code }) => TOLD.test(code)).map(({ column, message }) => `${column ?? 'table'}: ${message}`);
    return [types.join(', '), rows.join(' '), ...told].join(' | ');
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const { code, message, hint } = error.diagnostic;
    return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
  } finally {
    await context.dispose();
  }
}

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const BOM = [0xef, 0xbb, 0xbf];
const LINES = Array.from({ length: 100 }, (_, row) => `${row},${row * 2}\n`).join('');
/** A byte of the middle is another one. */
const flipped = (packed: Uint8Array, at: number): Uint8Array => packed.map((byte, index) => (index === at ? byte ^ 0xff : byte));

type Case = [name: string, content: string | Uint8Array, expected: string, csv?: Readonly<Record<string, unknown>>];

const ENCODINGS: readonly Case[] = [
  [
    'a value in Latin-1',
    bytes('name,n\ncaf', [0xe9], ',1\n'),
    'bad-data-file: data.csv:2: the line is not in UTF-8 | save the file as UTF-8',
  ],
  [
    'a name in Latin-1',
    bytes('pr', [0xe9], 'nom,n\nx,1\n'),
    'bad-data-file: data.csv:1: the line is not in UTF-8 | save the file as UTF-8',
  ],
  [
    'a value in Latin-1, and bad lines are to be skipped',
    bytes('a,b\nx,2\n', [0xe9], ',3\n7,8\n'),
    '"a" VARCHAR, "b" BIGINT | ["x",2] ["7",8] | table: 1 line could not be read and was skipped',
    { bad_lines: 'skip' },
  ],
  ['UTF-16 with a byte order mark', utf16('\uFEFFa,b\n1,2\n'), 'bad-data-file: data.csv is in UTF-16 | save it as UTF-8'],
  ['UTF-16 without', utf16('a,b\n1,2\n'), 'bad-data-file: data.csv is in UTF-16 | save it as UTF-8'],
  ['UTF-16, high byte first', utf16('\uFEFFa,b\n1,2\n').swap16(), 'bad-data-file: data.csv is in UTF-16 | save it as UTF-8'],
  ['UTF-16 without a zero byte', utf16('\uFEFF中文\n字书\n'), 'bad-data-file: data.csv is in UTF-16 | save it as UTF-8'],
  ['UTF-8 with a byte order mark', bytes(BOM, '"a",b\n1,2\n'), '"a" BIGINT, "b" BIGINT | [1,2]'],
  ['a byte order mark and nothing else', bytes(BOM), 'empty-data: data.csv is empty'],
  [
    'half of a surrogate pair',
    bytes('a,b\n', [0xed, 0xa0, 0x80], ',2\n'),
    'bad-data-file: data.csv:2: the line is not in UTF-8 | save the file as UTF-8',
  ],
  [
    'an overlong zero',
    bytes('a,b\n', [0xc0, 0x80], ',2\n'),
    'bad-data-file: data.csv:2: the line is not in UTF-8 | save the file as UTF-8',
  ],
  [
    'a character cut off at the end',
    bytes('a,b\n1,x', [0xf0, 0x9f, 0x9a]),
    'bad-data-file: data.csv:2: the line is not in UTF-8 | save the file as UTF-8',
  ],
  ['a zero byte', 'a,b\n1\0,2\n', 'bad-data-file: data.csv is not a text file in UTF-8 | save it as UTF-8, or name the right format'],
  ['control characters', 'a,b\n\u0001\u001b[31m,\u007f\n', '"a" VARCHAR, "b" VARCHAR | ["\\u0001\\u001b[31m","\u007f"]'],
];

const SHAPES: readonly Case[] = [
  ['nothing', '', 'empty-data: data.csv is empty'],
  ['blanks', '   \n  \n', 'empty-data: data.csv is empty'],
  ['a header', 'a,b', 'empty-data: data.csv has no rows'],
  [
    'ten thousand columns',
    [(column: number) => `c${column}`, (column: number) => column]
      .map((cell) => `${Array.from({ length: 10_000 }, (_, column) => cell(column)).join(',')}\n`)
      .join(''),
    'bad-data-file: data.csv: 10,000 columns, and 5,000 at most can be read | are rows and columns exchanged? else leave out what no model needs, or store many values of one kind as fewer columns',
  ],
  ['a header without names', ',,\n1,2,3\n', '"unnamed_1" BIGINT, "unnamed_2" BIGINT, "unnamed_3" BIGINT | [1,2,3]'],
  [
    'a name twice, apart from blanks',
    'a, a\n1,2\n',
    'bad-data-file: data.csv:1: column `a` occurs twice, as columns 1 and 2 | rename one of them',
  ],
  [
    'names that differ in case',
    'Price,price\n1,2\n',
    'bad-data-file: data.csv:1: columns `Price` and `price` differ in case only, as columns 1 and 2 | rename one of them',
  ],
  [
    'names of an object',
    '__proto__,constructor,toString,hasOwnProperty\n1,2,x,4\n',
    '"__proto__" BIGINT, "constructor" BIGINT, "toString" VARCHAR, "hasOwnProperty" BIGINT | [1,2,"x",4]',
  ],
  [
    'names and values in HTML',
    '<script>alert(1)</script>,"<b x=""y"">"\n<img src=x onerror=alert(1)>,2\n',
    '"<script>alert(1)</script>" VARCHAR, "<b x=\\"y\\">" BIGINT | ["<img src=x onerror=alert(1)>",2]',
  ],
  [
    'names with line ends, emoji, tabs and bells',
    '"line\nbreak",🚀,"tab\there","bell\u0007"\n1,2,3,4\n',
    '"line\\nbreak" BIGINT, "🚀" BIGINT, "tab\\there" BIGINT, "bell\\u0007" BIGINT | [1,2,3,4]',
  ],
  [
    'a short line',
    'a,b,c\n1,2,3\n4,5\n',
    'bad-data-file: data.csv:3: expected 3 fields, found 2: `4,5` | correct the line, or set `bad_lines: skip` to leave such lines out',
  ],
  [
    'a long line',
    'a,b\n1,2,3\n',
    'bad-data-file: data.csv:2: expected 2 fields, found 3: `1,2,3` | correct the line, or set `bad_lines: skip` to leave such lines out',
  ],
  [
    'bad lines that are to be skipped',
    'a,b\n1,2\n3\n4,5,6\n7,8\n',
    '"a" BIGINT, "b" BIGINT | [1,2] [7,8] | table: 2 lines could not be read and were skipped',
    { bad_lines: 'skip' },
  ],
  ['a delimiter at the end of each line', 'a,b,\n1,2,\n', '"a" BIGINT, "b" BIGINT, "unnamed_3" VARCHAR | [1,2,null]'],
  ['a blank line between others', 'a,b\n1,2\n\n3,4\n', '"a" BIGINT, "b" BIGINT | [1,2] [3,4]'],
  ['a blank line in one column', 'a\n1\n\n3\n', '"a" BIGINT | [1] [null] [3]'],
  [
    'a quote that is not closed',
    'a,b\n"1,2\n3,4\n',
    'bad-data-file: data.csv:2: a quote is opened and not closed: `"1,2` | correct the line, or set `bad_lines: skip` to leave such lines out',
  ],
  [
    'a quote in the header that is not closed',
    'a,"b\n1,2\n3,4\n',
    'bad-data-file: data.csv:1: a quote is opened in the first line and not closed | correct the line',
  ],
  [
    'text behind a closing quote',
    'a,b\n"1"x,2\n3,4\n',
    'bad-data-file: data.csv:2: text stands behind a closing quote: `"1"x,2` | correct the line, or set `bad_lines: skip` to leave such lines out',
  ],
  ['a quote inside of a text', 'a,b\n5" pipe,2\n3,4\n', '"a" VARCHAR, "b" BIGINT | ["5\\" pipe",2] ["3",4]'],
  ['lines that end in CR', 'a,b\r1,2\r3,4\r', '"a" BIGINT, "b" BIGINT | [1,2] [3,4]'],
  [
    'lines that end in CRLF, and one in LF',
    'a,b\r\n1,2\n3,4\r\n5,6\r\n',
    'bad-data-file: data.csv: some lines end in CRLF or CR and others in LF | give all lines the same end, for instance with `dos2unix`',
  ],
  [
    'lines that end in LF, and one in CRLF',
    'a,b\n1,2\r\n3,4\n',
    'bad-data-file: data.csv: some lines end in CRLF or CR and others in LF | give all lines the same end, for instance with `dos2unix`',
  ],
  ['line ends of both kinds in quotes', 'a,b\r\n"x\r\ny",2\r\n"z\nw",3\r\n', '"a" VARCHAR, "b" BIGINT | ["x\\r\\ny",2] ["z\\nw",3]'],
  [
    'a line of three million bytes',
    `a,b\n${'x'.repeat(3_000_000)},2\n`,
    'bad-data-file: data.csv:2: the line has 3,000,002 bytes, and 2,000,000 at most can be read | correct the line, or set `bad_lines: skip` to leave such lines out',
  ],
  [
    'a header of five million bytes',
    `${'x'.repeat(5_000_000)},b\n1,2\n`,
    'bad-data-file: data.csv:1: the first line has more than 4 MiB and no end | is the file a table with one row a line?',
  ],
];

const VALUES: readonly Case[] = [
  ['only missing values', 'a,b\n,\nNA,\n', '"a" VARCHAR, "b" VARCHAR | [null,null] [null,null]'],
  [
    'NaN and infinities',
    'x,y\nNaN,inf\nInfinity,-Infinity\n1,2\n',
    '"x" DOUBLE, "y" DOUBLE | [null,null] [null,null] [1,2] | x: 1 infinite value is treated as missing | y: 2 infinite values are treated as missing',
  ],
  ['a number beyond all', 'x\n1e400\n1\n', '"x" DOUBLE | [null] [1] | x: 1 infinite value is treated as missing'],
  [
    'days that no month has',
    'd,e\n2024-02-30,2024-01-01\n2024-02-28,9999-12-31\n',
    '"d" VARCHAR, "e" DATE | ["2024-02-30","2024-01-01T00:00:00.000Z"] ["2024-02-28","9999-12-31T00:00:00.000Z"]',
  ],
  ['a date of zeros', 'd\n0000-00-00\n2024-02-28\n', '"d" VARCHAR | ["0000-00-00"] ["2024-02-28"]'],
  ['a year that no calendar has', 'd\n290000-01-01\n2024-02-28\n', '"d" VARCHAR | ["290000-01-01"] ["2024-02-28"]'],
  ['hour 25', 'd\n2024-02-28 25:00:00\n2024-02-28 10:00:00\n', '"d" VARCHAR | ["2024-02-28 25:00:00"] ["2024-02-28 10:00:00"]'],
  ['a whole number that a double does not hold', 'id\n9007199254740993\n1\n', '"id" BIGINT | ["9007199254740993"] ["1"]'],
  [
    'a whole number beyond 64 bits',
    'id\n18446744073709551617\n1\n',
    '"id" DOUBLE | [18446744073709552000] [1] | id: 1 whole number has more digits than a number keeps, and is rounded; `type: category` keeps the column as text',
  ],
  ['leading zeros', 'zip\n01234\n90210\n', '"zip" VARCHAR | ["01234"] ["90210"]'],
  [
    'hexadecimal, underscores, other digits and signs',
    'a,b,c,d\n0x1F,1_000,١٢,−5\n1,2,3,4\n',
    '"a" VARCHAR, "b" VARCHAR, "c" VARCHAR, "d" VARCHAR | ["0x1F","1_000","١٢","−5"] ["1","2","3","4"]',
  ],
  ['truth written in three ways', 'b\ntrue\nFALSE\n1\n', '"b" VARCHAR | ["true"] ["FALSE"] ["1"]'],
  ['decimal commas', 'a;b\n1,5;2\n', '"a" VARCHAR, "b" BIGINT | ["1,5",2]', { delimiter: ';' }],
];

const OTHER_FILES: readonly Case[] = [
  [
    'a workbook',
    bytes('PK', [3, 4, 20, 0, 6, 0, 8, 0], 'xl/workbook.xml'),
    'bad-data-file: data.csv is a ZIP archive | unpack it; a workbook (.xlsx) is one too: save the sheet as CSV',
  ],
  [
    'an image',
    bytes([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 0x0d], 'IHDR'),
    'bad-data-file: data.csv is not a text file in UTF-8 | save it as UTF-8, or name the right format',
  ],
  ['a Parquet file', bytes('PAR1', [0x15, 0, 0x15, 0x1c], 'PAR1'), 'bad-data-file: data.csv is a Parquet file | set `using: parquet`'],
  [
    'a page that says that there is no file',
    '<!DOCTYPE html>\n<html><head><title>404</title></head>\n<body>Not found</body></html>\n',
    'bad-data-file: data.csv is an HTML page | look at what it says: a failed download gives such a page',
  ],
  [
    'a pointer of Git LFS',
    `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`,
    'bad-data-file: data.csv is a pointer of Git LFS and not the data | run `git lfs pull`, which fetches the data',
  ],
  ['bzip2', bytes('BZh91AY&SY', [0x0a, 0x0b]), 'bad-data-file: data.csv is packed with bzip2 | unpack it, or pack it with gzip'],
  ['gzip of two parts', Buffer.concat([gzipSync('a,b\n1,2\n'), gzipSync('3,4\n')]), '"a" BIGINT, "b" BIGINT | [1,2] [3,4]'],
  [
    'gzip that is cut off',
    gzipSync(`a,b\n${LINES.repeat(300)}`).subarray(0, 400),
    'bad-data-file: data.csv is packed with gzip and damaged: its end is missing | copy or download it again',
  ],
  [
    'gzip without its checksum',
    gzipSync('a,b\n1,2\n').subarray(0, -8),
    'bad-data-file: data.csv is packed with gzip and damaged: its end is missing | copy or download it again',
  ],
  [
    'gzip with another byte',
    flipped(gzipSync('a,b\n1,2\n'), 20),
    'bad-data-file: data.csv is packed with gzip and damaged: incorrect data check | copy or download it again',
  ],
  [
    'gzip with something behind',
    Buffer.concat([gzipSync('a,b\n1,2\n'), Buffer.from('garbage')]),
    'bad-data-file: data.csv is packed with gzip and damaged: incorrect header check | copy or download it again',
  ],
  ['gzip of nothing', gzipSync(''), 'empty-data: data.csv is empty'],
];

describe.each([
  ['encodings', ENCODINGS],
  ['shapes', SHAPES],
  ['values', VALUES],
  ['other files', OTHER_FILES],
])('CSV: %s', (_, cases) => {
  test.each(cases)('%s', async (_name, content, expected, csv) => {
    expect(await outcome('data.csv', content, csv)).toBe(expected);
  });
});

test('a long file is unpacked to its end before it is read', async () => {
  // What gzip cannot make smaller, so that the end is far behind what is looked at first.
  let state = 1;
  const noise = Array.from({ length: 40_000 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return `{"a":${state}}`;
  });
  const packed = gzipSync(noise.join('\n'), { level: 1 });
  expect(packed.length).toBeGreaterThan(2 * 64 * 1024);
  expect(await outcome('data.json', packed.subarray(0, -4))).toBe(
    'bad-data-file: data.json is packed with gzip and damaged: its end is missing | copy or download it again',
  );
  expect(await outcome('data.json', flipped(packed, packed.length - 6))).toBe(
    'bad-data-file: data.json is packed with gzip and damaged: incorrect data check | copy or download it again',
  );
});

describe('JSON', () => {
  test.each<Case>([
    ['blanks', ' \n ', 'empty-data: data.json is empty'],
    ['no record', '[ ]', 'empty-data: data.json is empty'],
    [
      'a comment before the records',
      '// c\n[{"a":1}]',
      'bad-data-file: data.json holds no records: it begins with `// c` | write an array of objects, or one object a line',
    ],
    [
      'lists in a list',
      '[[1,2],[3,4]]',
      'bad-data-file: data.json holds no records: it begins with `[[1,2],[3,4]]` | write an array of objects, or one object a line',
    ],
    [
      'a list with something behind',
      '[{"a":1},{"a":2}] garbage',
      'bad-data-file: data.json: the array that begins the file does not end it; the file ends with `:1},{"a":2}] garbage` | was the file cut off? copy or download it again',
    ],
    [
      'a list and a line behind',
      '[{"a":1},{"a":2}]\n{"a":3}\n',
      'bad-data-file: data.json: the array that begins the file does not end it; the file ends with `{"a":3}` | was the file cut off? copy or download it again',
    ],
    [
      'a list that is cut off in a record',
      '[{"a":1},{"a":2',
      'bad-data-file: data.json: the array that begins the file does not end it; the file ends with `[{"a":1},{"a":2` | was the file cut off? copy or download it again',
    ],
    [
      'a list that is cut off behind a comma',
      '[{"a":1},',
      'bad-data-file: data.json: the array that begins the file does not end it; the file ends with `[{"a":1},` | was the file cut off? copy or download it again',
    ],
    ['a comma too many', '[{"a":1},{"a":2},]', 'bad-data-file: data.json: record 3: not valid JSON at byte 1: unexpected character'],
    [
      'a number among records',
      '[{"a":1},2,{"a":3}]',
      'bad-data-file: data.json: record 2 is a number and not an object | write an array of objects, or one object a line',
    ],
    [
      'a list among lines',
      '{"a":1}\n[1]\n{"a":3}\n',
      'bad-data-file: data.json: record 2 is an array and not an object | write an array of objects, or one object a line',
    ],
    ['a text among lines', '{"a":1}\nhello\n{"a":3}\n', 'bad-data-file: data.json:2: not valid JSON at byte 1: unexpected character'],
    [
      'a line that is cut off',
      '{"a":1}\n{"a":\n{"a":3}\n',
      'bad-data-file: data.json:2: not valid JSON at byte 15: unexpected end of data',
    ],
    ['a blank line', '{"a":1}\n\n{"a":3}\n', '"a" BIGINT | [1] [3]'],
    ['null in place of a record', '[{"a":1},null]', '"a" BIGINT | [1] [null]'],
    ['records without keys', '[{},{}]', 'empty-data: data.json has no columns: its records are empty'],
    ['a record over several lines', '{\n "a": 1\n}\n', '"a" BIGINT | [1]'],
    [
      'columns, as pandas writes them',
      '{"a":{"0":1,"1":2},"b":{"0":"x","1":"y"}}',
      "bad-data-file: data.json holds one record of lists and objects, which looks like columns and not like rows | write records; with pandas: `to_json(path, orient='records')`",
    ],
    ['nested values', '[{"a":{"b":[1,2]},"c":[1],"d":1}]', '"a" VARCHAR, "c" VARCHAR, "d" BIGINT | ["{\\"b\\":[1,2]}","[1]",1]'],
    ['ten thousand levels', `[{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}},{"x":null}]`, '"x" VARCHAR | ["20000 brackets"] [null]'],
    [
      'values of every kind',
      '[{"x":1},{"x":"a"},{"x":true},{"x":null},{"x":{"y":1}}]',
      '"x" VARCHAR | ["1"] ["a"] ["true"] [null] ["{\\"y\\":1}"]',
    ],
    ['other keys in every record', '[{"a":1},{"b":2}]', '"a" BIGINT, "b" BIGINT | [1,null] [null,2]'],
    ['a key twice', '[{"a":1,"a":2}]', 'bad-data-file: data.json: record 1: the key `a` occurs twice | rename or remove one of them'],
    [
      'keys that differ in case',
      '{"a":1}\n{"A":2}\n',
      'bad-data-file: data.json: keys `A` and `a` differ in case only | rename one of them',
    ],
    ['a name that looks like one that was given', '[{"a":1,"A_1":2,"C0":3}]', '"a" BIGINT, "A_1" BIGINT, "C0" BIGINT | [1,2,3]'],
    ['an empty key', '[{"":1,"b":2}]', 'bad-data-file: data.json: a key is empty | give it a name'],
    [
      'keys of an object, HTML and a line end',
      '[{"__proto__":1,"<b>":"<i>","a\\nb":2}]',
      '"__proto__" BIGINT, "<b>" VARCHAR, "a\\nb" BIGINT | [1,"<i>",2]',
    ],
    [
      'half of a surrogate pair',
      '[{"a":"\\ud800"}]',
      'bad-data-file: data.json: record 1: not valid JSON at byte 13: no low surrogate in string',
    ],
    ['a zero character', '[{"a":"x\\u0000y"}]', '"a" VARCHAR | ["x\\u0000y"]'],
    ['a zero byte', '[{"a":"x\0y"}]', 'bad-data-file: data.json is not a text file in UTF-8 | save it as UTF-8, or name the right format'],
    [
      'a line end in a text',
      '[{"a":"x\ny"}]',
      'bad-data-file: data.json: record 1: not valid JSON at byte 8: unexpected control character in string',
    ],
    [
      'Latin-1',
      bytes('[{"a":"', [0xe9], '"}]'),
      'bad-data-file: data.json: record 1: not valid JSON at byte 7: invalid UTF-8 encoding in string | save the file as UTF-8',
    ],
    ['UTF-16', utf16('\uFEFF[{"a":1}]'), 'bad-data-file: data.json is in UTF-16 | save it as UTF-8'],
    ['a byte order mark before a list', bytes(BOM, '[{"a":1}]'), '"a" BIGINT | [1]'],
    ['a byte order mark before lines', bytes(BOM, '{"a":1}\n{"a":2}\n'), '"a" BIGINT | [1] [2]'],
    [
      'NaN, and a number beyond all',
      '[{"x":NaN,"y":1e400},{"x":1,"y":2}]',
      '"x" DOUBLE, "y" DOUBLE | [null,null] [1,2] | y: 1 infinite value is treated as missing',
    ],
    [
      'whole numbers beyond a double, and beyond 64 bits',
      '[{"a":9007199254740993,"b":18446744073709551617},{"a":1,"b":2}]',
      '"a" BIGINT, "b" DOUBLE | ["9007199254740993",18446744073709552000] ["1",2] | b: 1 whole number has more digits than a number keeps, and is rounded; `type: category` keeps the column as text',
    ],
    ['days that no month has', '[{"d":"2024-02-30"},{"d":"2024-02-28"}]', '"d" VARCHAR | ["2024-02-30"] ["2024-02-28"]'],
    ['quotes of another kind', "[{'a':1}]", 'bad-data-file: data.json: record 1: not valid JSON at byte 2: unexpected character'],
    [
      'CSV',
      'a,b\n1,2\n',
      'bad-data-file: data.json holds no records: it begins with `a,b` | write an array of objects, or one object a line',
    ],
    ['gzip', gzipSync('[{"a":1}]'), '"a" BIGINT | [1]'],
    [
      'gzip that is cut off',
      gzipSync(JSON.stringify(Array.from({ length: 500 }, (_, a) => ({ a })))).subarray(0, 300),
      'bad-data-file: data.json is packed with gzip and damaged: its end is missing | copy or download it again',
    ],
  ])('%s', async (_name, content, expected) => {
    expect((await outcome('data.json', content)).replace(/\[{100,}\]+/, (nested) => `${nested.length} brackets`)).toBe(expected);
  });
});

describe('Parquet', () => {
  const TABLE = "SELECT i AS a, i * 2.5::DOUBLE AS b, 't' || i AS c FROM range(1000) r(i)";

  async function parquet(sql: string, change: (file: Buffer) => Uint8Array = (file) => file): Promise<string> {
    const path = join(tempFolder(), 'data.parquet');
    await engine.execute(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
    writeFileSync(path, change(readFileSync(path)));
    return ingested(path);
  }

  test.each<[string, (file: Buffer) => Uint8Array, string]>([
    ['nothing', () => Buffer.alloc(0), 'empty-data: data.parquet is empty'],
    [
      'CSV',
      () => Buffer.from('a,b\n1,2\n'),
      'bad-data-file: data.parquet is no Parquet file: it begins with `a,b` | name its format: `using: csv` or `using: json`',
    ],
    [
      'its first four bytes',
      () => Buffer.from('PAR1'),
      'bad-data-file: data.parquet is cut off: the end of the Parquet file is missing | copy or download it again',
    ],
    [
      'its first and last four bytes',
      () => Buffer.from('PAR1PAR1'),
      'bad-data-file: data.parquet is cut off: the end of the Parquet file is missing | copy or download it again',
    ],
    [
      'without its last hundred bytes',
      (file) => file.subarray(0, -100),
      'bad-data-file: data.parquet is cut off: the end of the Parquet file is missing | copy or download it again',
    ],
    [
      'the first half',
      (file) => file.subarray(0, file.length >> 1),
      'bad-data-file: data.parquet is cut off: the end of the Parquet file is missing | copy or download it again',
    ],
    [
      'with another byte in a page',
      (file) => flipped(file, 50),
      'bad-data-file: data.parquet: Failed to read file "data.parquet": Snappy decompression failure',
    ],
    [
      'with another byte at the head of a page',
      (file) => flipped(file, 8),
      'bad-data-file: data.parquet: TProtocolException: Invalid data',
    ],
    [
      'with another length of its footer',
      (file) => Buffer.concat([file.subarray(0, -8), Buffer.from([0xff, 0xff, 0xff, 0x7f]), Buffer.from('PAR1')]),
      "bad-data-file: data.parquet: Footer length error in file 'data.parquet' | copy or download it again",
    ],
    [
      'that says it is encrypted',
      (file) => Buffer.concat([file.subarray(0, -4), Buffer.from('PARE')]),
      "bad-data-file: data.parquet: File 'data.parquet' is encrypted, but 'encryption_config' was not set | decrypt it first",
    ],
    [
      'packed with gzip as a whole',
      (file) => gzipSync(file),
      'bad-data-file: data.parquet is no Parquet file | name its format: `using: csv` or `using: json`',
    ],
    [
      'a pointer of Git LFS',
      () => Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
      'bad-data-file: data.parquet is a pointer of Git LFS and not the data | run `git lfs pull`, which fetches the data',
    ],
  ])('%s', async (_name, change, expected) => {
    expect(await parquet(TABLE, change)).toBe(expected);
  });

  test.each<[string, string, string]>([
    ['no rows', 'SELECT 1 AS a WHERE false', 'empty-data: data.parquet has no rows'],
    ['only missing values', 'SELECT NULL::INTEGER AS a, NULL::VARCHAR AS b', '"a" BIGINT, "b" VARCHAR | [null,null]'],
    [
      'NaN and infinities',
      "SELECT * FROM (VALUES ('nan'::DOUBLE, 'inf'::DOUBLE), (1, '-inf'::DOUBLE), (2, 3)) t(a, b)",
      '"a" DOUBLE, "b" DOUBLE | [null,null] [1,null] [2,3] | b: 2 infinite values are treated as missing',
    ],
    [
      'dates beyond all calendars',
      "SELECT DATE '9999-12-31' AS a, 'infinity'::DATE AS b, TIMESTAMP '290000-01-01' AS c, DATE '2024-02-29' AS d",
      '"a" DATE, "b" DATE, "c" TIMESTAMP, "d" DATE | ["9999-12-31T00:00:00.000Z",null,null,"2024-02-29T00:00:00.000Z"] | b: 1 date beyond all calendars is treated as missing | c: 1 date beyond all calendars is treated as missing',
    ],
    [
      'whole numbers beyond 64 bits',
      'SELECT 18446744073709551615::UBIGINT AS u, 9007199254740993::BIGINT AS b',
      '"u" DOUBLE, "b" BIGINT | [18446744073709552000,"9007199254740993"] | u: 1 whole number has more digits than a number keeps, and is rounded; `type: category` keeps the column as text',
    ],
    [
      'names of an object, HTML, a line end and a rocket',
      'SELECT 1 AS "__proto__", 2 AS "<script>", 3 AS "a\nb", 4 AS "🚀"',
      '"__proto__" BIGINT, "<script>" BIGINT, "a\\nb" BIGINT, "🚀" BIGINT | [1,2,3,4]',
    ],
    [
      'lists, structs and maps',
      "SELECT [1,2] AS l, {'a': 1} AS s, MAP {'k': 1} AS m, 5 AS a",
      '"l" VARCHAR, "s" VARCHAR, "m" VARCHAR, "a" BIGINT | ["[1, 2]","{\'a\': 1}","{k=1}",5]',
    ],
    [
      'times, spans, bytes and identifiers',
      "SELECT TIMESTAMPTZ '2024-05-01 10:00:00+02' AS a, TIME '10:00:00' AS b, '\\xAA'::BLOB AS c, '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::UUID AS d, TIMESTAMP_NS '2024-05-01 10:00:00.123456789' AS e",
      '"a" TIMESTAMP, "b" VARCHAR, "c" VARCHAR, "d" VARCHAR, "e" TIMESTAMP | ["2024-05-01T08:00:00.000Z","10:00:00","\\\\xAA","6ba7b810-9dad-11d1-80b4-00c04fd430c8","2024-05-01T10:00:00.123Z"]',
    ],
  ])('%s', async (_name, sql, expected) => {
    expect(await parquet(sql)).toBe(expected);
  });

  test('names that differ in case only', async () => {
    // The data engine writes no such file: the second name is put in place of another of its length.
    const rename = (file: Buffer) => Buffer.from(file.toString('latin1').replaceAll('prixe', 'PRICE'), 'latin1');
    expect(await parquet('SELECT 1 AS price, 2 AS prixe', rename)).toBe(
      'bad-data-file: data.parquet: columns `price` and `PRICE` differ in case only | rename one of them',
    );
  });
});
