import { expect, test } from 'vitest';
import { type AutomlReport, automl } from '../../../../src/ml/automl/automl.ts';
import type { AutomlModel } from '../../../../src/ml/automl/automl-model.ts';
import { blendEstimator } from '../../../../src/ml/automl/blend.ts';
import type { FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { Random } from '../../../../src/ml/random.ts';

const random = new Random(8);
const draw = (rows: number): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
function part(rows: number): { readonly x: FeatureMatrix; readonly y: Target } {
  const columns = [draw(rows), draw(rows)];
  const codes = Int32Array.from(columns[0] as Float64Array, (a, row) =>
    Number(a * (columns[1]?.[row] as number) + 0.5 * random.normal() > 0),
  );
  return {
    x: { rowCount: rows, features: columns.map((_, k) => ({ name: `x${k}`, kind: 'numeric' })), columns },
    y: { kind: 'classification', codes, classes: ['no', 'yes'] },
  };
}

test('what a search found, fitted again on its rows, is its model; on others it is another', async () => {
  const [training, validation, other] = [part(300), part(120), part(300)];
  let report: AutomlReport | undefined;
  const keep = (end: AutomlReport): void => {
    report = end;
  };
  const context = { seed: 2, validation };
  const model = (await automl({ max_trials: 6 }, { onEnd: keep }).fit(training.x, training.y, context)) as AutomlModel;
  const { members, trials } = report as unknown as AutomlReport;
  const found = members.map(({ number, weight }) => ({
    weight,
    estimator: trials[number - 1]?.estimator ?? '',
    params: trials[number - 1]?.params ?? {},
  }));
  const ready = { x: training.x, seed: 2, model };
  const bytes = async (given: typeof training, saved?: typeof ready): Promise<string> =>
    JSON.stringify(
      (await blendEstimator({ members: found, trials: 6, ...(saved && { ready: saved }) }).fit(given.x, given.y, context)).toJSON(),
    );
  expect(await bytes(training)).toBe(JSON.stringify(model.toJSON()));
  expect(await blendEstimator({ members: found, trials: 6, ready }).fit(training.x, training.y, context)).toBe(model);
  expect(await bytes(other, ready)).toBe(await bytes(other));
  expect(await bytes(other)).not.toBe(await bytes(training));
});
