/** The conformance suite runs for every name that a recipe may write in `steps.train.using`, and every model can be read back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ESTIMATOR_NAMES } from '../../../src/ml/restore.ts';
import { ESTIMATORS } from '../../../src/recipe/vocabulary.ts';

const suites = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /contract\.test\.ts$/.test(path))
  .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'));

test.each([...new Set([...ESTIMATORS, ...ESTIMATOR_NAMES])])('%s', (name) => {
  expect(ESTIMATOR_NAMES).toContain(name);
  expect(suites.filter((text) => text.includes(`name: '${name}'`))).toHaveLength(1);
});
