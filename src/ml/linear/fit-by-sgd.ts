/** Stochastic gradient descent from a table and its parameters to a fitted model. */
import type { FeatureMatrix, FitContext, Target } from '../estimator.ts';
import { Design } from './design.ts';
import type { LinearModel } from './linear-model.ts';
import type { LinearSettings } from './linear-settings.ts';
import type { LinearSolution } from './linear-solution.ts';
import { outputsOf } from './linear-state.ts';
import type { Link } from './link.ts';
import type { PointLoss } from './point-loss.ts';
import type { PreparedFeature } from './prepare-features.ts';
import { solveSgd } from './sgd.ts';
import { lossFor, type SgdSettings } from './sgd-settings.ts';
import { toModel } from './to-model.ts';

export interface SgdFit {
  readonly settings: LinearSettings;
  readonly sgd: SgdSettings;
  readonly features: readonly PreparedFeature[];
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly weight: Float64Array;
  readonly context: FitContext;
}

/** Of the schedule `optimal` where there is no penalty: the default of scikit-learn, whose schedule does the same. */
const ALPHA_WITHOUT_PENALTY = 0.0001;

export function fitBySgd({ settings, sgd, features: scaled, x, y, weight, context }: SgdFit): LinearModel {
  const loss = lossFor(sgd, y.kind);
  const alpha = settings.strength.kind === 'alpha' ? settings.strength.value : 0;
  const features = settings.standardize ? scaled : scaled.map(asItIs);
  const { onIteration, signal, seed } = context;
  const watched =
    context.validation !== undefined && context.validation.x.rowCount > 0 ? new Watched(features, context.validation, loss) : undefined;
  const total = weight.reduce((sum, w) => sum + w, 0);
  const solution = solveSgd({
    design: new Design(features, x),
    labels: labelsOf(y),
    weight,
    loss,
    alpha,
    scheduleAlpha: alpha > 0 ? alpha : ALPHA_WITHOUT_PENALTY,
    l1Ratio: settings.l1Ratio,
    fitIntercept: settings.fitIntercept,
    schedule: sgd.schedule ?? (y.kind === 'regression' ? 'invscaling' : 'optimal'),
    eta0: sgd.eta0,
    powerT: sgd.powerT ?? (y.kind === 'regression' ? 0.25 : 0.5),
    average: sgd.average,
    shuffle: sgd.shuffle,
    patience: sgd.patience,
    tolerance: settings.tolerance,
    maxIterations: settings.maxIterations,
    seed,
    signal,
    validationScore: sgd.earlyStopping && watched !== undefined ? watched.score : undefined,
    onIteration:
      onIteration &&
      ((iteration, found, trainingLoss) =>
        onIteration(iteration, {
          training_loss: trainingLoss,
          ...(watched !== undefined && { validation_loss: watched.meanLoss(found) }),
        })),
  });
  // A target that never changes has its minimum where it is, and steps would only come near it.
  const constant = y.kind === 'regression' && settings.fitIntercept ? onlyValue(y.values, weight) : undefined;
  if (constant !== undefined) {
    for (const row of solution.coefficients) row.fill(0);
    solution.intercepts.fill(constant);
  }
  const deviations = settings.standardize ? undefined : scaled.map((feature) => (feature.kind === 'numeric' ? feature.scale : 1));
  return toModel({
    features,
    ...(deviations !== undefined && { deviations }),
    solution,
    x,
    y,
    weight,
    strengths: { l1: alpha * settings.l1Ratio * total, l2: alpha * (1 - settings.l1Ratio) * total },
    ...linkOf(loss, y),
  });
}

/** The value of all rows that count, if it is the same. */
function onlyValue(values: Float64Array, weight: Float64Array): number | undefined {
  const first = weight.findIndex((w) => w > 0);
  return values.every((value, row) => weight[row] === 0 || value === values[first]) ? values[first] : undefined;
}

function asItIs(feature: PreparedFeature): PreparedFeature {
  return feature.kind === 'numeric' ? { ...feature, centre: 0, scale: 1 } : feature;
}

function linkOf({ name }: PointLoss, y: Target): { readonly link?: Link } {
  if (y.kind === 'regression') return {};
  if (name === 'hinge') return { link: 'none' };
  if (name === 'modified_huber') return { link: 'modified_huber' };
  return y.classes.length === 2 ? {} : { link: 'one_vs_rest' };
}

/** What each model learns: the numbers, or 1 for its class and −1 for the others. */
function labelsOf(y: Target): readonly Float64Array[] {
  if (y.kind === 'regression') return [y.values];
  const outputs = outputsOf(y.kind, y.classes.length);
  return Array.from({ length: outputs }, (_, output) => {
    const own = outputs === 1 && y.classes.length === 2 ? 1 : output;
    return Float64Array.from(y.codes, (code) => (code === own ? 1 : -1));
  });
}

/** Rows that are never learned from. */
class Watched {
  readonly #design: Design;
  readonly #labels: readonly Float64Array[];
  readonly #weight: Float64Array;
  readonly #total: number;
  readonly #isRegression: boolean;
  readonly #loss: PointLoss;
  readonly #scores: Float64Array;

  constructor(features: readonly PreparedFeature[], { x, y, sampleWeight }: NonNullable<FitContext['validation']>, loss: PointLoss) {
    this.#design = new Design(features, x);
    this.#labels = labelsOf(y);
    this.#weight = sampleWeight ?? new Float64Array(x.rowCount).fill(1);
    this.#total = this.#weight.reduce((sum, w) => sum + w, 0);
    this.#isRegression = y.kind === 'regression';
    this.#loss = loss;
    this.#scores = new Float64Array(x.rowCount);
  }

  /** R², or the share of right answers. */
  readonly score = (model: number, coefficients: Float64Array, intercept: number): number => {
    const labels = this.#labels[model] as Float64Array;
    this.#design.multiply(coefficients, intercept, this.#scores);
    if (!this.#isRegression) return this.#mean((row) => Number((this.#scores[row] as number) > 0 === (labels[row] as number) > 0));
    const mean = this.#mean((row) => labels[row] as number);
    const spread = this.#mean((row) => ((labels[row] as number) - mean) ** 2);
    const error = this.#mean((row) => ((labels[row] as number) - (this.#scores[row] as number)) ** 2);
    return spread > 0 ? 1 - error / spread : -error;
  };

  /** Averaged over the models. */
  meanLoss({ coefficients, intercepts }: LinearSolution): number {
    const losses = coefficients.map((row, model) => {
      const labels = this.#labels[model] as Float64Array;
      this.#design.multiply(row, intercepts[model] as number, this.#scores);
      return this.#mean((at) => this.#loss.loss(labels[at] as number, this.#scores[at] as number));
    });
    return losses.reduce((sum, own) => sum + own, 0) / losses.length;
  }

  #mean(of: (row: number) => number): number {
    let sum = 0;
    for (let row = 0; row < this.#weight.length; row++) sum += (this.#weight[row] as number) * of(row);
    return sum / this.#total;
  }
}
