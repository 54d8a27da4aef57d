/** What the search over estimators found, for the card of `train`: the best of each estimator with its interval, how the search went, what was taken. */
import type { Figure, Finding, Section, TableBlock } from '../../../cards/blocks.ts';
import { bootstrapIntervals } from '../../../ml/evaluate/bootstrap.ts';
import { measurableRows, taskOf } from '../../../ml/metrics/compute.ts';
import { findMetric } from '../../../ml/metrics/registry.ts';
import { shortName } from '../../headline-metrics.ts';
import { showNumber } from '../../show-number.ts';
import { plural } from '../../wording.ts';
import type { Part } from '../parts.ts';
import { trialHistory, triedValues } from '../trial-history.ts';
import type { TuningReport } from '../tuning/card.ts';
import type { ModelTrial } from './model-trial.ts';

export interface Found {
  readonly trials: readonly ModelTrial[];
  readonly members: readonly { readonly number: number; readonly weight: number }[];
  readonly primary: string;
  readonly higher: boolean;
  /** On the validation rows: of what was taken, and of a model that looks at no feature. */
  readonly value: number | undefined;
  readonly baseline: number | undefined;
  readonly ended: 'all-tried' | 'time';
  readonly budgetSecs?: number;
  readonly seed: number;
  readonly validation: Part;
  /** Predictions of the best trial of each estimator: values in the units of the target, or probabilities. */
  readonly outputs: ReadonlyMap<number, Float64Array>;
}

export function leaderboard(found: Found): TuningReport {
  return { sections: [section(found)], findings: findings(found), sentence: sentence(found) };
}

function sentence({ trials, members, primary, value, baseline, higher }: Found): string {
  const best = trials[(members[0]?.number ?? 1) - 1];
  const count = plural(trials.length, 'model');
  if (value === undefined) return `Of ${count} none has a value of ${primary}; ${best?.estimator} was taken.`;
  const taken = members.length === 1 ? `${best?.estimator} was best` : `the mean of ${members.length} was best`;
  const against = baseline === undefined ? '' : `, against ${showNumber(baseline)} of a model that looks at no column`;
  const lost = isBeaten(value, baseline, higher) ? ' None was better than that.' : '';
  return `Of ${count}, ${taken}: ${shortName(primary)} ${showNumber(value)} on the validation rows${against}.${lost} A value that was chosen as the best of many is somewhat too good; the test rows tell.`;
}

function isBeaten(value: number | undefined, baseline: number | undefined, higher: boolean): boolean {
  return value !== undefined && baseline !== undefined && (higher ? value <= baseline : value >= baseline);
}

function section(found: Found): Section {
  const { trials, ended, budgetSecs, seed, members } = found;
  const repeatable =
    ended === 'time'
      ? ' The time budget ended it: what is found depends on the machine, so another run may find something else.'
      : budgetSecs === undefined
        ? ' The same rows and seed give the same model everywhere.'
        : ` There was a time budget of ${plural(budgetSecs, 'second')}, which was enough.`;
  return {
    id: 'leaderboard',
    title: 'Leaderboard',
    note: `${plural(trials.length, 'model')} tried one after the other, seed ${seed}, the cheap ones first and then what promises most for its cost.${repeatable}`,
    blocks: [
      estimators(found),
      ...(members.length > 1 ? [shares(found)] : []),
      { kind: 'figures', figures: [history(found)] },
      { kind: 'details', summary: 'All that was tried', blocks: [tried(found)] },
    ],
  };
}

function estimators(found: Found): TableBlock {
  const { trials, primary, outputs, members } = found;
  const names = [...new Set(trials.map(({ estimator }) => estimator))];
  const rows = names.flatMap((name) => {
    const own = trials.filter(({ estimator }) => estimator === name);
    const best = own.find(({ number }) => outputs.has(number)) ?? own[0];
    return best === undefined ? [] : [{ best, count: own.length, spent: own.reduce((sum, { durationMs }) => sum + durationMs, 0) }];
  });
  const order = (trial: ModelTrial): number => trial.loss ?? Number.POSITIVE_INFINITY;
  rows.sort((a, b) => order(a.best) - order(b.best) || a.best.number - b.best.number);
  return {
    kind: 'table',
    caption: 'The best of each estimator on the validation rows',
    columns: [
      { key: 'estimator', label: 'Estimator' },
      { key: 'value', label: shortName(primary), align: 'right' },
      { key: 'interval', label: '95 %', graphic: 'interval' },
      { key: 'trial', label: 'Trial', align: 'right' },
      { key: 'count', label: 'Tried', align: 'right' },
      { key: 'time', label: 'Time', format: 'duration-ms' },
    ],
    rows: rows.map(({ best, count, spent }) => ({
      estimator: best.estimator,
      value: best.metrics[primary] ?? { missing: best.error === undefined ? 'undefined' : 'failed' },
      interval: intervalOf(found, best),
      trial: best.number,
      count,
      time: spent,
    })),
    bestRows: members.length === 1 ? [rows.findIndex(({ best }) => best.number === members[0]?.number)].filter((row) => row >= 0) : [],
  };
}

function intervalOf({ validation, outputs, primary, seed }: Found, trial: ModelTrial) {
  const { y, sampleWeight } = validation;
  const output = outputs.get(trial.number);
  const value = trial.metrics[primary];
  if (output === undefined || value === undefined || findMetric(taskOf(y), primary) === undefined) return { missing: 'not known' };
  const isNumbers = y.kind === 'regression';
  const rows = measurableRows(y, isNumbers ? output : codesOf(output, y.classes.length), isNumbers ? undefined : output);
  const found = bootstrapIntervals(rows, [primary], { seed, resamples: 400, sampleWeight }).intervals.get(primary);
  return found === undefined || found.missing !== undefined ? { missing: 'not known' } : { low: found.low, value, high: found.high };
}

function codesOf(probabilities: Float64Array, classCount: number): Float64Array {
  return new Float64Array(probabilities.length / classCount).map((_, row) => {
    const own = probabilities.subarray(row * classCount, (row + 1) * classCount);
    return own.indexOf(Math.max(...own));
  });
}

function shares({ trials, members, primary }: Found): TableBlock {
  return {
    kind: 'table',
    caption: 'The models whose mean is taken',
    columns: [
      { key: 'trial', label: 'Trial', align: 'right' },
      { key: 'estimator', label: 'Estimator' },
      { key: 'share', label: 'Share', format: 'percent' },
      { key: 'value', label: `Validation ${shortName(primary)}`, align: 'right' },
    ],
    rows: members.map(({ number, weight }) => ({
      trial: number,
      estimator: trials[number - 1]?.estimator ?? '',
      share: weight,
      value: trials[number - 1]?.metrics[primary] ?? { missing: 'undefined' },
    })),
  };
}

function history({ trials, primary, higher, members }: Found): Figure {
  return {
    ...trialHistory(trials, { primary, higher }),
    ...(members.length === 1 && { mark: { x: members[0]?.number ?? 1, label: `best: ${members[0]?.number}` } }),
  };
}

const SHOWN = 50;

function tried({ trials, primary }: Found): TableBlock {
  return {
    kind: 'table',
    columns: [
      { key: 'trial', label: 'Trial', align: 'right' },
      { key: 'estimator', label: 'Estimator' },
      { key: 'params', label: 'Parameters' },
      { key: 'value', label: `Validation ${shortName(primary)}`, align: 'right' },
      { key: 'time', label: 'Time', format: 'duration-ms' },
    ],
    rows: trials.slice(0, SHOWN).map(({ number, estimator, values, metrics, error, durationMs }) => ({
      trial: number,
      estimator,
      params: triedValues(values),
      value: metrics[primary] ?? { missing: error ?? 'undefined' },
      time: durationMs,
    })),
    omitted: Math.max(0, trials.length - SHOWN),
  };
}

function findings({ trials, ended }: Found): readonly Finding[] {
  const failed = trials.filter(({ error }) => error !== undefined);
  return [
    ...(failed.length > 0
      ? [
          {
            code: 'TRAIN_TRIAL_FAILED',
            severity: 'warning' as const,
            message: `${failed.length} of ${plural(trials.length, 'trial')} failed, the first with: ${failed[0]?.error}`,
          },
        ]
      : []),
    ...(ended === 'time'
      ? [
          {
            code: 'TRAIN_NOT_REPEATABLE',
            severity: 'info' as const,
            message: `the time budget ended the search after ${plural(trials.length, 'model')}: another run may find something else. With \`max_trials\` alone the result is the same everywhere`,
          },
        ]
      : []),
  ];
}
