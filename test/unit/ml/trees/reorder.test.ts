import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { Random } from '../../../../src/ml/random.ts';
import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';

/** As many bins as make reordering worth while. */
const ROWS = 2 ** 18;

function table(): { readonly x: FeatureMatrix; readonly values: Float64Array } {
  const random = new Random(3);
  const columns = [0, 1].map(() => Float64Array.from({ length: ROWS }, () => random.uniform()));
  const [a, b] = columns as [Float64Array, Float64Array];
  const values = Float64Array.from(a, (value, row) => Math.sin(6 * value) + (b[row] as number) ** 2);
  return { x: { rowCount: ROWS, features: [0, 1].map((f) => ({ name: `n${f}`, kind: 'numeric' })), columns }, values };
}

describe('a table whose rows are reordered between trees', () => {
  const { x, values } = table();

  it.each(['regression', 'classification'] as const)('%s: gives the same model and losses for any number of threads', async (kind) => {
    const y: Target =
      kind === 'regression'
        ? { kind, values }
        : { kind, codes: Int32Array.from(values, (value) => (value > 0.5 ? 1 : 0)), classes: ['no', 'yes'] };
    const params = { n_estimators: 4, max_leaves: 4, subsample: kind === 'regression' ? 1 : 0.7 };
    const fits = [];
    for (const threads of [1, 3]) {
      const losses: number[] = [];
      const onIteration = (_: number, metrics: { readonly [name: string]: number }): unknown =>
        losses.push(metrics['training_loss'] as number);
      const model = await gradientBoosting(params).fit(x, y, { seed: 1, threads, onIteration });
      fits.push({ json: JSON.stringify(model.toJSON()), losses, model });
    }
    const [one, three] = fits as [(typeof fits)[0], (typeof fits)[0]];
    expect(three.json).toBe(one.json);
    expect(three.losses).toEqual(one.losses);

    // A row that lost its target or score on the way would show in the loss.
    const { model, losses } = one;
    const predicted = kind === 'regression' ? model.predict(x) : (model.predictProba?.(x) as Float64Array);
    const loss = values.reduce((sum, value, row) => {
      if (kind === 'regression') return sum + (value - (predicted[row] as number)) ** 2;
      return sum - Math.log(predicted[2 * row + (value > 0.5 ? 1 : 0)] as number);
    }, 0);
    expect(losses.at(-1)).toBeCloseTo(loss / ROWS, 9);
  });
});
