/**
 * What each step reads from the recipe, and nothing else: an entry that is not passed on here
 * cannot re-run a step. Where results are recorded is read by `register` alone.
 */
import type { TaskName } from '../engine/task.ts';
import { FILE_ENDINGS, SQLITE_ENDINGS } from '../recipe/data-files.ts';
import type { IngestParams as IngestConfig, Recipe, TuningParams as TuningConfig } from '../recipe/recipe.ts';
import { EXPLAIN_DEFAULTS } from '../schema/explain.ts';
import { ruleOf } from '../schema/name-pattern.ts';
import type { StepName } from '../steps/define.ts';
import type { EvaluateParams } from '../steps/evaluate/params.ts';
import type { DeclaredTypes } from '../steps/ingest/declared-types.ts';
import type { IngestParams } from '../steps/ingest/params.ts';
import type { RegisterParams } from '../steps/register.ts';
import type { SplitParams } from '../steps/split/params.ts';
import type { CustomMetric, TrainParams, TuneParams } from '../steps/train/params.ts';
import type { TransformParams } from '../steps/transform/params.ts';
import { formatsOf, rolesOf, sensitiveOf, textTypesOf, typesOf } from './column-settings.ts';
import { customSettings } from './custom-settings.ts';
import { foldSettings } from './fold-settings.ts';
import { readRecord } from './kept-data.ts';
import type { Project } from './project.ts';
import { type DataFile, dataFiles } from './sources.ts';
import type { StepSettings, UserFunction } from './step-reads.ts';
import { trackingTarget } from './tracking-target.ts';

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
      return customSettings(project, step);
  }
}

/** Of the step that reads the training data, or of the one that reads new data in the same ways. */
export function ingest(project: Project, config: IngestConfig = project.loaded.recipe.steps.ingest, step = 'ingest'): StepSettings {
  const { recipe } = project.loaded;
  const filesOf = (locations: readonly string[], endings: readonly string[]): readonly DataFile[] =>
    dataFiles(project.paths.root, locations, endings, project.loaded.written);
  const tables = config.using === 'sql' ? config.inputs.map((one) => filesOf(one.location, FILE_ENDINGS[one.format])) : [];
  const found = config.using === 'sql' ? tables.flat() : filesOf(config.location, endingsOf(config.using));
  // Parts of the split are none of new data.
  const given = step === 'ingest' ? givenParts(project) : [];
  const files = [...found, ...given.flat()];
  const text = config.using === 'csv' || config.using === 'tsv' ? config : config.using === 'sql' ? config.text : undefined;
  const params: IngestParams = {
    format: formatOf(config.using),
    csv: {
      ...(text !== undefined && { header: text.header, ...defined('null_values', text.null_values) }),
      ...(config.using === 'tsv' && { delimiter: '\t' }),
      ...(text?.delimiter !== undefined && { delimiter: text.delimiter }),
      // A database says itself what is missing, and nothing else is.
      ...(config.using === 'postgresql' && { null_values: [''] }),
      bad_lines: text?.bad_lines ?? 'error',
    },
    ...(config.using === 'custom' && {
      loader: { file: INGEST_FILE, method: config.loader_method, format: config.format },
      // The loader sees the path and may read meaning from it, so the names are part of what it computes from.
      locations: files.map(({ label }) => label),
    }),
    ...(config.using === 'sqlite' && { sqlite: { ...defined('table', config.table), ...defined('sql', config.sql) } }),
    ...(config.using === 'sql' && {
      sql: {
        query: config.sql,
        inputs: config.inputs.map(({ name, format }, index) => ({
          name,
          format: format === 'ndjson' ? 'json' : format,
          files: tables[index]?.length ?? 0,
        })),
      },
    }),
    target: recipe.target_col,
    task: project.template.task,
    ...defined('positive_class', recipe.positive_class),
    ...defined('parts', given.length === 0 ? undefined : [found.length, ...given.map(({ length }) => length)]),
    ...defined('sample', project.sample === undefined ? undefined : { rows: project.sample, seed: 0 }),
    ...(config.schema_drift === 'error' && { schema_drift: 'error' as const }),
    roles: rolesOf(recipe),
    ...typesWith(project, config),
    ...formatsOf(recipe),
    ...sensitiveOf(recipe),
    ...defined('expect', config.expect),
    ...profilingOf(config),
  };
  return {
    params,
    files: files.map(({ path, label, isAwaited }, index) => ({
      kind: 'file',
      role: `data:${String(index).padStart(4, '0')}`,
      path,
      label,
      ...(isAwaited === true && { isAwaited }),
    })),
    functions:
      config.using === 'custom'
        ? [
            {
              file: INGEST_FILE,
              method: config.loader_method,
              gets: ['path', 'format'],
              at: ['steps', step, 'loader_method'],
              inKey: true,
            },
          ]
        : [],
    seed: 0,
    usesDuckDb: true,
  };
}

function formatOf(using: IngestConfig['using']): IngestParams['format'] {
  // What a database gave is kept as CSV.
  if (using === 'tsv' || using === 'postgresql') return 'csv';
  return using === 'ndjson' ? 'json' : using;
}

/** What the recipe says of types, and before it what a database says of its columns. */
function typesWith({ loaded, paths }: Project, config: IngestConfig): { readonly types?: DeclaredTypes } {
  const { types: said = {} } = typesOf(loaded.recipe);
  const [location] = config.using === 'postgresql' ? config.location : [];
  const known = location === undefined ? {} : (readRecord(paths.root, location)?.types ?? {});
  const types = { ...Object.fromEntries(Object.entries(known).filter(([name]) => ruleOf(said, name) === undefined)), ...said };
  return Object.keys(types).length === 0 ? {} : { types };
}

/** Of the files that a folder stands for; none for all. */
function endingsOf(using: IngestConfig['using']): readonly string[] {
  return using === 'custom' || using === 'sql' || using === 'postgresql' ? [] : using === 'sqlite' ? SQLITE_ENDINGS : FILE_ENDINGS[using];
}

function givenColumn({
  column,
  train,
  validation,
  test,
}: Extract<Recipe['steps']['split'], { readonly using: 'column' }>): NonNullable<SplitParams['given']> {
  return { kind: 'column', column, values: [train, validation, test] };
}

/** The files of validation and test where the recipe names them: none, or two lists. */
function givenParts({ loaded, paths }: Project): readonly (readonly DataFile[])[] {
  const { split: config, ingest: reader } = loaded.recipe.steps;
  if (config.using !== 'files') return [];
  const endings = endingsOf(reader.using);
  return [config.validation, config.test].map((locations) => dataFiles(paths.root, locations, endings, loaded.written));
}

function split(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.split;
  const custom = config.using === 'custom';
  const shares = config.using === 'split_ratios' ? config : undefined;
  const named = (name: string | undefined) => (name === undefined ? undefined : { file: SPLIT_FILE, name });
  const params: SplitParams = {
    ratios: shares?.split_ratios ?? [0.75, 0.125, 0.125],
    seed: shares?.seed ?? 0,
    ...defined('stratify', shares?.stratify),
    ...defined('key', shares?.key),
    ...defined(
      'given',
      config.using === 'files' ? { kind: 'files' as const } : config.using === 'column' ? givenColumn(config) : undefined,
    ),
    target: recipe.target_col,
    task: project.template.task,
    roles: rolesOf(recipe),
    ...defined('method', custom ? named(config.split_method) : undefined),
    ...defined('filter', named(config.post_split_filter_method)),
    ...defined('post_split', named(config.post_split_method)),
    ...sensitiveOf(recipe),
    ...profilingOf(config),
  };
  const functions = [
    { key: 'split_method', method: custom ? config.split_method : undefined, gets: ['table'] },
    { key: 'post_split_filter_method', method: config.post_split_filter_method, gets: ['training'] },
    { key: 'post_split_method', method: config.post_split_method, gets: ['training', 'validation', 'test'] },
  ].flatMap(({ key, method, gets }) =>
    method === undefined ? [] : [{ file: SPLIT_FILE, method, gets, at: ['steps', 'split', key], inKey: true }],
  );
  // How many rows came from which file is written there, and read by nobody else.
  const schema = { kind: 'output', role: 'ingested_schema', task: 'ingest' as TaskName, output: 'schema.json' } as const;
  // The seed is among the parameters, so that a changed one is told once.
  return { params, files: config.using === 'files' ? [schema] : [], functions, seed: 0, usesDuckDb: true };
}

function transform(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.transform;
  const { using } = recipe.steps.train;
  const [impute, encode] = config.using === 'auto' ? [config.impute, config.encode] : (['auto', 'auto'] as const);
  const takesMissing = using !== 'linear' && using !== 'custom';
  const params: TransformParams = {
    using: config.using,
    ...(config.using === 'custom' && { method: { file: TRANSFORM_FILE, name: config.transformer_method } }),
    ...(config.using === 'operations' && { operations: config.operations }),
    // Trees split on missing values and on categories as they are, a network has columns for them; others need numbers everywhere.
    impute: impute === 'auto' ? (takesMissing ? 'none' : 'median') : impute,
    encode: encode === 'auto' ? (using === 'linear' ? 'one_hot' : 'ordinal') : encode,
    target: recipe.target_col,
    task: project.template.task,
    roles: rolesOf(recipe),
    ...textTypesOf(recipe),
    ...sensitiveOf(recipe),
    ...profilingOf(config),
  };
  return { params, files: [], functions: transformFunctions(recipe), seed: 0, usesDuckDb: true };
}

function train(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.train;
  const params: TrainParams = {
    using: config.using,
    ...(config.using === 'custom' && { method: { file: TRAIN_FILE, name: config.estimator_method } }),
    estimator_params: config.estimator_params,
    ...(config.using === 'automl' && defined('time_budget_secs', config.time_budget_secs)),
    target: recipe.target_col,
    task: project.template.task,
    ...defined('target_transform', recipe.steps.transform.target),
    ...defined('primary_metric', recipe.primary_metric),
    custom_metrics: customMetrics(recipe),
    predict_prefix: config.predict_prefix,
    predict_scores_for_all_classes: config.predict_scores_for_all_classes,
    ...defined('tuning', config.tuning && tuning(config.tuning)),
    ...(config.classes !== undefined && { classes: { ...config.classes } }),
    ...foldSettings(recipe, transform(project).params),
  };
  return {
    params,
    ...(config.tuning !== undefined && { pace: { trials_at_once: config.tuning.parallelism } }),
    files: [],
    functions: [
      ...estimatorFunctions(recipe, true),
      ...stopFunctions(config.tuning),
      ...metricFunctions(recipe),
      ...(params.cross_validation !== undefined && 'transform' in params.cross_validation ? transformFunctions(recipe) : []),
    ],
    seed: config.seed,
    usesDuckDb: true,
  };
}

function tuning({ parallelism: _, early_stop_fn: stop, ...rest }: TuningConfig): TuneParams {
  return { ...rest, ...(stop !== undefined && { early_stop: { file: TRAIN_FILE, name: stop } }) };
}

function stopFunctions(config: TuningConfig | undefined): readonly UserFunction[] {
  const method = config?.early_stop_fn;
  const at = ['steps', 'train', 'tuning', 'early_stop_fn'];
  return method === undefined ? [] : [{ file: TRAIN_FILE, method, gets: ['trials'], at, inKey: true }];
}

function evaluate(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const params: EvaluateParams = {
    target: recipe.target_col,
    ...sensitiveOf(recipe),
    task: project.template.task,
    ...defined('primary_metric', recipe.primary_metric),
    validation_criteria: recipe.steps.evaluate.validation_criteria.map(({ metric, threshold }) => ({ metric, threshold })),
    ...explainOf(recipe),
    custom_metrics: customMetrics(recipe),
    predict_prefix: recipe.steps.train.predict_prefix,
    predict_scores_for_all_classes: recipe.steps.train.predict_scores_for_all_classes,
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

/** What differs from the defaults, so that writing a default re-runs nothing. */
function explainOf(recipe: Recipe): { readonly explain?: NonNullable<EvaluateParams['explain']> } {
  const said = Object.entries(recipe.steps.evaluate.explain ?? {}).filter(([, value]) => value !== undefined);
  const explain = Object.fromEntries(said.filter(([name, value]) => name === 'rows' || DEFAULT_EXPLAIN[name] !== value));
  return Object.keys(explain).length === 0 ? {} : { explain };
}

const DEFAULT_EXPLAIN: Readonly<Record<string, unknown>> = EXPLAIN_DEFAULTS;

function register(project: Project): StepSettings {
  const { recipe } = project.loaded;
  const target = trackingTarget(project);
  const params: RegisterParams = {
    model_name: recipe.steps.register.model_name,
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

function transformFunctions(recipe: Recipe): readonly UserFunction[] {
  const config = recipe.steps.transform;
  if (config.using !== 'custom') return [];
  return [
    { file: TRANSFORM_FILE, method: config.transformer_method, gets: [], at: ['steps', 'transform', 'transformer_method'], inKey: true },
  ];
}

function estimatorFunctions(recipe: Recipe, inKey: boolean): readonly UserFunction[] {
  const config = recipe.steps.train;
  if (config.using !== 'custom') return [];
  return [
    { file: TRAIN_FILE, method: config.estimator_method, gets: ['estimator_params'], at: ['steps', 'train', 'estimator_method'], inKey },
  ];
}

function metricFunctions(recipe: Recipe): readonly UserFunction[] {
  return recipe.custom_metrics.map(({ function: method }, index) => ({
    file: METRICS_FILE,
    method,
    gets: ['rows', 'builtin'],
    at: ['custom_metrics', String(index), 'function'],
    inKey: true,
  }));
}

function customMetrics(recipe: Recipe): readonly CustomMetric[] {
  return recipe.custom_metrics.map(({ name, function: method, greater_is_better }) => ({ name, function: method, greater_is_better }));
}

/** Only what leaves something out, so that the keys of others know nothing of it. */
function profilingOf({ skip_data_profiling }: { readonly skip_data_profiling: boolean }): { readonly skip_data_profiling?: true } {
  return skip_data_profiling ? { skip_data_profiling } : {};
}

function defined<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}
