/** Everything that the cards of `evaluate` are drawn from. */

import type { Table } from '../../data/table.ts';
import type { Transformer } from '../../data/transform/transformer.ts';
import type { Feature, FeatureMatrix, Target } from '../../ml/estimator.ts';
import type { Bootstrap } from '../../ml/evaluate/bootstrap.ts';
import type { CriterionResult } from '../../ml/evaluate/criteria.ts';
import type { FeatureImportance } from '../../ml/evaluate/permutation-importance.ts';
import type { MetricValues } from '../../ml/metrics/outcome.ts';
import type { MetricTask } from '../../ml/metrics/registry.ts';
import type { SavedModel } from '../../models/saved-model.ts';
import type { TrainingMetrics } from '../train/training-metrics.ts';
import type { Explanation } from './explained.ts';
import type { EvaluateParams, Verdict } from './params.ts';

export interface Evaluated {
  readonly params: EvaluateParams;
  readonly task: MetricTask;
  readonly model: SavedModel;
  readonly transformer: Transformer;
  readonly features: readonly Feature[];
  /** The transformed test rows, and what the model says of them. */
  readonly x: FeatureMatrix;
  readonly target: Target;
  readonly prediction: Float64Array;
  readonly scores?: Float64Array;
  /** How much each row counts. Absent: all the same. */
  readonly sampleWeight?: Float64Array;
  /** What must not be shown. */
  readonly hidden: { readonly columns: (name: string) => boolean; readonly features: ReadonlySet<string> };
  readonly metrics: MetricValues;
  readonly bootstrap: Bootstrap;
  readonly criteria: readonly CriterionResult[];
  readonly verdict: Verdict;
  readonly importance: TestImportance;
  readonly worst: WorstRows;
  readonly explanation: Explanation;
  /** Columns of `predicted_test_data` whose names the data had already: wanted → written. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly training: TrainingMetrics;
}

export interface TestImportance {
  readonly metric: string;
  readonly repeats: number;
  /** Test rows that were used: a seeded sample where there are many. */
  readonly rows: number;
  readonly result: readonly FeatureImportance[] | { readonly missing: string };
}

export interface WorstRows {
  /** The raw rows, worst first. */
  readonly rows: Table;
  /** Position in the test data, and the error, of each. */
  readonly positions: Int32Array;
  readonly errors: Float64Array;
}
