/**
 * Parquet files as a source. The declared types decide; several files are united by column name.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ColumnInfo, describeColumns, isStorable, storedExpression } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, parquetRelation, quoteIdentifier, quotePath } from '../../data/sql.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { beginning } from '../../schema/shortened.ts';
import { problem } from '../problem.ts';
import { KIND_BYTES, refuseForeign } from './file-kind.ts';
import { refuseTooMany } from './most-columns.ts';
import { type DataFile, engineMessage, type FileShape, type Source, type SourceColumn } from './source.ts';

export async function parquetSource(engine: DataEngine, files: readonly DataFile[]): Promise<Source> {
  const shapes: FileShape[] = [];
  for (const file of files) {
    checkMagic(file);
    try {
      // Names as they are: in a query the engine renames those that differ in case only.
      const names = await engine.query(
        `SELECT name FROM (SELECT name, row_number() OVER () AS i FROM parquet_schema(${quotePath(file.path)})) WHERE i > 1`,
      );
      const columns = await describeColumns(engine, parquetRelation(file.path));
      refuseTooMany(file.label, columns.length);
      refuseSameNames(
        file,
        names.map((row) => String(row['name'])),
        columns.map(({ name }) => name),
      );
      shapes.push({ label: file.label, columns });
    } catch (error) {
      if (error instanceof DiagnosticError) throw error;
      throw damaged(error, [file]);
    }
  }
  try {
    const source = await typedSource(
      engine,
      files.map(({ path }) => parquetRelation(path)),
    );
    return { ...source, shapes };
  } catch (error) {
    throw damaged(error, files);
  }
}

function damaged(error: unknown, files: readonly DataFile[]): Error {
  const message = engineMessage(error, files);
  const label = files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`;
  return problem('bad-data-file', `${label}: ${message}`, /encrypted/u.test(message) ? 'decrypt it first' : 'copy or download it again');
}

/** A Parquet file begins and ends with four letters; a copy that was cut off lacks the last ones. */
function checkMagic(file: DataFile): void {
  const descriptor = openSync(file.path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const head = Buffer.alloc(Math.min(size, KIND_BYTES));
    readSync(descriptor, head, 0, head.length, 0);
    if (size === 0) throw problem('empty-data', `${file.label} is empty`);
    refuseForeign(file, head, 'parquet');
    const begins = head.toString('latin1', 0, 4);
    // PARE: encrypted, of which the engine says what it needs.
    if (begins !== 'PAR1' && begins !== 'PARE') {
      const line = head.toString('latin1').split(/[\r\n]/u)[0] ?? '';
      const start = /^[ -~]+$/u.test(line) ? `: it begins with \`${beginning(line, 20)}\`` : '';
      throw problem('bad-data-file', `${file.label} is no Parquet file${start}`, 'name its format: `using: csv` or `using: json`');
    }
    const tail = Buffer.alloc(4);
    readSync(descriptor, tail, 0, 4, Math.max(size - 4, 0));
    if (size < 12 || !/^PAR[1E]$/u.test(tail.toString('latin1')))
      throw problem('bad-data-file', `${file.label} is cut off: the end of the Parquet file is missing`, 'copy or download it again');
  } finally {
    closeSync(descriptor);
  }
}

/** `described` are the names that the engine made of the columns, some of which stand in `names` among those of nested fields. */
function refuseSameNames(file: DataFile, names: readonly string[], described: readonly string[]): void {
  const renamed = described.find((name) => !names.includes(name));
  if (renamed === undefined) return;
  const seen = new Map<string, string>();
  for (const name of names) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined && renamed.toLowerCase().startsWith(name.toLowerCase())) {
      const what = first === name ? `two columns are named \`${name}\`` : `columns \`${first}\` and \`${name}\` differ in case only`;
      throw problem('bad-data-file', `${file.label}: ${what}`, 'rename one of them');
    }
    seen.set(name.toLowerCase(), name);
  }
}

/** Relations with declared types, one below the other. */
export async function typedSource(engine: DataEngine, relations: readonly string[]): Promise<Source> {
  const relation =
    relations.length === 1 ? (relations[0] as string) : `(${relations.map((one) => `SELECT * FROM ${one}`).join(' UNION ALL BY NAME ')})`;
  const described = await describeColumns(engine, relation);
  const infinite = await countInfinite(engine, relation, described);
  const columns = described.map((column): SourceColumn => {
    const { name, type, sqlType } = column;
    return { name, type: isHuge(sqlType) ? 'number' : type, expression: storedExpression(column), infinite: infinite.get(name) ?? 0 };
  });
  return { relation, columns, skippedLines: 0 };
}

/** Numbers and dates that have no stored value, by column. */
async function countInfinite(engine: DataEngine, relation: string, columns: readonly ColumnInfo[]): Promise<ReadonlyMap<string, number>> {
  const counted = columns.flatMap((column) => {
    if (column.type === 'timestamp') return [{ name: column.name, condition: `NOT ${isStorable(column)}` }];
    const isFloating = column.sqlType === 'FLOAT' || column.sqlType === 'DOUBLE';
    return isFloating ? [{ name: column.name, condition: `isinf(${quoteIdentifier(column.name)})` }] : [];
  });
  if (counted.length === 0) return new Map();
  const [row] = await engine.query(
    `SELECT ${list(counted.map(({ condition }, index) => `count(*) FILTER (${condition}) AS c${index}`))} FROM ${relation}`,
  );
  return new Map(counted.map(({ name }, index) => [name, Number(row?.[`c${index}`] ?? 0)]));
}

/** Integers beyond 64 bits are stored as DOUBLE. */
function isHuge(sqlType: string): boolean {
  return /^U?HUGEINT$|^UBIGINT$/u.test(sqlType);
}
