/** Headers read by us against what the data engine makes of the same files, and files that are cut, damaged or strange. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { diskFiles } from '../../../../src/recipe/data-files.ts';
import { HEAD_BYTES, type Header } from '../../../../src/recipe/headers/header.ts';
import { readHeader } from '../../../../src/recipe/headers/read-header.ts';
import type { Format } from '../../../../src/recipe/vocabulary.ts';
import { columnNames, readHead } from '../../../../src/steps/ingest/csv-header.ts';

let folder: string;
let engine: DataEngine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headers-'));
  engine = await openDuckDb();
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const OPTIONS = { hasHeader: true, nullValues: ['', 'NA'] };

function header(name: string, content: string | Uint8Array, format: Format, options: object = {}): Header | undefined {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readHeader(path, format, { ...OPTIONS, ...options }, diskFiles);
}

describe('csv', () => {
  it('has the names that ingest finds, whatever they contain', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'B', 'é', ' ', ',', '"', '\n', '\r', ';', '1'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r'), (fields, lineBreak) => {
        const unique = fields.map((text, index) => `${text}${index}`);
        const text = `\ufeff${unique.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}${lineBreak}1,2`;
        const found = header('any.csv', text, 'csv');
        const file = { path: join(folder, 'any.csv'), label: 'any.csv' };
        expect(found?.names).toEqual(columnNames(file, readHead(file), ',', true));
      }),
      { numRuns: 200 },
    );
  });

  it('has rows with their lines, without what is missing, cut or of another width', () => {
    const found = header('rows.csv', 'a,b\n1,x\n\n"2\n",NA\n3,"y\nz"\n4,5,6\n7,w', 'csv');
    expect(found?.sample?.('b')).toEqual([
      { text: 'x', isNumber: false, row: 2 },
      { text: 'y\nz', isNumber: false, row: 6 },
      { text: 'w', isNumber: false, row: 9 },
    ]);
  });

  it('takes for a number what any reader might', () => {
    const found = header('numbers.csv', 'a,b\n1,0\n-1.5e-3,0\n inf ,0\n.5,0\n007,0\n1_000,0\n"1,5",0\ntrue,0\n', 'csv');
    expect(found?.sample?.('a').map(({ isNumber }) => isNumber)).toEqual([true, true, true, true, true, false, false, false]);
  });

  it('knows names without a header line', () => {
    const found = header('bare.tsv', '1\t2\n3\tx\n', 'tsv', { hasHeader: false });
    expect(found?.names).toEqual(['column0', 'column1']);
    expect(found?.sample?.('column1').map(({ text }) => text)).toEqual(['2', 'x']);
  });

  it('unpacks gzip, and reads no further than it says', () => {
    const rows = Array.from({ length: 100_000 }, (_, row) => `${row},x\n`).join('');
    for (const content of [`a,b\n${rows}`, gzipSync(`a,b\n${rows}`)]) {
      const found = header('long.csv', content, 'csv');
      expect(found?.names).toEqual(['a', 'b']);
      expect(found?.sample?.('b').length).toBeLessThan(HEAD_BYTES / 4);
      expect(found?.sample?.('b').every(({ text }) => text === 'x')).toBe(true);
    }
  });

  it.each([
    ['an empty file', ''],
    ['a first line beyond what is read', `a,${'b'.repeat(HEAD_BYTES)},c\n`],
    ['an image', new Uint8Array([137, 80, 78, 71, 0, 0, 0, 1])],
    ['another encoding', new Uint8Array([0xe9, 0x2c, 0x62, 0x0a])],
    ['half a gzip', gzipSync('a,b\n').subarray(0, 5)],
  ])('says nothing of %s', (_, content) => {
    expect(header('odd.csv', content, 'csv')?.names).toBeUndefined();
  });

  it('says nothing of a file that is not there', () => {
    expect(readHeader(join(folder, 'none.csv'), 'csv', OPTIONS, diskFiles)).toBeUndefined();
  });
});

describe('json', () => {
  const records = [
    { a: 1, 'b"}': 'x]' },
    { a: null, c: { d: [1, { e: '{' }] } },
  ];

  it.each([
    ['an array', JSON.stringify(records, null, 2)],
    ['lines', records.map((one) => JSON.stringify(one)).join('\n')],
    ['an array with a byte order mark', `\ufeff${JSON.stringify(records)}`],
  ])('has the keys of all records of %s', (_, text) => {
    const found = header('any.json', text, 'json');
    expect([found?.names, found?.isComplete]).toEqual([['a', 'b"}', 'c'], true]);
    expect(found?.sample?.('a')).toEqual([{ text: '1', isNumber: true, row: 1 }]);
  });

  it('is not certain of a file that goes on', () => {
    const found = header('long.json', Array.from({ length: 20_000 }, () => '{"a":"1"}').join('\n'), 'ndjson');
    expect([found?.names, found?.isComplete]).toEqual([['a'], false]);
    expect(found?.sample?.('a')[0]).toEqual({ text: '1', isNumber: false, row: 1 });
  });

  it.each(['', '[]', '[1, 2]', '"a"', '{"a": }', '[{"a": 1}, 2]'])('says nothing of %s', (text) => {
    expect(header('odd.json', text, 'json')).toBeUndefined();
  });
});

describe('parquet', () => {
  it('has the columns of the file and what they are declared as', async () => {
    const path = join(folder, 'types.parquet');
    await engine.execute(`COPY (SELECT 1 AS i, 2::BIGINT AS l, 1.5::DOUBLE AS d, 1.5::DECIMAL(9, 2) AS n, 'x' AS t, true AS b, DATE '2024-01-01' AS day,
      TIMESTAMP '2024-01-01' AS at, TIME '12:00' AS clock, {'p': 1, 'q': [1]} AS nested, [1, 2] AS list, 3::UTINYINT AS "é, ""x""", MAP {'k': 1} AS map,
      'last' AS last) TO '${path}' (FORMAT parquet)`);
    const found = readHeader(path, 'parquet', OPTIONS, diskFiles);
    expect(Object.fromEntries(found?.declared ?? [])).toEqual({
      i: 'number',
      l: 'number',
      d: 'number',
      n: 'number',
      t: 'text',
      b: 'boolean',
      day: 'date',
      at: 'date',
      clock: 'text',
      nested: 'nested',
      list: 'nested',
      'é, "x"': 'number',
      map: 'nested',
      last: 'text',
    });
    const described = await engine.query(`DESCRIBE SELECT * FROM '${path}'`);
    expect(found?.names).toEqual(described.map((row) => row['column_name']));
  });

  it('has ten thousand columns within 4 MiB of footer', async () => {
    const path = join(folder, 'wide.parquet');
    const columns = Array.from({ length: 10_000 }, (_, index) => `${index} AS column_number_${index}`);
    await engine.execute(`COPY (SELECT ${columns.join(', ')}) TO '${path}' (FORMAT parquet)`);
    expect(readHeader(path, 'parquet', OPTIONS, diskFiles)?.names).toHaveLength(10_000);
  });

  it('never throws on damaged bytes, and never hangs', async () => {
    const path = join(folder, 'damage.parquet');
    await engine.execute(`COPY (SELECT 1 AS a, 'x' AS b, [1] AS c) TO '${path}' (FORMAT parquet)`);
    const whole = diskFiles.read?.(path, 0, 1 << 20)?.bytes ?? new Uint8Array();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 9), fc.nat(255)), { minLength: 1, maxLength: 20 }), (edits) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of edits) bytes[at] = value;
        const files = {
          ...diskFiles,
          read: (_: string, from: number, length: number) => {
            const start = from < 0 ? bytes.length + from : from;
            return { bytes: bytes.slice(start, start + length), fileSize: bytes.length };
          },
        };
        const found = readHeader('any', 'parquet', OPTIONS, files);
        return found === undefined || Array.isArray(found.names);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['an empty file', ''],
    ['eight bytes', 'PAR1PAR1'],
    ['a text', 'a,b\n1,2\n3,4\n5,6\n'],
  ])('says nothing of %s', (_, content) => {
    expect(header('odd.parquet', content, 'parquet')).toBeUndefined();
  });
});
