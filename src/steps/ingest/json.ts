/**
 * JSON files as a source: an array of records, or one record a line. A column has a type when all
 * its values agree; whole and fractional numbers agree on numbers, anything else becomes text.
 */

import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier, quotePath } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import { beginning } from '../../schema/shortened.ts';
import { problem } from '../problem.ts';
import { readHead } from './csv-header.ts';
import { type DataFile, engineMessage, type Source, type SourceColumn } from './source.ts';
import { inferTextTypes, numberColumn } from './text-types.ts';

export async function jsonSource(engine: DataEngine, files: readonly DataFile[]): Promise<Source> {
  for (const file of files) checkRecords(file);
  const relation = jsonRelation(files);
  try {
    const names = (await engine.query(`DESCRIBE SELECT * FROM ${relation}`)).map((row) => String(row['column_name']));
    const kinds = await valueKinds(engine, relation, names);
    const texts = names.filter((_, index) => kinds[index] === 'text').map((name) => ({ name, value: textOf(name) }));
    const dates = new Map(
      (await inferTextTypes(engine, relation, texts, { numbers: false, candidates: [] })).map((column) => [column.name, column]),
    );
    const columns = names.map((name, index) => ({
      ...(dates.get(name) ?? typedColumn(name, kinds[index] ?? 'mixed')),
      text: textOf(name),
    }));
    return { relation, columns, skippedLines: 0 };
  } catch (error) {
    throw malformed(error, files);
  }
}

/** What may stand after FROM; every value is JSON. */
export function jsonRelation(files: readonly DataFile[]): string {
  return unionByName(files.map(scan));
}

type Kind = 'boolean' | 'integer' | 'number' | 'text' | 'mixed';

/** Cheap look at the beginning: what is no list of records gets a message of its own. */
function checkRecords(file: DataFile): void {
  const { text } = readHead(file, 64 * 1024);
  const start = text.replace(/^\uFEFF/u, '').trimStart();
  if (start === '' || /^\[\s*\]\s*$/u.test(start)) throw problem('empty-data', `${file.label} is empty`);
  if (!/^(?:\[\s*)?\{/u.test(start)) {
    throw problem(
      'bad-data-file',
      `${file.label} holds no records: it begins with \`${beginning(start, 20)}\``,
      'write an array of objects, or one object a line',
    );
  }
}

function scan({ path }: DataFile): string {
  // Depth 1 leaves every value as JSON, so that no guess from a sample decides a type.
  return `read_json(${quotePath(path)}, format = 'auto', maximum_depth = 1, sample_size = -1, hive_partitioning = false, maximum_object_size = 268435456)`;
}

function unionByName(scans: readonly string[]): string {
  return scans.length === 1 ? (scans[0] as string) : `(${scans.map((one) => `SELECT * FROM ${one}`).join(' UNION ALL BY NAME ')})`;
}

function textOf(name: string): string {
  return `(${quoteIdentifier(name)} ->> '$')`;
}

async function valueKinds(engine: DataEngine, relation: string, names: readonly string[]): Promise<readonly Kind[]> {
  const counts = names.flatMap((name, index) => {
    const type = `json_type(${quoteIdentifier(name)})`;
    return [
      `count(*) FILTER (${type} <> 'NULL') AS n${index}`,
      `count(*) FILTER (${type} = 'BOOLEAN') AS b${index}`,
      `count(*) FILTER (${type} IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT') AND TRY_CAST(${textOf(name)} AS BIGINT) IS NOT NULL) AS i${index}`,
      `count(*) FILTER (${type} IN ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')) AS f${index}`,
      `count(*) FILTER (${type} = 'VARCHAR') AS t${index}`,
    ];
  });
  const [row = {} as Row] = await engine.query(`SELECT ${list(counts)} FROM ${relation}`);
  return names.map((_, index): Kind => {
    const present = row[`n${index}`];
    if (present === 0) return 'mixed';
    if (row[`b${index}`] === present) return 'boolean';
    if (row[`i${index}`] === present) return 'integer';
    if (row[`f${index}`] === present) return 'number';
    return row[`t${index}`] === present ? 'text' : 'mixed';
  });
}

function typedColumn(name: string, kind: Kind): SourceColumn {
  const value = textOf(name);
  switch (kind) {
    case 'boolean':
      return { name, type: 'boolean', expression: `CAST(${value} AS BOOLEAN)` };
    case 'integer':
      return { name, type: 'integer', expression: `CAST(${value} AS BIGINT)` };
    case 'number':
      return numberColumn(name, `CAST(${value} AS DOUBLE)`);
    default:
      return { name, type: 'string', expression: value };
  }
}

function malformed(error: unknown, files: readonly DataFile[]): Error {
  const message = engineMessage(error, files);
  const place = /Malformed JSON in file "(.*)", at byte (\d+) in (line|record\/value) (\d+): (.*?)\.?\s*$/u.exec(message);
  if (place === null)
    return problem('bad-data-file', `${files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`}: ${message}`);
  const [, label, byte, unit, number, what] = place;
  const where = unit === 'line' ? `${label}:${number}` : `${label}: record ${number}`;
  return problem('bad-data-file', `${where}: not valid JSON at byte ${byte}: ${what}`);
}
