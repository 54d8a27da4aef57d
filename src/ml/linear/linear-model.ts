/**
 * A fitted linear model: prediction, importance and its saved form. Coefficients are in the units of
 * the features, taken around each feature's centre, so that a column such as a time stamp with a huge
 * mean loses no digits.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, FittedModel } from '../estimator.ts';
import { widthOf } from './design.ts';

export const LINEAR = 'linear';

export type LinearFeature =
  /** Adds coefficient · ((value, or `fill` where missing) − centre). */
  | { readonly kind: 'numeric'; readonly name: string; readonly fill: number; readonly centre: number }
  /** Adds the coefficient of the level; nothing where the level is unknown or missing. */
  | { readonly kind: 'categorical'; readonly name: string; readonly levels: number };

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
  readonly l2: number;
}

export interface LinearModel extends FittedModel {
  /** For converting the model to other formats. */
  readonly state: LinearState;
}

/** Most coefficients that `describe` lists. */
const DESCRIBED = 100;

export function linearModel(state: LinearState): LinearModel {
  const { task, classCount, features, intercepts } = state;
  const coefficients = state.coefficients.map((row) => Float64Array.from(row));

  function scoresOf(x: FeatureMatrix): readonly Float64Array[] {
    if (x.features.length !== features.length) {
      throw new RangeError(`the model was fitted on ${features.length} features; found ${x.features.length}`);
    }
    return coefficients.map((row, output) => scoreOf(features, row, intercepts[output] as number, x));
  }

  function predictProba(x: FeatureMatrix): Float64Array {
    const scores = scoresOf(x);
    const probabilities = new Float64Array(x.rowCount * classCount);
    for (let row = 0; row < x.rowCount; row++) {
      const at = row * classCount;
      if (classCount === 2) {
        const score = scores[0]?.[row] as number;
        // Each side by itself: 1 − p would lose the digits of a small probability.
        probabilities[at] = 1 / (1 + Math.exp(score));
        probabilities[at + 1] = 1 / (1 + Math.exp(-score));
        continue;
      }
      let most = Number.NEGATIVE_INFINITY;
      for (const column of scores) most = Math.max(most, column[row] as number);
      let sum = 0;
      scores.forEach((column, code) => {
        const power = Math.exp((column[row] as number) - most);
        probabilities[at + code] = power;
        sum += power;
      });
      for (let code = 0; code < classCount; code++) probabilities[at + code] = (probabilities[at + code] as number) / sum;
    }
    return probabilities;
  }

  function predictClasses(x: FeatureMatrix): Float64Array {
    const scores = scoresOf(x);
    return new Float64Array(x.rowCount).map((_, row) => {
      if (classCount === 2) return (scores[0]?.[row] as number) > 0 ? 1 : 0;
      let best = 0;
      for (let code = 1; code < classCount; code++) {
        if ((scores[code]?.[row] as number) > (scores[best]?.[row] as number)) best = code;
      }
      return best;
    });
  }

  return {
    estimator: LINEAR,
    state,
    predict: (x) => (task === 'regression' ? (scoresOf(x)[0] as Float64Array) : predictClasses(x)),
    ...(task === 'classification' && { predictProba }),
    featureImportance: () => Float64Array.from(state.importance),
    toJSON: () => state as unknown as Json,
    describe: () => describe(state),
  };
}

/** Read what `toJSON` gave. Throws a TypeError for anything else. */
export function restoreLinear(json: Json): LinearModel {
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
  return linearModel(complete);
}

export function outputsOf(task: LinearState['task'], classCount: number): number {
  return task === 'regression' || classCount === 2 ? 1 : classCount;
}

function columnsOf(feature: LinearFeature): number {
  return widthOf(feature.kind === 'numeric' ? { ...feature, scale: 1 } : feature);
}

function scoreOf(features: readonly LinearFeature[], coefficients: Float64Array, intercept: number, x: FeatureMatrix): Float64Array {
  const scores = new Float64Array(x.rowCount).fill(intercept);
  let at = 0;
  features.forEach((feature, index) => {
    const column = x.columns[index] as Float64Array;
    if (feature.kind === 'numeric') {
      const { fill, centre } = feature;
      const coefficient = coefficients[at] as number;
      for (let row = 0; row < scores.length; row++) {
        const value = column[row] as number;
        scores[row] = (scores[row] as number) + coefficient * ((Number.isFinite(value) ? value : fill) - centre);
      }
    } else {
      for (let row = 0; row < scores.length; row++) {
        const code = column[row] as number;
        if (code >= 0 && code < feature.levels && Number.isInteger(code))
          scores[row] = (scores[row] as number) + (coefficients[at + code] as number);
      }
    }
    at += columnsOf(feature);
  });
  return scores;
}

function describe(state: LinearState): JsonObject {
  const listed: { name: string; coefficients: readonly number[]; weight: number }[] = [];
  let at = 0;
  state.features.forEach((feature, index) => {
    const width = columnsOf(feature);
    for (let level = 0; level < width; level++) {
      const column = at + level;
      listed.push({
        name: feature.kind === 'numeric' ? feature.name : `${feature.name}=${level}`,
        coefficients: state.coefficients.map((row) => row[column] as number),
        weight: state.importance[index] as number,
      });
    }
    at += width;
  });
  const shown = listed.sort((a, b) => b.weight - a.weight).slice(0, DESCRIBED);
  return {
    iterations: state.iterations,
    converged: state.converged,
    columns: listed.length,
    // The value where every feature is 0 and no level is known, as other libraries report it.
    intercept: perOutput(state.coefficients.map((row, output) => (state.intercepts[output] as number) - atCentre(state.features, row))),
    coefficients: Object.fromEntries(shown.map(({ name, coefficients }) => [name, perOutput(coefficients)])),
  };
}

function atCentre(features: readonly LinearFeature[], row: readonly number[]): number {
  let sum = 0;
  let at = 0;
  for (const feature of features) {
    if (feature.kind === 'numeric') sum += (row[at] as number) * feature.centre;
    at += columnsOf(feature);
  }
  return sum;
}

/** One output is a number, more are a list. */
function perOutput(values: readonly number[]): Json {
  return values.length === 1 ? (values[0] as number) : values;
}
