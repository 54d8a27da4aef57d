import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import { nodeFileSystem as fs } from '../../../src/store/node-file-system.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlrecipe-fs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('stat tells files, folders, links and nothing apart, and follows no link', () => {
  writeFileSync(`${folder}/a`, 'abc');
  symlinkSync(`${folder}/a`, `${folder}/link`);
  symlinkSync(`${folder}/none`, `${folder}/broken`);
  expect(fs.stat(`${folder}/a`)).toMatchObject({ kind: 'file', sizeBytes: 3 });
  expect(fs.stat(folder)?.kind).toBe('folder');
  expect(fs.stat(`${folder}/link`)?.kind).toBe('link');
  expect(fs.stat(`${folder}/none`)).toBeUndefined();
  expect(fs.statTarget(`${folder}/link`)).toEqual(fs.stat(`${folder}/a`));
  expect(fs.statTarget(`${folder}/broken`)).toBeUndefined();
});

test('readFolder is in code-unit order, and empty for what is not there', () => {
  for (const name of ['b', 'B', 'a', 'ä', 'A']) writeFileSync(`${folder}/${name}`, '');
  expect(fs.readFolder(folder)).toEqual(['A', 'B', 'a', 'b', 'ä']);
  expect(fs.readFolder(`${folder}/none`)).toEqual([]);
});

test.each([0, 1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 * (1 << 20), 3 * (1 << 20) + 7])('hashFile of %i bytes', async (size) => {
  const bytes = Buffer.alloc(size, 'The quick brown fox');
  writeFileSync(`${folder}/a`, bytes);
  const { digest, stat } = await fs.hashFile(`${folder}/a`);
  expect(digest).toBe(sha256Hex(bytes));
  expect(stat).toEqual(fs.stat(`${folder}/a`));
});

test('hashFile gives the digest that fits its stat when the file grows meanwhile', async () => {
  writeFileSync(`${folder}/a`, Buffer.alloc(3 << 20, 'x'));
  const hashing = fs.hashFile(`${folder}/a`);
  appendFileSync(`${folder}/a`, 'more');
  const { digest, stat } = await hashing;
  expect(digest).toBe(sha256Hex(readFileSync(`${folder}/a`)));
  expect(stat.sizeBytes).toBe((3 << 20) + 4);
});

test('copies are independent, durable or not', () => {
  writeFileSync(`${folder}/a`, 'abc', { mode: 0o444 });
  fs.copyFile(`${folder}/a`, `${folder}/b`, { durable: true });
  fs.writeFile(`${folder}/b`, Buffer.from('changed'), { durable: true });
  fs.appendFile(`${folder}/b`, Buffer.from('!'));
  expect(readFileSync(`${folder}/a`, 'utf8')).toBe('abc');
  expect(readFileSync(`${folder}/b`, 'utf8')).toBe('changed!');
});

test('createFile makes a file once and leaves no draft', () => {
  expect(fs.createFile(`${folder}/lock`, Buffer.from('mine'))).toBe(true);
  expect(fs.createFile(`${folder}/lock`, Buffer.from('yours'))).toBe(false);
  expect(readFileSync(`${folder}/lock`, 'utf8')).toBe('mine');
  expect(fs.readFolder(folder)).toEqual(['lock']);
});

test('times, modes, folders, renames and removal', () => {
  fs.makeFolder(`${folder}/x/y`);
  fs.writeFile(`${folder}/x/y/a`, Buffer.from('abc'));
  fs.setTime(`${folder}/x/y/a`, 1_600_000_000_123);
  fs.setMode(`${folder}/x/y/a`, 0o444);
  fs.syncFolder(`${folder}/x/y`);
  expect(fs.stat(`${folder}/x/y/a`)).toMatchObject({ mode: 0o444 });
  expect(Number(fs.stat(`${folder}/x/y/a`)?.mtimeNs ?? 0n) / 1e6).toBeCloseTo(1_600_000_000_123, 0);
  fs.rename(`${folder}/x`, `${folder}/z`);
  expect(Buffer.from(fs.readFile(`${folder}/z/y/a`)).toString()).toBe('abc');
  fs.remove(`${folder}/z`);
  fs.remove(`${folder}/z`);
  expect(existsSync(`${folder}/z`)).toBe(false);
});
