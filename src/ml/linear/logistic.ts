/**
 * Logistic and softmax regression with an L2 penalty: a Newton method whose steps come from conjugate
 * gradients, so that no Hessian is ever built (Nash, "A Survey of Truncated-Newton Methods", J. Comput.
 * Appl. Math. 124 (2000) 45). It converges quadratically, and separable classes or collinear columns
 * slow it down but do not stop it.
 */
import { conjugateGradient, inner } from './conjugate-gradient.ts';
import type { LinearSolution } from './linear-solution.ts';
import { LogLoss, type LogLossProblem } from './log-loss.ts';

export interface NewtonOptions {
  readonly maxIterations: number;
  /** Of the largest part of the gradient, for each unit of weight. */
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
  /** `loss` is the mean log loss of the training rows, without the penalty. */
  readonly onIteration?: ((iteration: number, solution: LinearSolution, loss: number) => void) | undefined;
}

/** Sufficient decrease of a step (Nocedal and Wright, "Numerical Optimization", section 3.1). */
export const ARMIJO = 1e-4;
export const HALVINGS = 40;

export function solveLogistic(problem: LogLossProblem & NewtonOptions): LinearSolution {
  const objective = new LogLoss(problem);
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
      tolerance: forcing(length / start),
      maxIterations: Math.min(size + 20, 500),
    });
    const slope = inner(step, gradient);
    let factor = 1;
    let found: { readonly parameters: Float64Array; readonly value: number } | undefined;
    for (let halving = 0; halving < HALVINGS && found === undefined && slope < 0; halving++, factor /= 2) {
      const tried = parameters.map((parameter, k) => parameter + factor * (step[k] as number));
      const reached = objective.moveTo(tried);
      if (reached <= value + ARMIJO * factor * slope + roundingOf(value)) found = { parameters: tried, value: reached };
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

/**
 * How exactly a Newton step is solved for: tighter as the gradient shrinks, which keeps the convergence
 * quadratic (Nocedal and Wright, theorem 7.2).
 */
export function forcing(share: number): number {
  return Math.max(1e-8, Math.min(0.1, share));
}

/** Close to the minimum the decrease drowns in the rounding of the sum. */
export function roundingOf(value: number): number {
  return 1e-14 * Math.abs(value);
}

export function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
