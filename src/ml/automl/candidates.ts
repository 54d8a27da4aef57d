/**
 * The estimators that automl chooses from: what it begins with, what it varies, and about how long a fit takes. Plain data
 * and arithmetic: nothing here trains. Costs are counted and not measured, so that the order of trials is the same everywhere.
 */
import type { SearchSpace } from '../../schema/distributions.ts';
import type { JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, Target } from '../estimator.ts';

export interface Shape {
  readonly task: Target['kind'];
  readonly rows: number;
  readonly features: number;
  /** Columns of a linear model: a level is one. */
  readonly columns: number;
  /** Models that are trained side by side: classes, when there are more than two. */
  readonly outputs: number;
  /** Whether validation rows are enough to stop boosting by them. */
  readonly stops: boolean;
}

export interface Candidate {
  readonly name: string;
  /** Told to every trial. */
  readonly fixed: JsonObject;
  /** Where the search begins: values of the space, known to be sound. */
  readonly start: JsonObject;
  readonly space: SearchSpace;
  /** Additions of one fit, roughly. */
  cost(values: JsonObject): number;
}

/** Fewer validation rows never stop boosting. */
const ROWS_THAT_STOP = 200;
const MOST_LINEAR_COLUMNS = 2000;

export function shapeOf(x: FeatureMatrix, y: Target, validationRows: number): Shape {
  const columns = x.features.reduce((sum, feature) => sum + (feature.kind === 'categorical' ? (feature.levels ?? 0) : 1), 0);
  const outputs = y.kind === 'classification' && y.classes.length > 2 ? y.classes.length : 1;
  return { task: y.kind, rows: x.rowCount, features: x.features.length, columns, outputs, stops: validationRows >= ROWS_THAT_STOP };
}

const ln = Math.log;
const number = (values: JsonObject, name: string): number => values[name] as number;

/** The cheapest first. */
export function candidatesFor(shape: Shape): readonly Candidate[] {
  const candidates = [
    boosting(shape),
    forest('random_forest', shape),
    forest('extra_trees', shape),
    ...(shape.columns <= MOST_LINEAR_COLUMNS ? [linear(shape)] : []),
  ];
  return candidates.sort((a, b) => a.cost(a.start) - b.cost(b.start));
}

function linear({ task, rows, features, columns, outputs }: Shape): Candidate {
  return {
    name: 'linear',
    fixed: {},
    start: { alpha: Number((1 / Math.max(rows, 1)).toPrecision(3)), penalty: 'l2' },
    space: {
      alpha: { distribution: 'loguniform', low: ln(1e-7), high: ln(1) },
      penalty: { values: ['l2', 'l1'] },
    },
    // The normal equations, or as many passes over the rows as Newton steps with their conjugate gradients take.
    cost: () => rows * (task === 'regression' ? (features * features) / 2 + columns : 100 * features * outputs),
  };
}

function forest(name: 'random_forest' | 'extra_trees', { rows, features, outputs }: Shape): Candidate {
  return {
    name,
    fixed: {},
    start: { max_features: 0.5, min_samples_leaf: 2, n_estimators: 100 },
    space: {
      max_features: { distribution: 'uniform', low: 0.1, high: 1 },
      min_samples_leaf: { distribution: 'qloguniform', low: ln(1), high: ln(50), q: 1 },
      n_estimators: { distribution: 'qloguniform', low: ln(50), high: ln(300), q: 10 },
    },
    cost: (values) =>
      (name === 'extra_trees' ? 0.5 : 1) *
      number(values, 'n_estimators') *
      rows *
      Math.log2(rows / number(values, 'min_samples_leaf') + 2) *
      (1 + features * number(values, 'max_features')) *
      Math.sqrt(outputs),
  };
}

function boosting({ rows, features, outputs, stops }: Shape): Candidate {
  return {
    name: 'gradient_boosting',
    // Slow learning needs more iterations than the default, and the validation rows say when it is enough.
    fixed: stops ? { n_estimators: 2000 } : {},
    start: { learning_rate: 0.1, max_leaves: 31, min_samples_leaf: 20, l2_regularization: 1, subsample: 0.8, colsample_bytree: 1 },
    space: {
      learning_rate: { distribution: 'loguniform', low: ln(0.02), high: ln(0.25) },
      max_leaves: { distribution: 'qloguniform', low: ln(4), high: ln(256), q: 1 },
      min_samples_leaf: { distribution: 'qloguniform', low: ln(2), high: ln(128), q: 1 },
      l2_regularization: { distribution: 'loguniform', low: ln(1e-3), high: ln(100) },
      subsample: { distribution: 'uniform', low: 0.5, high: 1 },
      colsample_bytree: { distribution: 'uniform', low: 0.4, high: 1 },
    },
    // About 20 times the inverse of the step, and a passage over the rows for each level of a tree.
    cost: (values) =>
      outputs *
      Math.min(2000, 20 / number(values, 'learning_rate')) *
      rows *
      (1 + 0.5 * features * number(values, 'colsample_bytree')) *
      Math.log2(number(values, 'max_leaves')) *
      0.3,
  };
}
