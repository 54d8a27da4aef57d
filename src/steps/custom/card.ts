/** What the card of a step of the user's own shows: what changed, and the beginning of what was made. */
import { readFileSync, statSync } from 'node:fs';
import type { Cell, Section } from '../../cards/blocks.ts';
import { isSensitive, type Sensitive } from '../../data/column-rules.ts';
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation } from '../../data/sql.ts';
import type { Value } from '../../data/table.ts';
import type { StepContext } from '../define.ts';
import { cut, formatTime, HIDDEN } from '../profile-table.ts';
import { formatCount, plural } from '../wording.ts';
import type { CustomParams } from './params.ts';

const MOST_TEXT = 2_000;
const MOST_COLUMNS = 40;

export function changesSection(
  rows: readonly { readonly label: string; readonly before: number; readonly after: number }[],
  before: readonly ColumnInfo[],
  after: readonly ColumnInfo[],
): Section {
  const changed = [
    ...after.filter(({ name }) => !before.some((column) => column.name === name)).map(({ name, type }) => change(name, '', type)),
    ...before.filter(({ name }) => !after.some((column) => column.name === name)).map(({ name, type }) => change(name, type, '')),
    ...after.flatMap(({ name, type }) => {
      const old = before.find((column) => column.name === name);
      return old === undefined || old.type === type ? [] : [change(name, old.type, type)];
    }),
  ];
  return {
    id: 'changes',
    title: 'What changed',
    blocks: [
      {
        kind: 'table',
        columns: [
          { key: 'label', label: 'Rows' },
          { key: 'before', label: 'Before', align: 'right', format: 'integer' },
          { key: 'after', label: 'After', align: 'right', format: 'integer' },
        ],
        rows: rows.map((row) => ({ ...row })),
      },
      ...(changed.length === 0
        ? [{ kind: 'note' as const, tone: 'plain' as const, text: 'The columns are the same.' }]
        : [
            {
              kind: 'table' as const,
              columns: [
                { key: 'column', label: 'Column' },
                { key: 'before', label: 'Type before' },
                { key: 'after', label: 'Type after' },
              ],
              rows: changed,
            },
          ]),
    ],
  };
}

function change(column: string, before: string, after: string): Readonly<Record<string, Cell>> {
  return {
    column,
    before: before === '' ? { missing: 'the column is new' } : before,
    after: after === '' ? { missing: 'removed' } : after,
  };
}

/** The files of `inputs` and the parameters. */
export function filesSection({ files, params }: CustomParams): Section {
  const rows = [
    ...files.map((file) => ({ what: 'input file', value: file })),
    ...Object.entries(params).map(([name, value]) => ({
      what: name,
      value: cut(typeof value === 'string' ? value : JSON.stringify(value), 200),
    })),
  ];
  return {
    id: 'settings',
    title: 'Inputs and parameters',
    blocks:
      rows.length === 0
        ? [{ kind: 'note', tone: 'plain', text: 'The step has neither files nor parameters of its own.' }]
        : [
            {
              kind: 'table',
              columns: [
                { key: 'what', label: 'Name' },
                { key: 'value', label: 'Value' },
              ],
              rows,
            },
          ],
  };
}

/** A section for each output, and all of them in one line. */
export async function previewSections(
  engine: DataEngine,
  context: StepContext,
  { outputs, sensitive = {} }: CustomParams,
): Promise<{ readonly sections: readonly Section[]; readonly told: string }> {
  const sections: Section[] = [];
  const told: string[] = [];
  for (const [name, file] of Object.entries(outputs)) {
    const path = context.output(file);
    if (file.endsWith('.parquet')) {
      const [count] = await engine.query(`SELECT count(*) AS n FROM ${parquetRelation(path)}`);
      const columns = await describeColumns(engine, parquetRelation(path));
      told.push(`${name}: ${plural(Number(count?.['n']), 'row')} × ${plural(columns.length, 'column')}`);
      sections.push(await tablePreview(engine, name, path, sensitive));
    } else {
      const { size } = statSync(path);
      told.push(`${file} (${plural(size, 'byte')})`);
      // A text may hold anything.
      if (Object.keys(sensitive).length === 0 && /\.(json|txt|md|csv|ya?ml)$/.test(file)) sections.push(textPreview(name, file, path));
    }
  }
  return { sections, told: told.join(', ') };
}

async function tablePreview(engine: DataEngine, name: string, path: string, sensitive: Sensitive): Promise<Section> {
  const table = await engine.table(`SELECT * FROM ${parquetRelation(path)} LIMIT 5`);
  const shown = table.columns.slice(0, MOST_COLUMNS);
  return {
    id: `output-${name}`,
    title: `First rows of ${name}`,
    blocks: [
      {
        kind: 'table',
        columns: shown.map(({ name: label, type }, index) => ({
          key: `c${index}`,
          label,
          ...(type === 'number' || type === 'integer' ? { align: 'right' as const } : {}),
        })),
        rows: [...table.rows()].map((row) =>
          Object.fromEntries(
            shown.map((column, index) => [`c${index}`, isSensitive(sensitive, column.name) ? HIDDEN : cellOf(row[column.name] ?? null)]),
          ),
        ),
      },
      ...(table.columns.length > shown.length
        ? [
            {
              kind: 'note' as const,
              tone: 'plain' as const,
              text: `${formatCount(table.columns.length - shown.length)} more columns are not shown.`,
            },
          ]
        : []),
    ],
  };
}

function textPreview(name: string, file: string, path: string): Section {
  const text = readFileSync(path, 'utf8');
  const isCut = text.length > MOST_TEXT;
  return {
    id: `output-${name}`,
    title: file,
    blocks: [{ kind: 'code', text: isCut ? `${text.slice(0, MOST_TEXT)}\n…` : text }],
  };
}

function cellOf(value: Value): Cell {
  if (value instanceof Date) return formatTime(value.getTime(), value.getTime() % 86_400_000 === 0);
  return typeof value === 'string' ? cut(value, 200) : value;
}
