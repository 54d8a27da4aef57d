/** What the trials of a search were, for logs, runs and cards: of hyperparameters and of models alike. */
import type { Figure } from '../../cards/blocks.ts';
import type { JsonObject } from '../../schema/json.ts';
import type { StepTrial } from '../define.ts';
import { shortName } from '../headline-metrics.ts';
import { showNumber } from '../show-number.ts';
import { plural } from '../wording.ts';

interface Tried {
  readonly number: number;
  /** Of the validation rows, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** The primary metric of each trial, and the best so far. */
export function trialHistory(
  trials: readonly Tried[],
  { primary, higher }: { readonly primary: string; readonly higher: boolean },
): Extract<Figure, { readonly form: 'line' }> {
  const name = shortName(primary);
  const points = trials.flatMap(({ number, metrics }): readonly (readonly [number, number])[] => {
    const value = metrics[primary];
    return value === undefined ? [] : [[number, value]];
  });
  let best: number | undefined;
  const running = points.map(([number, value]): readonly [number, number] => {
    best = best === undefined || (higher ? value > best : value < best) ? value : best;
    return [number, best];
  });
  return {
    form: 'line',
    title: `${name} by trial`,
    description:
      best === undefined
        ? `${name} is undefined in every trial`
        : `The best ${name} of ${plural(points.length, 'trial')} is ${showNumber(best)}`,
    xLabel: 'trial',
    yLabel: name,
    series: [
      { label: 'trial', role: 'other', points },
      { label: 'best so far', role: 'model', points: running },
    ],
  };
}

/** `learning_rate: 0.1, max_leaves: 31`. */
export function triedValues(values: JsonObject): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');
}

/** `RMSE 508.0`, or what went wrong. */
export function trialOutcome({ metrics, error }: Pick<Tried, 'metrics' | 'error'>, primary: string): string {
  if (error !== undefined) return `failed: ${error}`;
  const value = metrics[primary];
  return value === undefined ? `${primary} is undefined` : `${shortName(primary)} ${showNumber(value)}`;
}

/** The nested run of a trial. */
export function stepTrial(
  { number, metrics, error, startedAt, durationMs }: Tried & Pick<StepTrial, 'startedAt' | 'durationMs'>,
  told: {
    readonly name: string;
    readonly params: JsonObject;
    readonly kind: 'baseline' | 'searched';
    readonly algorithm: string;
    readonly isBest: boolean;
    /** Of the training rows. */
    readonly share?: number;
  },
): StepTrial {
  const { name, params, kind, algorithm, isBest, share = 1 } = told;
  return {
    name,
    status: error === undefined ? 'ok' : 'failed',
    startedAt,
    durationMs,
    params,
    metrics,
    tags: {
      'mlrecipe.trial.number': String(number),
      'mlrecipe.trial.kind': kind,
      'mlrecipe.trial.algorithm': algorithm,
      ...(share < 1 && { 'mlrecipe.trial.share': String(share) }),
      ...(isBest && { 'mlrecipe.trial.best': 'true' }),
      ...(error !== undefined && { 'mlrecipe.trial.error': error }),
    },
  };
}
