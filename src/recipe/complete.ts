/** Fills in every default: from what the file says to what the steps are given. Pure, and cannot fail. */
import { byteSize } from '../schema/byte-size.ts';
import type { SearchSpace } from '../schema/distributions.ts';
import { durationMs } from '../schema/duration.ts';
import type { JsonObject } from '../schema/json.ts';
import { readOperation } from '../schema/make-operation.ts';
import { addressPath, databaseAddress, isAddress } from './address.ts';
import { classesParams, crossValidation } from './complete-classes.ts';
import { completeExpectations } from './complete-expect.ts';
import { extensionOf, localPath } from './data-files.ts';
import type { RecipeInput } from './generated/recipe-types.ts';
import { inputReader } from './input-reader.ts';
import type {
  CustomStepParams,
  IngestParams,
  PatienceParams,
  PredictParams,
  Recipe,
  RegisterParams,
  SplitParams,
  TrainParams,
  TransformParams,
  TuningParams,
} from './recipe.ts';
import { AUTOML, DEFAULTS, ESTIMATORS, type Format, OUR_WORD, type Reader, type RecipeName, STEPS } from './vocabulary.ts';

export interface Completion {
  /** The recipe's name: what experiment and model are called when the file does not say. */
  readonly name: string;
  /** Reader by step, as the check of locations found it. */
  readonly readers: ReadonlyMap<string, Reader>;
}

type Steps = RecipeInput['steps'];
const STANDARD: ReadonlySet<string> = new Set(STEPS);

export function complete(input: RecipeInput, { name, readers }: Completion): Recipe {
  const recipe = input.recipe.replace('@', '/') as RecipeName;
  const task = recipe === 'regression/v1' ? 'regression' : 'classification';
  const primaryMetric = input.primary_metric ?? (task === 'regression' ? 'root_mean_squared_error' : undefined);
  const { steps } = input;
  const scoringReader = readers.get('ingest_scoring');
  const predictParams = predict(steps.predict);
  return {
    recipe,
    task,
    target_col: input.target_col,
    ...(input.positive_class !== undefined && { positive_class: input.positive_class }),
    ...(primaryMetric !== undefined && { primary_metric: primaryMetric }),
    custom_metrics: input.custom_metrics ?? [],
    columns: input.columns ?? {},
    steps: {
      ingest: ingest(steps.ingest, readers.get('ingest') ?? 'csv', readers),
      split: split(steps.split ?? {}),
      transform: transform(steps.transform ?? {}),
      train: train(steps.train ?? {}, task),
      evaluate: {
        validation_criteria: steps.evaluate?.validation_criteria ?? [],
        ...(steps.evaluate?.explain !== undefined && { explain: steps.evaluate.explain }),
      },
      register: register(steps.register ?? {}, input.model_registry ?? {}, name),
      ...(steps.ingest_scoring !== undefined &&
        scoringReader !== undefined && { ingest_scoring: ingest(steps.ingest_scoring, scoringReader, readers) }),
      ...(predictParams !== undefined && { predict: predictParams }),
    },
    custom_steps: customSteps(steps),
    patience: patience(steps),
    experiment: experiment(input.experiment ?? {}, name),
    ...(input.cache !== undefined && { cache: { ...input.cache, write: input.cache.write ?? DEFAULTS.cache.write } }),
    resources: resources(input.resources ?? {}),
  };
}

function ingest(input: Steps['ingest'], reader: Reader, readers: Completion['readers']): IngestParams {
  const given = input.location === undefined ? [] : typeof input.location === 'string' ? [input.location] : input.location;
  const location = given.map((place) => localPath(place) ?? place);
  const expect = completeExpectations(input.expect);
  const shared = {
    location,
    schema_drift: input.schema_drift ?? DEFAULTS.ingest.schema_drift,
    skip_data_profiling: input.skip_data_profiling ?? DEFAULTS.skip_data_profiling,
    ...(expect !== undefined && { expect }),
  };
  if (reader === 'custom') {
    const format =
      input.using === undefined || input.using === 'custom'
        ? extensionOf(isAddress(location[0] ?? '') ? addressPath(location[0] ?? '') : (location[0] ?? ''))
        : input.using;
    return { using: 'custom', loader_method: input.loader_method ?? '', format, ...shared };
  }
  const text = {
    ...(input.delimiter !== undefined && { delimiter: input.delimiter }),
    header: input.header ?? DEFAULTS.ingest.header,
    ...(input.null_values !== undefined && { null_values: input.null_values }),
    bad_lines: input.bad_lines ?? DEFAULTS.ingest.bad_lines,
  };
  if (reader === 'sqlite')
    return {
      using: 'sqlite',
      ...shared,
      ...(input.table !== undefined && { table: input.table }),
      ...(input.sql !== undefined && { sql: input.sql }),
    };
  if (reader === 'postgresql') {
    const wanted = input.sql !== undefined ? { sql: input.sql } : { table: input.table ?? '' };
    return { using: 'postgresql', ...shared, location: shared.location.map((place) => databaseAddress(place, wanted)), wanted };
  }
  if (reader === 'sql') {
    const inputs = Object.entries(input.inputs ?? {}).map(([name, places]) => ({
      name,
      format: (readers.get(inputReader(name)) ?? 'csv') as Format,
      location: (typeof places === 'string' ? [places] : places).map((place) => localPath(place) ?? place),
    }));
    return { using: 'sql', sql: input.sql ?? '', inputs, text, ...shared, location: inputs.flatMap((one) => one.location) };
  }
  return reader === 'csv' || reader === 'tsv' ? { using: reader, ...shared, ...text } : { using: reader, ...shared };
}

function split(input: NonNullable<Steps['split']>): SplitParams {
  const hooks = {
    ...(input.post_split_filter_method !== undefined &&
      input.post_split_method === undefined && { post_split_filter_method: input.post_split_filter_method }),
    ...(input.post_split_method !== undefined && { post_split_method: input.post_split_method }),
    skip_data_profiling: input.skip_data_profiling ?? DEFAULTS.skip_data_profiling,
  };
  if (input.split_method !== undefined) return { using: 'custom', split_method: input.split_method, ...hooks };
  const [train, validation, test] = [listed(input.train), listed(input.validation), listed(input.test)];
  if (input.column !== undefined) return { using: 'column', column: input.column, train, validation, test, ...hooks };
  if (input.test !== undefined) {
    const places = (texts: readonly string[]): readonly string[] => texts.map((text) => localPath(text) ?? text);
    return { using: 'files', validation: places(validation), test: places(test), ...hooks };
  }
  const ratios = input.split_ratios ?? DEFAULTS.split.split_ratios;
  return {
    using: 'split_ratios',
    split_ratios: normalised(ratios),
    seed: input.seed ?? DEFAULTS.split.seed,
    ...(input.stratify !== undefined && { stratify: input.stratify }),
    ...(input.key !== undefined && { key: listed(input.key) }),
    ...hooks,
  };
}

/** One value or several, as texts. */
function listed(value: string | number | boolean | readonly (string | number | boolean)[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Shares that already sum to 1, but for rounding, stay as they were written. */
function normalised([train, validation, test]: readonly [number, number, number]): readonly [number, number, number] {
  const sum = train + validation + test;
  return Math.abs(sum - 1) < 1e-12 ? [train, validation, test] : [train / sum, validation / sum, test / sum];
}

function transform(input: NonNullable<Steps['transform']>): TransformParams {
  const profiling = {
    ...(input.target !== undefined && { target: input.target }),
    skip_data_profiling: input.skip_data_profiling ?? DEFAULTS.skip_data_profiling,
  };
  if (input.operations !== undefined) return { using: 'operations', operations: input.operations.map(readOperation), ...profiling };
  if (input.transformer_method !== undefined) return { using: 'custom', transformer_method: input.transformer_method, ...profiling };
  return {
    using: 'auto',
    impute: input.impute ?? DEFAULTS.transform.impute,
    encode: input.encode ?? DEFAULTS.transform.encode,
    ...profiling,
  };
}

function train(input: NonNullable<Steps['train']>, task: Recipe['task']): TrainParams {
  const classes = task === 'classification' ? classesParams(input) : undefined;
  const shared = {
    estimator_params: (input.estimator_params ?? {}) as JsonObject,
    seed: input.seed ?? DEFAULTS.train.seed,
    predict_scores_for_all_classes: input.predict_scores_for_all_classes ?? DEFAULTS.train.predict_scores_for_all_classes,
    predict_prefix: input.predict_prefix ?? DEFAULTS.train.predict_prefix,
    ...(classes !== undefined && { classes }),
    ...(input.cross_validation !== undefined && { cross_validation: crossValidation(input.cross_validation) }),
    skip_data_profiling: input.skip_data_profiling ?? DEFAULTS.skip_data_profiling,
    ...(input.tuning?.enabled === true && { tuning: tuning(input.tuning, input.seed ?? DEFAULTS.train.seed) }),
  };
  if (input.estimator_method !== undefined) return { using: 'custom', estimator_method: input.estimator_method, ...shared };
  const using = input.using ?? DEFAULTS.train.using;
  if (using === 'custom') throw new Error('`custom` without a function passed the checks');
  const ours = OUR_WORD.get(using) ?? using;
  if (ours === AUTOML)
    return { using: AUTOML, ...(input.time_budget_secs !== undefined && { time_budget_secs: input.time_budget_secs }), ...shared };
  // Refused before a run (`LoadedRecipe.unavailable`); until then only the shape is asked for.
  return { using: isEstimator(ours) ? ours : DEFAULTS.train.using, ...shared };
}

function tuning(input: NonNullable<NonNullable<Steps['train']>['tuning']>, seed: number): TuningParams {
  const { algorithm: word = DEFAULTS.tuning.algorithm, resource, factor, enabled: _, parameters = {}, ...rest } = input;
  const algorithm = (OUR_WORD.get(word) ?? word) as TuningParams['algorithm'];
  return {
    seed,
    parallelism: DEFAULTS.tuning.parallelism,
    sample_fraction: DEFAULTS.tuning.sample_fraction,
    ...rest,
    algorithm,
    ...(algorithm === 'successive_halving' && {
      resource: resource ?? DEFAULTS.tuning.resource,
      factor: factor ?? DEFAULTS.tuning.factor,
    }),
    parameters: parameters as SearchSpace,
  };
}

function isEstimator(word: string): word is (typeof ESTIMATORS)[number] {
  return (ESTIMATORS as readonly string[]).includes(word);
}

function register(
  input: NonNullable<Steps['register']>,
  registry: NonNullable<RecipeInput['model_registry']>,
  name: string,
): RegisterParams {
  const registryUri = registry.registry_uri ?? input.registry_uri;
  return {
    allow_non_validated_model: input.allow_non_validated_model ?? DEFAULTS.register.allow_non_validated_model,
    model_name: registry.model_name ?? input.model_name ?? name,
    ...(registryUri !== undefined && { registry_uri: registryUri }),
  };
}

function predict(input: Steps['predict']): PredictParams | undefined {
  const using = input?.output?.using ?? input?.using;
  const location = input?.output?.location ?? input?.location;
  if (input === undefined || using === undefined || location === undefined) return undefined;
  return {
    using,
    location: localPath(location) ?? location,
    ...(input.model_uri !== undefined && { model_uri: input.model_uri }),
    ...(input.result_type !== undefined && { result_type: input.result_type }),
    save_mode: input.save_mode ?? DEFAULTS.predict.save_mode,
    skip_data_profiling: input.skip_data_profiling ?? DEFAULTS.skip_data_profiling,
  };
}

interface CustomStepInput {
  readonly method: string;
  readonly needs: string | Readonly<Record<string, string>>;
  readonly inputs?: string | readonly string[];
  readonly outputs?: readonly string[] | Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly params?: JsonObject;
}

function customSteps(steps: object): Recipe['custom_steps'] {
  const own = Object.entries(steps as Readonly<Record<string, CustomStepInput>>).filter(([name]) => !STANDARD.has(name));
  return Object.fromEntries(
    own.map(([name, { method, needs, inputs = [], outputs, env = [], params = {} }]): [string, CustomStepParams] => [
      name,
      {
        method,
        needs,
        inputs: typeof inputs === 'string' ? [inputs] : inputs,
        ...(outputs !== undefined && { outputs: outputsByName(outputs) }),
        env,
        params,
      },
    ]),
  );
}

/** A file in a list is called by its name without the ending; files of one name by their paths. */
function outputsByName(outputs: NonNullable<CustomStepInput['outputs']>): Readonly<Record<string, string>> {
  if (!Array.isArray(outputs)) return outputs as Readonly<Record<string, string>>;
  const files = outputs as readonly string[];
  const nameOf = (file: string): string => (file.split('/').at(-1) ?? file).replace(/\.[^.]*$/, '');
  const isAlone = (name: string): boolean => files.filter((file) => nameOf(file) === name).length === 1;
  return Object.fromEntries(files.map((file) => [isAlone(nameOf(file)) ? nameOf(file) : file, file]));
}

function patience(steps: object): Recipe['patience'] {
  const said = Object.entries(steps as Readonly<Record<string, { readonly timeout?: string | number; readonly retries?: number }>>);
  return Object.fromEntries(
    said.flatMap(([name, section]) => {
      const limit = section?.timeout === undefined ? undefined : durationMs(section.timeout);
      const own: PatienceParams = {
        ...(limit !== undefined && { timeout_ms: limit }),
        ...(section?.retries !== undefined && { retries: section.retries }),
      };
      return Object.keys(own).length === 0 ? [] : [[name, own] as const];
    }),
  );
}

function resources({ memory, memory_limit: limit, ...plain }: NonNullable<RecipeInput['resources']>): Recipe['resources'] {
  const [bytes, limitBytes] = [memory, limit].map((size) => (size === undefined ? undefined : byteSize(String(size))));
  return {
    ...plain,
    ...(bytes !== undefined && { memory_bytes: bytes }),
    ...(limitBytes !== undefined && { memory_limit_bytes: limitBytes }),
  };
}

function experiment({ name, id, tags, ...rest }: NonNullable<RecipeInput['experiment']>, recipeName: string): Recipe['experiment'] {
  const called = name ?? (id === undefined ? recipeName : undefined);
  return {
    ...(called !== undefined ? { name: called } : { id: String(id) }),
    ...rest,
    tags: Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [key, String(value)])),
  };
}
