/**
 * Logistic regression: minimise Σ weight · log loss + ½ Σ penaltyⱼ βⱼ², with one score and a sigmoid
 * for two classes, and one score a class and a softmax for more.
 *
 * A Newton method whose steps come from conjugate gradients, so that no Hessian is ever built (Nash,
 * "A Survey of Truncated-Newton Methods", J. Comput. Appl. Math. 124 (2000) 45). It converges
 * quadratically, and separable classes or collinear columns slow it down but do not stop it.
 */
import { conjugateGradient, inner } from './conjugate-gradient.ts';
import type { Design } from './design.ts';
import type { LinearSolution } from './ridge.ts';

export interface LogisticProblem {
  readonly design: Design;
  readonly codes: Int32Array;
  readonly classCount: number;
  readonly weight: Float64Array;
  /** One a column, non-negative. */
  readonly penalty: Float64Array;
  readonly fitIntercept: boolean;
  readonly maxIterations: number;
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
  /** `loss` is the mean log loss of the training rows, without the penalty. */
  readonly onIteration?: ((iteration: number, solution: LinearSolution, loss: number) => void) | undefined;
}

/** Sufficient decrease of a step (Nocedal and Wright, "Numerical Optimization", section 3.1). */
const ARMIJO = 1e-4;
const HALVINGS = 40;

export function solveLogistic(problem: LogisticProblem): LinearSolution {
  const objective = new Objective(problem);
  const { size } = objective;
  let parameters: Float64Array = new Float64Array(size);
  let value = objective.moveTo(parameters);
  const gradient = new Float64Array(size);
  objective.gradient(parameters, gradient);
  const start = Math.sqrt(inner(gradient, gradient));
  const goal = problem.tolerance * objective.total;
  let iterations = 0;
  let converged = largest(gradient) <= goal;
  while (!converged && iterations < problem.maxIterations) {
    problem.signal?.throwIfAborted();
    const length = Math.sqrt(inner(gradient, gradient));
    const step = conjugateGradient({
      multiply: (v, out) => objective.hessian(v, out),
      diagonal: objective.hessianDiagonal(),
      right: gradient.map((g) => -g),
      // Tighter as the solution nears, which keeps the convergence quadratic (Nocedal and Wright, theorem 7.2).
      tolerance: Math.max(1e-8, Math.min(0.1, length / start)),
      maxIterations: Math.min(size + 20, 500),
    });
    const slope = inner(step, gradient);
    let factor = 1;
    let found: { readonly parameters: Float64Array; readonly value: number } | undefined;
    for (let halving = 0; halving < HALVINGS && found === undefined && slope < 0; halving++, factor /= 2) {
      const tried = parameters.map((parameter, k) => parameter + factor * (step[k] as number));
      const reached = objective.moveTo(tried);
      // Close to the minimum the decrease drowns in the rounding of the sum.
      const rounding = 1e-14 * Math.abs(value);
      if (reached <= value + ARMIJO * factor * slope + rounding) found = { parameters: tried, value: reached };
    }
    if (found === undefined) {
      objective.moveTo(parameters);
      break;
    }
    ({ parameters, value } = found);
    objective.gradient(parameters, gradient);
    iterations++;
    converged = largest(gradient) <= goal;
    problem.onIteration?.(iterations, objective.solution(parameters, iterations, converged), objective.meanLoss);
  }
  return objective.solution(parameters, iterations, converged);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The loss around the last point moved to. Parameters: for each output its columns, then its intercept. */
class Objective {
  readonly size: number;
  /** Sum of the weights. */
  readonly total: number;
  meanLoss = 0;
  readonly #problem: LogisticProblem;
  readonly #outputs: number;
  readonly #stride: number;
  /** One array an output: scores while moving, then probabilities. */
  readonly #probabilities: readonly Float64Array[];
  readonly #scratch: readonly Float64Array[];
  readonly #perRow: Float64Array;

  constructor(problem: LogisticProblem) {
    const { design, classCount, weight } = problem;
    this.#problem = problem;
    this.#outputs = classCount === 2 ? 1 : classCount;
    this.#stride = design.width + 1;
    this.size = this.#outputs * this.#stride;
    this.total = weight.reduce((sum, w) => sum + w, 0);
    const rows = (): Float64Array => new Float64Array(design.rowCount);
    this.#probabilities = Array.from({ length: this.#outputs }, rows);
    this.#scratch = Array.from({ length: this.#outputs }, rows);
    this.#perRow = rows();
  }

  /** The objective at the parameters, whose probabilities are kept for the derivatives. */
  moveTo(parameters: Float64Array): number {
    const { penalty } = this.#problem;
    this.#scores(parameters, this.#probabilities);
    const loss = this.#outputs === 1 ? this.#sigmoidLoss() : this.#softmaxLoss();
    this.meanLoss = loss / this.total;
    let penalised = 0;
    for (let output = 0; output < this.#outputs; output++) {
      for (let j = 0; j < penalty.length; j++) penalised += (penalty[j] as number) * (parameters[output * this.#stride + j] as number) ** 2;
    }
    return loss + penalised / 2;
  }

  gradient(parameters: Float64Array, out: Float64Array): void {
    const { codes, weight } = this.#problem;
    for (let output = 0; output < this.#outputs; output++) {
      const p = this.#probabilities[output] as Float64Array;
      const residual = this.#scratch[output] as Float64Array;
      const positive = this.#outputs === 1 ? 1 : output;
      for (let row = 0; row < p.length; row++)
        residual[row] = (weight[row] as number) * ((p[row] as number) - (codes[row] === positive ? 1 : 0));
    }
    this.#collect(this.#scratch, parameters, out);
  }

  hessian(v: Float64Array, out: Float64Array): void {
    const { weight } = this.#problem;
    const scores = this.#scratch;
    this.#scores(v, scores);
    // Mean score of each row under its probabilities; a sigmoid is a softmax against a score of 0.
    const mean = this.#perRow.fill(0);
    for (let output = 0; output < this.#outputs; output++) {
      const p = this.#probabilities[output] as Float64Array;
      const column = scores[output] as Float64Array;
      for (let row = 0; row < p.length; row++) mean[row] = (mean[row] as number) + (p[row] as number) * (column[row] as number);
    }
    for (let output = 0; output < this.#outputs; output++) {
      const p = this.#probabilities[output] as Float64Array;
      const column = scores[output] as Float64Array;
      for (let row = 0; row < p.length; row++)
        column[row] = (weight[row] as number) * (p[row] as number) * ((column[row] as number) - (mean[row] as number));
    }
    this.#collect(scores, v, out);
  }

  hessianDiagonal(): Float64Array {
    const { design, weight, penalty } = this.#problem;
    const diagonal = new Float64Array(this.size);
    const curvature = new Float64Array(design.rowCount);
    for (let output = 0; output < this.#outputs; output++) {
      const p = this.#probabilities[output] as Float64Array;
      let sum = 0;
      for (let row = 0; row < p.length; row++) {
        curvature[row] = (weight[row] as number) * (p[row] as number) * (1 - (p[row] as number));
        sum += curvature[row] as number;
      }
      const part = diagonal.subarray(output * this.#stride, (output + 1) * this.#stride);
      design.squaresTransposed(curvature, part);
      for (let j = 0; j < penalty.length; j++) part[j] = (part[j] as number) + (penalty[j] as number);
      part[design.width] = sum;
    }
    return diagonal;
  }

  /**
   * The parameters as a solution. Adding a constant to all classes' parameters changes no
   * probability, so the mean over classes is taken out: one model has one set of numbers.
   */
  solution(parameters: Float64Array, iterations: number, converged: boolean): LinearSolution {
    const { width } = this.#problem.design;
    const centred = parameters.slice();
    for (let j = 0; this.#outputs > 1 && j < this.#stride; j++) {
      let mean = 0;
      for (let k = 0; k < this.#outputs; k++) mean += (parameters[k * this.#stride + j] as number) / this.#outputs;
      for (let k = 0; k < this.#outputs; k++) centred[k * this.#stride + j] = (centred[k * this.#stride + j] as number) - mean;
    }
    const starts = Array.from({ length: this.#outputs }, (_, output) => output * this.#stride);
    return {
      coefficients: starts.map((start) => centred.slice(start, start + width)),
      intercepts: Float64Array.from(starts, (start) => centred[start + width] as number),
      iterations,
      converged,
    };
  }

  #scores(parameters: Float64Array, into: readonly Float64Array[]): void {
    const { design, fitIntercept } = this.#problem;
    for (let output = 0; output < this.#outputs; output++) {
      const part = parameters.subarray(output * this.#stride, (output + 1) * this.#stride);
      design.multiply(part, fitIntercept ? (part[design.width] as number) : 0, into[output] as Float64Array);
    }
  }

  /** Xᵀ · rows for each output, plus the penalty's part at the point. */
  #collect(rows: readonly Float64Array[], point: Float64Array, out: Float64Array): void {
    const { design, penalty, fitIntercept } = this.#problem;
    for (let output = 0; output < this.#outputs; output++) {
      const values = rows[output] as Float64Array;
      const start = output * this.#stride;
      const part = out.subarray(start, start + this.#stride);
      design.multiplyTransposed(values, part);
      for (let j = 0; j < penalty.length; j++) part[j] = (part[j] as number) + (penalty[j] as number) * (point[start + j] as number);
      part[design.width] = fitIntercept ? values.reduce((sum, value) => sum + value, 0) : 0;
    }
  }

  /** Turns the scores of class 1 into probabilities and sums −ln p of the true class. */
  #sigmoidLoss(): number {
    const { codes, weight } = this.#problem;
    const values = this.#probabilities[0] as Float64Array;
    let loss = 0;
    for (let row = 0; row < values.length; row++) {
      const score = values[row] as number;
      const against = codes[row] === 1 ? -score : score;
      // ln(1 + eˢ) without overflow.
      loss += (weight[row] as number) * (Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(score))));
      values[row] = 1 / (1 + Math.exp(-score));
    }
    return loss;
  }

  /** The same for one score a class. */
  #softmaxLoss(): number {
    const { codes, weight } = this.#problem;
    const columns = this.#probabilities;
    const most = this.#perRow.fill(Number.NEGATIVE_INFINITY);
    for (const column of columns) {
      for (let row = 0; row < most.length; row++) if ((column[row] as number) > (most[row] as number)) most[row] = column[row] as number;
    }
    let loss = 0;
    for (let row = 0; row < most.length; row++) {
      loss += (weight[row] as number) * ((most[row] as number) - ((columns[codes[row] as number] as Float64Array)[row] as number));
    }
    const sums = this.#scratch[0]?.fill(0) as Float64Array;
    for (const column of columns) {
      for (let row = 0; row < most.length; row++) {
        const power = Math.exp((column[row] as number) - (most[row] as number));
        column[row] = power;
        sums[row] = (sums[row] as number) + power;
      }
    }
    for (const column of columns) for (let row = 0; row < most.length; row++) column[row] = (column[row] as number) / (sums[row] as number);
    for (let row = 0; row < most.length; row++) loss += (weight[row] as number) * Math.log(sums[row] as number);
    return loss;
  }
}
