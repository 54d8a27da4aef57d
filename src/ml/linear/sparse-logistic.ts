/**
 * Logistic and softmax regression with a penalty on absolute values: minimise
 * Σ weight · log loss + Σ l1ⱼ |βⱼ| + ½ Σ l2ⱼ βⱼ².
 *
 * Each iteration takes a proximal gradient step, which finds the coefficients that are 0, and then a Newton step
 * by conjugate gradients for the others, in which none may change its sign (Keskar, Nocedal, Öztoprak and Wächter,
 * "A second-order method for convex ℓ1-regularized optimization with active-set prediction", Optim. Methods Softw. 31 (2016) 605).
 * No Hessian is ever built.
 */
import { conjugateGradient, inner } from './conjugate-gradient.ts';
import type { LinearSolution } from './linear-solution.ts';
import { LogLoss, type LogLossProblem } from './log-loss.ts';
import { ARMIJO, forcing, HALVINGS, largest, type NewtonOptions, roundingOf } from './logistic.ts';

export interface SparseLogisticProblem extends LogLossProblem, NewtonOptions {
  /** One a column, positive. */
  readonly l1: Float64Array;
}

/** Iterations in which the gradient does not shrink: what is left of it is rounding. */
const PATIENCE = 20;

export function solveSparseLogistic(problem: SparseLogisticProblem): LinearSolution {
  const search = new Search(problem);
  const goal = problem.tolerance * search.objective.total;
  let iterations = 0;
  let steepest = search.steepest();
  const start = Math.sqrt(inner(steepest, steepest));
  let converged = largest(steepest) <= goal;
  let least = Number.POSITIVE_INFINITY;
  let withoutProgress = 0;
  while (!converged && iterations < problem.maxIterations && withoutProgress < PATIENCE) {
    problem.signal?.throwIfAborted();
    const diagonal = search.objective.hessianDiagonal();
    search.proximalStep(diagonal);
    steepest = search.steepest();
    converged = largest(steepest) <= goal;
    if (!converged) {
      search.newtonStep(diagonal, forcing(Math.sqrt(inner(steepest, steepest)) / start));
      steepest = search.steepest();
      converged = largest(steepest) <= goal;
    }
    iterations++;
    problem.onIteration?.(iterations, search.solution(iterations, converged), search.objective.meanLoss);
    const reached = largest(steepest);
    withoutProgress = reached < least ? 0 : withoutProgress + 1;
    least = Math.min(least, reached);
  }
  return search.solution(iterations, converged);
}

class Search {
  readonly objective: LogLoss;
  /** Of the whole objective, at the parameters. */
  value: number;
  readonly #l1: Float64Array;
  #parameters: Float64Array;
  readonly #gradient: Float64Array;

  constructor(problem: SparseLogisticProblem) {
    this.objective = new LogLoss(problem);
    const { size, stride } = this.objective;
    this.#l1 = new Float64Array(size).map((_, k) => problem.l1[k % stride] ?? 0);
    this.#parameters = new Float64Array(size);
    this.#gradient = new Float64Array(size);
    this.value = this.#moveTo(this.#parameters);
    this.objective.gradient(this.#parameters, this.#gradient);
  }

  solution(iterations: number, converged: boolean): LinearSolution {
    return this.objective.solution(this.#parameters, iterations, converged, 'intercepts');
  }

  /** The subgradient of least norm: 0 exactly at the minimum. */
  steepest(): Float64Array {
    return this.#gradient.map((slope, k) => {
      const l1 = this.#l1[k] as number;
      const parameter = this.#parameters[k] as number;
      if (parameter !== 0) return slope + Math.sign(parameter) * l1;
      return Math.sign(slope) * Math.max(0, Math.abs(slope) - l1);
    });
  }

  /** Each parameter by itself to the minimum of its parabola with its absolute value. */
  proximalStep(diagonal: Float64Array): void {
    const at = this.#parameters;
    const step = at.map((parameter, k) => {
      const curvature = Math.max(diagonal[k] as number, 1e-12 * this.objective.total);
      const free = parameter - (this.#gradient[k] as number) / curvature;
      const kept = Math.abs(free) - (this.#l1[k] as number) / curvature;
      return (kept > 0 ? Math.sign(free) * kept : 0) - parameter;
    });
    this.#searchAlong(step, (factor) => at.map((parameter, k) => parameter + factor * (step[k] as number)));
  }

  /** Of the parameters that are not 0, which keep their signs or become 0. */
  newtonStep(diagonal: Float64Array, tolerance: number): void {
    const at = this.#parameters;
    const isFree = Uint8Array.from(at, (parameter, k) => Number(parameter !== 0 || this.#l1[k] === 0));
    const masked = (values: Float64Array): Float64Array => values.map((value, k) => (isFree[k] === 1 ? value : 0));
    const slope = masked(this.steepest());
    const step = conjugateGradient({
      multiply: (v, out) => {
        this.objective.hessian(v, out);
        for (let k = 0; k < out.length; k++) if (isFree[k] === 0) out[k] = 0;
      },
      diagonal,
      right: slope.map((value) => -value),
      tolerance,
      maxIterations: Math.min(at.length + 20, 500),
    });
    this.#searchAlong(step, (factor) =>
      at.map((parameter, k) => {
        const tried = parameter + factor * (step[k] as number);
        return (this.#l1[k] as number) > 0 && tried * parameter <= 0 ? 0 : tried;
      }),
    );
  }

  /** Goes as far as the objective falls enough, or stays. */
  #searchAlong(step: Float64Array, point: (factor: number) => Float64Array): void {
    const at = this.#parameters;
    if (!step.some((value) => value !== 0)) return;
    let factor = 1;
    for (let halving = 0; halving < HALVINGS; halving++, factor /= 2) {
      const tried = point(factor);
      const expected = this.#expectedChange(at, tried);
      if (expected >= 0) continue;
      const reached = this.#moveTo(tried);
      if (reached <= this.value + ARMIJO * expected + roundingOf(this.value)) {
        this.#parameters = tried;
        this.value = reached;
        this.objective.gradient(tried, this.#gradient);
        return;
      }
    }
    this.#moveTo(at);
  }

  /** To first order in the loss, exactly in the absolute values. */
  #expectedChange(from: Float64Array, to: Float64Array): number {
    let change = 0;
    for (let k = 0; k < from.length; k++) {
      const [before, after] = [from[k] as number, to[k] as number];
      change += (this.#gradient[k] as number) * (after - before) + (this.#l1[k] as number) * (Math.abs(after) - Math.abs(before));
    }
    return change;
  }

  #moveTo(parameters: Float64Array): number {
    let absolute = 0;
    for (let k = 0; k < parameters.length; k++) absolute += (this.#l1[k] as number) * Math.abs(parameters[k] as number);
    return this.objective.moveTo(parameters) + absolute;
  }
}
