/**
 * Σ weight · log loss + ½ Σ penaltyⱼ βⱼ² of a linear score, with a sigmoid for two classes and a softmax over
 * one score a class for more: value, gradient and products with the Hessian, in one pass over the
 * rows each. Beside the table it holds one probability an output and row.
 */
import type { Design } from './design.ts';
import type { LinearSolution } from './linear-solution.ts';

export interface LogLossProblem {
  readonly design: Design;
  readonly codes: Int32Array;
  readonly classCount: number;
  readonly weight: Float64Array;
  /** One a column, non-negative: of squared coefficients. */
  readonly penalty: Float64Array;
  readonly fitIntercept: boolean;
}

const CHUNK = 1024;

/** The loss around the last point moved to. Parameters: for each output its columns, then its intercept. */
export class LogLoss {
  readonly outputs: number;
  /** Parameters an output: the columns and the intercept. */
  readonly stride: number;
  readonly size: number;
  /** Sum of the weights. */
  readonly total: number;
  /** Without the penalty, for each unit of weight. */
  meanLoss = 0;
  readonly #problem: LogLossProblem;
  /** One array an output. */
  readonly #probabilities: readonly Float64Array[];
  readonly #chunk: readonly Float64Array[];
  readonly #perRow = new Float64Array(CHUNK);
  readonly #sums = new Float64Array(CHUNK);

  constructor(problem: LogLossProblem) {
    const { design, classCount, weight } = problem;
    this.#problem = problem;
    this.outputs = classCount === 2 ? 1 : classCount;
    this.stride = design.width + 1;
    this.size = this.outputs * this.stride;
    this.total = weight.reduce((sum, w) => sum + w, 0);
    this.#probabilities = Array.from({ length: this.outputs }, () => new Float64Array(design.rowCount));
    this.#chunk = Array.from({ length: this.outputs }, () => new Float64Array(CHUNK));
  }

  /** The objective at the parameters, whose probabilities are kept for the derivatives. */
  moveTo(parameters: Float64Array): number {
    const { penalty } = this.#problem;
    let loss = 0;
    this.#eachChunk((from, to) => {
      this.#scores(parameters, from, to);
      loss += this.outputs === 1 ? this.#sigmoidLoss(from, to) : this.#softmaxLoss(from, to);
    });
    this.meanLoss = loss / this.total;
    let penalised = 0;
    for (let output = 0; output < this.outputs; output++) {
      for (let j = 0; j < penalty.length; j++) penalised += (penalty[j] as number) * (parameters[output * this.stride + j] as number) ** 2;
    }
    return loss + penalised / 2;
  }

  gradient(parameters: Float64Array, out: Float64Array): void {
    const { codes, weight } = this.#problem;
    out.fill(0);
    this.#eachChunk((from, to) => {
      for (let output = 0; output < this.outputs; output++) {
        const p = this.#probabilities[output] as Float64Array;
        const residual = this.#chunk[output] as Float64Array;
        const positive = this.outputs === 1 ? 1 : output;
        for (let row = from; row < to; row++)
          residual[row - from] = (weight[row] as number) * ((p[row] as number) - (codes[row] === positive ? 1 : 0));
      }
      this.#collect(from, to, out);
    });
    this.#addPenalty(parameters, out);
  }

  hessian(v: Float64Array, out: Float64Array): void {
    const { weight } = this.#problem;
    out.fill(0);
    this.#eachChunk((from, to) => {
      this.#scores(v, from, to);
      // Mean score of each row under its probabilities; a sigmoid is a softmax against a score of 0.
      const mean = this.#perRow.fill(0);
      for (let output = 0; output < this.outputs; output++) {
        const p = this.#probabilities[output] as Float64Array;
        const scores = this.#chunk[output] as Float64Array;
        for (let k = 0; k < to - from; k++) mean[k] = (mean[k] as number) + (p[from + k] as number) * (scores[k] as number);
      }
      for (let output = 0; output < this.outputs; output++) {
        const p = this.#probabilities[output] as Float64Array;
        const scores = this.#chunk[output] as Float64Array;
        for (let k = 0; k < to - from; k++)
          scores[k] = (weight[from + k] as number) * (p[from + k] as number) * ((scores[k] as number) - (mean[k] as number));
      }
      this.#collect(from, to, out);
    });
    this.#addPenalty(v, out);
  }

  hessianDiagonal(): Float64Array {
    const { design, weight, penalty } = this.#problem;
    const diagonal = new Float64Array(this.size);
    const curvature = new Float64Array(design.rowCount);
    for (let output = 0; output < this.outputs; output++) {
      const p = this.#probabilities[output] as Float64Array;
      let sum = 0;
      for (let row = 0; row < p.length; row++) {
        curvature[row] = (weight[row] as number) * (p[row] as number) * (1 - (p[row] as number));
        sum += curvature[row] as number;
      }
      const part = diagonal.subarray(output * this.stride, (output + 1) * this.stride);
      design.squaresTransposed(curvature, part);
      for (let j = 0; j < penalty.length; j++) part[j] = (part[j] as number) + (penalty[j] as number);
      part[design.width] = sum;
    }
    return diagonal;
  }

  /**
   * The parameters as a solution. Without an absolute penalty, adding a constant to all classes' parameters
   * changes no probability, so the mean over classes is taken out: one model has one set of numbers. With one,
   * it is taken out of the intercepts alone.
   */
  solution(parameters: Float64Array, iterations: number, converged: boolean, centred: 'all' | 'intercepts' = 'all'): LinearSolution {
    const { width } = this.#problem.design;
    const centredAt = parameters.slice();
    for (let j = centred === 'all' ? 0 : width; this.outputs > 1 && j < this.stride; j++) {
      let mean = 0;
      for (let k = 0; k < this.outputs; k++) mean += (parameters[k * this.stride + j] as number) / this.outputs;
      for (let k = 0; k < this.outputs; k++) centredAt[k * this.stride + j] = (centredAt[k * this.stride + j] as number) - mean;
    }
    const starts = Array.from({ length: this.outputs }, (_, output) => output * this.stride);
    return {
      coefficients: starts.map((start) => centredAt.slice(start, start + width)),
      intercepts: Float64Array.from(starts, (start) => centredAt[start + width] as number),
      iterations,
      converged,
    };
  }

  #eachChunk(visit: (from: number, to: number) => void): void {
    const { rowCount } = this.#problem.design;
    for (let from = 0; from < rowCount; from += CHUNK) visit(from, Math.min(from + CHUNK, rowCount));
  }

  #scores(parameters: Float64Array, from: number, to: number): void {
    const { design, fitIntercept } = this.#problem;
    for (let output = 0; output < this.outputs; output++) {
      const part = parameters.subarray(output * this.stride, (output + 1) * this.stride);
      design.scores(part, fitIntercept ? (part[design.width] as number) : 0, from, to, this.#chunk[output] as Float64Array);
    }
  }

  /** Adds Xᵀ · chunk for each output. */
  #collect(from: number, to: number, out: Float64Array): void {
    const { design, fitIntercept } = this.#problem;
    for (let output = 0; output < this.outputs; output++) {
      const values = this.#chunk[output] as Float64Array;
      const part = out.subarray(output * this.stride, (output + 1) * this.stride);
      design.collect(values, from, to, part);
      if (!fitIntercept) continue;
      let sum = 0;
      for (let k = 0; k < to - from; k++) sum += values[k] as number;
      part[design.width] = (part[design.width] as number) + sum;
    }
  }

  #addPenalty(point: Float64Array, out: Float64Array): void {
    const { penalty } = this.#problem;
    for (let start = 0; start < this.size; start += this.stride) {
      for (let j = 0; j < penalty.length; j++)
        out[start + j] = (out[start + j] as number) + (penalty[j] as number) * (point[start + j] as number);
    }
  }

  /** Turns the scores of class 1 into probabilities and sums −ln p of the true class. */
  #sigmoidLoss(from: number, to: number): number {
    const { codes, weight } = this.#problem;
    const scores = this.#chunk[0] as Float64Array;
    const probabilities = this.#probabilities[0] as Float64Array;
    let loss = 0;
    for (let row = from; row < to; row++) {
      const score = scores[row - from] as number;
      const against = codes[row] === 1 ? -score : score;
      // ln(1 + eˢ) without overflow.
      loss += (weight[row] as number) * (Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(score))));
      probabilities[row] = 1 / (1 + Math.exp(-score));
    }
    return loss;
  }

  /** The same for one score a class. */
  #softmaxLoss(from: number, to: number): number {
    const { codes, weight } = this.#problem;
    const most = this.#perRow.fill(Number.NEGATIVE_INFINITY);
    const sums = this.#sums.fill(0);
    const count = to - from;
    for (const scores of this.#chunk) {
      for (let k = 0; k < count; k++) if ((scores[k] as number) > (most[k] as number)) most[k] = scores[k] as number;
    }
    let loss = 0;
    for (let k = 0; k < count; k++) {
      const own = this.#chunk[codes[from + k] as number] as Float64Array;
      loss += (weight[from + k] as number) * ((most[k] as number) - (own[k] as number));
    }
    this.#chunk.forEach((scores, output) => {
      const probabilities = this.#probabilities[output] as Float64Array;
      for (let k = 0; k < count; k++) {
        const power = Math.exp((scores[k] as number) - (most[k] as number));
        probabilities[from + k] = power;
        sums[k] = (sums[k] as number) + power;
      }
    });
    for (const probabilities of this.#probabilities) {
      for (let k = 0; k < count; k++) probabilities[from + k] = (probabilities[from + k] as number) / (sums[k] as number);
    }
    for (let k = 0; k < count; k++) loss += (weight[from + k] as number) * Math.log(sums[k] as number);
    return loss;
  }
}
