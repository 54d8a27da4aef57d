/** A solution for scaled columns as a model in the units of the features, with what is worth telling of it. */
import type { FeatureMatrix, Target } from '../estimator.ts';
import { type LinearModel, linearModel } from './linear-model.ts';
import type { Strengths } from './linear-settings.ts';
import type { LinearSolution } from './linear-solution.ts';
import type { LinearFeature } from './linear-state.ts';
import type { Link } from './link.ts';
import { levelCodes, type PreparedFeature, widthOf } from './prepare-features.ts';

export interface Fitted {
  /** As the design had them. */
  readonly features: readonly PreparedFeature[];
  /** Standard deviations of the numeric features where the design did not divide by them. */
  readonly deviations?: readonly number[];
  readonly solution: LinearSolution;
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly weight: Float64Array;
  readonly strengths: Strengths;
  readonly link?: Link;
}

export function toModel({ features, deviations, solution, x, y, weight, strengths, link }: Fitted): LinearModel {
  // Adding 0 turns −0 into 0, which is what JSON would make of it.
  const plain = (value: number): number => value + 0;
  const scales = features.flatMap((feature) => (feature.kind === 'numeric' ? feature.scale : new Array<number>(feature.levels).fill(1)));
  const shares = features.map((feature, index) =>
    feature.kind === 'categorical' ? levelShares(feature.levels, x.columns[index], weight) : [],
  );
  return linearModel({
    version: 1,
    task: y.kind,
    classCount: y.kind === 'regression' ? 0 : y.classes.length,
    features: features.map((feature, index): LinearFeature => {
      if (feature.kind === 'categorical') return { ...feature, shares: shares[index] as readonly number[] };
      return { kind: 'numeric', name: feature.name, fill: plain(feature.fill), centre: plain(feature.centre) };
    }),
    coefficients: solution.coefficients.map((row) =>
      Array.from(row, (value, j) => (scales[j] === 0 ? 0 : plain(value / (scales[j] as number)))),
    ),
    intercepts: Array.from(solution.intercepts, plain),
    importance: importanceOf(features, deviations, shares, solution),
    iterations: solution.iterations,
    converged: solution.converged,
    l2: strengths.l2,
    ...(strengths.l1 > 0 && { l1: strengths.l1 }),
    ...(link !== undefined && { link }),
  });
}

function levelShares(levels: number, column: Float64Array | undefined, weight: Float64Array): readonly number[] {
  const shares = new Array<number>(levels).fill(0);
  const total = weight.reduce((sum, w) => sum + w, 0);
  levelCodes(column ?? new Float64Array(0), levels).forEach((code, row) => {
    if (code >= 0) shares[code] = (shares[code] as number) + (weight[row] as number) / total;
  });
  return shares;
}

/**
 * The standard deviation of each feature's part of the score over the training rows, averaged over
 * outputs and made to sum to 1. For a numeric feature that is its absolute standardised coefficient.
 */
function importanceOf(
  features: readonly PreparedFeature[],
  deviations: readonly number[] | undefined,
  shares: readonly (readonly number[])[],
  { coefficients }: LinearSolution,
): readonly number[] {
  let at = 0;
  const spreads = features.map((feature, index) => {
    const start = at;
    at += widthOf(feature);
    if (feature.kind === 'numeric') {
      const deviation = deviations?.[index] ?? 1;
      return feature.scale === 0 ? 0 : coefficients.reduce((sum, row) => sum + Math.abs(row[start] as number) * deviation, 0);
    }
    return coefficients.reduce((sum, row) => {
      let mean = 0;
      let square = 0;
      shares[index]?.forEach((share, level) => {
        const value = row[start + level] as number;
        mean += share * value;
        square += share * value * value;
      });
      return sum + Math.sqrt(Math.max(0, square - mean * mean));
    }, 0);
  });
  const sum = spreads.reduce((all, spread) => all + spread, 0);
  return spreads.map((spread) => (sum > 0 ? spread / sum : 0));
}
