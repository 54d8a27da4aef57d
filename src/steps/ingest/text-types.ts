/**
 * The type of a text column, by a rule over all of its values. A column has the narrowest type
 * that every present value fits:
 *
 * - boolean: `true` and `false` in any case;
 * - integer: whole numbers of at most 64 bits in their plain form, `-12`;
 * - number: anything that reads as a decimal number, `1e-3` and `inf` included;
 * - date: `2024-02-29`; timestamp: a date with a time, `2024-02-29T13:05:00+01:00`, kept in UTC;
 * - else text. One value with a leading zero, `007`, makes a column text: it is a code.
 */
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import type { SourceColumn } from './source.ts';

type NarrowType = 'boolean' | 'integer' | 'number' | 'date' | 'timestamp';

const ORDER: readonly NarrowType[] = ['boolean', 'integer', 'number', 'date', 'timestamp'];
/** Rows that are tested for every type first, because one value is enough to rule a type out. */
const SAMPLE_ROWS = 1000;

/** Planning takes time with the square of their number: 300 columns at once took 12 s, in pieces 2. */
const MOST_COUNTS = 200;

/** `value` is an SQL expression of type VARCHAR. */
export interface TextColumn {
  readonly name: string;
  readonly value: string;
}

export async function inferTextTypes(
  engine: DataEngine,
  relation: string,
  columns: readonly TextColumn[],
  types: readonly NarrowType[] = ORDER,
): Promise<readonly SourceColumn[]> {
  if (columns.length === 0) return [];
  const everything = columns.map(() => types);
  const sample = await countFits(engine, `(SELECT * FROM ${relation} LIMIT ${SAMPLE_ROWS})`, columns, everything);
  // A sample without values rules nothing out; a whole column without values is text.
  const possible = columns.map((_, index) => (sample[`n${index}`] === 0 ? types : fitting(sample, index, types)));
  const all = await countFits(engine, relation, columns, possible);
  return columns.map((column, index) => {
    const fits = all[`n${index}`] === 0 ? [] : fitting(all, index, possible[index] ?? []);
    return { ...sourceColumn(column, fits[0] ?? 'string', Number(all[`infinite${index}`] ?? 0)), text: column.value };
  });
}

/** For each column how many values are present, and how many of them fit each of the asked types. */
async function countFits(
  engine: DataEngine,
  relation: string,
  columns: readonly TextColumn[],
  asked: readonly (readonly NarrowType[])[],
): Promise<Row> {
  const counts = columns.flatMap(({ value }, index) => {
    const types = asked[index] ?? [];
    if (types.length === 0) return [];
    const infinite = types.includes('number') ? [`count(*) FILTER (isinf(TRY_CAST(${value} AS DOUBLE))) AS infinite${index}`] : [];
    return [
      `count(${value}) AS n${index}`,
      ...types.map((type) => `count(*) FILTER (${test(type, value)}) AS ${type}${index}`),
      ...infinite,
    ];
  });
  // A file of texts alone is still read to its end, so that a bad line is found here.
  if (counts.length === 0) return (await engine.query(`SELECT count(*) AS rows FROM ${relation}`))[0] ?? {};
  const found: Record<string, Row[string]> = {};
  for (let from = 0; from < counts.length; from += MOST_COUNTS)
    Object.assign(found, (await engine.query(`SELECT ${list(counts.slice(from, from + MOST_COUNTS))} FROM ${relation}`))[0]);
  return found;
}

function fitting(counts: Row, index: number, types: readonly NarrowType[]): readonly NarrowType[] {
  return types.filter((type) => counts[`${type}${index}`] === counts[`n${index}`]);
}

function test(type: NarrowType, value: string): string {
  switch (type) {
    case 'boolean':
      return `lower(${value}) IN ('true', 'false')`;
    case 'integer':
      return `CAST(TRY_CAST(${value} AS BIGINT) AS VARCHAR) = ${value}`;
    case 'number':
      // `:` follows `9`, so the ranges hold what begins with a zero and a further digit.
      return `TRY_CAST(${value} AS DOUBLE) IS NOT NULL AND NOT contains(${value}, '_') AND NOT (${value} >= '00' AND ${value} < '0:') AND NOT (${value} >= '-00' AND ${value} < '-0:')`;
    case 'date':
      return `length(${value}) = 10 AND TRY_CAST(${value} AS DATE) IS NOT NULL`;
    default:
      return `length(${value}) >= 10 AND TRY_CAST(${value} AS TIMESTAMPTZ) IS NOT NULL`;
  }
}

function sourceColumn({ name, value }: TextColumn, type: NarrowType | 'string', infinite: number): SourceColumn {
  switch (type) {
    case 'boolean':
      return { name, type: 'boolean', expression: `lower(${value}) = 'true'` };
    case 'integer':
      return { name, type: 'integer', expression: `CAST(${value} AS BIGINT)` };
    case 'number':
      return { ...numberColumn(name, `CAST(${value} AS DOUBLE)`), infinite };
    case 'date':
      return { name, type: 'timestamp', expression: `CAST(${value} AS DATE)` };
    case 'timestamp':
      return { name, type: 'timestamp', expression: `CAST(CAST(${value} AS TIMESTAMPTZ) AS TIMESTAMP)` };
    default:
      return { name, type: 'string', expression: value };
  }
}

/** A column of doubles: NaN and the infinities are stored as missing. */
export function numberColumn(name: string, value: string): SourceColumn {
  return { name, type: 'number', expression: `CASE WHEN isfinite(${value}) THEN ${value} END` };
}

export function textColumn(name: string): TextColumn {
  return { name, value: quoteIdentifier(name) };
}
