/** The checks of `recipe doctor` that no healthy machine can show. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { byteSize } from '../../../../src/app/doctor/check.ts';
import { abilities, clock, spaceResult } from '../../../../src/app/doctor/disk.ts';
import { nodeVersion, packageFiles } from '../../../../src/app/doctor/installation.ts';
import { optionalChecks } from '../../../../src/app/doctor/optional.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

test.each([
  ['20.19.0', 'ok'],
  ['20.20.2', 'ok'],
  ['22.0.0', 'ok'],
  ['100.0.0', 'ok'],
  ['20.18.9', 'error'],
  ['18.20.0', 'error'],
])('Node %s: %s', (version, state) => {
  expect(nodeVersion(version, '>=20.19').state).toBe(state);
});

test('a file that something imports is missed', () => {
  const root = tempFolder();
  const whole = {
    'bin/recipe.js': 'import("../dist/cli/bundle/main.js")',
    'dist/cli/bundle/main.js': 'import{a}from"./chunk-A.js";await import("./run-B.js");',
    'dist/cli/bundle/chunk-A.js': 'export const a=1;',
    'dist/cli/bundle/run-B.js': '',
    'dist/worker/main.js': "import './serve.js';",
    'dist/worker/serve.js': '',
    'dist/index.js': "export * from './app/recipe.js';",
    'dist/app/recipe.js': '',
    'dist/steps-api.js': '',
    'dist/step-digests.json': '{}',
    'dist/templates/scaffold/x': '',
    'schema/recipe.schema.json': '{}',
  };
  write(root, whole);
  expect(packageFiles(root)).toEqual({ state: 'ok', message: 'mlrecipe 0.1.0 is complete: 9 files of code' });
  for (const path of Object.keys(whole)) {
    const broken = tempFolder();
    write(broken, Object.fromEntries(Object.entries(whole).filter(([other]) => other !== path)));
    const { state, message } = packageFiles(broken);
    expect([state, message.replaceAll('\\', '/')]).toEqual(['error', `mlrecipe 0.1.0 lacks ${path.replace('/scaffold/x', '/scaffold')}`]);
  }
});

test('an optional package is absent, loads, throws, or takes its process along', async () => {
  const root = tempFolder();
  const version = (name: string): string => JSON.stringify({ name, version: '1.2.3', main: 'index.js' });
  write(root, {
    'node_modules/typescript/package.json': version('typescript'),
    'node_modules/typescript/index.js': '',
    'node_modules/ml-random-forest/package.json': version('ml-random-forest'),
    'node_modules/ml-random-forest/index.js': "throw new Error('wrong binary');",
    'node_modules/@tensorflow/tfjs-node/package.json': version('@tensorflow/tfjs-node'),
    'node_modules/@tensorflow/tfjs-node/index.js': 'process.exit(77);',
    'project/recipe.yaml': '',
  });
  const found = Object.fromEntries(
    await Promise.all(optionalChecks(join(root, 'project')).map(async ({ name, look }) => [name, await look()] as const)),
  );
  expect(found['typescript']).toEqual({ state: 'ok', message: '1.2.3 loads; for checking the types of `steps/*.ts`; they run without it' });
  expect(found['ml-random-forest']).toEqual({
    state: 'warning',
    message: '1.2.3 is installed and does not load: wrong binary',
    hint: 'install it again: `npm install ml-random-forest`',
  });
  expect(found['@tensorflow/tfjs-node']).toEqual({
    state: 'warning',
    message: '1.2.3 is installed and does not load: its process ended with 77',
    hint: 'it has no binaries for newer versions of Node; `@tensorflow/tfjs-layers` with a backend does the same without it',
  });
  expect(found['danfojs-node']).toMatchObject({ state: 'note', hint: 'npm install danfojs-node --ignore-scripts' });
});

test('the disk is tried in a folder that goes away again', () => {
  const root = tempFolder();
  expect(abilities(root)).toEqual({ state: 'ok', message: 'the disk renames, flushes and links as the store needs it' });
  mkdirSync(join(root, '.recipe'));
  expect(abilities(root).state).toBe('ok');
  expect(readdirSync(root, { recursive: true })).toEqual(['.recipe']);
  writeFileSync(join(root, 'file'), '');
  expect(abilities(join(root, 'file'))).toMatchObject({
    state: 'error',
    message: expect.stringMatching(/^the disk at .* cannot be written: E/),
  });
});

test('little room is a warning, none stops a run', () => {
  expect([3e9, 1e9, 5e7].map((free) => spaceResult(free, 'here').state)).toEqual(['ok', 'warning', 'error']);
  expect(spaceResult(1.234e9, 'here').message).toBe('1.23 GB free at here');
  expect([0, 999, 1000, 2.5e13].map(byteSize)).toEqual(['0 B', '999 B', '1.00 kB', '25.0 TB']);
});

test('a clock before the installation is wrong', () => {
  const installed = Date.UTC(2026, 5, 1);
  expect(clock(installed + 1, installed).state).toBe('ok');
  expect(clock(0, installed)).toEqual({
    state: 'warning',
    message: 'the clock says 1970-01-01T00:00:00 UTC, and mlrecipe was installed on 2026-06-01',
    hint: 'set the clock: runs are listed by time, and results are kept by age',
  });
});
