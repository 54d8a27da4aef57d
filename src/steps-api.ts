/**
 * What a user's `steps/*.ts` need: estimators, operations of a transformer, tables, and `define…`
 * helpers that give functions their types. A helper returns its argument; the recipe finds functions
 * by the names under which they are exported. `mlrecipe` exports the same names; `mlrecipe/steps`
 * has them without the runner.
 */
import type { DataColumns, FeatureColumns, MetricColumns, StepColumns } from './data/data-types.ts';
import type { ArrowLike, Column, DanfoFrame, Table } from './data/table.ts';
import type { Pipeline } from './data/transform/api.ts';
import type { Estimator } from './ml/estimator.ts';
import type { Json } from './schema/json.ts';
import type { CustomStepContext } from './steps/custom/call.ts';
import type { ForeignEstimator } from './steps/train/foreign-estimator.ts';

export type {
  ColumnName,
  DataColumns,
  DataTypes,
  FeatureColumns,
  MetricColumns,
  StepColumns,
  TargetName,
  TransformedColumns,
} from './data/data-types.ts';
export {
  type AnyColumns,
  type ArrowLike,
  type ArrowTable,
  type Column,
  type ColumnOf,
  type ColumnType,
  type DanfoFrame,
  type DanfoModule,
  type NumericColumn,
  type Row,
  type StringColumn,
  Table,
  type Value,
} from './data/table.ts';
export {
  bin,
  type Columns,
  columns,
  dateDifference,
  dateParts,
  derive,
  dropColumns,
  featureHash,
  type ImputeStrategy,
  impute,
  minMaxScale,
  type Operation,
  type OperationOn,
  oneHot,
  ordinal,
  type Pipeline,
  pipeline,
  power,
  rest,
  scale,
  select,
  standardScale,
  targetEncode,
  textLength,
  wordCounts,
} from './data/transform/api.ts';
export type { Estimator, Feature, FeatureMatrix, FitContext, FittedModel, Target } from './ml/estimator.ts';
export { linear } from './ml/linear/linear.ts';
export { decisionTree } from './ml/trees/decision-tree.ts';
export { extraTrees } from './ml/trees/extra-trees.ts';
export { gradientBoosting } from './ml/trees/gradient-boosting.ts';
export { randomForest } from './ml/trees/random-forest.ts';
export type { CustomStepContext } from './steps/custom/call.ts';
export type { ForeignEstimator } from './steps/train/foreign-estimator.ts';
export { neuralNetwork } from './steps/train/neural-network.ts';
export type { TuningTrial } from './steps/train/tuning/early-stop.ts';

/** A compiled `LayersModel` of TensorFlow.js, or a class of the mljs family, counts as well. */
export type AnyEstimator = Estimator | ForeignEstimator | LayersLike | (new (...args: never[]) => { predict(x: never): unknown });

/** As much of a `LayersModel` as tells it from others, whatever version of TensorFlow.js it is of. */
export interface LayersLike {
  readonly layers: readonly object[];
  getWeights(): unknown;
  setWeights(weights: never): void;
}

/** For `steps/train.ts`: an unfitted estimator. `params` is `estimator_params` of the recipe. */
export function defineEstimator<Params = Record<string, unknown>>(
  make: (params: Params) => AnyEstimator,
): (params: Params) => AnyEstimator {
  return make;
}

/** What a hand-written transformer must be able to do. `toJSON` gives what `restore` needs to do the same again. */
export interface CustomTransformer {
  fit(training: Table<FeatureColumns>, target: Column): unknown;
  transform(table: Table<FeatureColumns>): unknown;
  toJSON(): unknown;
  /** Changes the object or returns the restored one. */
  restore(state: Json): unknown;
}

/** For `steps/transform.ts`: a pipeline of operations, an object that fits and transforms, or nothing for the columns as they are. */
export function defineTransformer<T extends Pipeline | CustomTransformer | undefined>(make: () => T): () => T {
  return make;
}

/**
 * For a step of your own, `steps/NAME.ts`. With `needs: ingest` it gets the rows and returns them
 * changed; with `needs: split` the three parts, and returns those that change; else what the recipe
 * says by role, and returns the declared outputs by name.
 */
export function defineStep<Data = Table<StepColumns>, Result = unknown>(
  work: (data: Data, context: CustomStepContext) => Result | Promise<Result>,
): (data: Data, context: CustomStepContext) => Result | Promise<Result> {
  return work;
}

/** A table, rows, or the table of another library. */
export type Loaded = Table | readonly object[] | ArrowLike | DanfoFrame;

/** For `steps/ingest.ts`: reads one file. */
export function defineLoader(
  load: (path: string, format: string) => Loaded | Promise<Loaded>,
): (path: string, format: string) => Loaded | Promise<Loaded> {
  return load;
}

export type Part = 'TRAINING' | 'VALIDATION' | 'TEST';

/** For `steps/split.ts`: the part of each row, in the order of the rows. */
export function defineSplit(split: (table: Table<DataColumns>) => Iterable<Part>): (table: Table<DataColumns>) => Iterable<Part> {
  return split;
}

/** For `steps/split.ts`: whether to keep each training row. */
export function defineFilter(
  keep: (training: Table<DataColumns>) => Iterable<boolean>,
): (training: Table<DataColumns>) => Iterable<boolean> {
  return keep;
}

/** For `steps/custom_metrics.ts`: a number from the columns `prediction` and `target` and the built-in metrics. */
export function defineMetric(
  measure: (rows: Table<MetricColumns>, builtin: Readonly<Record<string, number>>) => number,
): (rows: Table<MetricColumns>, builtin: Readonly<Record<string, number>>) => number {
  return measure;
}
