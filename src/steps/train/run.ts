/** The work of the `train` step. */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseTransformer } from '../../data/transform/transformer.ts';
import type { Feature, FittedModel } from '../../ml/estimator.ts';
import { savedEstimator, writeModelFolder } from '../../models/model-folder.ts';
import { summarisePredictions } from '../../models/prediction-summary.ts';
import type { SavedModel } from '../../models/saved-model.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { orderedClasses, readDataSchema } from '../data-schema.ts';
import type { StepContext, StepResult } from '../define.ts';
import { readJson } from '../read-json.ts';
import { autologged } from './autolog.ts';
import { measureBaselines } from './baselines.ts';
import { trainCard } from './card.ts';
import { checkpointsOf } from './checkpoints.ts';
import { checkConstrainedFeatures } from './constrained-features.ts';
import { crossValidated, foldMetrics } from './cross-validate.ts';
import { makeEstimator } from './estimator.ts';
import { fitOn } from './fit.ts';
import { type ClassesReport, fitClasses, type LearnParts } from './fit-classes.ts';
import { withFoldKey } from './fold-key.ts';
import { FOREIGN } from './foreign-estimator.ts';
import { IterationTimes } from './iteration-times.ts';
import { type Measured, measure, numbers, prefixed } from './measure.ts';
import { parametersYaml } from './parameters-yaml.ts';
import type { TrainParams } from './params.ts';
import { type Part, readParts } from './parts.ts';
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
  checkConstrainedFeatures(params, features);

  const { weight, ...read } = await readParts(engine, context, params, features, classes);
  const parts = { ...read, training: await withFoldKey(engine, context, params, read.training) };
  const { training, validation } = parts;

  const tuned = params.tuning === undefined ? undefined : await searched(context, { ...params, tuning: params.tuning }, parts);
  const chosen = tuned === undefined ? params : { ...params, estimator_params: tuned.winner.params };
  const found = params.using === 'automl' ? await searchedModels(context, params, parts) : undefined;
  const estimator = found?.estimator ?? (await makeEstimator(context, chosen));
  const { report: searchReport, trials } = tuned ?? found ?? {};
  const history: Record<string, (readonly [number, number])[]> = {};
  const times = new IterationTimes(() => performance.now());
  const learn: LearnParts = async (some, { seed, isFinal }) =>
    isFinal
      ? fitOn(estimator, some, params, {
          seed,
          signal: context.signal,
          // Of the trial that won: a search that a time budget ends may come to another one after a kill.
          checkpoints: checkpointsOf(context, tuned === undefined ? 'fit' : `trial-${tuned.winner.number}`),
          onIteration(iteration, metrics) {
            times.push(iteration);
            for (const [name, value] of Object.entries(metrics)) {
              if (!Number.isFinite(value)) continue;
              history[name] ??= [];
              history[name].push([iteration, value]);
            }
            context.progress({ done: iteration, unit: 'iterations', metrics });
          },
        })
      : fitOn(found?.estimator ?? (await makeEstimator(context, chosen)), some, params, { seed, signal: context.signal });
  const { classes: wanted = {}, primary_metric: primaryMetric } = params;
  // Before the last training: an object of the user's may be the same one each time, and learn anew.
  const crossValidation = await crossValidated(context, params, {
    engine,
    seed: context.seed,
    parts,
    beside: weight === undefined ? [] : [weight],
    async train(some, seed) {
      const again: LearnParts = (fold, options) => learn(fold, { ...options, isFinal: false });
      return (await fitClasses(some, { params: wanted, primaryMetric, seed, learn: again })).fitted;
    },
    measure: async (model, heldOut) => (await measure(context, params, model, heldOut)).metrics,
  });
  const { fitted, adjustment, uncalibrated, report } = await fitClasses(parts, {
    params: wanted,
    primaryMetric,
    seed: context.seed,
    learn,
  });

  const onTraining = await measure(context, params, fitted, training);
  const onValidation = await measure(context, params, fitted, validation);
  const baselines = measureBaselines(parts, {
    seed: context.seed,
    ...(report.threshold !== undefined && { threshold: { wanted: wanted.threshold, primaryMetric } }),
  });
  const metrics: TrainingMetrics = {
    training: numbers(onTraining.metrics),
    validation: numbers(onValidation.metrics),
    baseline: numbers(baselines.constant),
    ...(baselines.bestFeature !== undefined && {
      best_feature: { feature: baselines.bestFeature.feature, metrics: numbers(baselines.bestFeature.metrics) },
    }),
    ...(crossValidation.found !== undefined && { cross_validation: crossValidation.found }),
  };

  const saved: SavedModel = {
    schemaVersion: 1,
    task: params.task,
    target: params.target,
    ...(weight !== undefined && { weight }),
    ...(classes !== undefined && { classes }),
    features,
    ...(params.target_transform !== undefined && { target_transform: params.target_transform }),
    ...(adjustment !== undefined && { adjustment }),
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
    ...(fitted.modelSummary !== undefined && { summary: fitted.modelSummary() }),
  });
  writeFileSync(context.output('metrics.json'), `${JSON.stringify(metrics)}\n`);
  writeFileSync(
    context.output('best_parameters.yaml'),
    parametersYaml(estimator.name, estimator.params, tuned && { tuned: tuned.winner.values, hardcoded: params.estimator_params }),
  );
  const predicted = async (part: 'training' | 'validation', { y }: Part, { prediction, scores }: Measured): Promise<void> => {
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
    ...(classes !== undefined && {
      classes: {
        labels: classes,
        wanted,
        report,
        takesWeights: estimator.accepts.sampleWeight !== false,
        validation,
        ...(onValidation.scores !== undefined && { scores: onValidation.scores }),
        ...(uncalibrated?.predictProba !== undefined && { uncalibrated: uncalibrated.predictProba(validation.x) }),
      },
    }),
    ...(crossValidation.skipped !== undefined && { crossValidationSkipped: crossValidation.skipped }),
    ...(searchReport !== undefined && { tuning: searchReport }),
  });
  const logged = fitted.modelSummary === undefined ? undefined : autologged(estimator.params, fitted, history);
  return {
    summary,
    metrics: {
      ...prefixed('training_', metrics.training),
      ...prefixed('val_', metrics.validation),
      ...foldMetrics(metrics.cross_validation),
      ...logged?.metrics,
    },
    history: logged === undefined ? history : { ...logged.history, ...times.series() },
    params: { ...loggedParams(estimator.name, estimator.params, fitted), ...loggedClasses(wanted, report), ...logged?.params },
    ...(trials !== undefined && { trials }),
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

/** The search, whose code is loaded by those who search. */
async function searched(...given: Parameters<SearchParameters>): ReturnType<SearchParameters> {
  const { searchParameters } = await import('./tuning/search-parameters.ts');
  return searchParameters(...given);
}
/** The search over estimators, likewise. */
async function searchedModels(...given: Parameters<SearchModels>): ReturnType<SearchModels> {
  const { searchModels } = await import('./automl/search-models.ts');
  return searchModels(...given);
}
type SearchModels = typeof import('./automl/search-models.ts').searchModels;
type SearchParameters = typeof import('./tuning/search-parameters.ts').searchParameters;

/** Hyperparameters by their own names, as autologging writes them, and which estimator they are of. */
function loggedParams(name: string, params: JsonObject, fitted: FittedModel): JsonObject {
  return { estimator: name, ...params, ...fitted.describe() };
}

/** What the recipe says of classes, and the threshold that came of it. */
function loggedClasses(wanted: NonNullable<TrainParams['classes']>, { threshold }: ClassesReport): JsonObject {
  const { class_weight: weight, rebalance, calibrate_proba: calibration } = wanted;
  return {
    ...(weight !== undefined && { class_weight: weight }),
    ...(rebalance !== undefined && { resampling_minority_percentage: rebalance }),
    ...(calibration !== undefined && { calibrate_proba: calibration }),
    ...(threshold?.value !== undefined && { threshold: threshold.value }),
  };
}
