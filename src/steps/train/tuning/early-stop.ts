/**
 * The user's function that ends a search: called with the trials after each batch. It answers with a boolean or, as
 * functions for hyperopt do, with `[stop, state]`, whose state are the arguments after the trials the next time.
 */
import { describeValue } from '../../../data/to-table.ts';
import type { JsonObject } from '../../../schema/json.ts';
import type { StepContext } from '../../define.ts';
import { problem } from '../../problem.ts';
import type { UserMethod } from '../params.ts';
import type { TriedTrial } from './tried.ts';

/** A trial as the user's function sees it. */
export interface TuningTrial {
  /** From 1, in the order of proposals. */
  readonly number: number;
  /** All that the estimator was given. */
  readonly params: JsonObject;
  /** The searched ones alone. */
  readonly values: JsonObject;
  /** The primary metric on the validation rows; absent when the trial failed. */
  readonly value?: number;
  /** The same so that less is better. */
  readonly loss?: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Whether to stop, given all trials so far. Called after every batch from the first on, also when the search goes on after a kill. */
export type StopSearch = (finished: readonly TriedTrial[]) => Promise<boolean>;

type UserStop = (trials: readonly TuningTrial[], ...state: readonly unknown[]) => unknown;

export async function earlyStop(context: Pick<StepContext, 'userFunction'>, method: UserMethod, primary: string): Promise<StopSearch> {
  const call = (await context.userFunction(method.file, method.name)) as UserStop;
  let state: readonly unknown[] = [];
  return async (finished) => {
    const answer = await call(
      finished.map((trial) => seen(trial, primary)),
      ...state,
    );
    if (typeof answer === 'boolean') return answer;
    if (Array.isArray(answer) && typeof answer[0] === 'boolean') {
      state = Array.isArray(answer[1]) ? answer[1] : answer.slice(1);
      return answer[0];
    }
    throw problem(
      'step-failed',
      `\`${method.name}\` in ${method.file} must say whether to stop; it returned ${describeValue(answer)}`,
      'return `true` to stop and `false` to go on, or `[stop, state]`',
    );
  };
}

/** Copies, so that a function that changes them changes nothing here. */
function seen({ number, params, values, loss, metrics, durationMs }: TriedTrial, primary: string): TuningTrial {
  const value = metrics[primary];
  return structuredClone({
    number,
    params,
    values,
    ...(value !== undefined && { value }),
    ...(loss !== undefined && { loss }),
    metrics,
    seconds: durationMs / 1000,
  });
}
