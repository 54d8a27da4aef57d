import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readStepDigests } from '../../../src/executors/step-digests.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'scripts', 'step-digests.mjs');
const FILES: Readonly<Record<string, string>> = {
  'package.json': '{"type":"module"}',
  'dist/steps/define.js': 'export const defineStep = (step) => step;\n',
  'dist/steps/split.js': step('split'),
  'dist/steps/train.js': step('train'),
  'dist/steps/split/run.js': `import { one } from '../../ml/one.js';\nexport const run = () => one;\n`,
  'dist/steps/train/run.js': `import { two } from '../../ml/two.js';\nexport const run = () => two;\n`,
  'dist/ml/one.js': 'export const one = 1;\n',
  'dist/ml/two.js': `import { one } from './one.js';\nexport const two = one + 1;\n`,
  'dist/data/duckdb.js': `export const open = () => import('@duckdb/node-api');\n`,
  'dist/cards/page.js': 'export const page = 1;\n',
};

function step(name: string): string {
  return `import { defineStep } from './define.js';\nexport const it = defineStep({ name: '${name}', outputs: {}, load: async () => (await import('./${name}/run.js')).run });\n`;
}

function digests(folder: string, edits: Readonly<Record<string, string>> = {}) {
  for (const [path, text] of Object.entries({ ...FILES, ...edits })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync(process.execPath, [SCRIPT, join(folder, 'dist')]);
  return readStepDigests(folder);
}

it('the digest of a step changes with the code that the step contains, and with nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-digests-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const before = digests(join(folder, 'a'));
  expect(Object.keys(before)).toEqual(['split', 'train']);
  expect(before['train']).toMatch(/^[0-9a-f]{64}$/);
  expect(before['train']).not.toBe(before['split']);

  cpSync(join(folder, 'a'), join(folder, 'elsewhere'), { recursive: true });
  const cosmetic = {
    'dist/ml/one.js': '/*! licence */\n// why\nexport  const one = 1\n',
    'dist/cards/page.js': 'export const page = 2;\n',
  };
  expect(digests(join(folder, 'elsewhere'), cosmetic)).toEqual(before);

  const onlyTrain = digests(join(folder, 'a'), { 'dist/ml/two.js': `import { one } from './one.js';\nexport const two = one + 2;\n` });
  expect(onlyTrain['split']).toBe(before['split']);
  expect(onlyTrain['train']).not.toBe(before['train']);

  const session = digests(join(folder, 'a'), { 'dist/data/duckdb.js': `export const open = (zone) => import('@duckdb/node-api');\n` });
  expect(session['split']).not.toBe(before['split']);
  expect(session['train']).not.toBe(before['train']);
});
