/**
 * A compiled `LayersModel` of TensorFlow.js that the user's function returned: trained epoch by epoch
 * with its own optimizer and loss, with early stopping and the best weights kept. It sees rows of
 * numbers as they come, so it scales them itself, or `steps.transform` does.
 */
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../../ml/estimator.ts';
import { float32ToText, textToFloat32 } from '../../ml/neural/float32-text.ts';
import { type SummaryRow, summaryTable } from '../../ml/neural/model-summary.ts';
import { after, isOver, NO_PROGRESS, type Progress } from '../../ml/neural/progress.ts';
import type { BackendName, TensorBackend } from '../../ml/neural/tensor-library.ts';
import { derive, Random } from '../../ml/random.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { problem } from '../problem.ts';
import { FOREIGN } from './foreign-estimator.ts';
import { foreignColumns } from './foreign-rows.ts';
import { plainName, withoutCounters } from './layers-names.ts';
import { checkedOutputs, outputKind } from './layers-outputs.ts';
import { type LayersFitSettings, layersFitSettings } from './layers-settings.ts';
import { withSeededRandom } from './seeded-random.ts';
import { loadTensorFlow } from './tensorflow.ts';

/** What is asked of such a model. Its tensors are those of the library that `loadTensorFlow` finds: all copies share one engine. */
export interface LayersModel {
  readonly layers: readonly { readonly name: string; readonly outputShape: unknown; getClassName(): string; countParams(): number }[];
  readonly inputs: readonly { readonly shape: readonly (number | null)[] }[];
  readonly outputs: readonly { readonly shape: readonly (number | null)[] }[];
  /** Undefined until it is compiled. */
  readonly optimizer?: { getConfig(): JsonObject; getClassName(): string };
  readonly loss?: unknown;
  readonly metricsNames: readonly string[];
  fit(
    x: LayersTensor,
    y: LayersTensor,
    settings: object,
  ): Promise<{ readonly history: Readonly<Record<string, readonly (number | LayersTensor)[]>> }>;
  evaluate(x: LayersTensor, y: LayersTensor, settings: object): LayersTensor | readonly LayersTensor[];
  predict(x: LayersTensor): LayersTensor;
  getWeights(onlyTrainable?: boolean): readonly LayersTensor[];
  setWeights(weights: readonly LayersTensor[]): void;
  toJSON(unused: null, asText: false): Json;
}

type LayersTensor = ReturnType<TensorBackend['library']['tensor1d']>;

export function isLayersModel(value: unknown): value is LayersModel {
  const { layers, getWeights, setWeights, fit } = (value ?? {}) as Partial<LayersModel>;
  return Array.isArray(layers) && [getWeights, setWeights, fit].every((method) => typeof method === 'function');
}

/** Layers whose derivatives the wasm backend lacks. */
const ONLY_ON_CPU = /^(?:Embedding|.*Conv.*|.*Pooling.*|Bidirectional|EinsumDense|MultiHeadAttention)$/;

/** `params` are the recipe's `estimator_params`; `where` is the user's function, for messages. */
export function adaptLayersModel(model: LayersModel, params: JsonObject, where: string): Estimator {
  const settings = layersFitSettings(params, where);
  return {
    name: FOREIGN,
    params,
    // The library has no weights of rows.
    accepts: { missing: false, categorical: false, sampleWeight: false },
    async fit(x, y, context) {
      checkFits(model, x, y, where);
      context.signal?.throwIfAborted();
      const backend = await backendFor(model, settings.backend);
      const progress = await withSeededRandom(derive(context.seed, 'layers'), () => train(model, { x, y, settings, context, backend }));
      const stopping = settings.early_stopping && progress.best !== undefined;
      return fittedLayers(model, backend, y.kind === 'classification' ? y.classes.length : undefined, where, {
        backend: backend.name,
        ...backendNote(model, backend.name, settings.backend),
        ...withoutBackend(settings),
        epochs_run: progress.epochs.length,
        best_epoch: stopping ? (progress.best?.epoch ?? null) : progress.epochs.length,
        ...(stopping && { stopped_early: progress.epochs.length < settings.epochs }),
        total_parameters: sizeOf(model.getWeights()),
        trainable_parameters: sizeOf(model.getWeights(true)),
        ...optimizerSettings(model),
      });
    },
  };
}

/** The trained model again: the weights that were kept in the layers that the user's function makes now. */
export async function restoreLayersModel(
  model: LayersModel,
  state: Json,
  classCount: number | undefined,
  where: string,
): Promise<FittedModel> {
  const { weights, summary, backend: name } = state as unknown as LayersState;
  const backend = await loadTensorFlow(name);
  const layers = model.getWeights();
  const same = layers.length === weights.length && layers.every(({ shape }, i) => String(shape) === String(weights[i]?.shape));
  if (!same)
    throw problem(
      'step-failed',
      `the layers that ${where} returns now are not those that were trained`,
      'return the same layers as before, or train again: `recipe run --force train`',
    );
  setWeights(
    model,
    backend,
    weights.map(({ shape, data }) =>
      textToFloat32(
        data,
        shape.reduce((product, n) => product * n, 1),
      ),
    ),
  );
  return fittedLayers(model, backend, classCount, where, summary);
}

interface LayersState {
  readonly backend: BackendName;
  readonly weights: readonly { readonly shape: readonly number[]; readonly data: string }[];
  readonly summary: JsonObject;
}

export function isLayersState(state: Json): boolean {
  return (state as { readonly kind?: Json } | null)?.kind === 'layers-model';
}

function checkFits({ inputs, outputs, optimizer, loss }: LayersModel, x: FeatureMatrix, y: Target, where: string): void {
  const fail = (found: string, hint: string) => problem('step-failed', `the \`LayersModel\` of ${where} ${found}`, hint);
  if (x.rowCount === 0) throw new RangeError('a network needs at least one row');
  if (optimizer === undefined || loss === undefined)
    throw fail('is not compiled', "call `model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })` before you return it");
  if (inputs.length !== 1 || outputs.length !== 1)
    throw fail(`has ${inputs.length} inputs and ${outputs.length} outputs`, 'a model of rows has one of each');
  const width = inputs[0]?.shape.at(-1);
  if (inputs[0]?.shape.length !== 2 || (width !== null && width !== x.features.length))
    throw fail(
      `takes inputs of shape ${JSON.stringify(inputs[0]?.shape ?? null)}, and a row has ${x.features.length} features`,
      `write \`inputShape: [${x.features.length}]\` in the first layer`,
    );
  const units = outputs[0]?.shape.at(-1);
  const fitting = y.kind === 'regression' ? [1] : y.classes.length === 2 ? [1, 2] : [y.classes.length];
  if (!fitting.includes(units as number))
    throw fail(
      `has ${units} outputs`,
      y.kind === 'regression'
        ? 'a number is one output: end with `dense({ units: 1 })`'
        : `end with \`dense({ units: ${y.classes.length}, activation: 'softmax' })\`: one output for each of the ${y.classes.length} classes`,
    );
}

function backendFor(model: LayersModel, wanted: LayersFitSettings['backend']): Promise<TensorBackend> {
  const needsCpu = model.layers.some((layer) => ONLY_ON_CPU.test(layer.getClassName()));
  if (wanted !== 'auto' || !needsCpu) return loadTensorFlow(wanted);
  return loadTensorFlow('tfjs-node').catch(() => loadTensorFlow('cpu'));
}

/** Why it is not the faster one, for the card and the params of the run. */
function backendNote({ layers }: LayersModel, name: BackendName, wanted: LayersFitSettings['backend']): JsonObject {
  const kinds = [...new Set(layers.map((layer) => layer.getClassName()).filter((kind) => ONLY_ON_CPU.test(kind)))];
  return wanted === 'auto' && name === 'cpu' && kinds.length > 0 ? { backend_note: `wasm cannot train ${kinds.join(', ')}` } : {};
}

function withoutBackend({ backend: _, ...settings }: LayersFitSettings): JsonObject {
  return settings;
}

interface Training {
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly settings: LayersFitSettings;
  readonly context: FitContext;
  readonly backend: TensorBackend;
}

async function train(model: LayersModel, { x, y, settings, context, backend }: Training): Promise<Progress> {
  const { validation, signal, seed, onIteration } = context;
  const isWatched = validation !== undefined && validation.x.rowCount > 0;
  const patience = settings.early_stopping && isWatched ? { patience: settings.patience } : {};
  const order = Int32Array.from({ length: x.rowCount }, (_, row) => row);
  let progress: Progress = NO_PROGRESS;
  let best: readonly Float32Array[] | undefined;
  while (!isOver(progress, { epochs: settings.epochs, ...patience })) {
    signal?.throwIfAborted();
    const epoch = progress.epochs.length;
    new Random(derive(seed, `shuffle ${epoch}`)).shuffle(order);
    const learned = await onTensors(backend, model, { x, y, order }, async (inputs, targets) => {
      const { history } = await model.fit(inputs, targets, { epochs: 1, batchSize: settings.batch_size, shuffle: false, verbose: 0 });
      return model.metricsNames.map((name) => Number(history[name]?.[0]));
    });
    const seen = isWatched
      ? await onTensors(backend, model, validation, async (inputs, targets) => {
          const found = model.evaluate(inputs, targets, { batchSize: 1024 });
          return (Array.isArray(found) ? (found as readonly LayersTensor[]) : [found as LayersTensor]).map(takeNumber);
        })
      : [];
    const metrics = { ...named('training', model, learned), ...named('validation', model, seen) };
    if (!Number.isFinite(metrics['training_loss'] ?? Number.NaN))
      throw new RangeError(`the loss is no number any more after epoch ${epoch + 1}: a lower learning rate, or scaled features, may help`);
    progress = after(progress, metrics, { min_delta: settings.min_delta });
    if (patience.patience !== undefined && progress.best?.epoch === epoch + 1) best = weightsOf(model);
    onIteration?.(epoch + 1, metrics);
  }
  if (best !== undefined) setWeights(model, backend, best);
  return progress;
}

function named(part: string, model: LayersModel, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, i) => [`${part}_${model.metricsNames[i]}`, value]));
}

interface Rows {
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly order?: Int32Array;
}

async function onTensors<T>(
  { library }: TensorBackend,
  model: LayersModel,
  { x, y, order }: Rows,
  work: (inputs: LayersTensor, targets: LayersTensor) => Promise<T>,
): Promise<T> {
  const rows = order ?? Int32Array.from({ length: x.rowCount }, (_, row) => row);
  const { width, values } = outputKind(y, model.outputs[0]?.shape.at(-1) as number, model.loss, rows);
  const tensors = [
    library.tensor2d(rowMajor(x, rows), [rows.length, x.features.length]),
    library.tensor2d(values, [rows.length, width]),
  ] as const;
  try {
    return await work(...tensors);
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}

function rowMajor(x: FeatureMatrix, rows: Int32Array): Float32Array {
  const columns = foreignColumns(x);
  const width = columns.length;
  const flat = new Float32Array(rows.length * width);
  columns.forEach((column, feature) => {
    for (let i = 0; i < rows.length; i++) flat[i * width + feature] = column[rows[i] as number] as number;
  });
  return flat;
}

const ROWS_AT_ONCE = 4096;

function fittedLayers(
  model: LayersModel,
  backend: TensorBackend,
  classCount: number | undefined,
  where: string,
  summary: JsonObject,
): FittedModel {
  const { library } = backend;
  const units = model.outputs[0]?.shape.at(-1) as number;
  const outputs = (x: FeatureMatrix): Float64Array => {
    const all = new Float64Array(x.rowCount * units);
    for (let start = 0; start < x.rowCount; start += ROWS_AT_ONCE) {
      const rows = Int32Array.from({ length: Math.min(ROWS_AT_ONCE, x.rowCount - start) }, (_, i) => start + i);
      const found = library.tidy(() =>
        Array.from(model.predict(library.tensor2d(rowMajor(x, rows), [rows.length, x.features.length])).dataSync()),
      );
      all.set(found, start * units);
    }
    return checkedOutputs(all, units, classCount, where);
  };
  const weights = weightsOf(model);
  return {
    estimator: FOREIGN,
    predict(x) {
      const found = outputs(x);
      if (classCount === undefined) return found;
      return Float64Array.from({ length: x.rowCount }, (_, row) => {
        const shares = found.subarray(row * classCount, (row + 1) * classCount);
        return shares.indexOf(Math.max(...shares));
      });
    },
    ...(classCount !== undefined && { predictProba: outputs }),
    toJSON: () => ({
      kind: 'layers-model',
      backend: backend.name,
      topology: withoutCounters(model.toJSON(null, false)),
      weights: model.getWeights().map(({ shape }, i) => ({ shape: [...shape], data: float32ToText(weights[i] as Float32Array) })),
      summary,
    }),
    describe: () => summary,
    modelSummary() {
      const rows = model.layers.map(
        (layer, i): SummaryRow => [
          `${plainName(layer.name, i)} (${layer.getClassName()})`,
          JSON.stringify(layer.outputShape),
          layer.countParams(),
        ],
      );
      return summaryTable(rows, Number(summary['total_parameters']), Number(summary['trainable_parameters']));
    },
  };
}

function sizeOf(weights: readonly LayersTensor[]): number {
  return weights.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}

function weightsOf(model: LayersModel): readonly Float32Array[] {
  return model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
}

function setWeights(model: LayersModel, { library }: TensorBackend, values: readonly Float32Array[]): void {
  const shapes = model.getWeights().map(({ shape }) => shape);
  const tensors = values.map((value, i) =>
    (library as unknown as { tensor(v: Float32Array, shape: readonly number[]): LayersTensor }).tensor(value, shapes[i] ?? []),
  );
  model.setWeights(tensors);
  for (const tensor of tensors) tensor.dispose();
}

/** By the names of Keras, which are those of the library with `_` for capitals. */
function optimizerSettings({ optimizer }: LayersModel): JsonObject {
  const settings = Object.entries(optimizer?.getConfig() ?? {}).map(
    ([name, value]) => [`opt_${name.replace(/([A-Z]|\d+$)/g, (part) => `_${part.toLowerCase()}`)}`, value] as const,
  );
  return { opt_name: optimizer?.getClassName() ?? null, ...Object.fromEntries(settings) };
}

function takeNumber(tensor: LayersTensor): number {
  const [value] = Array.from(tensor.dataSync());
  tensor.dispose();
  return value ?? Number.NaN;
}
