/**
 * The state of a boosting fit and one iteration of it: derive gradients, draw rows, grow a tree for
 * each output, add it to the scores. When to stop is not its business.
 */
import type { ParamValues } from '../../schema/param.ts';
import type { FeatureMatrix } from '../estimator.ts';
import { derive, Random } from '../random.ts';
import { type BinnedFeature, binColumns, rowMajor } from './binning.ts';
import { newtonStep, sampleFeatures, sampleRows, weigh } from './boosting-rows.ts';
import type { gradientBoostingParams } from './gradient-boosting-params.ts';
import { type GrowLimits, TreeGrower } from './grow.ts';
import type { GrownTree } from './grown-tree.ts';
import type { Objective } from './objective.ts';
import { Scores } from './scores.ts';
import type { TreeColumns } from './tree.ts';

export interface BoosterSetup {
  readonly params: ParamValues<typeof gradientBoostingParams>;
  readonly features: readonly BinnedFeature[];
  readonly x: FeatureMatrix;
  /** Rows that take part, ascending. */
  readonly rows: Int32Array;
  readonly objective: Objective;
  readonly sampleWeight: Float64Array | undefined;
  readonly limits: GrowLimits;
  readonly seed: number;
  /** Sees each tree before the next one takes its buffers. */
  readonly onTree: (tree: GrownTree, leafValues: Float64Array, output: number) => void;
}

export interface Iteration {
  /** One for each output. */
  readonly trees: readonly TreeColumns[];
  /** What the splits by each feature gained. */
  readonly gains: Float64Array;
}

export class Booster {
  readonly #setup: BoosterSetup;
  readonly #grower: TreeGrower;
  readonly #scores: Scores;
  readonly #gradients: Float64Array;
  readonly #hessians: Float64Array;
  readonly #hasUnitHessian: boolean;

  constructor(setup: BoosterSetup, start: Float64Array) {
    const { features, x, objective, limits, sampleWeight } = setup;
    const columns = binColumns(features, x);
    const bins = rowMajor(columns, x.rowCount);
    this.#setup = setup;
    this.#grower = new TreeGrower(features, columns, bins, x.rowCount, limits);
    this.#scores = new Scores(start, bins, x.rowCount);
    this.#gradients = new Float64Array(x.rowCount * objective.outputs);
    this.#hessians = new Float64Array(x.rowCount * objective.outputs);
    this.#hasUnitHessian = objective.hasUnitHessian && sampleWeight === undefined;
  }

  trainingLoss(): number {
    return this.#setup.objective.loss(this.#scores.values);
  }

  /** Iterations count from 1: the draws of each hang on its number. */
  step(iteration: number): Iteration {
    const { params, features, rows: all, objective, sampleWeight, seed } = this.#setup;
    objective.derive(this.#scores.values, this.#gradients, this.#hessians);
    if (sampleWeight !== undefined) weigh(this.#gradients, this.#hessians, sampleWeight);
    const random = new Random(derive(seed, `iteration ${iteration}`));
    const rows = params.subsample < 1 ? sampleRows(all, params.subsample, random) : all;
    const gains = new Float64Array(features.length);
    const trees: TreeColumns[] = [];
    for (let output = 0; output < objective.outputs; output++) trees.push(this.#addTree(output, rows, random, gains));
    return { trees, gains };
  }

  #addTree(output: number, rows: Int32Array, random: Random, gains: Float64Array): TreeColumns {
    const { params, features, x, objective, onTree } = this.#setup;
    const begin = output * x.rowCount;
    const end = begin + x.rowCount;
    const gradients = this.#gradients.subarray(begin, end);
    const hessians = this.#hasUnitHessian ? undefined : this.#hessians.subarray(begin, end);
    const allowed = sampleFeatures(features.length, params.colsample, random);
    const tree = this.#grower.grow({ rows, gradients, hessians, allowed, seed: random.uint32() });

    const scores = this.#scores.of(output);
    const values = new Float64Array(tree.leafCount);
    for (let leaf = 0; leaf < values.length; leaf++) {
      const own = tree.rowsOf(leaf);
      const value =
        objective.leafValue === undefined
          ? newtonStep(own, gradients, hessians, params.l2_regularization, objective.largestStep)
          : objective.leafValue(own, scores);
      values[leaf] = params.learning_rate * value;
    }
    this.#scores.addTree(tree, values, output, rows);
    onTree(tree, values, output);
    tree.addGains(gains);
    return tree.toColumns(values);
  }
}
