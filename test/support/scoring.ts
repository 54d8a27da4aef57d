/** The steps that score, run in this process with a model of `trainModel`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DataEngine } from '../../src/data/engine.ts';
import type { StepResult } from '../../src/steps/define.ts';
import { runIngestScoring } from '../../src/steps/ingest-scoring/run.ts';
import { runPredict } from '../../src/steps/predict/run.ts';
import { dataInputs, type StepContextOptions, stepContext, type TestStepContext } from './step-context.ts';
import type { TrainedModel } from './trained-model.ts';

type UserFunctions = NonNullable<StepContextOptions['userFunctions']>;

export interface Scoring {
  readonly step: TestStepContext;
  readonly result: StepResult;
}

/** The files of the model as the steps are given them. */
export function modelInputs({ train }: Pick<TrainedModel, 'train'>): Readonly<Record<string, string>> {
  const folder = join(train.folder, 'model');
  return Object.fromEntries(readdirSync(folder).map((name) => [`model:${name}`, join(folder, name)]));
}

export async function ingestScoring(
  engine: DataEngine,
  model: Pick<TrainedModel, 'train'>,
  path: string | readonly string[],
  params: Readonly<Record<string, unknown>> = {},
): Promise<Scoring> {
  const step = stepContext({
    engine,
    inputs: { ...modelInputs(model), ...dataInputs(...[path].flat()) },
    params: { format: 'csv', csv: { bad_lines: 'error' }, ...params },
  });
  onTestFinished(() => step.dispose());
  return { step, result: await runIngestScoring(step) };
}

export async function score(
  engine: DataEngine,
  model: Pick<TrainedModel, 'train'>,
  rows: string,
  params: Readonly<Record<string, unknown>>,
  { blockRows, userFunctions }: { readonly blockRows?: number; readonly userFunctions?: UserFunctions } = {},
): Promise<Scoring> {
  const step = stepContext({
    engine,
    inputs: { ...modelInputs(model), scoring_data: rows },
    params: { predict_prefix: 'predicted_', predict_scores_for_all_classes: true, ...params },
    ...(userFunctions !== undefined && { userFunctions }),
  });
  onTestFinished(() => step.dispose());
  return { step, result: await runPredict(step, blockRows === undefined ? {} : { blockRows }) };
}
