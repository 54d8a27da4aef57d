/**
 * Lasso and elastic net by coordinate descent (Friedman, Hastie and Tibshirani, J. Stat. Software 33 (2010) 1):
 * minimise ½ Σ weight · (target − intercept − X·β)² + Σ l1ⱼ |βⱼ| + ½ Σ l2ⱼ βⱼ².
 *
 * It stops when the duality gap says that no better coefficients exist (Kim et al., IEEE J. Sel. Topics Signal
 * Process. 1 (2007) 606, the rule of scikit-learn). For up to two thousand columns the rows are read once, into the normal equations;
 * for more the residuals are carried along.
 */
import { inner } from './conjugate-gradient.ts';
import type { Design } from './design.ts';
import { type Centred, centre, centredGram } from './least-squares.ts';
import type { LinearSolution } from './linear-solution.ts';

export interface ElasticNetProblem {
  readonly design: Design;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** One a column, positive. */
  readonly l1: Float64Array;
  /** One a column, non-negative. */
  readonly l2: Float64Array;
  readonly fitIntercept: boolean;
  /** Rounds over the coefficients. */
  readonly maxIterations: number;
  /** Of the duality gap, as a share of Σ weight · (target − mean)². */
  readonly tolerance: number;
  /** The most columns whose normal equations are formed; 2000 (32 MB) unless given. */
  readonly gramWidth?: number;
  readonly signal?: AbortSignal | undefined;
}

const GRAM_WIDTH = 2000;
/** Multiplications that forming the normal equations may cost. */
const GRAM_COST = 2e10;
/** Rounds over the coefficients that are not 0 between two over all. */
const ACTIVE_ROUNDS = 50;

export function solveElasticNet(problem: ElasticNetProblem): LinearSolution {
  const { design, target, weight, l1, l2, fitIntercept, maxIterations, tolerance, signal } = problem;
  const { width, rowCount } = design;
  const centred = centre(design, target, weight, fitIntercept);
  const isSmall = width <= (problem.gramWidth ?? GRAM_WIDTH) && rowCount * width * width <= GRAM_COST;
  const squares = isSmall ? new NormalEquations(centred, weight) : new Residuals(centred, weight);
  const beta = squares.coefficients;
  const all = Int32Array.from({ length: width }, (_, j) => j).filter((j) => (squares.curvature[j] as number) > 0);

  /** Sets each coefficient to the best there is while the others stay. Returns the largest change, as a share of the largest effect. */
  const round = (columns: Int32Array): number => {
    signal?.throwIfAborted();
    let [change, size] = [0, 0];
    for (const j of columns) {
      const before = beta[j] as number;
      const curvature = squares.curvature[j] as number;
      const pull = squares.correlation(j) + curvature * before;
      const beyond = Math.abs(pull) - (l1[j] as number);
      const after = beyond <= 0 ? 0 : (Math.sign(pull) * beyond) / (curvature + (l2[j] as number));
      if (after !== before) squares.move(j, after - before, after);
      const effect = Math.sqrt(curvature);
      change = Math.max(change, Math.abs(after - before) * effect);
      size = Math.max(size, Math.abs(after) * effect);
    }
    return size === 0 ? 0 : change / size;
  };

  let iterations = 0;
  let converged = false;
  while (!converged && iterations < maxIterations) {
    const change = round(all);
    iterations++;
    // Where nothing moves any more, rounding hides the rest of the gap.
    converged = change <= 1e-15 || dualityGap(squares, l1, l2) <= tolerance * squares.rightSquares;
    if (converged) break;
    const active = all.filter((j) => beta[j] !== 0);
    for (let k = 0; k < ACTIVE_ROUNDS && iterations < maxIterations; k++) {
      iterations++;
      if (round(active) <= 0.01 * change) break;
    }
  }
  return {
    coefficients: [beta.slice()],
    intercepts: Float64Array.of(centred.intercept(beta)),
    iterations,
    converged,
  };
}

/** How far the objective can be above its minimum at most. */
function dualityGap(squares: NormalEquations | Residuals, l1: Float64Array, l2: Float64Array): number {
  const { coefficients: beta, curvature } = squares;
  const correlations = squares.correlations();
  const { residualSquares, residualWithRight } = squares.products(correlations);
  // An L2 penalty is a row more for each column, whose residual is −√l2 · β.
  let extended = residualSquares;
  let absolute = 0;
  let scale = 1;
  for (let j = 0; j < beta.length; j++) {
    if (!((curvature[j] as number) > 0)) continue;
    const value = beta[j] as number;
    extended += (l2[j] as number) * value * value;
    absolute += (l1[j] as number) * Math.abs(value);
    const slope = Math.abs((correlations[j] as number) - (l2[j] as number) * value);
    if (slope * scale > (l1[j] as number)) scale = (l1[j] as number) / slope;
  }
  return extended / 2 + absolute - (scale * residualWithRight - (scale * scale * extended) / 2);
}

/** Xᵀ(right − Xβ) through XᵀX: a step costs as many multiplications as there are columns. */
class NormalEquations {
  readonly coefficients: Float64Array;
  readonly curvature: Float64Array;
  readonly rightSquares: number;
  readonly #gram: Float64Array;
  readonly #right: Float64Array;
  readonly #correlations: Float64Array;

  constructor(centred: Centred, weight: Float64Array) {
    const { width } = centred.design;
    this.coefficients = new Float64Array(width);
    this.#gram = centredGram(centred, weight, this.coefficients);
    for (let j = 0; j < width; j++) for (let k = 0; k < j; k++) this.#gram[k * width + j] = this.#gram[j * width + k] as number;
    this.curvature = this.coefficients.map((_, j) => this.#gram[j * width + j] as number);
    this.#right = new Float64Array(width);
    centred.multiplyTransposed(centred.right, this.#right);
    this.#correlations = this.#right.slice();
    this.rightSquares = sumOfSquares(centred.right);
  }

  correlation(j: number): number {
    return this.#correlations[j] as number;
  }

  move(j: number, by: number, to: number): void {
    const { length } = this.coefficients;
    this.coefficients[j] = to;
    const line = this.#gram.subarray(j * length, (j + 1) * length);
    for (let k = 0; k < length; k++) this.#correlations[k] = (this.#correlations[k] as number) - by * (line[k] as number);
  }

  correlations(): Float64Array {
    return this.#correlations;
  }

  products(correlations: Float64Array): { readonly residualSquares: number; readonly residualWithRight: number } {
    const explained = inner(this.#right, this.coefficients);
    return {
      residualSquares: Math.max(0, this.rightSquares - explained - inner(correlations, this.coefficients)),
      residualWithRight: this.rightSquares - explained,
    };
  }
}

/** The same through the residuals: a step costs as many multiplications as the column has rows. */
class Residuals {
  readonly coefficients: Float64Array;
  readonly curvature: Float64Array;
  readonly rightSquares: number;
  readonly #centred: Centred;
  readonly #weight: Float64Array;
  readonly #columns: Design['columns'];
  /** Target − X·β before centring; the centred residual is this plus `offset`. */
  readonly #residual: Float64Array;
  readonly #target: Float64Array;
  readonly #total: number;
  #offset = 0;

  constructor(centred: Centred, weight: Float64Array) {
    const { design, right, root, means } = centred;
    this.#centred = centred;
    this.#weight = weight;
    this.#columns = design.columns;
    this.coefficients = new Float64Array(design.width);
    this.curvature = new Float64Array(design.width);
    design.squaresTransposed(weight, this.curvature);
    this.#total = weight.reduce((sum, w) => sum + w, 0);
    for (let j = 0; j < design.width; j++)
      this.curvature[j] = Math.max(0, (this.curvature[j] as number) - this.#total * (means[j] as number) ** 2);
    this.rightSquares = sumOfSquares(right);
    this.#target = right.map((value, row) => ((root[row] as number) > 0 ? value / (root[row] as number) : 0));
    this.#residual = this.#target.slice();
  }

  correlation(j: number): number {
    // The weighted residuals sum to 0, so the mean of the column falls out.
    const own = this.#columns[j]?.product(this.#weight, this.#residual) as number;
    return own + this.#offset * this.#total * (this.#centred.means[j] as number);
  }

  move(j: number, by: number, to: number): void {
    this.coefficients[j] = to;
    this.#columns[j]?.addTo(this.#residual, -by);
    this.#offset += by * (this.#centred.means[j] as number);
  }

  correlations(): Float64Array {
    return this.coefficients.map((_, j) => this.correlation(j));
  }

  products(): { readonly residualSquares: number; readonly residualWithRight: number } {
    let [residualSquares, residualWithRight] = [0, 0];
    for (let row = 0; row < this.#residual.length; row++) {
      const residual = (this.#residual[row] as number) + this.#offset;
      const weighted = (this.#weight[row] as number) * residual;
      residualSquares += weighted * residual;
      residualWithRight += weighted * (this.#target[row] as number);
    }
    return { residualSquares, residualWithRight };
  }
}

function sumOfSquares(values: Float64Array): number {
  return inner(values, values);
}
