/**
 * What the parameters of a linear model ask for: one kind of fit with all of its settings, or an error
 * that tells which parameters say different things, or nothing at all.
 */
import type { JsonObject } from '../../schema/json.ts';
import { type LinearConflict, linearConflicts } from '../../schema/linear-conflicts.ts';
import type { ParamInput } from '../../schema/param.ts';
import type { Target } from '../estimator.ts';
import { requiredParams } from '../required-params.ts';
import { linearParams } from './linear-params.ts';
import { readSgdSettings, type SgdSettings } from './sgd-settings.ts';

export type LinearInput = ParamInput<typeof linearParams>;

export interface LinearSettings {
  readonly fitIntercept: boolean;
  readonly standardize: boolean;
  /** Share of absolute values in the penalty: 0 for `l2`, 1 for `l1`. */
  readonly l1Ratio: number;
  readonly strength: Strength;
  readonly maxIterations: number;
  readonly tolerance: number;
  /** Present where rows are learned one by one. */
  readonly sgd?: SgdSettings;
}

/** Of the whole penalty: beside the sum of the losses, beside their mean, or 1 for the losses times `C`. */
export type Strength =
  | { readonly kind: 'l2'; readonly value: number }
  | { readonly kind: 'alpha'; readonly value: number }
  | { readonly kind: 'C'; readonly value: number }
  /** What scikit-learn has by default: `alpha` 1 for numbers, `C` 1 for classes. */
  | { readonly kind: 'unit' };

/** Throws one `RangeError` with everything that is wrong. */
export function readSettings(input: LinearInput): { readonly settings: LinearSettings; readonly params: JsonObject } {
  const values = requiredParams('linear', linearParams, input);
  refuse(linearConflicts(input));
  const { penalty, solver, fit_intercept, standardize } = values;
  const isSgd = solver === 'sgd';
  const maxIterations = values.max_iter ?? (isSgd ? 1000 : penalty === 'l1' || penalty === 'elasticnet' ? 10_000 : 100);
  const tolerance = values.tolerance ?? (isSgd ? 0.001 : 1e-8);
  const l1Ratio = penalty === 'l1' ? 1 : penalty === 'elasticnet' ? (values.l1_ratio ?? (isSgd ? 0.15 : 0.5)) : 0;
  const strength: Strength =
    penalty === 'none'
      ? { kind: 'l2', value: 0 }
      : values.alpha !== undefined
        ? { kind: 'alpha', value: values.alpha }
        : values.C !== undefined
          ? { kind: 'C', value: values.C }
          : isSgd
            ? { kind: 'alpha', value: 0.0001 }
            : penalty === 'l2'
              ? { kind: 'l2', value: values.l2 }
              : { kind: 'unit' };
  // `l2` is said only where it counts, so that what is logged is what happened.
  const { l2: _l2, ...others } = values;
  return {
    settings: {
      fitIntercept: fit_intercept,
      standardize,
      l1Ratio,
      strength,
      maxIterations,
      tolerance,
      ...(isSgd && { sgd: readSgdSettings(values) }),
    },
    params: {
      ...others,
      ...(strength.kind === 'l2' && penalty !== 'none' && { l2: strength.value }),
      ...(penalty === 'elasticnet' && { l1_ratio: l1Ratio }),
      ...(isSgd && strength.kind === 'alpha' && { alpha: strength.value }),
      max_iter: maxIterations,
      tolerance,
    },
  };
}

/** Throws for parameters of the other task. */
export function checkTask(input: LinearInput, task: Target['kind']): void {
  refuse(linearConflicts(input, task));
}

function refuse(conflicts: readonly (LinearConflict & { readonly name: keyof LinearInput })[]): void {
  if (conflicts.length > 0) throw new RangeError(`\`linear\`: ${conflicts.map(({ message, hint }) => `${message}; ${hint}`).join('. ')}`);
}

export interface Strengths {
  readonly l1: number;
  readonly l2: number;
}

/** The penalty beside the sum of the losses, half the squared error in a regression: l1 · Σ|β| + l2 / 2 · Σβ². */
export function strengthsOf({ strength, l1Ratio }: LinearSettings, task: Target['kind'], total: number): Strengths {
  const split = (whole: number): Strengths => ({ l1: whole * l1Ratio, l2: whole * (1 - l1Ratio) });
  switch (strength.kind) {
    case 'l2':
      return { l1: 0, l2: strength.value };
    case 'alpha':
      return split(strength.value * total);
    case 'C':
      return split(1 / strength.value);
    case 'unit':
      return split(task === 'regression' ? total : 1);
  }
}
