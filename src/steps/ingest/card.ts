/**
 * The card of the `ingest` step: where the data come from, what each column holds, how the
 * target is distributed, and a few rows.
 */

import type { CardBlock, CardContent, Cell, Figure, Section, TableColumn } from '../../cards/blocks.ts';
import { isSensitive, type Roles, roleOf, type Sensitive } from '../../data/column-rules.ts';
import { type ColumnProfile, medianOf } from '../../data/profile.ts';
import type { Table, Value } from '../../data/table.ts';
import { COUNTED, cut, formatTime, HIDDEN, narrowed, profileCells, profileColumns, WIDE } from '../profile-table.ts';
import { formatCount } from '../wording.ts';
import type { Associations } from './association.ts';
import type { ClassCount } from './classes.ts';
import { detailsSection } from './column-details.ts';

export interface IngestCard {
  readonly summary: string;
  readonly format: string;
  readonly files: readonly { readonly label: string; readonly sizeBytes: number }[];
  readonly profiles: readonly ColumnProfile[];
  readonly roles: Roles;
  readonly sensitive: Sensitive;
  readonly target?: ColumnProfile;
  readonly classes?: readonly ClassCount[];
  readonly positiveClass?: string;
  /** Absent, like `associations`, without a profile. */
  readonly duplicateRows?: number;
  readonly associations?: Associations;
  readonly task: 'regression' | 'classification';
  /** False when `skip_data_profiling` leaves the statistics out. */
  readonly isProfiled: boolean;
  /** Columns of which something was found. */
  readonly noted: ReadonlySet<string>;
  readonly sample: Table;
}

const MOST_BARS = 20;
const MOST_FILES = 20;
const MOST_SAMPLED_COLUMNS = 40;

export function ingestCard(card: IngestCard): CardContent {
  const { profiles, files } = card;
  const rows = profiles[0]?.rows ?? 0;
  const missing = profiles.reduce((sum, profile) => sum + profile.missing, 0);
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    headline: `${formatCount(rows)} rows × ${formatCount(profiles.length)} columns`,
    sentence: `${card.summary}.`,
    keyNumbers: [
      { label: 'Rows', value: rows, format: 'integer' },
      { label: 'Columns', value: profiles.length, format: 'integer' },
      {
        label: 'Missing values',
        value: rows === 0 ? null : missing / (rows * profiles.length),
        format: 'percent',
        context: `${formatCount(missing)} values`,
      },
      ...(card.duplicateRows === undefined ? [] : [{ label: 'Repeated rows', value: card.duplicateRows, format: 'integer' as const }]),
      {
        label: 'Source',
        value: bytes,
        format: 'bytes',
        context: `${files.length === 1 ? '1 file' : `${files.length} files`}, ${card.format}`,
      },
    ],
    sections: [
      ...(card.target === undefined ? [] : [targetSection(card.target, card)]),
      columnsSection(card),
      ...detailsOf(card),
      sampleSection(card),
      sourceSection(card),
    ],
  };
}

function targetSection(target: ColumnProfile, { classes, positiveClass }: IngestCard): Section {
  const blocks: CardBlock[] = [];
  if (classes !== undefined) blocks.push({ kind: 'figures', figures: [classFigure(target, classes)] });
  else if (target.histogram !== undefined) blocks.push({ kind: 'figures', figures: [histogramFigure(target, target.histogram)] });
  if (positiveClass !== undefined) blocks.push({ kind: 'note', tone: 'plain', text: `The positive class is ${positiveClass}.` });
  return { id: 'target', title: `Target: ${target.name}`, blocks };
}

function classFigure(target: ColumnProfile, classes: readonly ClassCount[]): Figure {
  const byRows = [...classes].sort((a, b) => b.rows - a.rows);
  const shown = byRows.slice(0, MOST_BARS);
  const omitted = byRows.length - shown.length;
  const extremes = `${byRows[0]?.label} has ${formatCount(byRows[0]?.rows ?? 0)} rows, ${byRows.at(-1)?.label} ${formatCount(byRows.at(-1)?.rows ?? 0)}`;
  return {
    form: 'bars',
    title: 'Rows per class',
    description: `${classes.length} classes of ${target.name}: ${extremes}${omitted > 0 ? `; ${omitted} smaller classes are not drawn` : ''}`,
    xLabel: 'rows',
    format: 'integer',
    bars: shown.map(({ label, rows }) => ({ label, value: rows })),
  };
}

function histogramFigure(target: ColumnProfile, { edges, counts }: NonNullable<ColumnProfile['histogram']>): Figure {
  const { range, numbers } = target;
  return {
    form: 'histogram',
    title: `Distribution of ${target.name}`,
    description:
      range === undefined || numbers === undefined
        ? `${target.name} has no values`
        : `${target.name} lies between ${show(range.min)} and ${show(range.max)}; half of the values are below ${show(medianOf(numbers))}`,
    xLabel: target.name,
    yLabel: 'rows',
    edges,
    series: [{ label: target.name, counts }],
  };
}

function columnsSection({ profiles, roles, sensitive, target, associations, task, isProfiled }: IngestCard): Section {
  const rows = profiles.map((profile) => {
    const cells = {
      ...profileCells(profile, isSensitive(sensitive, profile.name)),
      role: profile.name === target?.name ? 'target' : roleOf(roles, profile.name),
      tells: associations?.columns.get(profile.name)?.strength ?? null,
    };
    return profiles.length > WIDE ? narrowed(cells) : cells;
  });
  const columns = profileColumns(profiles.length).filter(({ key }) => isProfiled || COUNTED.has(key));
  const figures = columns.findIndex(({ key }) => key === 'distinct') + 1;
  const [head, middle, rest] = [columns.slice(0, 2), columns.slice(2, figures), columns.slice(figures)];
  const tells: TableColumn =
    task === 'regression'
      ? { key: 'tells', label: 'Explains', align: 'right', format: 'percent' }
      : { key: 'tells', label: 'Cramér’s V', align: 'right', format: 'number' };
  return {
    id: 'columns',
    title: 'Columns',
    note: [columnsNote(associations, task, isProfiled), ...medianNote(profiles)].join(' '),
    blocks: [
      {
        kind: 'table',
        sortable: true,
        columns: [...head, { key: 'role', label: 'Role' }, ...middle, ...(associations === undefined ? [] : [tells]), ...rest],
        rows,
      },
    ],
  };
}

/** The median of a long column is not from all of its values. */
function medianNote(profiles: readonly ColumnProfile[]): readonly string[] {
  const from = profiles.find(({ numbers }) => numbers?.quantilesFrom !== undefined)?.numbers?.quantilesFrom;
  return from === undefined ? [] : [`Medians are from a sample of ${formatCount(from)} rows.`];
}

function columnsNote(associations: Associations | undefined, task: IngestCard['task'], isProfiled: boolean): string {
  if (!isProfiled) return 'Without statistics, because the recipe says `skip_data_profiling: true`.';
  if (associations === undefined) return 'Counted from all rows.';
  const { sampledRows } = associations;
  const rows = sampledRows === undefined ? 'all rows' : `a sample of ${formatCount(sampledRows)} rows`;
  const measure =
    task === 'regression'
      ? 'the share of the variance of the target that 20 groups of the column’s values explain alone'
      : 'how much 20 groups of the column’s values tell of the class, from 0 for nothing to 1 for everything';
  return `${task === 'regression' ? '“Explains” is' : 'Cramér’s V is'} ${measure}, from ${rows}.`;
}

function detailsOf({ profiles, sensitive, target, associations, noted, isProfiled }: IngestCard): readonly Section[] {
  if (!isProfiled) return [];
  const section = detailsSection({
    profiles: profiles.filter(({ name }) => !isSensitive(sensitive, name)),
    ...(target !== undefined && { target: target.name }),
    ...(associations !== undefined && { associations }),
    noted,
  });
  return section === undefined ? [] : [section];
}

function sampleSection({ sample, sensitive }: IngestCard): Section {
  const shown = sample.columns.slice(0, MOST_SAMPLED_COLUMNS);
  const left = sample.columns.length - shown.length;
  const columns = shown.map((column, index) => ({
    key: `c${index}`,
    label: column.name,
    ...(column.type === 'number' || column.type === 'integer' ? { align: 'right' as const } : {}),
  }));
  const rows = [...sample.rows()].map((row) =>
    Object.fromEntries(shown.map(({ name }, index) => [`c${index}`, isSensitive(sensitive, name) ? HIDDEN : cell(row[name] ?? null)])),
  );
  return {
    id: 'sample',
    title: 'First rows',
    ...(left > 0 && { note: `The first ${shown.length} of ${formatCount(sample.columns.length)} columns.` }),
    blocks: [{ kind: 'table', columns, rows }],
  };
}

function sourceSection({ files, format }: IngestCard): Section {
  const rows = files.slice(0, MOST_FILES).map(({ label, sizeBytes }) => ({ file: label, format, size: sizeBytes }));
  const omitted = files.length - rows.length;
  const columns = [
    { key: 'file', label: 'File' },
    { key: 'format', label: 'Format' },
    { key: 'size', label: 'Size', align: 'right', format: 'bytes' },
  ] as const;
  return { id: 'source', title: 'Source', blocks: [{ kind: 'table', columns, rows, ...(omitted > 0 && { omitted }) }] };
}

/** A value of the data as a table shows it. */
export function cell(value: Value): Cell {
  if (value instanceof Date) return formatTime(value.getTime(), value.getTime() % 86_400_000 === 0);
  return typeof value === 'string' ? cut(value, 200) : value;
}

function show(value: number): string {
  return String(Number(value.toPrecision(6)));
}
