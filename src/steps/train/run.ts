/** The work of the `train` step. */
import { writeFileSync } from 'node:fs';
import { describeColumns } from '../../data/column-type.ts';
import { parquetRelation } from '../../data/sql.ts';
import { parseTransformer } from '../../data/transform/transformer.ts';
import { fitBaseline } from '../../ml/baseline.ts';
import type { Feature, FittedModel, Target } from '../../ml/estimator.ts';
import { computeMetrics } from '../../ml/metrics/compute.ts';
import type { MetricValues } from '../../ml/metrics/outcome.ts';
import { countOutside, inOriginalUnits, LOWER_LIMIT, type TargetTransform, transformTarget } from '../../ml/target-transform.ts';
import { readFeatureMatrix, readTarget, readWeight } from '../../models/feature-matrix.ts';
import { savedEstimator, writeModelFolder } from '../../models/model-folder.ts';
import { summarisePredictions } from '../../models/prediction-summary.ts';
import type { SavedModel } from '../../models/saved-model.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { withCustomMetrics } from '../custom-metrics.ts';
import { orderedClasses, readDataSchema } from '../data-schema.ts';
import type { StepContext, StepResult } from '../define.ts';
import { problem } from '../problem.ts';
import { readJson } from '../read-json.ts';
import { plural } from '../wording.ts';
import { trainCard } from './card.ts';
import { makeEstimator } from './estimator.ts';
import { FOREIGN } from './foreign-estimator.ts';
import { parametersYaml } from './parameters-yaml.ts';
import type { TrainParams } from './params.ts';
import { writePredictions } from './predictions.ts';
import { signatureOf } from './signature.ts';
import type { TrainingMetrics } from './training-metrics.ts';

export async function runTrain(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as TrainParams;
  const engine = await context.data();
  const schema = readDataSchema(context.inputs['schema'] as string);
  const classes = params.task === 'classification' ? orderedClasses(schema) : undefined;
  const transformerJson = readJson(context.inputs['transformer'] as string) as Json;
  const transformer = parseTransformer(transformerJson);
  const features: readonly Feature[] = transformer.features;

  // `transform` leaves beside the features the target, and the weight where there is one.
  const beside = (await describeColumns(engine, parquetRelation(context.inputs['transformed_training_data'] as string)))
    .map(({ name }) => name)
    .filter((name) => name !== params.target && !features.some((feature) => feature.name === name));
  const [weight] = beside;
  const read = async (role: string) => {
    const relation = parquetRelation(context.inputs[role] as string);
    const sql = `SELECT * FROM ${relation}`;
    return {
      x: await readFeatureMatrix(engine, sql, features),
      y: await readTarget(engine, sql, params.target, params.task, classes),
      ...(weight !== undefined && { sampleWeight: await readWeight(engine, sql, weight) }),
    };
  };
  const training = await read('transformed_training_data');
  const validation = await read('transformed_validation_data');

  const estimator = await makeEstimator(context, params);
  const history: Record<string, (readonly [number, number])[]> = {};
  const { target_transform: transform } = params;
  const seen = transform === undefined ? { training, validation } : logarithms({ training, validation }, transform, params.target);
  const learned = await estimator.fit(training.x, seen.training.y, {
    seed: context.seed,
    validation: seen.validation,
    ...(training.sampleWeight !== undefined && { sampleWeight: training.sampleWeight }),
    signal: context.signal,
    onIteration(iteration, metrics) {
      for (const [name, value] of Object.entries(metrics)) {
        if (!Number.isFinite(value)) continue;
        history[name] ??= [];
        history[name].push([iteration, value]);
      }
      context.progress({ done: iteration, unit: 'iterations', metrics });
    },
  });

  const fitted = inOriginalUnits(learned, transform);
  const measured = async ({ x, y, sampleWeight }: typeof training): Promise<Measured> => {
    const prediction = fitted.predict(x);
    const scores = fitted.predictProba?.(x);
    const metrics = await withCustomMetrics(context, params.custom_metrics, computeMetrics(y, prediction, scores, { sampleWeight }), {
      target: y,
      prediction,
      sampleWeight,
    });
    return { prediction, ...(scores !== undefined && { scores }), metrics };
  };
  const onTraining = await measured(training);
  const onValidation = await measured(validation);
  const baseline = fitBaseline(training.y, { sampleWeight: training.sampleWeight });
  const measuredBaseline = computeMetrics(validation.y, baseline.predict(validation.x), baseline.predictProba?.(validation.x), {
    sampleWeight: validation.sampleWeight,
  });
  const metrics: TrainingMetrics = {
    training: numbers(onTraining.metrics),
    validation: numbers(onValidation.metrics),
    baseline: numbers(measuredBaseline),
  };

  const saved: SavedModel = {
    schemaVersion: 1,
    task: params.task,
    target: params.target,
    ...(weight !== undefined && { weight }),
    ...(classes !== undefined && { classes }),
    features,
    ...(transform !== undefined && { target_transform: transform }),
    estimator: {
      ...savedEstimator(fitted, estimator.params),
      ...(fitted.estimator === FOREIGN &&
        params.method !== undefined && { custom: { ...params.method, code: context.userCodeDigest(params.method.file) } }),
    },
  };
  writeModelFolder(context.output('model'), {
    model: saved,
    transformer: transformerJson,
    signature: signatureOf(
      schema,
      transformer.inputs.map(({ name }) => name),
    ),
    schema: schema as unknown as Json,
    predictions: summarisePredictions(onTraining.prediction, classes),
  });
  writeFileSync(context.output('metrics.json'), `${JSON.stringify(metrics)}\n`);
  writeFileSync(context.output('best_parameters.yaml'), parametersYaml(estimator.name, estimator.params));
  const predicted = async (part: 'training' | 'validation', { y }: typeof training, { prediction, scores }: Measured): Promise<void> => {
    await writePredictions(engine, {
      rows: context.inputs[`${part}_data`] as string,
      target: y,
      prediction,
      ...(params.predict_scores_for_all_classes && scores !== undefined && { scores }),
      ...(classes !== undefined && { classes }),
      prefix: params.predict_prefix,
      path: context.output(`predicted_${part}_data.parquet`),
    });
  };
  await predicted('training', training, onTraining);
  await predicted('validation', validation, onValidation);

  const { card, findings, summary } = trainCard({
    params,
    classCount: classes?.length,
    estimator,
    fitted,
    features,
    rows: training.x.rowCount,
    ...(weight !== undefined && { weight: { column: weight, isUsed: estimator.accepts.sampleWeight !== false } }),
    metrics,
    history,
  });
  return {
    summary,
    metrics: { ...prefixed('training_', metrics.training), ...prefixed('val_', metrics.validation) },
    history,
    params: loggedParams(estimator.name, estimator.params, fitted),
    findings,
    card,
    facts: {
      estimator: estimator.name,
      features: features.length,
      training_rows: training.x.rowCount,
      ...(classes !== undefined && { classes }),
    },
  };
}

interface Parts<Part> {
  readonly training: Part;
  readonly validation: Part;
}

/** What the estimator sees of the target. */
function logarithms<Part extends { readonly y: Target }>(parts: Parts<Part>, transform: TargetTransform, target: string): Parts<Part> {
  const { training, validation } = parts;
  const outside = countOutside(training.y, transform) + countOutside(validation.y, transform);
  if (outside > 0)
    throw problem(
      'bad-value',
      `\`target: ${transform}\` learns a logarithm, and \`${target}\` is ${LOWER_LIMIT[transform]} or less in ${plural(outside, 'row')} of training and validation`,
      transform === 'log' && countOutside(training.y, 'log1p') + countOutside(validation.y, 'log1p') === 0
        ? 'write `target: log1p`, which takes 0'
        : 'remove `target` from `steps.transform`',
    );
  const changed = (part: Part): Part => ({ ...part, y: transformTarget(part.y, transform) });
  return { training: changed(training), validation: changed(validation) };
}

interface Measured {
  readonly prediction: Float64Array;
  readonly scores?: Float64Array;
  readonly metrics: MetricValues;
}

function numbers(metrics: MetricValues): Readonly<Record<string, number>> {
  return Object.fromEntries([...metrics].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
}

function prefixed(prefix: string, metrics: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}

/** Hyperparameters by their own names, as autologging writes them, and which estimator they are of. */
function loggedParams(name: string, params: JsonObject, fitted: FittedModel): JsonObject {
  return { estimator: name, ...params, ...fitted.describe() };
}
