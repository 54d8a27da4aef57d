/** Drift between the parts on the card and among the findings. */
import type { CardBlock, Cell, Figure, Finding, Section, TableColumn } from '../../cards/blocks.ts';
import { isSensitive, type Sensitive } from '../../data/column-rules.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { formatCount, plural } from '../wording.ts';
import type { ColumnDrift, Drift } from './drift.ts';
import { PARTS } from './params.ts';

/** From here on the index is called a marked shift in the field; below, nobody would act on it. */
const MARKED = 0.2;
/** Of the adjusted p. */
const SIGNIFICANT = 0.05;
const MOST_FINDINGS = 10;
const MOST_ROWS = 100;
const MOST_FIGURES = 8;
const OTHERS = PARTS.slice(1);

/** Significant after correction, and not tiny. Of many columns one finding names those that differ most. */
export function driftFindings({ columns }: Drift, target: string): readonly Finding[] {
  const shifted = columns.flatMap(({ name, parts }) => {
    const found = parts.flatMap(({ psi = 0, adjusted = 1 }, index) =>
      psi >= MARKED && adjusted < SIGNIFICANT ? [{ part: OTHERS[index]?.name ?? '', psi }] : [],
    );
    return found.length === 0 ? [] : [{ name, found, psi: Math.max(...found.map(({ psi }) => psi)) }];
  });
  if (shifted.length <= MOST_FINDINGS)
    return shifted.map(({ name, found }) => {
      const where = found.map(({ part }) => part).join(' and ');
      const sizes = found.map(({ psi }) => psi.toFixed(2)).join(' and ');
      const message = `${name === target ? 'the target' : 'the column'} is distributed otherwise in ${where} than in train: stability index ${sizes}, from ${MARKED} on a marked shift`;
      return { code: 'SPLIT_DRIFT', severity: 'warning', column: name, message };
    });
  const names = [...shifted].sort((a, b) => b.psi - a.psi).map(({ name }) => name);
  const message = `${formatCount(shifted.length)} of ${plural(columns.length, 'column')} are distributed otherwise in validation or test than in train: ${listNames(names)}`;
  return [{ code: 'SPLIT_DRIFT', severity: 'warning', message }];
}

export function driftSection(drift: Drift, sensitive: Sensitive): Section | undefined {
  if (drift.columns.length === 0) return undefined;
  const worstFirst = [...drift.columns].sort((a, b) => largest(b) - largest(a));
  const shown = worstFirst.slice(0, MOST_ROWS);
  const omitted = worstFirst.length - shown.length;
  return {
    id: 'drift',
    title: 'The parts beside each other',
    note: noteOf(drift),
    blocks: [
      { kind: 'table', sortable: true, columns: COLUMNS, rows: shown.map(rowOf), ...(omitted > 0 && { omitted }) },
      ...figuresOf(worstFirst.filter(({ name }) => !isSensitive(sensitive, name))),
    ],
  };
}

function noteOf({ tests, sampledRows }: Drift): string {
  const rows =
    sampledRows === undefined
      ? 'all rows'
      : `a sample of ${sampledRows.map((count, part) => `${formatCount(count)} rows of ${PARTS[part]?.name}`).join(', ')}`;
  return `Each column in validation and test beside train, from ${rows}. PSI is the population stability index: below 0.1 nothing to speak of, from ${MARKED} on a marked shift. p is how likely chance alone makes such a difference or a larger one, adjusted by Benjamini and Hochberg for ${plural(tests, 'test')}.`;
}

const COLUMNS: readonly TableColumn[] = [
  { key: 'name', label: 'Column' },
  ...forParts('psi', 'PSI'),
  ...forParts('p', 'Adjusted p'),
  { key: 'test', label: 'Test' },
  ...forParts('statistic', 'Statistic'),
];

function forParts(key: string, label: string): readonly TableColumn[] {
  return OTHERS.map(({ name }) => ({ key: `${name}_${key}`, label: `${label}, ${name}`, align: 'right', format: 'number' }));
}

/** A figure is absent where there are too few values, or one alone. */
function rowOf({ name, parts }: ColumnDrift): Readonly<Record<string, Cell>> {
  const cells = parts.flatMap(({ psi, statistic, adjusted }, index): [string, Cell][] => {
    const part = OTHERS[index]?.name ?? '';
    return [
      [`${part}_psi`, psi ?? null],
      [`${part}_p`, adjusted ?? null],
      [`${part}_statistic`, statistic ?? null],
    ];
  });
  return { name, test: parts[0]?.test ?? null, ...Object.fromEntries(cells) };
}

function largest({ parts }: ColumnDrift): number {
  return Math.max(0, ...parts.map(({ psi = 0 }) => psi));
}

function figuresOf(columns: readonly ColumnDrift[]): readonly CardBlock[] {
  const figures = columns.flatMap(({ name, type, histogram, parts }): Figure[] => {
    if (histogram === undefined || type === 'timestamp') return [];
    const indices = parts.map(({ psi }, index) => `${(psi ?? 0).toFixed(3)} in ${OTHERS[index]?.name}`).join(', ');
    return [
      {
        form: 'histogram',
        title: name,
        description: `Shares of ${name} in train, validation and test; stability index ${indices}`,
        xLabel: name,
        yLabel: 'share of rows',
        edges: histogram.edges,
        series: histogram.counts.map((counts, part) => ({ label: PARTS[part]?.name ?? '', counts })),
        normalise: 'series',
      },
    ];
  });
  const shown = figures.slice(0, MOST_FIGURES);
  if (shown.length === 0) return [];
  const summary = shown.length < figures.length ? `The ${shown.length} columns of numbers that differ most` : 'The columns of numbers';
  return [{ kind: 'details', summary, blocks: [{ kind: 'figures', figures: shown }] }];
}
