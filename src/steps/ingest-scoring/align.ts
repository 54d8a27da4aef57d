/**
 * New data as the columns of a model. The schema that training decided says how each value is read;
 * nothing is inferred. What does not read becomes missing and is counted.
 */
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteText } from '../../data/sql.ts';
import type { ColumnType, Row } from '../../data/table.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { SchemaColumn } from '../data-schema.ts';
import { castExpression, type DeclaredType, writtenText } from '../ingest/declared-types.ts';
import { parseForm } from '../ingest/reading.ts';
import type { Source, SourceColumn } from '../ingest/source.ts';
import { problem } from '../problem.ts';

/** What became of a column. */
export interface AlignedColumn {
  readonly name: string;
  /** `read`: as in training. `passed-on`: training did not have it. `absent`: the model does not need it. */
  readonly fate: 'read' | 'passed-on' | 'absent';
  /** Of training; of the new data where that had none. */
  readonly type: ColumnType;
  /** Values that do not read as the type: how many, and the first in code-unit order. */
  readonly unread?: { readonly count: number; readonly example: string };
}

export interface Aligned {
  readonly source: Source;
  readonly columns: readonly AlignedColumn[];
}

export interface AlignOptions {
  readonly schema: readonly SchemaColumn[];
  /** What the transformer reads. */
  readonly needed: ReadonlySet<string>;
  /** Texts that are missing in a column that is no text. */
  readonly candidates: readonly string[];
  /** What to call the data. */
  readonly label: string;
}

export async function align(engine: DataEngine, found: Source, { schema, needed, candidates, label }: AlignOptions): Promise<Aligned> {
  const names = found.columns.map(({ name }) => name);
  const missing = schema.filter(({ name }) => needed.has(name) && !names.includes(name));
  if (missing.length > 0) throw missingColumns(missing, names, label);
  const known = new Map(schema.map((column) => [column.name, column]));
  const reads = found.columns.flatMap((column) => {
    const wanted = known.get(column.name);
    return wanted === undefined ? [] : [readAs(column, wanted, candidates)];
  });
  const unread = await countUnread(engine, found.relation, reads);
  const byName = new Map(reads.map((read) => [read.name, read]));
  return {
    // The order is that of the new data, so that the scored table looks like them.
    source: {
      ...found,
      columns: found.columns.map((column): SourceColumn => {
        const read = byName.get(column.name);
        return read === undefined ? column : { name: read.name, type: read.type, expression: read.value };
      }),
    },
    columns: [
      ...found.columns.map(({ name, type }): AlignedColumn => {
        const read = byName.get(name);
        if (read === undefined) return { name, fate: 'passed-on', type };
        const wrong = unread.get(name);
        return { name, fate: 'read', type: read.type, ...(wrong !== undefined && { unread: wrong }) };
      }),
      ...schema.filter(({ name }) => !names.includes(name)).map(({ name, type }): AlignedColumn => ({ name, fate: 'absent', type })),
    ],
  };
}

interface Read {
  readonly name: string;
  readonly type: ColumnType;
  /** The value as text, NULL where it is missing, and what is made of it. */
  readonly text: string;
  readonly value: string;
}

const DECLARED: Readonly<Record<string, DeclaredType>> = {
  BIGINT: 'integer',
  DOUBLE: 'number',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  VARCHAR: 'category',
};

function readAs(column: SourceColumn, wanted: SchemaColumn, candidates: readonly string[]): Read {
  const { name, type, sql_type: sqlType, formats } = wanted;
  const written = writtenText(column);
  if (sqlType === 'VARCHAR') return { name, type, text: written, value: written };
  const text = candidates.length === 0 ? written : `CASE WHEN ${written} NOT IN (${list(candidates.map(quoteText))}) THEN ${written} END`;
  const value =
    formats !== undefined && column.type !== 'timestamp'
      ? `CAST(coalesce(${parseForm(`trim(${text})`, formats)}, ${castExpression(column, 'timestamp', text)}) AS ${sqlType})`
      : castExpression(column, DECLARED[sqlType] ?? 'number', text);
  return { name, type, text, value: sqlType === 'DOUBLE' ? `CASE WHEN isfinite(${value}) THEN ${value} END` : value };
}

async function countUnread(
  engine: DataEngine,
  relation: string,
  reads: readonly Read[],
): Promise<ReadonlyMap<string, NonNullable<AlignedColumn['unread']>>> {
  const counted = reads.filter(({ type }) => type !== 'string');
  if (counted.length === 0) return new Map();
  const isLost = ({ text, value }: Read): string => `(${text}) IS NOT NULL AND (${value}) IS NULL`;
  const [row = {} as Row] = await engine.query(
    `SELECT ${list(counted.flatMap((read, index) => [`count(*) FILTER (${isLost(read)}) AS n${index}`, `min(${read.text}) FILTER (${isLost(read)}) AS v${index}`]))} FROM ${relation}`,
  );
  return new Map(
    counted.flatMap(({ name }, index) => {
      const count = Number(row[`n${index}`] ?? 0);
      return count === 0 ? [] : [[name, { count, example: String(row[`v${index}`]) }] as const];
    }),
  );
}

function missingColumns(missing: readonly SchemaColumn[], names: readonly string[], label: string): Error {
  const [first, ...others] = missing.map(({ name }) => name) as [string, ...string[]];
  const near = closest(first, names);
  const what =
    others.length === 0
      ? `column \`${first}\`, which the model needs,`
      : `columns ${listNames([first, ...others])}, which the model needs,`;
  return problem(
    'unknown-column',
    `${what} ${others.length === 0 ? 'is' : 'are'} not in ${label}; the data have ${listNames(names)}`,
    near === undefined ? 'new data need every column that the model learned from' : `did you mean \`${near}\`? Rename it to \`${first}\``,
  );
}
