/**
 * Stochastic gradient descent for linear models (Bottou, "Stochastic Gradient Descent Tricks", in "Neural
 * Networks: Tricks of the Trade", 2012), row by row, with the schedules, stopping rules and order of updates of
 * scikit-learn's `SGDRegressor` and `SGDClassifier`: unshuffled rows give the same coefficients. Several classes are
 * learned one against the rest, side by side in one pass over the rows.
 */
import { derive, Random } from '../random.ts';
import type { Design } from './design.ts';
import type { LinearSolution } from './linear-solution.ts';
import type { PointLoss } from './point-loss.ts';
import { RowOrder } from './row-order.ts';
import type { Schedule } from './sgd-settings.ts';
import { SgdWeights } from './sgd-weights.ts';

export interface SgdProblem {
  readonly design: Design;
  /** One array of labels a model: numbers, or 1 and −1. */
  readonly labels: readonly Float64Array[];
  readonly weight: Float64Array;
  readonly loss: PointLoss;
  /** Beside the mean loss: alpha · (l1Ratio · Σ|β| + (1 − l1Ratio) / 2 · Σβ²). */
  readonly alpha: number;
  /** What stands for alpha in the schedule `optimal`; positive. */
  readonly scheduleAlpha: number;
  readonly l1Ratio: number;
  readonly fitIntercept: boolean;
  readonly schedule: Schedule;
  readonly eta0: number;
  readonly powerT: number;
  readonly average: boolean;
  readonly shuffle: boolean;
  /** Rounds without an improvement of `tolerance` until it stops. */
  readonly patience: number;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Score on rows kept apart, larger is better; without it the objective of the training rows decides. */
  readonly validationScore?: ((model: number, coefficients: Float64Array, intercept: number) => number) | undefined;
  /** `loss` is the mean loss of the round's rows, each before it was learned. */
  readonly onIteration?: ((iteration: number, solution: LinearSolution, loss: number) => void) | undefined;
}

/** Rows that are gathered at a time. */
const BATCH = 1024;
/** Of a single row, against overflow. */
const LARGEST_GRADIENT = 1e12;

/** A mean loss so many times that of coefficients of 0 comes of steps that throw farther each time. */
const RUNAWAY = 1e6;

/** Throws a RangeError when the steps are so long that the loss grows without end. */
export function solveSgd(problem: SgdProblem): LinearSolution {
  const { design, labels, weight, shuffle, maxIterations, signal, onIteration } = problem;
  const rows = Int32Array.from({ length: design.rowCount }, (_, row) => row).filter((row) => (weight[row] as number) > 0);
  const models = labels.map((_, model) => new Descent(problem, model));
  const order = new RowOrder(rows, shuffle ? new Random(derive(problem.seed, 'sgd')) : undefined);
  const { numbers: numberCount, codes: codeCount } = design.rowShape;
  const numbers = new Float64Array(BATCH * numberCount);
  const ones = new Int32Array(BATCH * codeCount);
  let iteration = 0;
  while (iteration < maxIterations && models.some((model) => !model.isDone)) {
    for (const batch of order.batches(BATCH)) {
      signal?.throwIfAborted();
      design.writeRows(batch, numbers, ones);
      for (const model of models) if (!model.isDone) model.learn(batch, numbers, ones);
    }
    iteration++;
    for (const model of models) if (!model.isDone) model.endRound(iteration, rows.length);
    onIteration?.(iteration, solutionOf(models, iteration), models.reduce((sum, model) => sum + model.meanLoss, 0) / models.length);
  }
  return solutionOf(models, iteration);
}

function solutionOf(models: readonly Descent[], iterations: number): LinearSolution {
  const learned = models.map((model) => model.learned());
  return {
    coefficients: learned.map(({ coefficients }) => coefficients),
    intercepts: Float64Array.from(learned, ({ intercept }) => intercept),
    iterations,
    converged: models.every(({ isDone }) => isDone),
  };
}

/** One score on its way down. */
class Descent {
  isDone = false;
  /** Of the rows of the last round, each before it was learned. */
  meanLoss = 0;
  readonly #problem: SgdProblem;
  readonly #model: number;
  readonly #weights: SgdWeights;
  #intercept = 0;
  #meanIntercept = 0;
  #eta: number;
  #t = 1;
  /** What `optimal` adds to t, so that the first step is Bottou's. */
  readonly #delay: number;
  #loss = 0;
  #objective = 0;
  readonly #lossAtZero: number;
  #best: number;
  #withoutImprovement = 0;

  constructor(problem: SgdProblem, model: number) {
    const { design, alpha, scheduleAlpha, loss, eta0, l1Ratio, average } = problem;
    this.#problem = problem;
    this.#model = model;
    this.#weights = new SgdWeights(design, { hasL1: alpha > 0 && l1Ratio > 0, average });
    this.#eta = eta0;
    const typical = Math.sqrt(1 / Math.sqrt(scheduleAlpha));
    this.#delay = 1 / ((typical / Math.max(1, loss.gradient(1, -typical))) * scheduleAlpha);
    const label = problem.labels[model] as Float64Array;
    this.#lossAtZero = Math.max(Number.MIN_VALUE, label.reduce((sum, y) => sum + loss.loss(y, 0), 0) / label.length);
    this.#best = problem.validationScore === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  learn(rows: Int32Array, numbers: Float64Array, ones: Int32Array): void {
    const { labels, weight, loss, alpha, scheduleAlpha, l1Ratio, schedule, eta0, powerT, fitIntercept, average } = this.#problem;
    const label = labels[this.#model] as Float64Array;
    const weights = this.#weights;
    const hasPenalty = alpha > 0;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const y = label[row] as number;
      const score = weights.score(k, numbers, ones) + this.#intercept;
      if (schedule === 'optimal') this.#eta = 1 / (scheduleAlpha * (this.#delay + this.#t - 1));
      else if (schedule === 'invscaling') this.#eta = eta0 / this.#t ** powerT;
      const eta = this.#eta;
      const own = loss.loss(y, score);
      this.#loss += own;
      this.#objective += own;
      if (hasPenalty)
        this.#objective += alpha * (((1 - l1Ratio) / 2) * weights.squaredNorm + (l1Ratio > 0 ? l1Ratio * weights.absoluteNorm : 0));
      const gradient = Math.max(-LARGEST_GRADIENT, Math.min(LARGEST_GRADIENT, loss.gradient(y, score)));
      const update = -eta * gradient * (weight[row] as number);
      // A step so long that it would turn the sign sets the coefficients to 0.
      if (hasPenalty && l1Ratio < 1) weights.shrink(Math.max(0, 1 - (1 - l1Ratio) * eta * alpha));
      if (update !== 0) weights.add(k, numbers, ones, update);
      if (fitIntercept) this.#intercept += update;
      if (average) {
        weights.remember();
        this.#meanIntercept += (this.#intercept - this.#meanIntercept) / this.#t;
      }
      if (hasPenalty && l1Ratio > 0) weights.pullToZero(l1Ratio * eta * alpha);
      this.#t++;
    }
  }

  endRound(iteration: number, rowCount: number): void {
    const { schedule, tolerance, patience, validationScore } = this.#problem;
    this.meanLoss = this.#loss / rowCount;
    const isUsable = Number.isFinite(this.meanLoss) && Number.isFinite(this.#intercept) && this.#weights.isFinite();
    if (!isUsable || this.meanLoss > RUNAWAY * this.#lossAtZero)
      throw new RangeError(
        `\`linear\`: the coefficients run away in iteration ${iteration} of \`solver: sgd\`; ${schedule === 'optimal' ? 'a larger `alpha`' : 'a smaller `eta0`'} makes shorter steps`,
      );
    const objective = this.#objective / rowCount;
    this.#loss = 0;
    this.#objective = 0;
    if (validationScore === undefined) {
      this.#withoutImprovement = objective > this.#best - tolerance ? this.#withoutImprovement + 1 : 0;
      this.#best = Math.min(this.#best, objective);
    } else {
      const score = validationScore(this.#model, this.#weights.values(), this.#intercept);
      this.#withoutImprovement = score < this.#best + tolerance ? this.#withoutImprovement + 1 : 0;
      this.#best = Math.max(this.#best, score);
    }
    if (this.#withoutImprovement < patience) return;
    if (schedule === 'adaptive' && this.#eta > 1e-6) {
      this.#eta /= 5;
      this.#withoutImprovement = 0;
    } else this.isDone = true;
  }

  learned(): { readonly coefficients: Float64Array; readonly intercept: number } {
    return this.#problem.average
      ? { coefficients: this.#weights.means(), intercept: this.#meanIntercept }
      : { coefficients: this.#weights.values(), intercept: this.#intercept };
  }
}
