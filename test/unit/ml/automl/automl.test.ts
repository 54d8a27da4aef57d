import { describe, expect, test } from 'vitest';
import { type AutomlReport, type AutomlTrial, automl } from '../../../../src/ml/automl/automl.ts';
import type { AutomlModel } from '../../../../src/ml/automl/automl-model.ts';
import { costOfImprovement, proposeTrial } from '../../../../src/ml/automl/automl-search.ts';
import { type Candidate, candidatesFor } from '../../../../src/ml/automl/candidates.ts';
import { selectEnsemble } from '../../../../src/ml/automl/ensemble-selection.ts';
import type { FeatureMatrix, FitContext, Target } from '../../../../src/ml/estimator.ts';
import { linear } from '../../../../src/ml/linear/linear.ts';
import { linearParams } from '../../../../src/ml/linear/linear-params.ts';
import { Random } from '../../../../src/ml/random.ts';
import { extraTrees } from '../../../../src/ml/trees/extra-trees.ts';
import { extraTreesParams } from '../../../../src/ml/trees/extra-trees-params.ts';
import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';
import { gradientBoostingParams } from '../../../../src/ml/trees/gradient-boosting-params.ts';
import { randomForest } from '../../../../src/ml/trees/random-forest.ts';
import { randomForestParams } from '../../../../src/ml/trees/random-forest-params.ts';
import { checkParams } from '../../../../src/schema/param.ts';

/** A line, a bend and noise. */
function table(rows: number, seed: number): { readonly x: FeatureMatrix; readonly y: Target } {
  const random = new Random(seed);
  const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
  const columns = [draw(), draw(), draw()];
  const values = columns[0]?.map((a, row) => 2 * a + Math.sin(3 * (columns[1]?.[row] as number)) + 0.3 * random.normal()) as Float64Array;
  return {
    x: { rowCount: rows, features: columns.map((_, k) => ({ name: `x${k}`, kind: 'numeric' })), columns },
    y: { kind: 'regression', values },
  };
}
const training = table(400, 1);
const validation = table(150, 2);
const shape = { task: 'regression', rows: 400, features: 3, columns: 3, outputs: 1, stops: false } as const;

async function searched(params: Parameters<typeof automl>[0], context: Partial<FitContext> = {}, tools: Parameters<typeof automl>[1] = {}) {
  let report: AutomlReport | undefined;
  const estimator = automl(params, {
    ...tools,
    onEnd: (end) => {
      report = end;
    },
  });
  const model = (await estimator.fit(training.x, training.y, { seed: 3, validation, ...context })) as AutomlModel;
  return { model, report: report as unknown as AutomlReport };
}

test('each estimator begins where it is sound, the cheapest first', () => {
  const candidates = candidatesFor(shape);
  expect(candidates.map(({ name }) => name)).toEqual(['linear', 'gradient_boosting', 'extra_trees', 'random_forest']);
  const finished: AutomlTrial[] = [];
  for (const candidate of candidates) {
    const trial = proposeTrial(candidates, finished, 0);
    expect(trial).toMatchObject({ estimator: candidate.name, values: candidate.start, number: finished.length + 1 });
    finished.push({ ...(trial as AutomlTrial), loss: 1 });
  }
});

test('what the search proposes, the estimators accept, and nothing comes twice', () => {
  const specs = {
    linear: linearParams,
    gradient_boosting: gradientBoostingParams,
    random_forest: randomForestParams,
    extra_trees: extraTreesParams,
  };
  const make = { linear, gradient_boosting: gradientBoosting, random_forest: randomForest, extra_trees: extraTrees };
  const candidates = candidatesFor({ ...shape, stops: true });
  const finished: AutomlTrial[] = [];
  const random = new Random(1);
  for (let k = 0; k < 120; k++) {
    const trial = proposeTrial(candidates, finished, 9) as AutomlTrial;
    const name = trial.estimator as keyof typeof specs;
    const params = { ...candidates.find((candidate) => candidate.name === name)?.fixed, ...trial.values };
    expect(checkParams(specs[name], params)).toEqual([]);
    expect(() => make[name](params)).not.toThrow();
    expect(trial.cost).toBeGreaterThan(0);
    finished.push({ ...trial, loss: random.uniform() });
  }
  expect(new Set(finished.map(({ estimator, values }) => estimator + JSON.stringify(values))).size).toBe(120);
});

test('an improvement that is near or cheap is looked for more often', () => {
  const candidate: Candidate = { name: 'a', fixed: {}, start: {}, space: {}, cost: () => 10 };
  const trial = (number: number, loss: number): AutomlTrial => ({ number, estimator: 'a', values: {}, params: {}, cost: 10, loss });
  expect(costOfImprovement(candidate, [trial(1, 5), trial(2, 4)], 4)).toBe(10);
  // Nothing for three trials.
  expect(costOfImprovement(candidate, [trial(1, 5), trial(2, 6), trial(3, 6), trial(4, 6)], 5)).toBe(30);
  // 1 came for 20; 3 are missing.
  expect(costOfImprovement(candidate, [trial(1, 5), trial(2, 4)], 1)).toBe(60);
  // A failure says nothing, and costs.
  expect(costOfImprovement(candidate, [{ number: 1, estimator: 'a', values: {}, cost: 10 }], 1)).toBe(100);
});

describe('the search', () => {
  test('finds what is better than each estimator as it begins, and than the baseline', async () => {
    const { model, report } = await searched({ max_trials: 10 });
    expect(report.trials).toHaveLength(10);
    const starts = report.trials.slice(0, 4).map(({ loss }) => loss as number);
    expect(report.loss).toBeLessThan(Math.min(...starts));
    expect(report.loss).toBeLessThan(0.5 * (report.baselineLoss as number));
    // What is told is what the model does.
    const prediction = model.predict(validation.x);
    const { values } = validation.y as Extract<Target, { kind: 'regression' }>;
    const error = Math.sqrt(prediction.reduce((sum, value, row) => sum + (value - (values[row] as number)) ** 2, 0) / 150);
    expect(error).toBeCloseTo(report.loss as number, 10);
    expect(report.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  test('one thread and several give the same bytes', async () => {
    const bytes = async (threads: number): Promise<string> =>
      JSON.stringify((await searched({ max_trials: 6 }, { threads })).model.toJSON());
    expect(await bytes(1)).toBe(await bytes(2));
  });

  test('trials of a process that is gone are not fitted again, and the model is the same', async () => {
    const whole = await searched({ max_trials: 8 });
    const known = new Map(
      whole.report.trials.slice(0, 6).map(({ estimator, params, loss }) => [estimator + JSON.stringify(params), { loss: loss as number }]),
    );
    const resumed = await searched({ max_trials: 8 }, {}, { find: (estimator, params) => known.get(estimator + JSON.stringify(params)) });
    expect(resumed.report).toEqual(whole.report);
    expect(JSON.stringify(resumed.model.toJSON())).toBe(JSON.stringify(whole.model.toJSON()));
  });

  test('a time budget ends it after a trial, never before the first', async () => {
    let now = 0;
    const tools = {
      budget: { now: () => now, ms: 100_000 },
      onTrial: () => {
        now += 60_000;
      },
    };
    const { report } = await searched({}, {}, tools);
    expect(report).toMatchObject({ ended: 'time' });
    expect(report.trials).toHaveLength(2);
    expect((await searched({}, {}, { budget: { now: () => now++, ms: 0 } })).report.trials).toHaveLength(1);
  });

  test('a trial that outlasts the budget is given up once another has a loss', async () => {
    // By this clock no trial takes any time; the alarm rings a millisecond after the second has begun.
    const { report } = await searched({}, {}, { budget: { now: () => 0, ms: 1 } });
    expect(report).toMatchObject({ ended: 'time', trials: [{ number: 1 }], members: [{ number: 1, weight: 1 }] });
  });

  test('without an ensemble the best model is taken as it is', async () => {
    const { model, report } = await searched({ max_trials: 5, ensemble: false });
    const best = [...report.trials].sort((a, b) => (a.loss as number) - (b.loss as number))[0] as AutomlTrial;
    expect(report.members).toEqual([{ number: best.number, weight: 1 }]);
    expect(model.describe()).toMatchObject({ trials: 5, best_estimator: best.estimator });
  });

  test('another loss decides', async () => {
    const tools = { lossOf: (prediction: Float64Array): number => Math.abs(prediction.reduce((sum, value) => sum + value, 0)) };
    const { report } = await searched({ max_trials: 4, ensemble: false }, {}, tools);
    const least = Math.min(...report.trials.map(({ loss }) => loss as number));
    expect(report.loss).toBe(least);
  });

  test('a failed trial is told and passed over; when all fail, the first reason is the error', async () => {
    let calls = 0;
    const lossOf = (prediction: Float64Array): number => {
      if (calls++ === 0) throw new Error('no such luck');
      return prediction[0] as number;
    };
    const { report } = await searched({ max_trials: 3, ensemble: false }, {}, { lossOf });
    expect(report.trials.map(({ error }) => error)).toEqual(['no such luck', undefined, undefined]);
    const never = (): number => {
      throw new Error('never');
    };
    await expect(searched({ max_trials: 2 }, {}, { lossOf: never })).rejects.toThrow(
      '`automl`: no trial gave a model; the first failed with: never',
    );
  });
});

test('a mean of models is the one that measures best', () => {
  const goal = Float64Array.of(1, 2, 3, 4);
  const lossOf = (mean: Float64Array): number => mean.reduce((sum, value, k) => sum + (value - (goal[k] as number)) ** 2, 0);
  // Errors that cancel each other in equal parts; the third helps nobody.
  const { weights, loss } = selectEnsemble([Float64Array.of(2, 1, 4, 3), Float64Array.of(0, 3, 2, 5), Float64Array.of(9, 9, 9, 9)], lossOf);
  expect([...weights]).toEqual([0.5, 0.5, 0]);
  expect(loss).toBe(0);
});
