/** The saved form of a linear model: plain JSON with exact numbers. */
import type { Json } from '../../schema/json.ts';
import type { Link } from './link.ts';
import { widthOf } from './prepare-features.ts';

export const LINEAR = 'linear';

export type LinearFeature =
  /** Adds coefficient · ((value, or `fill` where missing) − centre). */
  | { readonly kind: 'numeric'; readonly name: string; readonly fill: number; readonly centre: number }
  /** Adds the coefficient of the level; nothing where the level is unknown or missing. `shares` are those of the training rows. */
  | { readonly kind: 'categorical'; readonly name: string; readonly levels: number; readonly shares?: readonly number[] };

/** The saved form: plain JSON with exact numbers. */
export interface LinearState {
  readonly version: 1;
  readonly task: 'regression' | 'classification';
  /** Classes; 0 for regression. Two classes share one output: the log odds of class 1. */
  readonly classCount: number;
  readonly features: readonly LinearFeature[];
  /** For each output one number a column: one column a numeric feature, one a level of a categorical one. */
  readonly coefficients: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
  /** One a feature, summing to 1 unless all are 0. */
  readonly importance: readonly number[];
  readonly iterations: number;
  readonly converged: boolean;
  /** Of squared coefficients, beside the sum of the losses. */
  readonly l2: number;
  /** The same of absolute values; absent where they had no penalty. */
  readonly l1?: number;
  /** From scores to probabilities; absent for a sigmoid or a softmax. */
  readonly link?: Link;
}

/** Read what `toJSON` gave. Throws a TypeError for anything else. */
export function readLinearState(json: Json): LinearState {
  const state = json as unknown as Partial<LinearState> | null;
  const isState =
    typeof state === 'object' &&
    state !== null &&
    state.version === 1 &&
    (state.task === 'regression' || state.task === 'classification') &&
    Array.isArray(state.features) &&
    Array.isArray(state.coefficients) &&
    Array.isArray(state.intercepts) &&
    state.coefficients.length === state.intercepts.length &&
    state.coefficients.length === outputsOf(state.task, state.classCount ?? 0);
  if (!isState) throw new TypeError('this is not a saved linear model of version 1');
  const complete = state as LinearState;
  const width = complete.features.reduce((sum, feature) => sum + columnsOf(feature), 0);
  if (complete.coefficients.some((row) => row.length !== width)) {
    throw new TypeError(`a saved linear model of these features has ${width} coefficients an output`);
  }
  return complete;
}

export function outputsOf(task: LinearState['task'], classCount: number): number {
  return task === 'regression' || classCount === 2 ? 1 : classCount;
}

export function columnsOf(feature: LinearFeature): number {
  return widthOf(feature.kind === 'numeric' ? { ...feature, scale: 1 } : feature);
}
