/**
 * What each step reads from the recipe, and nothing else: an entry that is not passed on here
 * cannot re-run a step. Where results are recorded is read by `register` alone.
 */
import type { TaskInput } from '../engine/task.ts';
import type { JsonObject } from '../schema/json.ts';
import type { StepName } from '../steps/define.ts';
import type { EvaluateParams } from '../steps/evaluate/params.ts';
import type { IngestParams } from '../steps/ingest/params.ts';
import type { RegisterParams } from '../steps/register.ts';
import type { SplitParams } from '../steps/split/params.ts';
import type { CustomMetric, TrainParams } from '../steps/train/params.ts';
import type { TransformParams } from '../steps/transform/params.ts';
import type { Project } from './project.ts';
import { dataFiles } from './sources.ts';
import { trackingTarget } from './tracking-target.ts';

export interface StepSettings {
  readonly params: JsonObject;
  /** Data files beside the outputs of other steps. */
  readonly files: readonly TaskInput[];
  readonly functions: readonly UserFunction[];
  readonly seed: number;
  readonly usesDuckDb: boolean;
}

export interface UserFunction {
  readonly file: string;
  readonly method: string;
  /** Path of the name in recipe.yaml, for messages. */
  readonly at: readonly string[];
  /** False where the code reaches the step through an input that already names its digest. */
  readonly inKey: boolean;
}

export function stepSettings(project: Project, step: StepName): StepSettings {
  switch (step) {
    case 'ingest':
      return ingest(project);
    case 'split':
      return split(project);
    case 'transform':
      return transform(project);
    case 'train':
      return train(project);
    case 'evaluate':
      return evaluate(project);
    case 'register':
      return register(project);
    default:
      throw new Error(`no settings for the step ${step}`);
  }
}

type Config = Project['loaded']['recipe'];

function ingest(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.ingest;
  const locations = typeof config.location === 'string' ? [config.location] : (config.location ?? []);
  const custom = config.using === 'custom';
  const found = dataFiles(project.paths.root, locations, custom ? [] : ENDINGS[config.using]);
  const params: IngestParams = {
    format: config.using === 'tsv' ? 'csv' : config.using === 'ndjson' ? 'json' : config.using,
    csv: {
      ...(config.using === 'tsv' && { delimiter: '\t' }),
      ...(config.delimiter !== undefined && { delimiter: config.delimiter }),
      ...(config.header !== undefined && { header: config.header }),
      ...(config.null_values !== undefined && { null_values: config.null_values }),
      bad_lines: config.bad_lines,
    },
    ...(custom && {
      loader: { file: INGEST_FILE, method: config.loader_method ?? '', format: extension(found[0]?.label ?? '') },
      // The loader sees the path and may read meaning from it, so the names are part of what it computes from.
      locations: found.map(({ label }) => label),
    }),
    target: recipe.target_col,
    task: project.template.task,
    ...(recipe.positive_class !== undefined && { positive_class: recipe.positive_class }),
    roles: rolesOf(recipe),
  };
  return {
    params,
    files: found.map(({ path, label }, index) => ({ kind: 'file', role: `data:${String(index).padStart(4, '0')}`, path, label })),
    functions: custom ? [{ file: INGEST_FILE, method: config.loader_method ?? '', at: ['steps', 'ingest', 'loader_method'], inKey: true }] : [],
    seed: 0,
    usesDuckDb: true,
  };
}

function split(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.split;
  const method = (name: string | undefined) => (name === undefined ? undefined : { file: SPLIT_FILE, name });
  const ratios = config.split_ratios;
  const params: SplitParams = {
    ratios: [ratios[0] ?? 0, ratios[1] ?? 0, ratios[2] ?? 0],
    seed: config.seed,
    target: recipe.target_col,
    task: project.template.task,
    roles: rolesOf(recipe),
    ...defined('method', config.using === 'custom' ? method(config.split_method) : undefined),
    ...defined('filter', method(config.post_split_filter_method)),
    ...defined('post_split', method(config.post_split_method)),
  };
  const functions = (['split_method', 'post_split_filter_method', 'post_split_method'] as const).flatMap((key) => {
    const name = config[key];
    return name === undefined ? [] : [{ file: SPLIT_FILE, method: name, at: ['steps', 'split', key], inKey: true }];
  });
  return { params, files: [], functions, seed: config.seed, usesDuckDb: true };
}

function transform(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.transform;
  const custom = config.using === 'custom';
  const linear = recipe.steps.train.using === 'linear';
  const trees = recipe.steps.train.using === 'gradient_boosting' || recipe.steps.train.using === 'random_forest';
  const params: TransformParams = {
    using: config.using,
    ...(custom && { method: { file: TRANSFORM_FILE, name: config.transformer_method ?? '' } }),
    // Trees split on missing values and on categories as they are; others need numbers everywhere.
    impute: config.impute === 'auto' ? (trees ? 'none' : 'median') : config.impute,
    encode: config.encode === 'auto' ? (linear ? 'one_hot' : 'ordinal') : config.encode,
    target: recipe.target_col,
    task: project.template.task,
    roles: rolesOf(recipe),
  };
  return { params, files: [], functions: transformFunctions(recipe), seed: 0, usesDuckDb: true };
}

function train(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.train;
  const custom = config.using === 'custom';
  const params: TrainParams = {
    using: config.using,
    ...(custom && { method: { file: TRAIN_FILE, name: config.estimator_method ?? '' } }),
    estimator_params: config.estimator_params as JsonObject,
    target: recipe.target_col,
    task: project.template.task,
    ...defined('primary_metric', recipe.primary_metric),
    custom_metrics: customMetrics(recipe),
    predict_prefix: config.predict_prefix,
  };
  return {
    params,
    files: [],
    functions: [...estimatorFunctions(recipe, true), ...metricFunctions(recipe)],
    seed: config.seed,
    usesDuckDb: true,
  };
}

function evaluate(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const params: EvaluateParams = {
    target: recipe.target_col,
    task: project.template.task,
    ...defined('primary_metric', recipe.primary_metric),
    validation_criteria: (recipe.steps.evaluate.validation_criteria ?? []).map(({ metric, threshold }) => ({ metric, threshold })),
    custom_metrics: customMetrics(recipe),
  };
  return {
    params,
    files: [],
    // The model names the digest of the code that can restore it, so an edit that leaves the model as it was stops there.
    functions: [...transformFunctions(recipe), ...estimatorFunctions(recipe, false), ...metricFunctions(recipe)],
    seed: 0,
    usesDuckDb: true,
  };
}

function register(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const target = trackingTarget(project);
  const params: RegisterParams = {
    model_name: recipe.model_registry.model_name ?? recipe.steps.register.model_name ?? project.name,
    tracking_uri: target.trackingUri,
    registry_uri: target.registryUri,
    experiment: target.experiment,
    allow_non_validated_model: recipe.steps.register.allow_non_validated_model,
  };
  return { params, files: [], functions: [], seed: 0, usesDuckDb: false };
}

const INGEST_FILE = 'steps/ingest.ts';
const SPLIT_FILE = 'steps/split.ts';
const TRANSFORM_FILE = 'steps/transform.ts';
const TRAIN_FILE = 'steps/train.ts';
const METRICS_FILE = 'steps/custom_metrics.ts';

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  csv: ['.csv', '.csv.gz'],
  tsv: ['.tsv', '.tsv.gz', '.tab'],
  parquet: ['.parquet'],
  json: ['.json', '.json.gz'],
  ndjson: ['.ndjson', '.jsonl', '.ndjson.gz', '.jsonl.gz'],
};

function transformFunctions(recipe: Config): readonly UserFunction[] {
  const { using, transformer_method: method } = recipe.steps.transform;
  return using === 'custom' && method !== undefined ? [{ file: TRANSFORM_FILE, method, at: ['steps', 'transform', 'transformer_method'], inKey: true }] : [];
}

function estimatorFunctions(recipe: Config, inKey: boolean): readonly UserFunction[] {
  const { using, estimator_method: method } = recipe.steps.train;
  return using === 'custom' && method !== undefined ? [{ file: TRAIN_FILE, method, at: ['steps', 'train', 'estimator_method'], inKey }] : [];
}

function metricFunctions(recipe: Config): readonly UserFunction[] {
  return (recipe.custom_metrics ?? []).map(({ function: method }, index) => ({
    file: METRICS_FILE,
    method,
    at: ['custom_metrics', String(index), 'function'],
    inKey: true,
  }));
}

function customMetrics(recipe: Config): readonly CustomMetric[] {
  return (recipe.custom_metrics ?? []).map(({ name, function: method, greater_is_better }) => ({ name, function: method, greater_is_better }));
}

function rolesOf(recipe: Config): IngestParams['roles'] {
  return Object.fromEntries(Object.entries(recipe.columns ?? {}).flatMap(([name, { role }]) => (role === undefined ? [] : [[name, role]])));
}

/** The extension that MLflow passes to a loader: `csv`, `csv.gz`. */
function extension(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

function defined<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}
