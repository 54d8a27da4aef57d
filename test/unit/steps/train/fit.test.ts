import { expect, test } from 'vitest';
import type { Estimator } from '../../../../src/ml/estimator.ts';
import { TooMuchMemory } from '../../../../src/ml/kernels/machine.ts';
import { fitOn } from '../../../../src/steps/train/fit.ts';
import type { Parts } from '../../../../src/steps/train/parts.ts';

test('a fit that is too large is a diagnostic with a way out', async () => {
  const estimator = {
    name: 'gradient_boosting',
    fit() {
      throw new TooMuchMemory('this takes 6.1 GiB');
    },
  } as unknown as Estimator;
  const part = { x: { rowCount: 0, features: [], columns: [] }, y: { kind: 'regression', values: new Float64Array(0) } };
  const parts = { training: part, validation: part } as unknown as Parts;
  await expect(fitOn(estimator, parts, { target: 'y' }, { seed: 1 })).rejects.toMatchObject({
    diagnostic: {
      code: 'step-out-of-memory',
      message: '`using: gradient_boosting`: this takes 6.1 GiB',
      hint: 'a `post_split_filter_method` in steps.split can keep a share of the training rows',
    },
  });
});
