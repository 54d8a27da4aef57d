/**
 * The state of a boosting fit and one iteration of it: derive gradients, draw rows, grow a tree for
 * each output, add it to the scores. When to stop is not its business.
 */
import type { ParamValues } from '../../schema/param.ts';
import type { FeatureMatrix } from '../estimator.ts';
import { derive, Random } from '../random.ts';
import { binTable } from './bin-table.ts';
import type { BinnedFeature } from './binning.ts';
import { sampleFeatures, sampleRows } from './boosting-rows.ts';
import { deriveGradients, kernelLoss, measures, placeTarget } from './derive-gradients.ts';
import type { gradientBoostingParams } from './gradient-boosting-params.ts';
import { type GrowLimits, TreeGrower } from './grow.ts';
import type { GrownTree } from './grown-tree.ts';
import { leafValuer } from './leaf-value.ts';
import { obedientValues } from './monotone.ts';
import type { Objective } from './objective.ts';
import { reorderByLeaves, reordersAfter } from './reorder.ts';
import type { TreeColumns } from './tree.ts';
import type { Workshop } from './workshop.ts';

export interface BoosterSetup {
  readonly params: ParamValues<typeof gradientBoostingParams>;
  readonly workshop: Workshop;
  readonly features: readonly BinnedFeature[];
  readonly x: FeatureMatrix;
  /** Rows that take part, ascending. */
  readonly rows: Int32Array;
  readonly objective: Objective;
  readonly sampleWeight: Float64Array | undefined;
  readonly limits: GrowLimits;
  readonly seed: number;
  /** `trainingLoss` will be called. */
  readonly asksForLoss: boolean;
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
  readonly #scores: Float64Array;
  /** Of all rows. */
  readonly #weight: number;
  /** Which row is at each place, once they have been reordered. Kept for losses that no kernel sums up. */
  #places: Int32Array | undefined;

  constructor(setup: BoosterSetup, start: Float64Array) {
    const { workshop, features, x, rows, objective, limits, sampleWeight } = setup;
    const { machine, bins, columns } = workshop;
    binTable(workshop, features, x, { bins, columns, columnBytes: x.rowCount });
    this.#setup = setup;
    this.#weight = sampleWeight === undefined ? x.rowCount : sampleWeight.reduce((sum, weight) => sum + weight, 0);
    this.#grower = new TreeGrower(workshop, features, limits);
    const stride = x.rowCount;
    const length = stride * objective.outputs;
    this.#scores = machine.numbers(workshop.scores, length);
    start.forEach((score, output) => {
      this.#scores.fill(score, output * stride, output * stride + x.rowCount);
    });
    placeTarget(workshop, objective);
    machine.integers(workshop.orders[2], rows.length).set(rows);
    if (sampleWeight !== undefined) machine.numbers(workshop.weights, x.rowCount).set(sampleWeight);
  }

  trainingLoss(): number {
    const { workshop, objective } = this.#setup;
    const loss = kernelLoss(workshop, objective, this.#weight);
    if (loss !== undefined) return loss;
    const places = this.#places;
    if (places === undefined) return objective.loss(this.#scores);
    const scores = new Float64Array(places.length);
    for (let place = 0; place < places.length; place++) scores[places[place] as number] = this.#scores[place] as number;
    return objective.loss(scores);
  }

  /** Leaf values from rows know them by their place. */
  get #mayReorder(): boolean {
    const { objective, rows, x } = this.#setup;
    return objective.outputs === 1 && objective.leafValue === undefined && rows.length === x.rowCount;
  }

  #reorder(tree: GrownTree, others: number): void {
    const from = reorderByLeaves(this.#setup.workshop, tree, others);
    if (!this.#setup.asksForLoss || measures(this.#setup.objective)) return;
    const before = this.#places;
    this.#places = before === undefined ? from.slice() : from.map((place) => before[place] as number);
  }

  /** Iterations count from 1: the draws of each hang on its number. */
  step(iteration: number): Iteration {
    const { params, workshop, features, rows: all, objective, seed } = this.#setup;
    deriveGradients(workshop, objective, this.#scores);
    const random = new Random(derive(seed, `iteration ${iteration}`));
    const rowCount = params.subsample < 1 ? sampleRows(workshop, all, params.subsample, random) : all.length;
    const gains = new Float64Array(features.length);
    const trees: TreeColumns[] = [];
    for (let output = 0; output < objective.outputs; output++)
      trees.push(this.#addTree(iteration, output, rowCount, all.length - rowCount, random, gains));
    return { trees, gains };
  }

  #addTree(iteration: number, output: number, rowCount: number, others: number, random: Random, gains: Float64Array): TreeColumns {
    const { params, workshop, features, x, objective, onTree } = this.#setup;
    const allowed = sampleFeatures(features.length, params.colsample_bytree, random);
    const tree = this.#grower.grow({
      rowCount,
      output,
      allowed,
      seed: random.uint32(),
      isMeasured: measures(objective),
    });
    const stride = x.rowCount;
    const scores = workshop.scores + 8 * stride * output;
    const values = this.#leafValues(tree, output);
    for (let leaf = 0; leaf < values.length; leaf++) values[leaf] = params.learning_rate * (values[leaf] as number);
    tree.addTo(scores, values);
    tree.walk(workshop.rest, others, workshop.bins, scores, values);
    onTree(tree, values, output);
    tree.addGains(gains);
    const weights = this.#setup.sampleWeight && workshop.machine.numbers(workshop.weights, workshop.shape.rowCount);
    // Rows and their weights move together, so the tree is read before they do.
    const columns = tree.toColumns(values, weights);
    if (this.#mayReorder && reordersAfter(workshop, iteration)) this.#reorder(tree, others);
    return columns;
  }

  #leafValues(tree: GrownTree, output: number): Float64Array {
    const { params, workshop, objective, limits } = this.#setup;
    const stride = workshop.shape.rowCount;
    const scores = this.#scores.subarray(output * stride, (output + 1) * stride);
    const penalty = { l1: params.reg_alpha, l2: params.l2_regularization };
    const valueOver = leafValuer({ workshop, objective, scores, output, ...penalty }, tree);
    const signs = limits.constraints?.signs;
    if (signs !== undefined) return obedientValues(tree, signs, valueOver);
    const values = new Float64Array(tree.leafCount);
    for (let leaf = 0; leaf < values.length; leaf++) values[leaf] = valueOver([leaf]);
    return values;
  }
}
