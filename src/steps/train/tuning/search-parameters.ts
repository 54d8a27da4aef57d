/** The search of the `train` step, with all that it needs of the step. */
import type { StepContext, StepTrial } from '../../define.ts';
import { greaterIsBetter, metricTask, primaryMetric, shortName } from '../../headline-metrics.ts';
import { showNumber } from '../../show-number.ts';
import type { TrainParams, TuneParams } from '../params.ts';
import type { Parts } from '../parts.ts';
import { stepTrial, trialOutcome, triedValues } from '../trial-history.ts';
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
  const { values, durationMs, number, share } = trial;
  const what = number === BASELINE ? 'the parameters as they are written' : triedValues(values);
  const part = share === 1 ? '' : ` with ${showNumber(share * 100)} %`;
  return `${trialName(trial)}${part}: ${what} → ${trialOutcome(trial, primary)}, ${(durationMs / 1000).toFixed(1)} s${isBest && number !== BASELINE ? ', best so far' : ''}`;
}

function stepTrials({ trials, winner, settings }: Tuning): readonly StepTrial[] {
  return trials.map((trial) =>
    stepTrial(trial, {
      name: trialName(trial),
      params: trial.params,
      kind: trial.number === BASELINE ? 'baseline' : 'searched',
      algorithm: settings.algorithm,
      isBest: trial === winner,
      share: trial.share,
    }),
  );
}
