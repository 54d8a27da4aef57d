/**
 * A fitted linear model: prediction, importance and its saved form. Coefficients are in the units of
 * the features, taken around each feature's centre, so that a column such as a time stamp with a huge
 * mean loses no digits.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { Contributions, FeatureMatrix, FittedModel } from '../estimator.ts';
import { linearContributions } from './contributions.ts';
import { columnsOf, LINEAR, type LinearFeature, type LinearState, readLinearState } from './linear-state.ts';
import { probabilitiesOf } from './link.ts';

export interface LinearModel extends FittedModel {
  /** For converting the model to other formats. */
  readonly state: LinearState;
  /** One array an output: the value of a regression, else log odds or a distance from the boundary. */
  scores(x: FeatureMatrix): readonly Float64Array[];
  readonly contributions: (x: FeatureMatrix) => Contributions;
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
    scores: scoresOf,
    ...(task === 'classification' &&
      state.link !== 'none' && { predictProba: (x: FeatureMatrix) => probabilitiesOf(scoresOf(x), classCount, state.link) }),
    contributions: (x) => linearContributions(state, x),
    featureImportance: () => Float64Array.from(state.importance),
    toJSON: () => state as unknown as Json,
    describe: () => describe(state),
  };
}

/** Read what `toJSON` gave. Throws a TypeError for anything else. */
export function restoreLinear(json: Json): LinearModel {
  return linearModel(readLinearState(json));
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
    ...(state.l1 !== undefined && { nonzero: listed.filter((column) => column.coefficients.some((value) => value !== 0)).length }),
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
