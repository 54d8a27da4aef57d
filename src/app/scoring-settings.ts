/** What the steps that score new data read: the recipe, the new data, and the files of a model that exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { TaskInput } from '../engine/task.ts';
import { SPARK_OUTPUTS } from '../recipe/vocabulary.ts';
import type { Json } from '../schema/json.ts';
import type { StepDefinition } from '../steps/define.ts';
import type { IngestParams } from '../steps/ingest/params.ts';
import type { IngestScoringParams } from '../steps/ingest-scoring/params.ts';
import { MODEL_ROLE } from '../steps/model-input.ts';
import type { PredictParams } from '../steps/predict/params.ts';
import { sensitiveOf } from './column-settings.ts';
import { folderFiles } from './folder-files.ts';
import type { Project } from './project.ts';
import { type ScoringModel, scoringModel } from './scoring-model.ts';
import type { StepSettings, UserFunction } from './step-reads.ts';
import { ingest } from './step-settings.ts';

export interface ComposedStep {
  readonly step: StepDefinition;
  readonly settings: StepSettings;
}

/** For a check the model is not looked for: whether there is one is no mistake of the recipe. */
export async function composeScoring(project: Project, isCheck: boolean): Promise<Result<readonly ComposedStep[]>> {
  if (project.scoringSteps.length === 0) return ok([]);
  const found = isCheck ? undefined : await scoringModel(project);
  if (found !== undefined && !found.ok) return found;
  const model = found?.value;
  const composed = project.scoringSteps.map((step) => ({
    step,
    settings: step.name === 'predict' ? predict(project, model) : ingestScoring(project, model),
  }));
  const mistakes = isCheck ? [] : [...noData(project, composed), ...notWritable(project)];
  return mistakes.length > 0 ? failed(mistakes) : ok(composed);
}

function ingestScoring(project: Project, model: ScoringModel | undefined): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.ingest_scoring;
  if (config === undefined) throw new Error('the recipe has no `ingest_scoring`');
  const reading = ingest(project, config, 'ingest_scoring');
  const { format, csv, sqlite, loader, locations, schema_drift, expect } = reading.params as IngestParams;
  const params: IngestScoringParams = {
    format,
    csv,
    ...(sqlite !== undefined && { sqlite }),
    ...(loader !== undefined && { loader }),
    ...(locations !== undefined && { locations }),
    ...(schema_drift !== undefined && { schema_drift }),
    ...sensitiveOf(recipe),
    // The target may be there or not: it is no column that nobody expects.
    ...(expect !== undefined && { expect, target: recipe.target_col }),
    ...(config.skip_data_profiling && { skip_data_profiling: true }),
  };
  return { ...reading, params, files: [...reading.files, ...modelFiles(model, READ_BY_INGEST)] };
}

/** The rows are read in the same way whatever the estimator has become. */
const READ_BY_INGEST: ReadonlySet<string> = new Set(['schema.json', 'transformer.json']);

function predict(project: Project, model: ScoringModel | undefined): StepSettings {
  const { recipe } = project.loaded;
  const config = recipe.steps.predict;
  if (config === undefined) throw new Error('the recipe has no `predict`');
  const params: PredictParams = {
    output: { using: config.using === 'csv' ? 'csv' : 'parquet', location: config.location, save_mode: config.save_mode },
    ...(config.result_type !== undefined && { result_type: config.result_type }),
    predict_prefix: recipe.steps.train.predict_prefix,
    predict_scores_for_all_classes: recipe.steps.train.predict_scores_for_all_classes,
    ...(config.skip_data_profiling && { skip_data_profiling: true }),
  };
  return { params, files: modelFiles(model), functions: modelFunctions(model), seed: 0, usesDuckDb: true };
}

/** `MLmodel` is for MLflow and may name the run that logged the model. */
function modelFiles(model: ScoringModel | undefined, wanted?: ReadonlySet<string>): readonly TaskInput[] {
  if (model === undefined) return [];
  return folderFiles(model.folder)
    .filter((path) => path !== 'MLmodel' && (wanted === undefined || wanted.has(path)))
    .map((path) => ({ kind: 'file', role: `${MODEL_ROLE}${path}`, path: join(model.folder, ...path.split('/')), label: model.name }));
}

/** Code that the model was made with and that only its author can give: functions of the project by their names. */
function modelFunctions(model: ScoringModel | undefined): readonly UserFunction[] {
  if (model === undefined) return [];
  const at = ['steps', 'predict'];
  const transformer = readModel(model, 'transformer.json') as { readonly kind?: string; readonly file?: string; readonly method?: string };
  const functions: UserFunction[] = [];
  if (transformer.kind === 'custom' && transformer.file !== undefined && transformer.method !== undefined)
    functions.push({ file: transformer.file, method: transformer.method, gets: [], at, inKey: true });
  // A large model is not read for what its short description denies.
  if (
    !/^ {4}estimator: "custom"$/mu.test(
      existsSync(join(model.folder, 'MLmodel')) ? readFileSync(join(model.folder, 'MLmodel'), 'utf8') : '',
    )
  )
    return functions;
  const { estimator } = readModel(model, 'model.json') as {
    readonly estimator?: { readonly custom?: { readonly file: string; readonly name: string } };
  };
  if (estimator?.custom !== undefined)
    functions.push({ file: estimator.custom.file, method: estimator.custom.name, gets: ['estimator_params'], at, inKey: true });
  return functions;
}

function readModel({ folder }: ScoringModel, file: string): Json {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
  } catch {
    // The step says what is wrong with it.
    return {};
  }
}

/** Named data that are not there stop no training; here they are the matter. */
function noData(project: Project, composed: readonly ComposedStep[]): readonly Diagnostic[] {
  const files = composed.flatMap(({ settings }) =>
    settings.files.filter((input) => input.kind === 'file' && input.role.startsWith('data:')),
  );
  const gone = files.flatMap((input) =>
    input.kind === 'file' && input.isAwaited !== true && !existsSync(input.path) ? [input.label] : [],
  );
  if (files.length > 0 && gone.length === 0) return [];
  const span = project.loaded.locate(['steps', 'ingest_scoring', 'location'], 'value');
  const location = project.loaded.recipe.steps.ingest_scoring?.location ?? [];
  return [
    {
      code: 'file-not-found',
      severity: 'error',
      message:
        gone.length > 0
          ? `${gone.map((label) => `\`${label}\``).join(', ')} ${gone.length === 1 ? 'does' : 'do'} not exist`
          : `${location.map((name) => `\`${name}\``).join(', ')} holds no file to score`,
      ...(span !== undefined && { span }),
      hint: 'a path is relative to the folder of recipe.yaml',
    },
  ];
}

/** A key of the output stands in `output` or, as MLflow Recipes once had it, beside it. */
function outputPlace({ loaded }: Project, key: string): Diagnostic['span'] {
  return loaded.locate(['steps', 'predict', 'output', key], 'value') ?? loaded.locate(['steps', 'predict', key], 'value');
}

/** Said as a warning before; now it would have to be done. */
function notWritable(project: Project): readonly Diagnostic[] {
  const { using, location = '' } = project.loaded.recipe.steps.predict ?? {};
  const scheme = /^([a-z][a-z0-9+.-]+):/iu.exec(location)?.[1];
  if (scheme !== undefined) {
    const place = outputPlace(project, 'location');
    return [
      {
        code: 'not-supported-yet',
        severity: 'error',
        message: `scored tables cannot be written to \`${scheme}:\` addresses yet`,
        ...(place !== undefined && { span: place }),
        hint: 'write a file, and copy it there',
      },
    ];
  }
  if (using === undefined || !(SPARK_OUTPUTS as readonly string[]).includes(using)) return [];
  const span = outputPlace(project, 'using');
  return [
    {
      code: 'not-supported-yet',
      severity: 'error',
      message: `\`using: ${using}\` is not available yet`,
      ...(span !== undefined && { span }),
      hint: 'use `parquet` or `csv`',
    },
  ];
}
