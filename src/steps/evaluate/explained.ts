/** What explains a model on the test rows, and what it is made from. */
import type { DataEngine } from '../../data/engine.ts';
import type { ApplyOptions } from '../../data/transform/apply.ts';
import type { Transformer } from '../../data/transform/transformer.ts';
import type { Contributions, FeatureMatrix, FittedModel } from '../../ml/estimator.ts';
import type { FeatureImportance } from '../../ml/evaluate/permutation-importance.ts';
import type { FeatureGroup } from '../../ml/explain/feature-groups.ts';
import type { DependenceCurve } from '../../ml/explain/partial-dependence.ts';
import type { ExplainParams } from './params.ts';

export interface Explanation {
  readonly groups: readonly FeatureGroup[];
  readonly contributions: ExplainedRows | { readonly missing: string };
  /** Those that the model uses most, in this order. */
  readonly dependence: readonly Dependence[];
}

export interface ExplainedRows extends Pick<Contributions, 'outputs' | 'expected' | 'space' | 'note'> {
  /** Positions in the test data: first a sample, ascending, then rows that were asked for. */
  readonly rows: Int32Array;
  /** How many of them are the sample. */
  readonly sampled: number;
  /** Row-major `rows × outputs × groups`. */
  readonly values: Float64Array;
  /** The mean size of each group's values over the sample. */
  readonly sizes: Float64Array;
}

export interface Dependence {
  /** A column of the data, or a feature. */
  readonly name: string;
  readonly isFeature: boolean;
  /** Numbers along an axis, or levels. */
  readonly grid:
    | { readonly kind: 'numbers'; readonly values: Float64Array }
    | { readonly kind: 'levels'; readonly labels: readonly string[] };
  /** Numbers: test rows in equal parts of the axis. Levels: test rows of each; empty for dates. */
  readonly density: readonly number[];
  /** One for regression and for two classes, where it is the probability of the last; else one a class. */
  readonly curves: readonly DependenceCurve[];
  /** `lines[row][point]`: some rows of the first curve, where there is one only. */
  readonly lines: readonly (readonly number[])[];
  /** Rows that the curves are means of. */
  readonly rows: number;
}

export interface Explained {
  readonly engine: DataEngine;
  readonly fitted: FittedModel;
  readonly transformer: Transformer;
  /** All test rows: the features, and the file of the raw rows. */
  readonly x: FeatureMatrix;
  readonly test: string;
  readonly importance: { readonly result: readonly FeatureImportance[] | { readonly missing: string } };
  /** Positions that are explained besides the sample. */
  readonly worst: Int32Array;
  readonly settings: ExplainParams;
  readonly seed: number;
  readonly isHidden: (column: string) => boolean;
  /** Regression: 1; else the number of classes. */
  readonly classCount: number;
  readonly userFunction: NonNullable<ApplyOptions['userFunction']>;
}
