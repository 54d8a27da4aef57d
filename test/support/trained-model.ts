/** The steps `transform` and `train` on small made-up tables, up to what `evaluate` reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeColumns } from '../../src/data/column-type.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { copyToParquet } from '../../src/data/sql.ts';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.ts';
import type { StepResult } from '../../src/steps/define.ts';
import { runEvaluate } from '../../src/steps/evaluate/run.ts';
import { runTrain } from '../../src/steps/train/run.ts';
import { runTransform } from '../../src/steps/transform/run.ts';
import { type StepContextOptions, stepContext, type TestStepContext } from './step-context.ts';
import { tempFolder } from './temp-folder.ts';

export interface Tables {
  /** Queries for the rows of each part, with the same columns. */
  readonly training: string;
  readonly validation: string;
  readonly test: string;
  readonly target: string;
  /** Classification: every label; the positive one of two last. */
  readonly classes?: readonly string[];
}

type UserFunctions = NonNullable<StepContextOptions['userFunctions']>;

export interface TrainOptions {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly userFunctions?: UserFunctions;
}

export interface TrainedModel {
  readonly train: TestStepContext;
  readonly result: StepResult;
  /** Runs `evaluate` on the test rows. */
  evaluate(options?: TrainOptions): Promise<{ readonly step: TestStepContext; readonly result: StepResult }>;
}

export const ESTIMATOR_METHOD = { file: 'steps/train.ts', name: 'estimator_fn' };

export async function trainModel(engine: DataEngine, tables: Tables, options: TrainOptions = {}): Promise<TrainedModel> {
  const { target, classes } = tables;
  const folder = tempFolder();
  const part = async (name: 'training' | 'validation' | 'test'): Promise<string> => {
    const path = join(folder, `${name}.parquet`);
    await engine.execute(copyToParquet(tables[name], path));
    return path;
  };
  const [training, validation, test] = [await part('training'), await part('validation'), await part('test')];
  const columns = (await describeColumns(engine, `(${tables.training})`)).map(({ name, type, sqlType }) => ({
    name,
    type,
    sql_type: sqlType,
  }));
  const schema = join(folder, 'schema.json');
  const positive = classes?.length === 2 ? { positive_class: classes[1] } : {};
  writeFileSync(schema, JSON.stringify({ columns, ...(classes !== undefined && { classes }), ...positive }));

  const task = classes === undefined ? 'regression' : 'classification';
  const userFunctions = options.userFunctions ?? {};
  const step = (own: Omit<StepContextOptions, 'engine'>): TestStepContext => {
    const context = stepContext({ engine, ...own });
    onTestFinished(() => context.dispose());
    return context;
  };
  const transform = step({
    inputs: { training_data: training, validation_data: validation },
    params: { using: 'auto', impute: 'median', encode: 'ordinal', target, task, roles: {} },
  });
  await runTransform(transform);
  const common = { target, task, custom_metrics: [], predict_prefix: 'predicted_', predict_scores_for_all_classes: true };
  const estimator = userFunctions['steps/train.ts#estimator_fn'] === undefined ? {} : { using: 'custom', method: ESTIMATOR_METHOD };
  const train = step({
    inputs: {
      schema,
      training_data: training,
      validation_data: validation,
      transformer: join(transform.folder, 'transformer.json'),
      transformed_training_data: join(transform.folder, 'transformed_training_data.parquet'),
      transformed_validation_data: join(transform.folder, 'transformed_validation_data.parquet'),
    },
    params: { using: 'linear', ...estimator, estimator_params: {}, ...common, ...options.params },
    userFunctions,
  });
  const result = await runTrain(train);
  return {
    train,
    result,
    async evaluate(own = {}) {
      const evaluate = step({
        inputs: { model: join(train.folder, 'model'), training_metrics: join(train.folder, 'metrics.json'), test_data: test },
        params: { ...common, validation_criteria: [], ...own.params },
        userFunctions: { ...userFunctions, ...own.userFunctions },
      });
      return { step: evaluate, result: await runEvaluate(evaluate) };
    },
  };
}

/** `code: message | hint` of the diagnostic that a promise is rejected with. */
export async function complaint(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  const { code, message, hint } = error.diagnostic;
  return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
}
