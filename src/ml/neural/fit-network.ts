/**
 * The training loop: epochs of shuffled batches, early stopping, checkpoints. Draws of an epoch come
 * from the seed and the epoch's number alone, so a training that goes on from a checkpoint makes the
 * same ones.
 */

import type { ParamValues } from '../../schema/param.ts';
import type { FitContext } from '../estimator.ts';
import { derive, Random } from '../random.ts';
import { type Architecture, sizeOf, weightSpecs } from './architecture.ts';
import { checkpointOf, type Snapshot, type TrainingState, trainingState } from './checkpoint.ts';
import { passOf } from './gradients.ts';
import { fillInputs, scatterGradients, widthOf } from './inputs.ts';
import { type Measured, measure, type NetworkTarget, nothingMeasured } from './loss.ts';
import type { neuralNetworkParams } from './neural-network-params.ts';
import { Optimizer } from './optimizer.ts';
import { after, type EpochMetrics, isOver, NO_PROGRESS, type Progress } from './progress.ts';
import { learningRateOf } from './schedule.ts';
import { type MovingMoments, Scorer } from './scorer.ts';
import type { TensorBackend } from './tensor-library.ts';

export interface Part {
  readonly columns: readonly Float64Array[];
  readonly rowCount: number;
  readonly target: NetworkTarget;
  readonly weight?: Float64Array;
}

export interface NetworkTraining {
  readonly params: ParamValues<typeof neuralNetworkParams>;
  readonly architecture: Architecture;
  readonly initial: readonly Float32Array[];
  readonly training: Part & {
    /** Those that count. */
    readonly rows: Int32Array;
    /** 1 on average over `rows`. */
    readonly weight: Float64Array;
  };
  readonly validation?: Part;
  readonly backend: TensorBackend;
  readonly context: FitContext;
}

export interface TrainedNetwork extends Snapshot {
  readonly progress: Progress;
  /** Training ended before the last epoch. */
  readonly isStopped: boolean;
  /** The epoch, from 1, whose weights these are. */
  readonly epoch: number;
}

/** How much a new batch counts in the moving moments, once there were enough; the first ones count the same. */
const MOMENTS_RATE = 0.05;

/** Throws a `RangeError` when the loss is no number any more, and the signal's reason when it is told to stop. */
export async function fitNetwork(job: NetworkTraining): Promise<TrainedNetwork> {
  const { params, architecture, context, validation } = job;
  const specs = weightSpecs(architecture);
  const sizes = specs.map(sizeOf);
  const isWatched = validation !== undefined && validation.rowCount > 0;
  const patience = params.early_stopping && isWatched ? { patience: params.patience } : {};
  const watching = {
    min_delta: params.min_delta,
    ...(params.learning_rate_schedule === 'reduce_on_plateau' && { reduceAfter: params.decay_epochs }),
  };
  let state = trainingState(context.checkpoints?.read(), fingerprintOf(job), sizes) ?? beginning(job);
  const now: Snapshot = state.now;
  let { best, progress, updates } = state;
  const optimizer = new Optimizer(params, specs, sizes, state.optimizer.slots.length === 0 ? undefined : state.optimizer);
  progress.epochs.forEach((metrics, epoch) => {
    context.onIteration?.(epoch + 1, metrics);
  });
  while (!isOver(progress, { epochs: params.epochs, ...patience })) {
    const epoch = progress.epochs.length;
    const learningRate = learningRateOf(params, epoch, progress.reductions);
    const measured = nothingMeasured();
    for await (const batch of batchesOf(job, epoch)) {
      updates++;
      trainOn(job, { ...batch, now, optimizer, learningRate, measured, momentsRate: Math.max(MOMENTS_RATE, 1 / updates) });
    }
    const metrics = { ...metricsOf(job, now, measured), learning_rate: learningRate };
    if (!Number.isFinite(metrics.training_loss))
      throw new RangeError(
        `the loss is no number any more after epoch ${epoch + 1}: a lower \`learning_rate\` than ${params.learning_rate} may help`,
      );
    progress = after(progress, metrics, watching);
    if (patience.patience !== undefined && progress.best?.epoch === epoch + 1) best = structuredClone(now);
    context.onIteration?.(epoch + 1, metrics);
    if (params.checkpoint_every > 0 && (epoch + 1) % params.checkpoint_every === 0 && context.checkpoints !== undefined) {
      state = { fingerprint: state.fingerprint, now, updates, ...(best !== undefined && { best }), optimizer: optimizer.state, progress };
      context.checkpoints.write(checkpointOf(state));
    }
  }
  const isStopped = progress.epochs.length < params.epochs;
  return { ...(best ?? now), progress, isStopped, epoch: best === undefined ? progress.epochs.length : (progress.best?.epoch as number) };
}

function beginning(job: NetworkTraining): TrainingState {
  const { architecture, initial } = job;
  const moments = architecture.batchNorm
    ? architecture.hidden.map((units): MovingMoments => ({ mean: new Float64Array(units), variance: new Float64Array(units).fill(1) }))
    : [];
  const now = { weights: initial.map((values) => values.slice()), moments };
  return { fingerprint: fingerprintOf(job), now, updates: 0, optimizer: { steps: 0, slots: [] }, progress: NO_PROGRESS };
}

/** What a checkpoint must agree in. The data are those of the step's key. */
function fingerprintOf({ params, architecture, training, backend, context }: NetworkTraining): string {
  return JSON.stringify([params, architecture, training.rows.length, backend.name, context.seed]);
}

interface Batch {
  readonly rows: Int32Array;
  readonly masks: readonly Float32Array[];
}

/** The rows of an epoch in a new order, dealt evenly: a small last batch would have moments of its own. */
async function* batchesOf({ params, architecture, training, context }: NetworkTraining, epoch: number): AsyncGenerator<Batch> {
  const order = training.rows.slice();
  new Random(derive(context.seed, `shuffle ${epoch}`)).shuffle(order);
  const count = Math.ceil(order.length / params.batch_size);
  for (let index = 0; index < count; index++) {
    // Other things may happen between two steps, such as being told to stop.
    await new Promise((resolve) => setImmediate(resolve));
    context.signal?.throwIfAborted();
    const rows = order.subarray(Math.floor((index * order.length) / count), Math.floor(((index + 1) * order.length) / count));
    const random = new Random(derive(context.seed, `dropout ${epoch} ${index}`));
    const masks =
      architecture.dropout > 0 ? architecture.hidden.map((units) => maskOf(random, rows.length * units, architecture.dropout)) : [];
    yield { rows, masks };
  }
}

/** Inverted dropout (Srivastava et al., JMLR 15, 2014): what stays is enlarged, and scoring needs no change. */
function maskOf(random: Random, length: number, dropout: number): Float32Array {
  const below = dropout * 4_294_967_296;
  const kept = 1 / (1 - dropout);
  const mask = new Float32Array(length);
  for (let i = 0; i < length; i++) mask[i] = random.uint32() < below ? 0 : kept;
  return mask;
}

interface Step extends Batch {
  /** Changed in place. */
  readonly now: Snapshot;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly measured: Measured;
  readonly momentsRate: number;
}

function trainOn({ architecture, training, backend }: NetworkTraining, step: Step): void {
  const { rows, masks, now } = step;
  const { inputs, outputs } = architecture;
  const { columns, target, weight } = training;
  const block = new Float32Array(rows.length * widthOf(inputs));
  fillInputs(inputs, now.weights, columns, rows, block);
  const pass = passOf(backend.library, architecture, now.weights, { inputs: block, rowCount: rows.length, masks }, (found) => {
    const into = new Float32Array(rows.length * outputs);
    measure(target, found, rows, weight, step.measured, { into, divisor: rows.length });
    return into;
  });
  pass.moments.forEach(({ mean, variance }, layer) => {
    const moving = now.moments[layer] as MovingMoments;
    approach(moving.mean, mean, step.momentsRate);
    approach(moving.variance, variance, step.momentsRate);
  });
  const byTables = pass.byInputs.length === 0 ? [] : scatterGradients(inputs, columns, rows, pass.byInputs);
  step.optimizer.step(now.weights, [...byTables, ...pass.byWeights], step.learningRate);
}

function approach(moving: Float64Array, seen: ArrayLike<number>, rate: number): void {
  for (let j = 0; j < moving.length; j++) moving[j] = (moving[j] as number) + rate * ((seen[j] as number) - (moving[j] as number));
}

/** Of the training rows while they were learned from, with dropout; of the validation rows afterwards. */
function metricsOf(
  { architecture, training, validation }: NetworkTraining,
  now: Snapshot,
  learned: Measured,
): EpochMetrics & { readonly training_loss: number } {
  const name = training.target.kind === 'number' ? 'mean_absolute_error' : 'accuracy';
  const metrics = { training_loss: learned.loss / learned.weight, [`training_${name}`]: learned.metric / learned.weight };
  if (validation === undefined || validation.rowCount === 0) return metrics;
  const found = new Scorer(architecture, now.weights, now.moments).outputs(validation.columns, validation.rowCount);
  const measured = nothingMeasured();
  measure(
    validation.target,
    found,
    Array.from({ length: validation.rowCount }, (_, row) => row),
    validation.weight,
    measured,
  );
  return { ...metrics, validation_loss: measured.loss / measured.weight, [`validation_${name}`]: measured.metric / measured.weight };
}
