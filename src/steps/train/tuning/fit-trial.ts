/** One trial: the fit of a model that is measured on the validation rows and then forgotten. Here, or in a thread of its own. */
import type { StepContext, ThreadTask } from '../../define.ts';
import { makeEstimator } from '../estimator.ts';
import { fitOn } from '../fit.ts';
import { fitClasses } from '../fit-classes.ts';
import { measure } from '../measure.ts';
import type { TrainParams, TuneParams } from '../params.ts';
import type { Parts } from '../parts.ts';
import type { TrialKey } from './kept-trials.ts';
import { sampleRows } from './sample-rows.ts';
import type { FitTrial } from './tune.ts';

export interface TrialSetting {
  readonly context: Pick<StepContext, 'userFunction' | 'seed' | 'signal'>;
  readonly params: TrainParams & { readonly tuning: TuneParams };
  readonly parts: Parts;
  /** At most; unless given as many as the step may use. */
  readonly threads?: number;
}

export function trialFitter({ context, params, parts, threads }: TrialSetting): FitTrial {
  const samples = new Map<number, Parts>();
  const sampled = (share: number): Parts => {
    const known = samples.get(share);
    if (known !== undefined) return known;
    const made = { ...parts, training: sampleRows(parts.training, share, params.tuning.seed) };
    samples.set(share, made);
    return made;
  };
  return async ({ params: given, rowShare }: TrialKey) => {
    const estimator = await makeEstimator(context, { ...params, estimator_params: given });
    // Weights, rebalancing and threshold as for the model that is kept. Its calibration comes afterwards: it moves no rank.
    const { calibrate_proba: _, ...classes } = params.classes ?? {};
    const { fitted } = await fitClasses(sampled(rowShare), {
      params: classes,
      primaryMetric: params.primary_metric,
      seed: context.seed,
      learn: (some, { seed }) =>
        fitOn(estimator, some, params, { seed, signal: context.signal, ...(threads !== undefined && { threads }) }),
    });
    const { metrics } = await measure(context, params, fitted, parts.validation);
    // Infinity is no JSON: a trial that is kept and read again must be the same.
    return Object.fromEntries([...metrics].flatMap(([name, { value }]) => (Number.isFinite(value) ? [[name, value as number]] : [])));
  };
}

/** What a thread is given; its arrays lie in shared memory. */
export type TrialGiven = Pick<TrialSetting, 'params' | 'parts' | 'threads'> & { readonly seed: number };

/** `train-trial` of `worker/thread-tasks.ts`. */
export const trialTask: (...given: Parameters<ThreadTask>) => FitTrial = (given, context) => {
  const { seed, ...setting } = given as TrialGiven;
  return trialFitter({ ...setting, context: { ...context, seed } });
};
