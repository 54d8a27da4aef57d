import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileWatch } from '../../../src/app/file-watch.ts';

let folder: string;
let labels: string[];
let files: FileWatch;
const at = (label: string): string => join(folder, label);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlrecipe watch '));
  labels = ['a.ts', 'b.ts'];
  for (const label of labels) writeFileSync(at(label), label);
  files = new FileWatch(() => labels.map((label) => ({ label, path: at(label) })));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an edit is told once', () => {
  expect(files.look()).toEqual([]);
  writeFileSync(at('b.ts'), 'other');
  expect(files.look()).toEqual(['b.ts']);
  expect(files.look()).toEqual([]);
});

test('a file that was touched, or replaced by one of the same bytes, has not changed', () => {
  utimesSync(at('a.ts'), 1, 1);
  writeFileSync(at('new'), 'b.ts');
  renameSync(at('new'), at('b.ts'));
  expect(files.look()).toEqual([]);
});

test('files come, go, and come back', () => {
  rmSync(at('a.ts'));
  expect(files.look()).toEqual(['a.ts']);
  writeFileSync(at('a.ts'), 'a.ts');
  writeFileSync(at('c.ts'), 'c');
  labels = ['a.ts', 'b.ts', 'c.ts'];
  expect(files.look()).toEqual(['a.ts', 'c.ts']);
  labels = ['b.ts'];
  expect(files.look()).toEqual(['a.ts', 'c.ts']);
});

test('a large file has changed when its time or size has', () => {
  writeFileSync(at('a.ts'), Buffer.alloc(9 * 1024 * 1024));
  expect(files.look()).toEqual(['a.ts']);
  utimesSync(at('a.ts'), 1, 1);
  expect(files.look()).toEqual(['a.ts']);
});
