/**
 * Types that the recipe gives to columns. A value that cannot be read so fails the step with how many
 * there are and one of them: a declared type is never given up silently.
 */

import { canonicalText } from '../../data/canonical-text.ts';
import { isSensitive, type Sensitive } from '../../data/column-rules.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteText } from '../../data/sql.ts';
import type { ColumnType, Row } from '../../data/table.ts';
import { ruleOf } from '../../schema/name-pattern.ts';
import { shortened } from '../../schema/shortened.ts';
import { problem } from '../problem.ts';
import { plural } from '../wording.ts';
import { parseForm } from './reading.ts';
import type { Source, SourceColumn } from './source.ts';

export const DECLARED_TYPES = ['number', 'integer', 'boolean', 'date', 'timestamp', 'category', 'text'] as const;
export type DeclaredType = (typeof DECLARED_TYPES)[number];
export type DeclaredTypes = Readonly<Record<string, DeclaredType>>;
/** Columns, or patterns, and the format that their dates are written in. */
export type DeclaredFormats = Readonly<Record<string, string>>;

interface Cast {
  readonly column: SourceColumn;
  readonly type: DeclaredType;
  /** A format of dates, as `strptime` of Python names it. */
  readonly format?: string;
  /** The value as text, and what is made of it; NULL where that cannot be. */
  readonly text: string;
  readonly value: string;
}

export async function declareTypes(
  engine: DataEngine,
  source: Source,
  types: DeclaredTypes,
  { label, sensitive, formats = {} }: { readonly label: string; readonly sensitive: Sensitive; readonly formats?: DeclaredFormats },
): Promise<Source> {
  const casts = source.columns.flatMap((column): Cast[] => {
    const format = ruleOf(formats, column.name);
    const type = ruleOf(types, column.name) ?? (format === undefined ? undefined : /%[HI]/u.test(format) ? 'timestamp' : 'date');
    return type === undefined ? [] : [castOf(column, type, format)];
  });
  if (casts.length === 0) return source;
  const counts = casts.flatMap(({ text, value }, index) => [
    `count(*) FILTER (${text} IS NOT NULL AND (${value}) IS NULL) AS n${index}`,
    `min(${text}) FILTER ((${value}) IS NULL) AS v${index}`,
    `count(*) FILTER (isinf(TRY_CAST(${text} AS DOUBLE))) AS i${index}`,
  ]);
  const [found = {} as Row] = await engine.query(`SELECT ${list(counts)} FROM ${source.relation}`);
  const declared = new Map(
    casts.map((cast, index): [string, SourceColumn] => {
      const isNumber = cast.type === 'number';
      const infinite = isNumber ? Number(found[`i${index}`] ?? 0) : 0;
      const wrong = Number(found[`n${index}`] ?? 0);
      if (wrong > 0)
        throw unreadable(cast, wrong, isSensitive(sensitive, cast.column.name) ? undefined : String(found[`v${index}`]), label);
      const { name } = cast.column;
      const expression = isNumber ? `CASE WHEN isfinite(${cast.value}) THEN ${cast.value} END` : cast.value;
      const { format } = cast;
      return [
        name,
        {
          name,
          type: STORED[cast.type],
          expression,
          ...(infinite > 0 && { infinite }),
          ...(format !== undefined && { formats: [format] }),
        },
      ];
    }),
  );
  return { ...source, columns: source.columns.map((column) => declared.get(column.name) ?? column) };
}

const STORED: Readonly<Record<DeclaredType, ColumnType>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  date: 'timestamp',
  timestamp: 'timestamp',
  category: 'string',
  text: 'string',
};

function castOf(column: SourceColumn, type: DeclaredType, format: string | undefined): Cast {
  const text = writtenText(column);
  if (format === undefined || (type !== 'date' && type !== 'timestamp'))
    return { column, type, text, value: castExpression(column, type, text) };
  // An explicit format may be of two-digit years, and then means what it says.
  const parsed = format.includes('%Y') ? parseForm(text, [format]) : `try_strptime(${text}, ${quoteText(format)})`;
  return { column, type, format, text, value: `CAST(${parsed} AS ${type === 'date' ? 'DATE' : 'TIMESTAMP'})` };
}

/** The value of a column as it is written, or would be. */
export function writtenText({ text, expression, type }: SourceColumn): string {
  return text ?? canonicalText(expression, SQL_TYPE[type]);
}

/** Types as `canonicalText` asks for them: what a reader stores. */
const SQL_TYPE: Readonly<Record<ColumnType, string>> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  string: 'VARCHAR',
};

export function castExpression({ type: from, expression }: SourceColumn, type: DeclaredType, text: string): string {
  switch (type) {
    case 'category':
    case 'text':
      return text;
    case 'number':
      return from === 'boolean' ? `CAST(${expression} AS DOUBLE)` : `TRY_CAST(trim(${text}) AS DOUBLE)`;
    case 'integer':
      if (from === 'boolean') return `CAST(${expression} AS BIGINT)`;
      return wholeNumber(`trim(${text})`);
    case 'boolean':
      if (from === 'boolean') return expression;
      return `CASE WHEN lower(trim(${text})) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(trim(${text})) IN ('false', 'f', 'no', 'n', '0') THEN false END`;
    case 'date':
      return from === 'timestamp' ? `CAST(${expression} AS DATE)` : `TRY_CAST(trim(${text}) AS DATE)`;
    default:
      return from === 'timestamp' ? `CAST(${expression} AS TIMESTAMP)` : `CAST(TRY_CAST(trim(${text}) AS TIMESTAMPTZ) AS TIMESTAMP)`;
  }
}

/** Digits directly, so that 64 bits stay exact; else `12.0` and `1e3`, but never `12.5`. */
function wholeNumber(text: string): string {
  const double = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN regexp_full_match(${text}, '[-+]?[0-9]+') THEN TRY_CAST(${text} AS BIGINT) WHEN ${double} = trunc(${double}) THEN TRY_CAST(${double} AS BIGINT) END`;
}

const WORDS: Readonly<Record<DeclaredType, string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  date: 'a date such as 2024-02-29',
  timestamp: 'a time such as 2024-02-29T13:05:00',
  category: 'a category',
  text: 'a text',
};

function unreadable({ column, type, format }: Cast, count: number, example: string | undefined, label: string): Error {
  const such = example === undefined ? '' : `, such as \`${shortened(example, 40)}\``;
  return problem(
    'bad-column',
    `\`${column.name}\` has the type \`${type}\` in the recipe; ${plural(count, 'value')} in ${label} ${count === 1 ? 'is' : 'are'} not ${format === undefined ? WORDS[type] : `written as \`${format}\``}${such}`,
    'correct the type, or write what stands for a missing value into `null_values`',
  );
}
