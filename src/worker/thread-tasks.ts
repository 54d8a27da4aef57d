/** What threads of a step can do. The code is loaded in the thread. */
import type { ThreadTask } from '../steps/define.ts';

export const THREAD_TASKS: Readonly<Record<string, () => Promise<ThreadTask>>> = {
  'train-trial': async () => (await import('../steps/train/tuning/fit-trial.ts')).trialTask as ThreadTask,
};
