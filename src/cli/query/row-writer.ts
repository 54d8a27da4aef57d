/** The formats that need no look at all rows: a row goes out as it comes in. */
import type { QueryColumn } from '../../schema/query.ts';
import type { RowFormat } from './formats.ts';

export interface RowWriter {
  readonly begin: string;
  row(values: readonly (string | null)[], isFirst: boolean): string;
  readonly end: string;
}

export function rowWriter(format: RowFormat, columns: readonly QueryColumn[]): RowWriter {
  const object = (values: readonly (string | null)[]): string => objectText(columns, values);
  switch (format) {
    case 'csv':
      return { begin: csvLine(columns.map(({ name }) => name)), row: csvLine, end: '' };
    case 'ndjson':
      return { begin: '', row: (values) => `${object(values)}\n`, end: '' };
    default:
      return { begin: '[', row: (values, isFirst) => `${isFirst ? '' : ','}\n${object(values)}`, end: '\n]\n' };
  }
}

/** After RFC 4180, with the line ends of Unix. A missing value is nothing, an empty text is `""`. */
function csvLine(values: readonly (string | null)[]): string {
  const fields = values.map((value) => {
    if (value === null) return '';
    return value === '' || /[",\r\n]/u.test(value) || value.trim() !== value ? `"${value.replaceAll('"', '""')}"` : value;
  });
  return `${fields.join(',')}\n`;
}

/** Numbers keep every digit, which a detour over a number would not. NaN and the infinities, which JSON does not have, are null. */
function objectText(columns: readonly QueryColumn[], values: readonly (string | null)[]): string {
  const members = uniqueNames(columns).map((name, index) => {
    const value = values[index] ?? null;
    return `${JSON.stringify(name)}:${value === null ? 'null' : literal(value, (columns[index] as QueryColumn).kind)}`;
  });
  return `{${members.join(',')}}`;
}

function literal(value: string, kind: QueryColumn['kind']): string {
  if (kind === 'text') return JSON.stringify(value);
  if (kind === 'float' || kind === 'number') return /^-?\d/u.test(value) ? value : 'null';
  return value;
}

/** A query may give two columns one name; in an object the second would take the place of the first. */
function uniqueNames(columns: readonly QueryColumn[]): readonly string[] {
  const names = new Set<string>();
  for (const { name } of columns) {
    let free = name;
    for (let count = 2; names.has(free); count++) free = `${name}_${count}`;
    names.add(free);
  }
  return [...names];
}
