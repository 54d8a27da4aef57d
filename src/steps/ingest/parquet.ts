/**
 * Parquet files as a source. The declared types decide; several files are united by column name.
 */
import { type ColumnInfo, describeColumns, storedExpression } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { problem } from '../problem.ts';
import { type DataFile, engineMessage, type Source, type SourceColumn } from './source.ts';

export async function parquetSource(engine: DataEngine, files: readonly DataFile[]): Promise<Source> {
  for (const file of files) {
    try {
      await engine.query(`SELECT 1 FROM ${parquetRelation(file.path)} LIMIT 0`);
    } catch (error) {
      throw problem('bad-data-file', `${file.label}: ${engineMessage(error, files)}`);
    }
  }
  return typedSource(
    engine,
    files.map(({ path }) => parquetRelation(path)),
  );
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

async function countInfinite(engine: DataEngine, relation: string, columns: readonly ColumnInfo[]): Promise<ReadonlyMap<string, number>> {
  const floating = columns.filter(({ sqlType }) => sqlType === 'FLOAT' || sqlType === 'DOUBLE');
  if (floating.length === 0) return new Map();
  const [row] = await engine.query(
    `SELECT ${list(floating.map(({ name }, index) => `count(*) FILTER (isinf(${quoteIdentifier(name)})) AS c${index}`))} FROM ${relation}`,
  );
  return new Map(floating.map(({ name }, index) => [name, Number(row?.[`c${index}`] ?? 0)]));
}

/** Integers beyond 64 bits are stored as DOUBLE. */
function isHuge(sqlType: string): boolean {
  return /^U?HUGEINT$|^UBIGINT$/u.test(sqlType);
}
