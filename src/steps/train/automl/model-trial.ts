/** A trial of the search over estimators, with what it came to. */
import type { AutomlTrial } from '../../../ml/automl/automl.ts';

export interface ModelTrial extends AutomlTrial {
  /** On the validation rows, by their names without prefix. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}
