/**
 * A target that is learned as its logarithm, and predicted in its own units. The mean of logarithms, taken back, is
 * nearer to the median of the values than to their mean: large values are predicted lower than without it.
 */
import type { FeatureMatrix, FittedModel, Target } from './estimator.ts';

/** `log1p` is the logarithm of 1 + y, for targets that may be 0. */
export const TARGET_TRANSFORMS = ['log', 'log1p'] as const;
export type TargetTransform = (typeof TARGET_TRANSFORMS)[number];

/** What a target must be greater than. */
export const LOWER_LIMIT: Readonly<Record<TargetTransform, number>> = { log: 0, log1p: -1 };

/** How many values have no logarithm. */
export function countOutside(y: Target, transform: TargetTransform): number {
  if (y.kind !== 'regression') return 0;
  return y.values.reduce((count, value) => count + (value > LOWER_LIMIT[transform] ? 0 : 1), 0);
}

/** Throws a RangeError for a value without a logarithm, and for classes. */
export function transformTarget(y: Target, transform: TargetTransform): Target {
  if (y.kind !== 'regression') throw new RangeError('a class has no logarithm');
  if (countOutside(y, transform) > 0) throw new RangeError(`a target of ${LOWER_LIMIT[transform]} or less has no logarithm`);
  return { kind: 'regression', values: y.values.map(transform === 'log' ? Math.log : Math.log1p) };
}

/** The model of a transformed target as one of the target itself; `undefined` leaves it as it is. */
export function inOriginalUnits(fitted: FittedModel, transform: TargetTransform | undefined): FittedModel {
  if (transform === undefined) return fitted;
  const back = transform === 'log' ? Math.exp : Math.expm1;
  const importance = fitted.featureImportance?.bind(fitted);
  const contributions = fitted.contributions?.bind(fitted);
  return {
    estimator: fitted.estimator,
    predict: (x: FeatureMatrix) => fitted.predict(x).map((value) => Math.min(back(value), Number.MAX_VALUE)),
    ...(importance !== undefined && { featureImportance: importance }),
    ...(fitted.contributionWork !== undefined && { contributionWork: fitted.contributionWork }),
    ...(contributions !== undefined && {
      contributions: (x: FeatureMatrix) => {
        const ofLogarithm = contributions(x);
        return { ...ofLogarithm, space: ofLogarithm.space === 'value' ? transform : 'raw' } as const;
      },
    }),
    toJSON: () => fitted.toJSON(),
    describe: () => fitted.describe(),
    ...(fitted.modelSummary !== undefined && { modelSummary: fitted.modelSummary }),
  };
}
