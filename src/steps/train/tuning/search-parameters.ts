/** The search of the `train` step, with all that it needs of the step. */
import type { StepContext, StepTrial } from '../../define.ts';
import { greaterIsBetter, metricTask, primaryMetric, shortName } from '../../headline-metrics.ts';
import { showNumber } from '../../show-number.ts';
import type { TrainParams, TuneParams } from '../params.ts';
import type { Parts } from '../parts.ts';
import { type Tuning, type TuningReport, tuningReport } from './card.ts';
import { earlyStop } from './early-stop.ts';
import { trialFitter } from './fit-trial.ts';
import { keptTrials } from './kept-trials.ts';
import { trialThreads } from './trial-threads.ts';
import { BASELINE, type TriedTrial, trialName } from './tried.ts';
import { tune } from './tune.ts';

export interface SearchedParameters {
  readonly winner: TriedTrial;
  /** For the card. */
  readonly report: TuningReport;
  /** For tracking: a run for each. */
  readonly trials: readonly StepTrial[];
}

export async function searchParameters(
  context: StepContext,
  params: TrainParams & { readonly tuning: TuneParams },
  parts: Parts,
): Promise<SearchedParameters> {
  const { tuning, primary_metric: named, custom_metrics: custom, estimator_params: fixed } = params;
  const { y } = parts.validation;
  const task = metricTask(params.task, y.kind === 'classification' ? y.classes.length : undefined);
  const primary = primaryMetric(task, named);
  const higher = greaterIsBetter(task, primary, custom);
  const fitHere = trialFitter({ context, params, parts });
  const threads = trialThreads(context, { params, parts });
  const searching = tune({
    tuning,
    fixed,
    primary,
    higher,
    parallelism: threads === undefined ? 1 : (context.pace['trials_at_once'] as number),
    kept: keptTrials(context.progressFolder()),
    fitTrial: threads?.fitTrial ?? fitHere,
    fitHere,
    ...(tuning.early_stop !== undefined && { stop: await earlyStop(context, tuning.early_stop, primary) }),
    now: Date.now,
    signal: context.signal,
    onTrial(trial, { done, most, best }) {
      context.log(trialLine(trial, primary, best === trial));
      const value = best.metrics[primary];
      context.progress({
        done,
        ...(most !== undefined && { total: most }),
        unit: 'trials',
        message: value === undefined ? 'no trial has a value yet' : `best ${shortName(primary)} ${showNumber(value)} (${trialName(best)})`,
        ...(value !== undefined && { metrics: { [primary]: value } }),
      });
    },
  });
  const tuned = await searching.finally(() => threads?.close());
  const made: Tuning = { ...tuned, settings: tuning, primary, higher };
  return { winner: tuned.winner, report: tuningReport(made), trials: stepTrials(made) };
}

function trialLine(trial: TriedTrial, primary: string, isBest: boolean): string {
  const { values, metrics, error, durationMs, number, share } = trial;
  const tried = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const what = number === BASELINE ? 'the parameters as they are written' : tried.join(', ');
  const value = metrics[primary];
  const came =
    error !== undefined
      ? `failed: ${error}`
      : value === undefined
        ? `${primary} is undefined`
        : `${shortName(primary)} ${showNumber(value)}`;
  const part = share === 1 ? '' : ` with ${showNumber(share * 100)} %`;
  return `${trialName(trial)}${part}: ${what} → ${came}, ${(durationMs / 1000).toFixed(1)} s${isBest && number !== BASELINE ? ', best so far' : ''}`;
}

function stepTrials({ trials, winner, settings }: Tuning): readonly StepTrial[] {
  return trials.map((trial) => ({
    name: trialName(trial),
    status: trial.error === undefined ? 'ok' : 'failed',
    startedAt: trial.startedAt,
    durationMs: trial.durationMs,
    params: trial.params,
    metrics: trial.metrics,
    tags: {
      'mlrecipe.trial.number': String(trial.number),
      'mlrecipe.trial.kind': trial.number === BASELINE ? 'baseline' : 'searched',
      'mlrecipe.trial.algorithm': settings.algorithm,
      ...(trial.share < 1 && { 'mlrecipe.trial.share': String(trial.share) }),
      ...(trial === winner && { 'mlrecipe.trial.best': 'true' }),
      ...(trial.error !== undefined && { 'mlrecipe.trial.error': trial.error }),
    },
  }));
}
