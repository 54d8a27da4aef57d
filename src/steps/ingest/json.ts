/**
 * JSON files as a source: an array of records, or one record a line. A column has a type when all
 * its values agree; whole and fractional numbers agree on numbers, anything else becomes text.
 */

import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { checkPacked } from './gzip-check.ts';
import { malformed, notRecords, refuseColumns, refuseRenamed } from './json-faults.ts';
import { jsonScan } from './json-scan.ts';
import { refuseTooMany } from './most-columns.ts';
import type { DataFile, FileShape, Source, SourceColumn } from './source.ts';
import { inferTextTypes, numberColumn } from './text-types.ts';

export async function jsonSource(engine: DataEngine, files: readonly DataFile[]): Promise<Source> {
  await checkPacked(files);
  const scans = files.map(jsonScan);
  const relation = unionByName(scans.map(({ records }) => records));
  try {
    const names = (await engine.query(`DESCRIBE SELECT * FROM ${relation}`)).map((row) => String(row['column_name']));
    refuseTooMany(files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`, names.length);
    await refuseRenamed(engine, scans, names);
    const kinds = await valueKinds(engine, relation, names);
    if (kinds.every(({ kind }) => kind === 'mixed')) await refuseColumns(engine, relation, names, files);
    const texts = names.filter((_, index) => kinds[index]?.kind === 'text').map((name) => ({ name, value: textOf(name) }));
    const dates = new Map(
      (await inferTextTypes(engine, relation, texts, { numbers: false, candidates: [] })).map((column) => [column.name, column]),
    );
    const columns = names.map((name, index) => ({
      ...(dates.get(name) ?? typedColumn(name, kinds[index] ?? { kind: 'mixed', infinite: 0 })),
      text: textOf(name),
    }));
    return { relation, columns, skippedLines: 0, ...(files.length > 1 && { shapes: await shapesOf(engine, files) }) };
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    if (/expected records/u.test(String(error))) throw await notRecords(engine, scans, error);
    throw malformed(error, files);
  }
}

/** Which names the records of each file have; a value that a record leaves out is no drift. */
async function shapesOf(engine: DataEngine, files: readonly DataFile[]): Promise<readonly FileShape[]> {
  const shapes: FileShape[] = [];
  for (const file of files) {
    const described = await engine.query(`DESCRIBE SELECT * FROM ${jsonRelation([file])}`);
    shapes.push({ label: file.label, columns: described.map((row) => ({ name: String(row['column_name']) })) });
  }
  return shapes;
}

/** What may stand after FROM; every value is JSON. */
export function jsonRelation(files: readonly DataFile[]): string {
  return unionByName(files.map((file) => jsonScan(file).records));
}

type Kind = 'boolean' | 'integer' | 'number' | 'text' | 'mixed';

function unionByName(scans: readonly string[]): string {
  return scans.length === 1 ? (scans[0] as string) : `(${scans.map((one) => `SELECT * FROM ${one}`).join(' UNION ALL BY NAME ')})`;
}

function textOf(name: string): string {
  return `(${quoteIdentifier(name)} ->> '$')`;
}

/** Columns that one statement counts: the engine plans one of hundreds in the square of their number. */
const PIECE = 50;

interface Values {
  readonly kind: Kind;
  /** Numbers that are too large for a double. */
  readonly infinite: number;
}

async function valueKinds(engine: DataEngine, relation: string, names: readonly string[]): Promise<readonly Values[]> {
  const found: Values[] = [];
  for (let start = 0; start < names.length; start += PIECE)
    found.push(...(await kindsOf(engine, relation, names.slice(start, start + PIECE))));
  return found;
}

async function kindsOf(engine: DataEngine, relation: string, names: readonly string[]): Promise<readonly Values[]> {
  const counts = names.flatMap((name, index) => {
    const type = `json_type(${quoteIdentifier(name)})`;
    return [
      `count(*) FILTER (${type} <> 'NULL') AS n${index}`,
      `count(*) FILTER (${type} = 'BOOLEAN') AS b${index}`,
      `count(*) FILTER (${type} IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT') AND TRY_CAST(${textOf(name)} AS BIGINT) IS NOT NULL) AS i${index}`,
      `count(*) FILTER (${type} IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')) AS f${index}`,
      `count(*) FILTER (${type} = 'VARCHAR') AS t${index}`,
      `count(*) FILTER (${type} = 'DOUBLE' AND isinf(TRY_CAST(${textOf(name)} AS DOUBLE))) AS e${index}`,
    ];
  });
  const [row = {} as Row] = await engine.query(`SELECT ${list(counts)} FROM ${relation}`);
  const kindOf = (index: number): Kind => {
    const present = row[`n${index}`];
    if (present === 0) return 'mixed';
    if (row[`b${index}`] === present) return 'boolean';
    if (row[`i${index}`] === present) return 'integer';
    if (row[`f${index}`] === present) return 'number';
    return row[`t${index}`] === present ? 'text' : 'mixed';
  };
  return names.map((_, index) => ({ kind: kindOf(index), infinite: Number(row[`e${index}`] ?? 0) }));
}

function typedColumn(name: string, { kind, infinite }: Values): SourceColumn {
  const value = textOf(name);
  switch (kind) {
    case 'boolean':
      return { name, type: 'boolean', expression: `CAST(${value} AS BOOLEAN)` };
    case 'integer':
      return { name, type: 'integer', expression: `CAST(${value} AS BIGINT)` };
    case 'number':
      return { ...numberColumn(name, `CAST(${value} AS DOUBLE)`), infinite };
    default:
      return { name, type: 'string', expression: value };
  }
}
