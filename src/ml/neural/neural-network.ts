/**
 * A multilayer perceptron for tables. It takes missing values and categories as they are; TensorFlow.js,
 * which `load` brings, works out gradients, and nothing here needs it once the model is trained.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput, ParamValues } from '../../schema/param.ts';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../estimator.ts';
import { derive } from '../random.ts';
import { requiredParams } from '../required-params.ts';
import { type Architecture, initialWeights } from './architecture.ts';
import { fitNetwork, type Part, type TrainedNetwork } from './fit-network.ts';
import { levelOf, prepareInputs } from './inputs.ts';
import { networkTarget } from './loss.ts';
import { parameterCounts } from './model-summary.ts';
import { NEURAL_NETWORK, neuralModel } from './neural-model.ts';
import { neuralNetworkParams } from './neural-network-params.ts';
import { permutedImportance } from './permuted-importance.ts';
import { Scorer } from './scorer.ts';
import type { LoadTensors, TensorBackend } from './tensor-library.ts';

export { restoreNeuralNetwork } from './neural-model.ts';
export { neuralNetworkParams } from './neural-network-params.ts';

type Params = ParamValues<typeof neuralNetworkParams>;

/** Throws one `RangeError` with all problems of the parameters. What `load` throws, `fit` throws. */
export function neuralNetworkOn(load: LoadTensors, input: ParamInput<typeof neuralNetworkParams> = {}): Estimator {
  const params = requiredParams(NEURAL_NETWORK, neuralNetworkParams, input);
  return {
    name: NEURAL_NETWORK,
    params,
    accepts: { missing: true, categorical: true },
    async fit(x, y, context) {
      const weight = checkedWeight(x, y, context);
      return fitted(params, { x, y, weight }, await load(params.backend), context);
    },
  };
}

function checkedWeight(x: FeatureMatrix, y: Target, context: FitContext): Float64Array {
  if (x.rowCount === 0) throw new RangeError('a neural network needs at least one row');
  const weight = context.sampleWeight ?? new Float64Array(x.rowCount).fill(1);
  if (!weight.some((w) => w > 0)) throw new RangeError('a neural network needs a row with a positive weight');
  const bad = y.kind === 'regression' ? y.values.findIndex((value) => !Number.isFinite(value)) : -1;
  if (y.kind === 'regression' && bad >= 0) throw new RangeError(`row ${bad}: the target must be a finite number; found ${y.values[bad]}`);
  context.signal?.throwIfAborted();
  return weight;
}

interface Rows {
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly weight: Float64Array;
}

async function fitted(params: Params, { x, y, weight }: Rows, backend: TensorBackend, context: FitContext): Promise<FittedModel> {
  const rows = Int32Array.from(weight.keys()).filter((row) => (weight[row] as number) > 0);
  const mean = rows.reduce((sum, row) => sum + (weight[row] as number), 0) / rows.length;
  const classCount = y.kind === 'classification' ? y.classes.length : undefined;
  const { centre, scale, bias } = outset(y, weight);
  const architecture: Architecture = {
    inputs: prepareInputs(x, weight, params.embedding_size),
    hidden: new Array<number>(params.hidden_layers).fill(params.hidden_units),
    activation: params.activation,
    batchNorm: params.batch_norm,
    dropout: params.dropout,
    outputs: bias.length,
  };
  const part = (matrix: FeatureMatrix, target: Target): Part => ({
    columns: matrix.columns,
    rowCount: matrix.rowCount,
    target: networkTarget(target, centre, scale),
  });
  const { validation } = context;
  const trained = await fitNetwork({
    params,
    architecture,
    initial: initialWeights(architecture, context.seed, bias, seenLevels(x, rows)),
    training: { ...part(x, y), rows, weight: weight.map((w) => w / mean) },
    ...(validation !== undefined && {
      validation: {
        ...part(validation.x, validation.y),
        ...(validation.sampleWeight !== undefined && { weight: validation.sampleWeight }),
      },
    }),
    backend,
    context,
  });
  const { weights, moments } = trained;
  const counts = parameterCounts(architecture);
  return neuralModel({
    network: { architecture, weights, moments, centre, scale, ...(classCount !== undefined && { classCount }) },
    importance: permutedImportance(new Scorer(architecture, weights, moments), x.columns, x.rowCount, {
      seed: derive(context.seed, 'importance'),
      weightCount: counts.trainable_parameters,
    }),
    summary: { backend: backend.name, ...summaryOf(trained, params, validation !== undefined && validation.x.rowCount > 0), ...counts },
  });
}

function summaryOf(trained: TrainedNetwork, params: Params, isWatched: boolean): JsonObject {
  const { progress, epoch, isStopped } = trained;
  return {
    epochs_run: progress.epochs.length,
    best_epoch: epoch,
    ...(params.early_stopping && isWatched && { stopped_early: isStopped }),
  };
}

/** What the network says before it has learned: the mean of a number, which it standardises; the shares of classes. */
function outset(y: Target, weight: Float64Array): { readonly centre: number; readonly scale: number; readonly bias: readonly number[] } {
  if (y.kind === 'regression') {
    const total = weight.reduce((sum, w) => sum + w, 0);
    const centre = y.values.reduce((sum, value, row) => sum + (weight[row] as number) * value, 0) / total;
    const variance = y.values.reduce((sum, value, row) => sum + (weight[row] as number) * (value - centre) ** 2, 0) / total;
    const scale = Math.sqrt(variance);
    return { centre, scale: scale > 1e-12 * Math.abs(centre) ? scale : 0, bias: [0] };
  }
  // Half a row more of each class: a class without rows is unlikely and not impossible.
  const counts = new Float64Array(y.classes.length).fill(0.5);
  y.codes.forEach((code, row) => {
    counts[code] = (counts[code] as number) + (weight[row] as number);
  });
  const logs = Array.from(counts, Math.log);
  return { centre: 0, scale: 1, bias: logs.length === 2 ? [(logs[1] as number) - (logs[0] as number)] : logs };
}

function seenLevels(x: FeatureMatrix, rows: Int32Array): readonly Uint8Array[] {
  return x.features.flatMap(({ kind, levels = 0 }, feature) => {
    if (kind === 'numeric') return [];
    const seen = new Uint8Array(levels + 1);
    for (const row of rows) seen[levelOf((x.columns[feature] as Float64Array)[row] as number, levels)] = 1;
    return [seen];
  });
}
