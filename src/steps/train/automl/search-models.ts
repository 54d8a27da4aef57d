/** The search over estimators of the `train` step, with all that it needs of the step. Trials that a killed run finished are not repeated. */
import { type AutomlReport, automl } from '../../../ml/automl/automl.ts';
import type { AutomlModel } from '../../../ml/automl/automl-model.ts';
import { type Blend, type BlendMember, blendEstimator } from '../../../ml/automl/blend.ts';
import type { Estimator, FeatureMatrix, FittedModel } from '../../../ml/estimator.ts';
import { inOriginalUnits } from '../../../ml/target-transform.ts';
import type { JsonObject } from '../../../schema/json.ts';
import type { StepContext, StepTrial } from '../../define.ts';
import { greaterIsBetter, metricTask, primaryMetric, shortName } from '../../headline-metrics.ts';
import { showNumber } from '../../show-number.ts';
import { fitOn } from '../fit.ts';
import { fitClasses } from '../fit-classes.ts';
import { measure } from '../measure.ts';
import type { TrainParams } from '../params.ts';
import type { Parts } from '../parts.ts';
import { stepTrial, trialOutcome, triedValues } from '../trial-history.ts';
import type { TuningReport } from '../tuning/card.ts';
import { keptTrials } from '../tuning/kept-trials.ts';
import { leaderboard } from './leaderboard.ts';
import type { ModelTrial } from './model-trial.ts';

export interface SearchedModels {
  /** Fits what was found. */
  readonly estimator: Estimator;
  readonly report: TuningReport;
  readonly trials: readonly StepTrial[];
}

type Metrics = Readonly<Record<string, number>>;

export async function searchModels(context: StepContext, params: TrainParams, parts: Parts): Promise<SearchedModels> {
  const { validation } = parts;
  const classCount = validation.y.kind === 'classification' ? validation.y.classes.length : undefined;
  const primary = primaryMetric(metricTask(params.task, classCount), params.primary_metric);
  const higher = greaterIsBetter(metricTask(params.task, classCount), primary, params.custom_metrics);
  const lossIn = (metrics: Metrics): number | undefined => {
    const value = metrics[primary];
    return value === undefined ? undefined : higher ? -value : value;
  };
  const folder = keptTrials(context.progressFolder());
  const keyOf = (estimator: string, given: JsonObject) => ({ params: { using: estimator, ...given }, rowShare: 1 });

  const trials: ModelTrial[] = [];
  const began = Date.now();
  let earlierMs = 0;
  let startedAt = began;
  let measured: Metrics = {};
  let kept: Pick<ModelTrial, 'metrics' | 'startedAt' | 'durationMs'> | undefined;
  let report: AutomlReport | undefined;
  const elapsed = (): number => Date.now() - began + earlierMs;
  const budget = params.time_budget_secs;

  const searching = automl(params.estimator_params, {
    async lossOf(prediction, scores) {
      const { metrics } = await measure(context, params, inUnits({ prediction, scores }, params), validation);
      measured = Object.fromEntries([...metrics].flatMap(([name, { value }]) => (Number.isFinite(value) ? [[name, value as number]] : [])));
      return lossIn(measured);
    },
    ...(budget !== undefined && { budget: { now: elapsed, ms: budget * 1000 } }),
    find(estimator, given) {
      startedAt = Date.now();
      measured = {};
      const found = folder.find(keyOf(estimator, given));
      kept = found;
      if (found === undefined) return undefined;
      earlierMs = Math.max(earlierMs, found.elapsedMs);
      const loss = lossIn(found.metrics);
      return loss === undefined ? {} : { loss };
    },
    onTrial(trial, best) {
      const came = kept ?? { metrics: measured, startedAt, durationMs: Date.now() - startedAt };
      if (kept === undefined && trial.error === undefined)
        folder.keep(keyOf(trial.estimator, trial.params), { ...came, elapsedMs: elapsed() });
      trials.push({ ...trial, ...came });
      context.log(
        `trial ${trial.number}: ${trial.estimator}, ${triedValues(trial.values)} → ${trialOutcome({ ...trial, ...came }, primary)}`,
      );
      const value = best === undefined ? undefined : trials[best.number - 1]?.metrics[primary];
      context.progress({
        done: trial.number,
        ...(typeof searching.params['max_trials'] === 'number' && { total: searching.params['max_trials'] }),
        unit: 'trials',
        message: value === undefined ? 'no trial has a value yet' : `best ${shortName(primary)} ${showNumber(value)} (${best?.estimator})`,
        ...(value !== undefined && { metrics: { [primary]: value } }),
      });
    },
    onEnd(end) {
      report = end;
    },
  });

  // The same rows and weights as the last training has, so that what was fitted need not be fitted again.
  const { calibrate_proba: _, ...classes } = params.classes ?? {};
  let ready: Blend['ready'];
  await fitClasses(parts, {
    params: classes,
    primaryMetric: params.primary_metric,
    seed: context.seed,
    learn: (some, { seed }) => {
      const noted: Estimator = {
        ...searching,
        async fit(x, y, given) {
          const model = (await searching.fit(x, y, given)) as AutomlModel;
          ready = { x, seed, model };
          return model;
        },
      };
      return fitOn(noted, some, params, { seed, signal: context.signal });
    },
  });
  if (report === undefined) throw new Error('the search ended without a report');
  const { members, loss, baselineLoss, outputs, ended } = report;
  const blended: readonly BlendMember[] = members.map(({ number, weight }) => {
    const { estimator, params: own } = trials[number - 1] as ModelTrial;
    return { estimator, params: own, weight };
  });
  const inMetric = (one: number | undefined): number | undefined => (one === undefined ? undefined : higher ? -one : one);
  return {
    estimator: blendEstimator({ members: blended, trials: trials.length, ...(ready !== undefined && { ready }) }),
    report: leaderboard({
      trials,
      members,
      primary,
      higher,
      value: inMetric(loss),
      baseline: inMetric(baselineLoss),
      ended,
      seed: context.seed,
      ...(budget !== undefined && { budgetSecs: budget }),
      validation,
      outputs: new Map(
        [...outputs].map(([number, output]) => [
          number,
          classCount === undefined ? inUnits({ prediction: output }, params).predict(validation.x) : output,
        ]),
      ),
    }),
    trials: stepTrials(trials, members[0]?.number),
  };
}

/** A model that gives what is known already, in the units of the target. */
function inUnits(
  known: { readonly prediction: Float64Array; readonly scores?: Float64Array | undefined },
  params: TrainParams,
): FittedModel {
  const { prediction, scores } = known;
  const model: FittedModel = {
    estimator: 'known',
    predict: (_: FeatureMatrix) => prediction,
    ...(scores !== undefined && { predictProba: (_: FeatureMatrix) => scores }),
    toJSON: () => null,
    describe: () => ({}),
  };
  return inOriginalUnits(model, params.target_transform);
}

function stepTrials(trials: readonly ModelTrial[], best: number | undefined): readonly StepTrial[] {
  return trials.map((trial) =>
    stepTrial(trial, {
      name: `trial ${trial.number}`,
      params: { estimator: trial.estimator, ...trial.params },
      kind: 'searched',
      algorithm: 'automl',
      isBest: trial.number === best,
    }),
  );
}
