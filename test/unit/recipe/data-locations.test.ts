/** What a location of data stands for: files in an order that no machine changes. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFiles } from '../../../src/app/sources.ts';
import { diskFiles } from '../../../src/recipe/data-files.ts';
import { formatOf } from '../../../src/recipe/data-locations.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** As a profile writes it. */
const DATA = `$${'{env:DATA}'}`;
const CSV = ['.csv', '.csv.gz'];

function folderOf(...names: readonly string[]): string {
  const root = tempFolder();
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), 'a\n1\n');
  }
  return root;
}

const labels = (root: string, ...locations: readonly string[]): readonly string[] =>
  dataFiles(root, locations, CSV).map(({ label }) => label);

test('a pattern stays within a name, and two stars go through folders', () => {
  const root = folderOf(
    'data/b.csv',
    'data/a.csv',
    'data/Z.csv',
    'data/x/c.csv',
    'data/x/y/d.csv',
    'data/e.txt',
    'data/.f.csv',
    'data/.g/h.csv',
  );
  expect(labels(root, 'data/*.csv')).toEqual(['data/Z.csv', 'data/a.csv', 'data/b.csv']);
  expect(labels(root, 'data/?.csv')).toEqual(['data/Z.csv', 'data/a.csv', 'data/b.csv']);
  expect(labels(root, 'data/**/*.csv')).toEqual(['data/Z.csv', 'data/a.csv', 'data/b.csv', 'data/x/c.csv', 'data/x/y/d.csv']);
  expect(labels(root, 'data/**/d.csv')).toEqual(['data/x/y/d.csv']);
  expect(labels(root, 'data/x*/**')).toEqual(['data/x/c.csv', 'data/x/y/d.csv']);
  expect(labels(root, 'data/*')).toEqual(['data/Z.csv', 'data/a.csv', 'data/b.csv']);
});

test('what a pattern brings is read once, in the order of the list', () => {
  const root = folderOf('data/a.csv', 'data/b.csv', 'data/c.csv');
  expect(labels(root, 'data/b.csv', 'data/*.csv', 'data/c.csv')).toEqual(['data/b.csv', 'data/a.csv', 'data/c.csv']);
  expect(labels(root, 'data/a.csv', 'data/a.csv')).toEqual(['data/a.csv', 'data/a.csv']);
});

test('a name that holds a wildcard, and signs of regular expressions, mean themselves', () => {
  const root = folderOf('data/a*.csv', 'data/ab.csv', 'data/(1)+[2].csv', 'data/1.csv');
  expect(labels(root, 'data/a*.csv')).toEqual(['data/a*.csv']);
  expect(labels(root, 'data/(1)+[2]*')).toEqual(['data/(1)+[2].csv']);
});

test('a link that leads back to its folder ends nothing', () => {
  const root = folderOf('data/a.csv');
  symlinkSync(join(root, 'data'), join(root, 'data', 'again'));
  expect(labels(root, 'data/**/*.csv')).toEqual(['data/a.csv']);
});

test('what comes from outside is named as it is written', () => {
  const root = folderOf('secret/2024/a.csv');
  const place = join(root, 'secret');
  const shown = (written: string, location: string): readonly string[] =>
    dataFiles(root, [location], CSV, new Map([[location, written]])).map(({ label }) => label);
  expect(shown(`${DATA}/**/*.csv`, `${place}/**/*.csv`)).toEqual([`${DATA}/2024/a.csv`]);
  expect(shown(DATA, `${place}/*/a.csv`)).toEqual([`${DATA}/2024/a.csv`]);
  expect(shown(DATA, `${place}/2024`)).toEqual([`${DATA}/a.csv`]);
});

test('the format of a pattern is that of its ending, else that of all its files', () => {
  const root = folderOf('data/a.csv', 'data/b.csv.gz', 'data/c.txt', 'more/a.csv', 'more/b.tsv');
  const format = (location: string) => formatOf(join(root, location), diskFiles);
  expect(format('data/*.csv')).toBe('csv');
  expect(format('data/*.gz')).toBe('csv');
  expect(format('data/?.*')).toBeUndefined();
  expect(format('data/*')).toBe('csv');
  expect(format('data/**')).toBe('csv');
  expect(format('more/*')).toBeUndefined();
  expect(format('more/a*')).toBe('csv');
});
