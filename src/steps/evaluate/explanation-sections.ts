/** What moves predictions, row by row and along the columns. */
import type { Figure, Section } from '../../cards/blocks.ts';
import type { ContributionSpace } from '../../ml/estimator.ts';
import { showNumber } from '../show-number.ts';
import { plural } from '../wording.ts';
import type { Evaluated } from './evaluated.ts';
import type { Dependence, ExplainedRows } from './explained.ts';

const SHOWN = 10;
/** Dots of a row of the figure. */
const DOTS = 150;
/** Curves of a figure: of more classes, those of the first. */
const CURVES = 6;

/** What contributions add up to, in words. */
export function spaceWords(space: ContributionSpace, target: string, label: string | undefined): string {
  switch (space) {
    case 'value':
      return `the prediction of ${target}`;
    case 'log':
      return `the logarithm of ${target}`;
    case 'log1p':
      return `the logarithm of 1 + ${target}`;
    case 'log_odds':
      return label === undefined ? 'the log odds of each class' : `the log odds of ${label}`;
    case 'probability':
      return label === undefined ? 'the probability of each class' : `the probability of ${label}`;
    case 'raw':
      return `the score behind ${target}`;
  }
}

export function contributionSection(evaluated: Evaluated): readonly Section[] {
  const { explanation, params, x } = evaluated;
  const { contributions, groups } = explanation;
  if (x.rowCount === 0 || params.explain?.enabled === false) return [];
  const head = { id: 'contributions', title: 'What moves the predictions' };
  if ('missing' in contributions)
    return [
      {
        ...head,
        blocks: [{ kind: 'note', tone: 'plain', text: `Not measured: ${contributions.missing}. What the model uses stands above.` }],
      },
    ];
  const { sampled, sizes, space, outputs, expected, note } = contributions;
  const order = [...groups.keys()].sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
  const top = order.filter((group) => (sizes[group] as number) > 0).slice(0, SHOWN);
  const label = outputs === 1 ? evaluated.model.classes?.at(-1) : undefined;
  const words = spaceWords(space, params.target, label);
  const [first] = top;
  const most =
    first === undefined
      ? 'No column moves a prediction'
      : `${groups[first]?.label} moves it most: by ${showNumber(sizes[first] as number)} on average`;
  const figures: Figure[] = [
    {
      form: 'bars',
      title: 'Mean size of what a column adds',
      description: `${most}; of ${words}`,
      xLabel: outputs === 1 ? `|adds to ${words}|, mean` : `|adds to ${words}|, mean over rows and classes`,
      bars: top.map((group) => ({ label: groups[group]?.label ?? '', value: sizes[group] as number })),
    },
    ...(outputs === 1 ? [swarmOf(evaluated, contributions, top, words)] : []),
  ];
  const start = outputs === 1 ? ` They begin at ${showNumber(expected[0] as number)}, the mean over the training rows.` : '';
  const left = order.length > top.length ? ` Left out: ${plural(order.length - top.length, 'column')} of less or no effect.` : '';
  return [
    {
      ...head,
      note: `Shapley values of ${plural(sampled, 'test row')}: what each column adds to ${words}; for every row they sum to it exactly.${start} What the model uses is no cause.${left}`,
      blocks: [
        { kind: 'figures', figures },
        ...(note === undefined ? [] : [{ kind: 'note' as const, tone: 'close' as const, text: `These are no exact values: ${note}.` }]),
      ],
    },
  ];
}

function swarmOf(
  { explanation, x, hidden, params }: Evaluated,
  { rows, sampled, values }: ExplainedRows,
  top: readonly number[],
  words: string,
): Figure {
  const { groups } = explanation;
  const dots = Math.min(sampled, DOTS);
  return {
    form: 'swarm',
    title: 'What a column adds, row by row',
    description: `A dot is a row: right of the line the column raises ${words}, left of it the column lowers it`,
    xLabel: `adds to ${words}`,
    rows: top.map((group) => {
      const { label, features, inputs } = groups[group] as (typeof groups)[number];
      const [feature] = features;
      const isShaded =
        features.length === 1 && x.features[feature as number]?.kind === 'numeric' && !inputs.some(hidden.columns) && params.target !== '';
      const column = isShaded ? (x.columns[feature as number] as Float64Array) : undefined;
      return {
        label,
        values: Array.from({ length: dots }, (_, row) => Number((values[row * groups.length + group] as number).toPrecision(4))),
        ...(column !== undefined && { levels: levelsOf(Array.from(rows.subarray(0, dots), (row) => column[row] as number)) }),
      };
    }),
  };
}

/** In which fifth of the values each lies, by rank; equal values share one. −1 for a missing one. */
function levelsOf(values: readonly number[]): readonly number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const place = new Map<number, number>();
  sorted.forEach((value, rank) => {
    if (!place.has(value)) place.set(value, rank);
  });
  const last = sorted.lastIndexOf(sorted.at(-1) ?? 0);
  const highest = place.get(sorted[last] ?? 0) ?? 0;
  return values.map((value) => {
    const rank = place.get(value);
    return rank === undefined ? -1 : highest === 0 ? 2 : Math.min(4, Math.floor((rank / highest) * 5));
  });
}

export function dependenceSection({ explanation, model, params, task }: Evaluated): readonly Section[] {
  const { dependence } = explanation;
  const [first] = dependence;
  if (first === undefined) return [];
  const classes = model.classes;
  const isOne = first.curves.length === 1;
  const what =
    task === 'regression'
      ? `the predicted ${params.target}`
      : isOne
        ? `the probability of ${classes?.at(-1)}`
        : `the probability of each ${first.curves.length > CURVES ? `of the first ${CURVES} classes` : 'class'}`;
  const of = dependence.every(({ isFeature }) => isFeature)
    ? 'feature'
    : dependence.some(({ isFeature }) => isFeature)
      ? 'column or feature'
      : 'column';
  const path = of === 'feature' ? 'through the model' : 'through transformer and model';
  const drawn = isOne ? ' The band holds eight of ten rows, thin lines are single rows.' : '';
  return [
    {
      id: 'dependence',
      title: 'How predictions change',
      note: `The mean of ${what} if one ${of} had another value and all else stayed: ${plural(first.rows, 'test row')} ${path}.${drawn} Grey bars show where the data lie; where there are few, the model guesses.`,
      blocks: abreast(dependence).map((some) => ({
        kind: 'figures',
        figures: some.map((one) => dependenceFigure(one, what, classes ?? [params.target])),
      })),
    },
  ];
}

/** At most three beside each other, and lines of about the same length. */
function abreast<T>(entries: readonly T[]): readonly (readonly T[])[] {
  const length = Math.ceil(entries.length / Math.ceil(entries.length / 3));
  return entries.flatMap((_, at) => (at % length === 0 ? [entries.slice(at, at + length)] : []));
}

/** Cards hold six digits: finer ones cannot be seen. */
const shown = (values: readonly number[]): readonly number[] => values.map((value) => Number(value.toPrecision(6)));

function dependenceFigure({ name, grid, curves, lines, density }: Dependence, what: string, labels: readonly string[]): Figure {
  const at = grid.kind === 'numbers' ? shown([...grid.values]) : grid.labels;
  const [only] = curves;
  return {
    form: 'dependence',
    title: name,
    description: only === undefined ? '' : changeText(name, at, only.mean, curves.length === 1 ? what : `the probability of ${labels[0]}`),
    xLabel: name,
    yLabel: what,
    x: at,
    curves: curves.slice(0, CURVES).map(({ mean, low, high }, i) => ({
      label: curves.length === 1 ? 'mean' : (labels[i] ?? ''),
      values: shown(mean),
      ...(curves.length === 1 && { low: shown(low), high: shown(high) }),
    })),
    lines: lines.map((line) => line.map((value) => Number(value.toPrecision(4)))),
    density,
  };
}

function changeText(name: string, at: readonly (number | string)[], mean: readonly number[], what: string): string {
  const [low, high] = [mean.indexOf(Math.min(...mean)), mean.indexOf(Math.max(...mean))];
  const text = (place: number): string => {
    const value = at[place] ?? '';
    return typeof value === 'number' ? showNumber(value) : value;
  };
  return `Along ${name}, the mean of ${what} goes from ${showNumber(mean[low] ?? 0)} (at ${text(low)}) to ${showNumber(mean[high] ?? 0)} (at ${text(high)})`;
}
