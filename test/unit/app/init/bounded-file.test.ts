/** The beginning of a large file is cut behind a whole record, whatever stands in its values. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { boundedFile, recordsEnd } from '../../../../src/app/init/bounded-file.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const end = (text: string, format: 'csv' | 'json' | 'ndjson'): string => {
  const bytes = Buffer.from(text);
  return bytes.subarray(0, recordsEnd(bytes, format)).toString();
};

test.each([
  ['a,b\n1,2\n3,', 'a,b\n1,2\n'],
  ['a,b\n1,"x\ny"\n3,"z\n', 'a,b\n1,"x\ny"\n'],
  ['a,b\n1,"say ""hi""\n"\n2', 'a,b\n1,"say ""hi""\n"\n'],
  ['a,b\r\n1,2\r\n3', 'a,b\r\n1,2\r\n'],
  ['one long line', ''],
])('csv %j', (text, expected) => {
  expect(end(text, 'csv')).toBe(expected);
});

test.each([
  ['[{"a":1},{"a":"}]{"},{"a', '[{"a":1},{"a":"}]{"}'],
  ['[{"a":{"b":[1]}},{"a":{"b', '[{"a":{"b":[1]}}'],
  ['{"a":"\\"}"}\n{"a":2', '{"a":"\\"}"}'],
  ['[{"a":', ''],
])('json %j', (text, expected) => {
  expect(end(text, 'json')).toBe(expected);
});

test('ndjson ends behind a line', () => {
  expect(end('{"a":1}\n{"a":2', 'ndjson')).toBe('{"a":1}\n');
});

test.each([false, true])('a file within the limit is taken as it is, a larger one is cut (gzip: %s)', async (packed) => {
  const folder = tempFolder();
  const text = `a,b\n${'1,2\n'.repeat(5000)}`;
  const file = { path: join(folder, 'a.csv'), label: 'a.csv' };
  writeFileSync(file.path, packed ? gzipSync(text) : text);
  expect(await boundedFile(file, 'csv', join(folder, 'draft'), 1e6)).toEqual({ file, isWhole: true, bytes: text.length });
  const cut = await boundedFile(file, 'csv', join(folder, 'draft'), 1001);
  expect(cut).toEqual({ file: { path: join(folder, 'draft'), label: 'a.csv' }, isWhole: false, bytes: 1000 });
  expect(readFileSync(cut.file.path, 'utf8')).toBe(text.slice(0, 1000));
});

test('an array of records that was cut is closed again', async () => {
  const folder = tempFolder();
  const file = { path: join(folder, 'a.json'), label: 'a.json' };
  writeFileSync(file.path, JSON.stringify(Array.from({ length: 100 }, (_, a) => ({ a }))));
  const cut = await boundedFile(file, 'json', join(folder, 'draft'), 100);
  expect((JSON.parse(readFileSync(cut.file.path, 'utf8')) as unknown[]).length).toBeGreaterThan(5);
});

test('a record larger than the limit has a message', async () => {
  const folder = tempFolder();
  const file = { path: join(folder, 'a.csv'), label: 'a.csv' };
  writeFileSync(file.path, 'x'.repeat(3e6));
  await expect(boundedFile(file, 'csv', join(folder, 'draft'), 2e6)).rejects.toThrow('a.csv: no record ends within its first 2 MB');
});
