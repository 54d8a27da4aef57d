/** How much worse the model gets on test rows when one feature is shuffled; on a seeded sample where there are many rows. */
import type { FeatureMatrix, FittedModel, Target } from '../../ml/estimator.ts';
import { permutationImportance } from '../../ml/evaluate/permutation-importance.ts';
import { type FeatureGroup, takeRows } from '../../ml/explain/feature-groups.ts';
import { computeMetrics } from '../../ml/metrics/compute.ts';
import type { MetricTask } from '../../ml/metrics/registry.ts';
import { findMetric } from '../../ml/metrics/registry.ts';
import { derive, Random } from '../../ml/random.ts';
import { greaterIsBetter, primaryMetric } from '../headline-metrics.ts';
import type { TestImportance } from './evaluated.ts';
import type { EvaluateParams } from './params.ts';

/** Enough rows for a ranking; each costs a prediction per feature and repeat. */
const MOST_ROWS = 2000;
/** Predictions that may be spent: above it, fewer rows. */
const BUDGET = 400_000;
const REPEATS = 3;

interface Measured {
  readonly task: MetricTask;
  readonly params: EvaluateParams;
  readonly fitted: FittedModel;
  readonly x: FeatureMatrix;
  readonly target: Target;
  readonly sampleWeight: Float64Array | undefined;
  /** What is shuffled as one. */
  readonly groups: readonly FeatureGroup[];
  readonly seed: number;
  readonly signal: AbortSignal;
}

export function testImportance({ task, params, fitted, x, target, sampleWeight, groups, seed, signal }: Measured): TestImportance {
  // A custom metric is a function of the user that may be slow; shuffling asks for a built-in one.
  const named = primaryMetric(task, params.primary_metric);
  const metric = findMetric(task, named) === undefined ? primaryMetric(task, undefined) : named;
  const limit = Math.max(100, Math.min(MOST_ROWS, Math.floor(BUDGET / (REPEATS * Math.max(1, groups.length)))));
  const rows = sample(x.rowCount, limit, seed);
  const sampledTarget = takeTarget(target, rows);
  const weight = sampleWeight === undefined ? undefined : Float64Array.from(rows, (row) => sampleWeight[row] as number);
  const needsScores = findMetric(task, metric)?.needsProbabilities === true;
  const result = permutationImportance({
    x: takeRows(x, rows),
    predict: (shuffled) => ({ prediction: fitted.predict(shuffled), scores: needsScores ? fitted.predictProba?.(shuffled) : undefined }),
    metric: ({ prediction, scores }) =>
      computeMetrics(sampledTarget, prediction, scores, { sampleWeight: weight }).get(metric) ?? { missing: `${metric} was not measured` },
    greaterIsBetter: greaterIsBetter(task, metric, []),
    groups,
    seed,
    repeats: REPEATS,
    signal,
  });
  return { metric, repeats: REPEATS, rows: rows.length, result };
}

/** Positions in ascending order. */
function sample(rowCount: number, limit: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: rowCount }, (_, row) => row);
  if (rowCount <= limit) return all;
  new Random(derive(seed, 'importance sample')).shuffle(all);
  return all.slice(0, limit).sort();
}

function takeTarget(target: Target, rows: Int32Array): Target {
  if (target.kind === 'regression') return { kind: 'regression', values: Float64Array.from(rows, (row) => target.values[row] as number) };
  return { kind: 'classification', classes: target.classes, codes: Int32Array.from(rows, (row) => target.codes[row] as number) };
}
