/** The work of the `evaluate` step. */
import { writeFileSync } from 'node:fs';
import { isSensitive } from '../../data/column-rules.ts';
import { parquetRelation } from '../../data/sql.ts';
import { applyTransformer } from '../../data/transform/apply.ts';
import { sensitiveFeatures } from '../../data/transform/lineage.ts';
import { parseTransformer } from '../../data/transform/transformer.ts';
import type { Bootstrap } from '../../ml/evaluate/bootstrap.ts';
import { type CriterionResult, checkCriteria, verdictOf } from '../../ml/evaluate/criteria.ts';
import { evaluatePrediction } from '../../ml/evaluate/evaluation.ts';
import { readFeatureMatrix, readTarget, readWeight } from '../../models/feature-matrix.ts';
import { readModelFolder } from '../../models/model-folder.ts';
import { restoreSaved } from '../../models/restore-model.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { withCustomMetrics } from '../custom-metrics.ts';
import type { StepContext, StepResult } from '../define.ts';
import { greaterIsBetter, metricTask } from '../headline-metrics.ts';
import { readJson } from '../read-json.ts';
import { restoreByMethod } from '../train/estimator.ts';
import { writePredictions } from '../train/predictions.ts';
import type { TrainingMetrics } from '../train/training-metrics.ts';
import { evaluateCard } from './card.ts';
import { writeContributions } from './contribution-rows.ts';
import type { Evaluated } from './evaluated.ts';
import { explain, groupsOf } from './explanation.ts';
import { testImportance } from './importance.ts';
import type { EvaluateParams } from './params.ts';
import { readWorstRows } from './worst-rows.ts';

export async function runEvaluate(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as EvaluateParams;
  const engine = await context.data();
  const { model, transformer: transformerJson } = readModelFolder(context.inputs['model'] as string);
  const fitted = await restoreSaved(model, ({ file, name }, state, classCount) =>
    restoreByMethod(context, { file, name }, { params: model.estimator.params, state, classCount }),
  );

  const test = context.inputs['test_data'] as string;
  const transformer = parseTransformer(transformerJson);
  const transformed = await applyTransformer(engine, transformer, parquetRelation(test), {
    keep: [params.target],
    userFunction: context.userFunction,
  });
  const x = await readFeatureMatrix(engine, transformed.sql, model.features);
  const target = await readTarget(engine, transformed.sql, params.target, params.task, model.classes);
  await transformed.release();
  const sampleWeight =
    model.weight === undefined ? undefined : await readWeight(engine, `SELECT * FROM ${parquetRelation(test)}`, model.weight);
  const prediction = fitted.predict(x);
  const scores = fitted.predictProba?.(x);

  const { metrics: builtin, bootstrap: resampled } = evaluatePrediction(target, prediction, scores, {
    seed: context.seed,
    sampleWeight,
  });
  const bootstrap = withoutIntervalsOf(params.custom_metrics, resampled);
  const metrics = await withCustomMetrics(context, params.custom_metrics, builtin, { target, prediction, sampleWeight });
  const task = metricTask(params.task, model.classes?.length);
  const criteria = checkCriteria(
    params.validation_criteria.map(({ metric, threshold }) => ({
      metric,
      threshold,
      greaterIsBetter: greaterIsBetter(task, metric, params.custom_metrics),
    })),
    metrics,
    bootstrap.intervals,
  );
  const verdict = verdictOf(criteria);
  const { seed, signal } = context;
  const importance = testImportance({ task, params, fitted, x, target, sampleWeight, groups: groupsOf(transformer), seed, signal });
  const worst = await readWorstRows(engine, test, { target, prediction, ...(scores !== undefined && { scores }) });

  const explanation = await explain({
    engine,
    fitted,
    transformer,
    x,
    test,
    importance,
    worst: worst.positions,
    settings: params.explain ?? {},
    seed,
    isHidden: (name) => isSensitive(params.sensitive ?? {}, name),
    classCount: model.classes?.length ?? 1,
    userFunction: context.userFunction,
  });
  await writeContributions(engine, explanation, { classes: model.classes, path: context.output('feature_contributions.parquet') });

  writeFileSync(context.output('model_validation_status'), verdict);
  writeFileSync(context.output('metrics.json'), `${JSON.stringify(metricsDocument(metrics, bootstrap.intervals))}\n`);
  const renamed = await writePredictions(engine, {
    rows: test,
    target,
    prediction,
    ...(params.predict_scores_for_all_classes && scores !== undefined && { scores }),
    ...(model.classes !== undefined && { classes: model.classes }),
    prefix: params.predict_prefix,
    path: context.output('predicted_test_data.parquet'),
  });

  const evaluated: Evaluated = {
    params,
    task,
    model,
    features: model.features,
    x,
    target,
    prediction,
    ...(scores !== undefined && { scores }),
    ...(sampleWeight !== undefined && { sampleWeight }),
    metrics,
    bootstrap,
    criteria,
    verdict,
    importance,
    worst,
    explanation,
    renamed,
    training: readJson(context.inputs['training_metrics'] as string) as TrainingMetrics,
    transformer,
    hidden: {
      columns: (name) => isSensitive(params.sensitive ?? {}, name),
      features: sensitiveFeatures(transformer, params.sensitive ?? {}),
    },
  };
  const { card, findings, summary } = evaluateCard(evaluated);
  return {
    summary,
    metrics: Object.fromEntries([...metrics].flatMap(([name, { value }]) => (value === undefined ? [] : [[`test_${name}`, value]]))),
    params: {},
    findings,
    card,
    facts: { verdict, criteria: criteria.map(asJson), task, rows: x.rowCount },
  };
}

/** A custom metric may take the place of a built-in one, whose interval then says nothing of it. */
function withoutIntervalsOf(custom: EvaluateParams['custom_metrics'], bootstrap: Bootstrap): Bootstrap {
  return { ...bootstrap, intervals: new Map([...bootstrap.intervals].filter(([metric]) => !custom.some(({ name }) => name === metric))) };
}

/** The artifact: each metric with its interval, or why it has no value. */
function metricsDocument(metrics: Evaluated['metrics'], intervals: Evaluated['bootstrap']['intervals']): JsonObject {
  const document: Record<string, Json> = {};
  for (const [name, { value, missing }] of metrics) {
    const interval = intervals.get(name);
    if (value === undefined) document[name] = { missing };
    else if (interval === undefined || interval.missing !== undefined) document[name] = { value };
    else document[name] = { value, low: interval.low, high: interval.high };
  }
  return document;
}

function asJson({ metric, threshold, greaterIsBetter, value, result, low, high, note }: CriterionResult): JsonObject {
  const interval = low !== undefined && high !== undefined && { low, high };
  return { metric, threshold, greaterIsBetter, value, result, ...interval, ...(note !== undefined && { note }) };
}
