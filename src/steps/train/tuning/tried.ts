/** A trial of a search after it has ended. */
import type { Outcome } from '../../../ml/tuning/trial.ts';
import type { JsonObject } from '../../../schema/json.ts';

/** The trial with `estimator_params` alone has this number; those of the search begin at 1. */
export const BASELINE = 0;

export interface TriedTrial extends Outcome {
  /** What the estimator was given: fixed and searched parameters. */
  readonly params: JsonObject;
  /** On the validation rows, by their names without prefix. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Why there are none. */
  readonly error?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

export function trialName({ number }: Pick<TriedTrial, 'number'>): string {
  return number === BASELINE ? 'baseline' : `trial ${number}`;
}
