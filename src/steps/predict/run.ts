/** The work of the `predict` step. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { profileRelation } from '../../data/profile.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { parseTransformer } from '../../data/transform/transformer.ts';
import { readModelFolder } from '../../models/model-folder.ts';
import type { PredictionSummary } from '../../models/prediction-summary.ts';
import { restoreSaved } from '../../models/restore-model.ts';
import type { SavedModel } from '../../models/saved-model.ts';
import { readDataSchema } from '../data-schema.ts';
import type { StepContext, StepResult } from '../define.ts';
import { modelFolder, modelName } from '../model-input.ts';
import { restoreByMethod } from '../train/estimator.ts';
import { predictionColumns, withFreeNames } from '../train/predictions.ts';
import { countUnseen } from '../transform/run.ts';
import { plural } from '../wording.ts';
import { predictCard, predictFindings } from './card.ts';
import { checkPlace, deliver } from './deliver.ts';
import type { PredictParams } from './params.ts';
import { resultType } from './result-type.ts';
import { PREDICTION, scoreRows } from './score.ts';

/** Rows whose features are in memory at once. */
const BLOCK_ROWS = 1_000_000;

export async function runPredict(
  context: StepContext,
  { blockRows = BLOCK_ROWS }: { readonly blockRows?: number } = {},
): Promise<StepResult> {
  const params = context.params as unknown as PredictParams;
  checkPlace(params.output);
  const engine = await context.data();
  const folder = modelFolder(context);
  const { model, transformer: transformerJson } = readModelFolder(folder);
  const transformer = parseTransformer(transformerJson);
  const fitted = await restoreSaved(model, ({ file, name }, state, classCount) =>
    restoreByMethod(context, { file, name }, { params: model.estimator.params, state, classCount }),
  );
  const training = JSON.parse(readFileSync(join(folder, 'predictions.json'), 'utf8')) as PredictionSummary;
  const type = await resultType(engine, params.result_type, model, readDataSchema(join(folder, 'schema.json')));

  const rows = context.inputs['scoring_data'] as string;
  const rowCount = Number((await engine.query(`SELECT count(*) AS n FROM ${parquetRelation(rows)}`))[0]?.['n']);
  const own = (await describeColumns(engine, parquetRelation(rows))).map(({ name }) => name);
  // As in MLflow Recipes, a `prediction` that the data bring along is an old one.
  const kept = own.filter((name) => name.toLowerCase() !== PREDICTION);
  const path = context.output('scored.parquet');
  const withScores = params.predict_scores_for_all_classes && fitted.predictProba !== undefined;
  const scored = await scoreRows(engine, context, {
    rows,
    rowCount,
    model,
    fitted,
    transformer,
    prefix: params.predict_prefix,
    withScores,
    edges: training.kind === 'regression' ? training.edges : [],
    blockRows,
    draft: `${path}.part`,
  });
  const names = columnNames(model, params.predict_prefix, withScores, kept);
  await engine.execute(copyToParquet(joined(rows, scored.relation, kept, names, type), path));
  scored.release();
  const delivered = await deliver(engine, path, params.output);
  context.log(`${params.output.location}: ${delivered.isWritten ? plural(rowCount, 'row') : 'left as it was'}`);

  const { custom } = model.estimator;
  const report = {
    rows: rowCount,
    model: modelName(context),
    training,
    predictions: scored.summary,
    output: params.output,
    delivered,
    replaced: own.filter((name) => !kept.includes(name)),
    isCodeChanged: custom !== undefined && custom.code !== context.userCodeDigest(custom.file),
    codeFile: custom?.file ?? '',
    unseen: await countUnseen(engine, transformer, parquetRelation(rows)),
    ...(params.skip_data_profiling !== true && { profiles: await profileColumns(engine, path, names) }),
  };
  return {
    summary: `${plural(rowCount, 'row')} scored with ${report.model}; ${delivered.isWritten ? `written to ${params.output.location}` : `${params.output.location} was left as it is`}`,
    metrics: {
      scored_rows: rowCount,
      ...(report.predictions.kind === 'regression' && report.predictions.mean !== null && { scored_mean: report.predictions.mean }),
    },
    params: { model_uri: report.model },
    findings: predictFindings(report),
    card: predictCard(report),
    facts: { rows: rowCount, model: report.model, delivered: { ...delivered } },
  };
}

/** Names of the prediction and its scores, none of which is one of the data. */
function columnNames(model: SavedModel, prefix: string, withScores: boolean, taken: readonly string[]): readonly string[] {
  const none = new Float64Array(0);
  const columns = predictionColumns(
    { prediction: none, ...(withScores && { scores: none }), ...(model.classes !== undefined && { classes: model.classes }) },
    PREDICTION,
    prefix,
  );
  return withFreeNames(columns, taken).map(({ name }) => name);
}

function joined(rows: string, predictions: string, kept: readonly string[], names: readonly string[], type: string): string {
  const selected = [
    ...kept.map((name) => `r.${quoteIdentifier(name)}`),
    ...names.map((name, index) => `${index === 0 ? `CAST(p.c0 AS ${type})` : `p.c${index}`} AS ${quoteIdentifier(name)}`),
  ];
  return `SELECT ${list(selected)} FROM ${parquetRelation(rows)} AS r POSITIONAL JOIN ${predictions} AS p`;
}

function profileColumns(engine: DataEngine, path: string, names: readonly string[]) {
  return profileRelation(engine, `(SELECT ${list(names.map(quoteIdentifier))} FROM ${parquetRelation(path)})`);
}
