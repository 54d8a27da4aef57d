/**
 * What a reader may open beneath the table of columns: of each column its distribution, quantiles and most
 * frequent values. Of a wide table the columns that a reader will look for.
 */
import type { CardBlock, Cell, DetailsBlock, Figure, Section, TableBlock, TableColumn } from '../../cards/blocks.ts';
import { type ColumnProfile, medianOf, type NumberStatistics, QUANTILES } from '../../data/profile.ts';
import { cut, formatTime, typeWord, WIDE } from '../profile-table.ts';
import { showNumber } from '../show-number.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { Association, Associations } from './association.ts';

export interface DetailedColumns {
  /** In the order of the data, without those whose values must not be shown. */
  readonly profiles: readonly ColumnProfile[];
  readonly target?: string;
  readonly associations?: Associations;
  /** Columns of which something was found. */
  readonly noted: ReadonlySet<string>;
}

/** A card stays small enough to mail. */
const MOST_COLUMNS = 30;
const MOST_OF_WIDE = 8;
const MOST_BARS = 20;

export function detailsSection(columns: DetailedColumns): Section | undefined {
  const chosen = choose(columns);
  if (chosen.length === 0) return undefined;
  const blocks = chosen.map((profile) => details(profile, columns.associations?.columns.get(profile.name)));
  const left = columns.profiles.length - chosen.length;
  return {
    id: 'column-details',
    title: 'Each column',
    ...(left > 0 && {
      note: `The target, columns with a finding and those that tell most of the target; ${plural(left, 'other column')} ${left === 1 ? 'is' : 'are'} in the table above alone.`,
    }),
    blocks,
  };
}

function choose({ profiles, target, associations, noted }: DetailedColumns): readonly ColumnProfile[] {
  const filled = profiles.filter(({ numbers, top, lengths }) => numbers !== undefined || top !== undefined || lengths !== undefined);
  const most = profiles.length > WIDE ? MOST_OF_WIDE : MOST_COLUMNS;
  if (filled.length <= most) return filled;
  const rank = ({ name }: ColumnProfile): number =>
    name === target ? 3 : (noted.has(name) ? 1 : 0) + (associations?.columns.get(name)?.strength ?? 0);
  const best = new Set([...filled].sort((a, b) => rank(b) - rank(a)).slice(0, most));
  return filled.filter((profile) => best.has(profile));
}

function details(profile: ColumnProfile, association: Association | undefined): DetailsBlock {
  const { rows, missing, numbers } = profile;
  const holes = missing === 0 ? '' : `, ${percent(missing / rows)} missing`;
  return {
    kind: 'details',
    summary: `${profile.name}: ${typeWord(profile)}${holes}`,
    blocks: [
      ...figures(profile),
      ...(numbers === undefined ? [] : [quantileTable(profile, numbers)]),
      ...figureTables(profile, association),
    ],
  };
}

function figures(profile: ColumnProfile): readonly CardBlock[] {
  const drawn = [histogramOf(profile), barsOf(profile)].filter((figure) => figure !== undefined);
  return drawn.length === 0 ? [] : [{ kind: 'figures', figures: drawn }];
}

/** Dates have no axis of their own, and a constant no distribution. */
function histogramOf({ name, type, range, numbers, histogram }: ColumnProfile): Figure | undefined {
  if (type === 'timestamp' || range === undefined || numbers === undefined || histogram === undefined || !(range.max > range.min))
    return undefined;
  return {
    form: 'histogram',
    title: `Distribution of ${name}`,
    description: `${name} lies between ${showNumber(range.min)} and ${showNumber(range.max)}; half of the values are below ${showNumber(medianOf(numbers))}`,
    xLabel: name,
    yLabel: numbers.shapeFrom === undefined ? 'rows' : 'rows of the sample',
    edges: histogram.edges,
    series: [{ label: name, counts: histogram.counts }],
  };
}

function barsOf({ name, rows, missing, distinct, top }: ColumnProfile): Figure | undefined {
  if (top === undefined || top.length === 0) return undefined;
  const shown = top.slice(0, MOST_BARS);
  const others = rows - missing - shown.reduce((sum, { count }) => sum + count, 0);
  const first = `${cut(shown[0]?.value ?? '', 40)} is in ${plural(shown[0]?.count ?? 0, 'row')}`;
  return {
    form: 'bars',
    title: distinct > shown.length ? `Most frequent values of ${name}` : `Values of ${name}`,
    description: `${first}${others > 0 ? `; ${plural(others, 'row')} ${others === 1 ? 'has' : 'have'} one of ${plural(distinct - shown.length, 'other value')}` : ''}`,
    xLabel: 'rows',
    format: 'integer',
    bars: shown.map(({ value, count }) => ({ label: cut(value, 60), value: count })),
  };
}

const QUANTILE_LABELS = ['1 %', '5 %', '25 %', 'Median', '75 %', '95 %', '99 %'] as const;

function quantileTable({ type, isDate, range }: ColumnProfile, { quantiles, quantilesFrom }: NumberStatistics): TableBlock {
  const at = (value: number | undefined): Cell =>
    value === undefined ? null : type === 'timestamp' ? formatTime(value, isDate === true) : value;
  const column = (key: string, label: string): TableColumn => ({ key, label, align: 'right', format: 'number' });
  return {
    kind: 'table',
    caption: quantilesFrom === undefined ? 'Quantiles' : `Quantiles, from a sample of ${formatCount(quantilesFrom)} rows`,
    columns: [
      column('min', 'Min'),
      ...QUANTILES.map((_, index) => column(`q${index}`, QUANTILE_LABELS[index] as string)),
      column('max', 'Max'),
    ],
    rows: [{ min: at(range?.min), max: at(range?.max), ...Object.fromEntries(quantiles.map((value, index) => [`q${index}`, at(value)])) }],
  };
}

function figureTables({ type, numbers, lengths }: ColumnProfile, association: Association | undefined): readonly TableBlock[] {
  const entries: (readonly [string, number | undefined])[] = [];
  if (numbers !== undefined && type !== 'timestamp')
    entries.push(
      ['Mean', numbers.mean],
      ['Standard deviation', numbers.deviation],
      ['Skewness', withoutNoise(numbers.skewness)],
      ['Kurtosis', withoutNoise(numbers.kurtosis)],
      ['Zeros', numbers.zeros],
      ['Negative', numbers.negatives],
    );
  if (lengths !== undefined) entries.push(['Shortest', lengths.min], ['Mean length', lengths.mean], ['Longest', lengths.max]);
  if (association?.pearson !== undefined) entries.push(['Pearson’s r with the target', association.pearson]);
  if (association?.spearman !== undefined) entries.push(['Spearman’s ρ with the target', association.spearman]);
  if (entries.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: captionOf(numbers, lengths !== undefined),
      columns: entries.map(([label], index) => ({ key: `f${index}`, label, align: 'right', format: 'number' })),
      rows: [
        Object.fromEntries(
          entries.map(([, value], index): [string, Cell] => [`f${index}`, value ?? { missing: 'too few different values' }]),
        ),
      ],
    },
  ];
}

function captionOf(numbers: NumberStatistics | undefined, hasLengths: boolean): string {
  if (hasLengths) return 'Lengths of the texts, in characters';
  return numbers?.shapeFrom === undefined ? 'Figures' : `Figures, from a sample of ${formatCount(numbers.shapeFrom)} rows`;
}

/** What rounding leaves of nothing. */
function withoutNoise(value: number | undefined): number | undefined {
  return value !== undefined && Math.abs(value) < 1e-9 ? 0 : value;
}
