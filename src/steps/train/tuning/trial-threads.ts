/**
 * Several trials at once: each in a thread, with its part of the threads that a fit may use. A model is the same for
 * any number of threads, so the trials are.
 */
import { threadCount } from '../../../ml/kernels/threads.ts';
import type { StepContext, StepThreads } from '../../define.ts';
import type { Part, Parts } from '../parts.ts';
import type { TrialGiven, TrialSetting } from './fit-trial.ts';
import type { FitTrial } from './tune.ts';

export interface TrialThreads {
  readonly fitTrial: FitTrial;
  close(): Promise<void>;
}

/** Absent where one trial runs at a time, or where there are no threads: then this thread does them one after another. */
export function trialThreads(context: StepContext, { params, parts }: Pick<TrialSetting, 'params' | 'parts'>): TrialThreads | undefined {
  const { trials_at_once: count } = context.pace;
  if (typeof count !== 'number' || count < 2 || context.threads === undefined) return undefined;
  const threads = Math.max(1, Math.floor(threadCount() / count));
  const given: TrialGiven = { params, parts: shared(parts), threads, seed: context.seed };
  const pool: StepThreads = context.threads({ task: 'train-trial', given, count, env: { RECIPE_THREADS: String(threads) } });
  return { fitTrial: (trial) => pool.run(trial) as ReturnType<FitTrial>, close: () => pool.close() };
}

/** The rows once more, in memory that threads share. */
function shared({ training, validation }: Parts): Parts {
  return { training: sharedPart(training), validation: sharedPart(validation) };
}

function sharedPart({ x, y, sampleWeight }: Part): Part {
  return {
    x: { ...x, columns: x.columns.map(sharedNumbers) },
    y: y.kind === 'regression' ? { ...y, values: sharedNumbers(y.values) } : { ...y, codes: sharedCodes(y.codes) },
    ...(sampleWeight !== undefined && { sampleWeight: sharedNumbers(sampleWeight) }),
  };
}

function sharedNumbers(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

function sharedCodes(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
