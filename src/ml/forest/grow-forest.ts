/**
 * A fit of a forest (Breiman, "Random Forests", Machine Learning 45, 2001): bins, then rounds in which every thread grows
 * trees of its own. A tree hangs on the seed and on its number, so the forest is the same for any number of threads.
 */
import type { FeatureMatrix, FitContext } from '../estimator.ts';
import { Kernel, type Task } from '../kernels/machine.ts';
import { threadCount } from '../kernels/threads.ts';
import { derive, Random } from '../random.ts';
import { type BinnedFeature, planBins } from '../trees/binning.ts';
import { binWholeColumns } from './bin-columns.ts';
import { Forest } from './forest.ts';
import type { ForestLimits } from './forest-limits.ts';
import type { ForestTarget } from './forest-target.ts';
import { ForestWorkshop } from './forest-workshop.ts';

export interface ForestFit {
  readonly x: FeatureMatrix;
  /** Rows that take part. */
  readonly active: Int32Array;
  readonly target: ForestTarget;
  readonly limits: ForestLimits;
  readonly trees: number;
  readonly maxBins: number;
  readonly hasWeights: boolean;
  /** Whether to keep which rows each tree was grown on. */
  readonly keepsInBag: boolean;
}

export interface GrownForest {
  readonly forest: Forest;
  /** Total gain of each feature's splits. */
  readonly gains: Float64Array;
  /** A bit a row for each tree, when they were asked for. */
  readonly inBag: Uint8Array | undefined;
}

type Context = Pick<FitContext, 'seed' | 'onIteration' | 'signal' | 'threads'>;

/** More values than this are kept in single precision, which halves the model and moves no prediction by more than 1e-7 of its size. */
const MOST_EXACT_VALUES = 2 ** 16;

/** `twin` grows with the kernels' twins; only tests ask for it. */
export async function growForest(fit: ForestFit, context: Context, twin = false): Promise<GrownForest> {
  const { x, active, target, limits, trees, keepsInBag } = fit;
  const { seed, onIteration, signal } = context;
  const features = planBins(x, active, fit.maxBins, derive(seed, 'bins'));
  const workshop = new ForestWorkshop(
    {
      rowCount: x.rowCount,
      featureCount: features.length,
      hasCategories: features.some(({ kind }) => kind === 'categorical'),
      outputs: target.outputs,
      activeCount: active.length,
      trees,
      keepsInBag,
    },
    limits,
    { threads: context.threads ?? threadCount(), twin },
  );
  try {
    binWholeColumns(workshop, features, x);
    const isCategory = features.map(({ kind }) => kind === 'categorical');
    workshop.load({ ...target, active, isCategory, countsRows: limits.minSamplesLeaf > 1 });
    const grown: ReturnType<ForestWorkshop['collect']>[] = [];
    while (grown.length < trees) {
      const first = grown.length;
      const batch = round(workshop, first, seed);
      for (let slot = 0; slot < batch; slot++) {
        grown.push(workshop.collect(slot));
        onIteration?.(first + slot + 1, {});
      }
      if (signal !== undefined) {
        // Lets the event loop deliver an abort; nothing else can while trees grow.
        await new Promise((resume) => setImmediate(resume));
        signal.throwIfAborted();
      }
    }
    return { ...joined(features, target, grown, fit.hasWeights), inBag: keepsInBag ? workshop.inBag() : undefined };
  } finally {
    workshop.machine.close();
  }
}

/** Grow the next trees. Returns how many: few while helpers start, so that they find some left. */
function round(workshop: ForestWorkshop, first: number, seed: number): number {
  const { machine, plan, slotCount, shape } = workshop;
  const threads = machine.threads;
  const batch = Math.min(shape.trees - first, threads < workshop.threads ? threads : slotCount);
  for (let slot = 0; slot < batch; slot++) workshop.assign(slot, first + slot, seedsOf(seed, first + slot + 1));
  workshop.begin(batch);
  machine.round(Array.from({ length: Math.min(threads, batch) }, (_, thread): Task => [Kernel.growTrees, plan, thread]));
  return batch;
}

/** Two streams: the draws of features must not hang on how many rows were drawn. */
function seedsOf(seed: number, tree: number): Int32Array {
  const seeds = new Int32Array(8);
  for (const [at, stream] of ['rows', 'splits'].entries()) {
    const random = new Random(derive(seed, `${stream} of tree ${tree}`));
    for (let i = 0; i < 4; i++) seeds[4 * at + i] = random.uint32();
    // The generator's one forbidden state is all zeros.
    seeds[4 * at + 3] = (seeds[4 * at + 3] as number) | 1;
  }
  return seeds;
}

function joined(
  features: readonly BinnedFeature[],
  target: ForestTarget,
  grown: readonly ReturnType<ForestWorkshop['collect']>[],
  hasWeights: boolean,
): { readonly forest: Forest; readonly gains: Float64Array } {
  const { outputs } = target;
  const size = (of: (tree: (typeof grown)[number]) => number): number => grown.reduce((sum, tree) => sum + of(tree), 0);
  const leafCount = size(({ counts }) => counts.length);
  const nodes = new Int32Array(size((tree) => tree.nodes.length));
  const values = new Float64Array(leafCount * outputs);
  const counts = new Uint32Array(leafCount);
  const covers = hasWeights ? new Float64Array(leafCount) : undefined;
  const trees = new Int32Array(2 * grown.length);
  const gains = new Float64Array(features.length);
  const gainUnit = target.targetUnit ** 2 * target.coverUnit;
  let [place, leaf] = [0, 0];
  grown.forEach((tree, t) => {
    trees.set([place, leaf], 2 * t);
    nodes.set(tree.nodes, 2 * place);
    values.set(tree.values, leaf * outputs);
    // Without weights, a leaf's weight is how many rows were drawn into it.
    counts.set(hasWeights ? tree.counts : tree.covers, leaf);
    covers?.set(
      tree.covers.map((cover) => cover * target.coverUnit),
      leaf,
    );
    tree.gains.forEach((gain, f) => {
      gains[f] = (gains[f] as number) + gain * gainUnit;
    });
    place += tree.nodes.length / 2;
    leaf += tree.counts.length;
  });
  if (values.length > MOST_EXACT_VALUES) for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i] as number);
  return { forest: new Forest({ features, outputs, nodes, values, counts, trees, ...(covers && { covers }) }), gains };
}
