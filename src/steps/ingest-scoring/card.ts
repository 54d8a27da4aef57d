/** What is said of new data: which columns the model got, what did not read, and a look at the values. */
import type { CardBlock, CardContent, Cell, Finding, Section } from '../../cards/blocks.ts';
import { isSensitive, type Sensitive } from '../../data/column-rules.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import type { Table, Value } from '../../data/table.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { cut, formatTime, HIDDEN, PROFILE_COLUMNS, profileCells } from '../profile-table.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { AlignedColumn } from './align.ts';

export interface ScoringDataReport {
  readonly label: string;
  readonly rows: number;
  readonly columns: readonly AlignedColumn[];
  readonly needed: ReadonlySet<string>;
  readonly skippedLines: number;
  readonly sensitive: Sensitive;
  /** Absent when the recipe wants none. */
  readonly profiles?: readonly ColumnProfile[];
  readonly sample: Table;
}

export function scoringDataFindings({ columns, rows, needed, skippedLines, sensitive, label }: ScoringDataReport): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { name, unread, type } of columns) {
    if (unread === undefined) continue;
    const example = isSensitive(sensitive, name) ? '' : `, such as \`${cut(unread.example, 40)}\``;
    const [they, them] = unread.count === 1 ? ['it is', 'it'] : ['they are', 'them'];
    const effect = needed.has(name) ? `${they} missing to the model` : `the model does not need ${them}`;
    findings.push({
      code: 'SCORING_UNREADABLE',
      severity: needed.has(name) ? 'warning' : 'info',
      column: name,
      message: `${plural(unread.count, 'value')} of \`${name}\` (${percent(unread.count / rows)}) ${unread.count === 1 ? 'does' : 'do'} not read as ${WORDS[type]}${example}; ${effect}`,
    });
  }
  const passed = columns.filter(({ fate }) => fate === 'passed-on').map(({ name }) => name);
  if (passed.length > 0)
    findings.push({
      code: 'SCORING_UNKNOWN_COLUMN',
      severity: 'info',
      message: `${listNames(passed)} ${passed.length === 1 ? 'was' : 'were'} not in the training data: kept beside the predictions, and not used`,
    });
  if (skippedLines > 0)
    findings.push({
      code: 'SCORING_BAD_LINES',
      severity: 'warning',
      message: `${plural(skippedLines, 'line')} of ${label} could not be read and ${skippedLines === 1 ? 'was' : 'were'} left out`,
    });
  return findings;
}

const WORDS = { number: 'a number', integer: 'a whole number', boolean: 'true or false', timestamp: 'a date', string: 'text' } as const;

export function scoringDataCard(report: ScoringDataReport): CardContent {
  const { columns, rows, label, profiles, sample, sensitive } = report;
  const unread = columns.reduce((sum, column) => sum + (column.unread?.count ?? 0), 0);
  return {
    headline: `${formatCount(rows)} new rows`,
    sentence: `${plural(rows, 'row')} from ${label}, read with the types that the training data of the model had${unread === 0 ? '' : `; ${plural(unread, 'value')} did not read so and became missing`}.`,
    keyNumbers: [
      { label: 'Rows', value: rows, format: 'integer' },
      { label: 'Columns', value: columns.filter(({ fate }) => fate !== 'absent').length, format: 'integer' },
      { label: 'Unreadable values', value: unread, format: 'integer', ...(unread > 0 && { tone: 'close' as const }) },
    ],
    sections: [
      columnsSection(report),
      ...(profiles === undefined ? [] : [profileSection(profiles, sensitive)]),
      sampleSection(sample, sensitive),
    ],
  };
}

function columnsSection({ columns, needed }: ScoringDataReport): Section {
  const rows = columns.map(({ name, fate, type, unread }) => ({
    name,
    type: type === 'string' ? 'text' : type,
    use:
      fate === 'passed-on'
        ? 'not in the training data: kept, not used'
        : needed.has(name)
          ? 'read by the model'
          : fate === 'absent'
            ? 'not there, and not needed'
            : 'kept, not used',
    unread: unread?.count ?? (fate === 'read' ? 0 : null),
  }));
  const block: CardBlock = {
    kind: 'table',
    sortable: true,
    columns: [
      { key: 'name', label: 'Column' },
      { key: 'type', label: 'Type' },
      { key: 'use', label: 'Use' },
      { key: 'unread', label: 'Unreadable', align: 'right', format: 'integer' },
    ],
    rows,
  };
  return { id: 'columns', title: 'What becomes of each column', blocks: [block] };
}

function profileSection(profiles: readonly ColumnProfile[], sensitive: Sensitive): Section {
  const rows = profiles.map((profile) => profileCells(profile, isSensitive(sensitive, profile.name)));
  return { id: 'profile', title: 'Values', blocks: [{ kind: 'table', sortable: true, columns: PROFILE_COLUMNS, rows }] };
}

function sampleSection(sample: Table, sensitive: Sensitive): Section {
  const columns = sample.columns.map(({ name, type }, index) => ({
    key: `c${index}`,
    label: name,
    ...(type === 'number' || type === 'integer' ? { align: 'right' as const } : {}),
  }));
  const rows = [...sample.rows()].map((row) =>
    Object.fromEntries(
      sample.columnNames.map((name, index) => [`c${index}`, isSensitive(sensitive, name) ? HIDDEN : cell(row[name] ?? null)]),
    ),
  );
  return { id: 'sample', title: 'First rows', blocks: [{ kind: 'table', columns, rows }] };
}

function cell(value: Value): Cell {
  if (value instanceof Date) return formatTime(value.getTime(), value.getTime() % 86_400_000 === 0);
  return typeof value === 'string' ? cut(value, 200) : value;
}
