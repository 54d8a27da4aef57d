/** Rows as an aligned table for people, and as a table of Markdown. Numbers are shortened here, and in no other format. */
import { printable, textWidth } from '../../diagnostics/text-width.ts';
import type { QueryColumn, QueryRows } from '../../schema/query.ts';

export interface TableStyle {
  /** Cells of the screen. Columns that do not fit are left out. No limit when absent. */
  readonly width?: number;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** A longer text is cut. */
const WIDEST = 60;
const DIGITS = 7;
const MISSING = 'NULL';

/** The table, and the columns that did not fit. */
export function tableText(
  columns: readonly QueryColumn[],
  rows: QueryRows,
  { width = Number.POSITIVE_INFINITY, dim, bold }: TableStyle,
): { readonly text: string; readonly omitted: readonly string[] } {
  const heads = columns.map(({ name }) => cut(shown(name)));
  const cells = rows.map((row) => columns.map((column, index) => cellText(row[index] ?? null, column)));
  const widths = heads.map((head, index) => Math.max(textWidth(head), ...cells.map((row) => textWidth(row[index] as string))));
  let used = 0;
  const fitting = widths.findIndex((one, index) => {
    used += one + (index === 0 ? 0 : 2);
    // The first column is shown however wide it is.
    return index > 0 && used > width;
  });
  const count = fitting < 0 ? columns.length : fitting;
  const line = (texts: readonly string[], paint: (text: string, index: number) => string): string =>
    texts
      .slice(0, count)
      .map((text, index) => {
        const space = ' '.repeat(Math.max(0, (widths[index] as number) - textWidth(text)));
        const painted = paint(text, index);
        return isNumber(columns[index]) ? `${space}${painted}` : `${painted}${space}`;
      })
      .join('  ')
      .trimEnd();
  const lines = [
    line(heads, bold),
    dim(
      widths
        .slice(0, count)
        .map((one) => '─'.repeat(one))
        .join('  '),
    ),
    ...cells.map((row, at) => line(row, (text, index) => (rows[at]?.[index] === null ? dim(text) : text))),
  ];
  return { text: `${lines.join('\n')}\n`, omitted: columns.slice(count).map(({ name }) => shown(name)) };
}

export function markdownTable(columns: readonly QueryColumn[], rows: QueryRows): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |\n`;
  const escaped = (text: string): string => text.replace(/[\\|`*<>[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
  return [
    line(columns.map(({ name }) => escaped(shown(name)))),
    line(columns.map((column) => (isNumber(column) ? '---:' : '---'))),
    ...rows.map((row) =>
      line(columns.map((column, index) => (row[index] === null ? '' : escaped(valueText(row[index] as string, column))))),
    ),
  ].join('');
}

function cellText(value: string | null, column: QueryColumn): string {
  return value === null ? MISSING : cut(valueText(value, column));
}

function valueText(value: string, { kind }: QueryColumn): string {
  if (kind !== 'float') return shown(value);
  const number = Number(value);
  return Number.isFinite(number) ? String(Number(number.toPrecision(DIGITS))) : value;
}

function isNumber(column: QueryColumn | undefined): boolean {
  return column?.kind === 'float' || column?.kind === 'number';
}

/** On one line, and without what would move the cursor. */
function shown(text: string): string {
  return printable(text.replace(/[\t\n\r]+/gu, ' '));
}

function cut(text: string): string {
  return textWidth(text) <= WIDEST ? text : `${[...text].slice(0, WIDEST - 1).join('')}…`;
}
