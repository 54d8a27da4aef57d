/** What the search found, for the card of `train`: the best trials, how the search went, what it drew from. */
import type { CardBlock, Figure, Finding, Section, TableBlock } from '../../../cards/blocks.ts';
import { axesOf, type NumberAxis } from '../../../ml/tuning/axis.ts';
import { importanceOf } from '../../../ml/tuning/importance.ts';
import { ranked } from '../../../ml/tuning/trial.ts';
import type { SearchedParam } from '../../../schema/distributions.ts';
import type { Json } from '../../../schema/json.ts';
import { shortName } from '../../headline-metrics.ts';
import { showNumber } from '../../show-number.ts';
import { plural } from '../../wording.ts';
import type { TuneParams } from '../params.ts';
import { trialHistory } from '../trial-history.ts';
import { BASELINE, type TriedTrial, trialName } from './tried.ts';
import type { Tuned } from './tune.ts';

const SHOWN_TRIALS = 10;

/** A search with what it was asked. */
export interface Tuning extends Tuned {
  readonly settings: TuneParams;
  /** What was optimised, and whether more of it is better. */
  readonly primary: string;
  readonly higher: boolean;
}

export interface TuningReport {
  readonly sections: readonly Section[];
  readonly findings: readonly Finding[];
  readonly sentence: string;
}

export function tuningReport(tuning: Tuning): TuningReport {
  return { sections: [section(tuning)], findings: findings(tuning), sentence: sentence(tuning) };
}

function sentence({ trials, winner, primary, baseline }: Tuning): string {
  const count = plural(trials.length - 1, 'trial');
  const [found, written] = [winner, baseline].map(({ metrics }) => metrics[primary]);
  if (winner === baseline) return `None of ${count} was better than the parameters as they are written, which were kept.`;
  const against = written === undefined ? '' : `, against ${showNumber(written)} with the parameters as they are written`;
  return `Of ${count}, ${trialName(winner)} was best: ${shortName(primary)} ${showNumber(found ?? 0)} on the validation rows${against}. A value that was chosen as the best of many is somewhat too good; the test rows tell.`;
}

const ENDED: Readonly<Record<Tuning['ended'], string>> = {
  'all-tried': '',
  time: ' The time budget ended it: what is found depends on the machine, so another run may find something else.',
  'early-stop': ' early_stop_fn ended it.',
};

function section(tuning: Tuning): Section {
  const { settings, ended, trials } = tuning;
  const { algorithm, seed, sample_fraction: fraction, time_budget_secs: budget } = settings;
  const sampled = fraction < 1 ? ` Trials saw ${showNumber(fraction * 100)} % of the training rows; the model is trained on all.` : '';
  const timed =
    budget !== undefined && ended !== 'time' ? ` There was a time budget of ${plural(budget, 'second')}, which was enough.` : '';
  return {
    id: 'tuning',
    title: 'Tuning',
    note: `${plural(trials.length - 1, 'trial')} by ${algorithm}, seed ${seed}, and one with the parameters as they are written.${sampled}${ENDED[ended]}${timed}`,
    blocks: [
      bestTrials(tuning),
      { kind: 'figures', figures: [history(tuning), ...importance(tuning)] },
      { kind: 'details', summary: 'What was searched', blocks: [space(tuning)] },
      ...failures(tuning),
    ],
  };
}

function bestTrials({ trials, winner, settings, primary }: Tuning): TableBlock {
  const names = Object.keys(settings.parameters);
  const order = ranked(trials);
  const top = order.slice(0, SHOWN_TRIALS);
  const baseline = order.find(({ number }) => number === BASELINE);
  const shown = baseline === undefined || top.includes(baseline) ? top : [...top, baseline];
  const isHalving = settings.algorithm === 'successive_halving';
  return {
    kind: 'table',
    caption: 'The best trials',
    columns: [
      { key: 'rank', label: 'Rank', align: 'right' },
      { key: 'trial', label: 'Trial' },
      ...names.map((name) => ({ key: `p:${name}`, label: name, align: 'right' as const })),
      { key: 'value', label: `Validation ${shortName(primary)}`, align: 'right' },
      ...(isHalving ? [{ key: 'share', label: 'Resource', format: 'percent' as const }] : []),
      { key: 'time', label: 'Time', format: 'duration-ms' },
    ],
    rows: shown.map((trial) => ({
      rank: order.indexOf(trial) + 1,
      // The other baseline of the card is a model that ignores the features.
      trial: trial.number === BASELINE ? 'as written' : trialName(trial),
      ...Object.fromEntries(names.map((name) => [`p:${name}`, cell(trial.params[name])])),
      value: trial.metrics[primary] ?? { missing: trial.error === undefined ? 'undefined' : 'failed' },
      ...(isHalving && { share: trial.share }),
      time: trial.durationMs,
    })),
    bestRows: [shown.indexOf(winner)].filter((row) => row >= 0),
    omitted: trials.length - shown.length,
  };
}

function cell(value: Json | undefined): number | string | { readonly missing: string } {
  if (value === undefined) return { missing: 'default' };
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

function history({ trials, winner, baseline, primary, higher }: Tuning): Figure {
  const drawn = trialHistory(
    trials.filter(({ number, share }) => number !== BASELINE && share === 1),
    { primary, higher },
  );
  const written = baseline.metrics[primary];
  const points = drawn.series[0]?.points ?? [];
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const line: readonly (readonly [number, number])[] =
    written === undefined || first === last
      ? []
      : [
          [first, written],
          [last, written],
        ];
  return {
    ...drawn,
    series: [...drawn.series, ...(line.length === 0 ? [] : [{ label: 'as written', role: 'reference' as const, points: line }])],
    ...(winner.number !== BASELINE && { mark: { x: winner.number, label: `best: ${winner.number}` } }),
  };
}

function importance({ trials, settings }: Tuning): readonly Figure[] {
  const axes = axesOf(settings.parameters);
  const shares = axes.length < 2 ? undefined : importanceOf(axes, searched(trials));
  if (shares === undefined) return [];
  const bars = axes.map(({ name }, index) => ({ label: name, value: shares[index] as number })).sort((a, b) => b.value - a.value);
  return [
    {
      form: 'bars',
      title: 'What sets the best trials apart',
      description: `${bars[0]?.label} decides most between the best quarter of the trials and the others`,
      bars,
      format: 'percent',
    },
  ];
}

function searched(trials: readonly TriedTrial[]): readonly TriedTrial[] {
  return trials.filter(({ number }) => number !== BASELINE);
}

function space({ settings, winner }: Tuning): TableBlock {
  return {
    kind: 'table',
    columns: [
      { key: 'name', label: 'Parameter' },
      { key: 'from', label: 'Tried' },
      { key: 'best', label: 'Best', align: 'right' },
    ],
    rows: Object.entries(settings.parameters).map(([name, said]) => ({ name, from: spaceText(said), best: cell(winner.params[name]) })),
  };
}

/** As the recipe says it, with what logarithms stand for. */
function spaceText({ values, distribution, p_options: pairs, ...numbers }: SearchedParam): string {
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(', ');
  if (pairs !== undefined) return pairs.map(([p, value]) => `${JSON.stringify(value)} (${showNumber(p * 100)} %)`).join(', ');
  const said = Object.entries(numbers).map(([key, value]) => `${key} ${value}`);
  const { low, high } = numbers;
  const meant =
    distribution?.includes('log') === true && low !== undefined && high !== undefined
      ? `: ${showNumber(Math.exp(low))} to ${showNumber(Math.exp(high))}`
      : '';
  return `${distribution} (${said.join(', ')})${meant}`;
}

function failures({ trials }: Tuning): readonly CardBlock[] {
  const failed = trials.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return [];
  return [
    {
      kind: 'details',
      summary: `${plural(failed.length, 'trial')} failed`,
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'trial', label: 'Trial' },
            { key: 'params', label: 'Parameters' },
            { key: 'error', label: 'Error' },
          ],
          rows: failed.slice(0, SHOWN_TRIALS).map((trial) => ({
            trial: trialName(trial),
            params: JSON.stringify(trial.params),
            error: trial.error ?? '',
          })),
          omitted: Math.max(0, failed.length - SHOWN_TRIALS),
        },
      ],
    },
  ];
}

function findings({ trials, winner, baseline, primary, settings, ended }: Tuning): readonly Finding[] {
  const found: Finding[] = [];
  const failed = trials.filter(({ error }) => error !== undefined);
  if (failed.length > 0)
    found.push({
      code: 'TRAIN_TRIAL_FAILED',
      severity: 'warning',
      message: `${failed.length} of ${plural(trials.length, 'trial')} failed, the first with: ${failed[0]?.error}`,
    });
  if (trials.every(({ loss }) => loss === undefined) && failed.length < trials.length)
    found.push({
      code: 'TRAIN_TUNING_BLIND',
      severity: 'warning',
      message: `${primary} is undefined on the validation rows in every trial, so the parameters as they are written were kept`,
    });
  else if (winner === baseline)
    found.push({
      code: 'TRAIN_TUNING_NO_GAIN',
      severity: 'info',
      message: `no trial was better than the parameters as they are written, which were kept`,
    });
  for (const { name, bound, value } of edges(winner, settings.parameters))
    found.push({
      code: 'TRAIN_SEARCH_EDGE',
      severity: 'info',
      message: `the best \`${name}\` is ${showNumber(value)}, at the ${bound} end of what was searched; better ones may lie beyond`,
    });
  if (ended === 'time')
    found.push({
      code: 'TRAIN_NOT_REPEATABLE',
      severity: 'info',
      message: `the time budget ended the search after ${plural(trials.length - 1, 'trial')}: another run may find something else. With \`max_trials\` alone the result is the same everywhere`,
    });
  return found;
}

/** Within a fiftieth of the width. A bound that is the only value left to round to counts as well. */
const EDGE = 0.02;

function edges(
  winner: TriedTrial,
  parameters: Tuning['settings']['parameters'],
): readonly { readonly name: string; readonly bound: 'lower' | 'upper'; readonly value: number }[] {
  if (winner.number === BASELINE) return [];
  return axesOf(parameters).flatMap((axis) => {
    const value = winner.values[axis.name];
    if (axis.kind !== 'number' || axis.normal !== undefined || typeof value !== 'number') return [];
    const at = placeOf(axis, value);
    if (at > EDGE && at < 1 - EDGE) return [];
    // Where counts begin and shares end there is nothing beyond.
    if (value === 1 && (axis.q === undefined) === at > EDGE) return [];
    return [{ name: axis.name, bound: at <= EDGE ? ('lower' as const) : ('upper' as const), value }];
  });
}

/** From 0 to 1 between the least and the greatest value, by position. */
function placeOf({ least, most, isLog }: NumberAxis, value: number): number {
  const at = (one: number): number => (isLog ? Math.log(Math.max(one, Number.MIN_VALUE)) : one);
  return (at(value) - at(least)) / (at(most) - at(least) || 1);
}
