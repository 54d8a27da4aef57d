import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { missingTensorFlow } from '../../../src/app/missing-tensorflow.ts';

const root = mkdtempSync(join(tmpdir(), 'missing-tensorflow-'));
afterAll(() => rmSync(root, { recursive: true }));

const recipe = (using: string) =>
  ({ recipe: { steps: { train: { using } } }, locate: () => undefined }) as unknown as Parameters<typeof missingTensorFlow>[0];

test('a network without its library is told, and nothing else asks for it', () => {
  expect(missingTensorFlow(recipe('gradient_boosting'), root)).toEqual([]);
  expect(missingTensorFlow(recipe('neural_network'), root)).toMatchObject([
    { code: 'missing-package', severity: 'warning', hint: expect.stringContaining('npm install @tensorflow/tfjs-core') as string },
  ]);
  const folder = join(root, 'node_modules', '@tensorflow', 'tfjs-layers');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name": "@tensorflow/tfjs-layers", "version": "4.22.0"}');
  expect(missingTensorFlow(recipe('neural_network'), root)).toEqual([]);
});
