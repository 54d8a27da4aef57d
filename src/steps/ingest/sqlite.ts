/**
 * A table or query of an SQLite file as a source. SQLite keeps a type with every value and not with the column,
 * so that a first pass decides: whole numbers, numbers, true or false where it is declared so, else text.
 */
import { existsSync, statSync } from 'node:fs';
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier, quoteText } from '../../data/sql.ts';
import { Table } from '../../data/table.ts';
import { unrepeatable } from '../../data/unrepeatable.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { problem, StepProblems } from '../problem.ts';
import { loadedTable } from './custom.ts';
import type { SqliteParams } from './params.ts';
import { typedSource } from './parquet.ts';
import type { DataFile, FileShape, Source } from './source.ts';
import { inferTextTypes } from './text-types.ts';

/** Rows that are in JavaScript at once. */
const BATCH = 20_000;
const BATCH_TABLE = '__mlrecipe_sqlite_batch';

interface Statement {
  all(values: readonly never[]): readonly Readonly<Record<string, unknown>>[];
  raw(isRaw: boolean): Statement;
  iterate(values: readonly never[]): Iterable<readonly unknown[]>;
  columns(): readonly { readonly name: string; readonly type: string | null }[];
}

interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

interface SqliteColumn {
  readonly name: string;
  readonly type: 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR';
  /** What is selected, so that no digit is lost on the way. */
  readonly select: string;
}

export async function sqliteSource(engine: DataEngine, files: readonly DataFile[], params: SqliteParams): Promise<Source> {
  const shapes: FileShape[] = [];
  for (const [index, file] of files.entries()) {
    const database = await openFile(file);
    try {
      const columns = await copyRows(engine, database, file, params, loadedTable(index));
      shapes.push({ label: file.label, columns: columns.map(({ name }) => ({ name })) });
    } finally {
      database.close();
      await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(BATCH_TABLE)}`);
    }
  }
  const source = await typedSource(
    engine,
    files.map((_, index) => quoteIdentifier(loadedTable(index))),
  );
  // SQLite has no type for dates: people write them as text.
  const texts = source.columns.filter(({ type }) => type === 'string').map(({ name }) => ({ name, value: quoteIdentifier(name) }));
  const dates = new Map(
    (await inferTextTypes(engine, source.relation, texts, { numbers: false, candidates: [] })).map((column) => [column.name, column]),
  );
  return { ...source, shapes, columns: source.columns.map((column) => dates.get(column.name) ?? column) };
}

async function openFile({ path, label }: DataFile): Promise<Database> {
  // The key of the step is the digest of the file, which lacks what lies in its log.
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)
    throw problem(
      'bad-data-file',
      `${label} has changes that are not in the file yet, but in \`${label}-wal\``,
      'end the programs that write to it, or run `PRAGMA wal_checkpoint(TRUNCATE)` in it',
    );
  const { default: Sqlite } = (await import('libsql')) as unknown as { readonly default: new (path: string, options: object) => Database };
  try {
    const database = new Sqlite(path, { readonly: true });
    database.exec('PRAGMA query_only = 1');
    database.prepare('SELECT count(*) FROM sqlite_master').all([]);
    return database;
  } catch (error) {
    throw problem('bad-data-file', `${label} is no SQLite file that can be read: ${(error as Error).message}`);
  }
}

async function copyRows(
  engine: DataEngine,
  database: Database,
  file: DataFile,
  params: SqliteParams,
  into: string,
): Promise<readonly SqliteColumn[]> {
  const from = relationOf(database, file, params);
  const columns = attempt(() => columnsOf(database, from, file));
  const target = quoteIdentifier(into);
  await engine.execute(
    `CREATE OR REPLACE TEMP TABLE ${target} (${list(columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`))})`,
  );
  const statement = database.prepare(`SELECT ${list(columns.map(({ select }) => select))} FROM ${from}`).raw(true);
  let batch: unknown[][] = columns.map(() => []);
  const flush = async (): Promise<void> => {
    if (batch[0]?.length === 0) return;
    await engine.load(Table.fromColumns(Object.fromEntries(batch.map((values, index) => [`c${index}`, values]))), BATCH_TABLE);
    const cast = columns.map(({ type }, index) => `CAST(c${index} AS ${type})`);
    await engine.execute(`INSERT INTO ${target} SELECT ${list(cast)} FROM ${quoteIdentifier(BATCH_TABLE)}`);
    batch = columns.map(() => []);
  };
  for (const row of statement.iterate([])) {
    for (const [index, value] of row.entries()) batch[index]?.push(value);
    if ((batch[0]?.length ?? 0) >= BATCH) await flush();
  }
  await flush();
  return columns;
}

/** What may stand after FROM. */
function relationOf(database: Database, { label }: DataFile, { table, sql }: SqliteParams): string {
  if (sql !== undefined) {
    const told = unrepeatable(sql);
    const isMoment = /'now'/iu.test(sql);
    if (told !== undefined || isMoment)
      throw mistake(
        `\`${told?.fault.message ?? "'now'"}\` gives another result each time, and a result that is kept must not`,
        'write the value',
      );
    if (!/^\s*(?:select|with|values)\b/iu.test(sql)) throw mistake('the query has to begin with `SELECT` or `WITH`');
    return `(${sql.replace(/;\s*$/u, '')})`;
  }
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
    .all([])
    .map((row) => String(row['name']));
  const wanted = table ?? (names.length === 1 ? names[0] : undefined);
  const found = names.find((name) => name.toLowerCase() === wanted?.toLowerCase());
  if (found !== undefined) return quoteIdentifier(found);
  const near = wanted === undefined ? undefined : closest(wanted, names);
  const known = names.length === 0 ? `${label} has no tables` : `its tables are ${listNames(names, 8)}`;
  throw new StepProblems(
    [
      {
        code: 'bad-value',
        message:
          wanted === undefined
            ? `${label} has ${names.length} tables, and \`table\` does not say which`
            : `${label} has no table \`${wanted}\``,
        label: known,
        ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
        place: { path: table === undefined ? ['using'] : ['table'], at: 'value' },
      },
    ],
    'no such table',
  );
}

function columnsOf(database: Database, from: string, { label }: DataFile): readonly SqliteColumn[] {
  const declared = database.prepare(`SELECT * FROM ${from}`).columns();
  const lower = declared.map(({ name }) => name.toLowerCase());
  const twice = declared.find(({ name }, index) => lower.indexOf(name.toLowerCase()) !== index);
  if (twice !== undefined) throw mistake(`two columns of ${label} are named \`${twice.name}\``, 'name them in the query, with `AS`');
  const counts = declared.flatMap(({ name }, index) => {
    const column = quoteIdentifier(name);
    const ofType = (...types: readonly string[]): string => `sum(typeof(${column}) IN (${list(types.map(quoteText))}))`;
    return [
      `count(${column}) AS n${index}`,
      `${ofType('integer')} AS i${index}`,
      `${ofType('integer', 'real')} AS r${index}`,
      `${ofType('blob')} AS b${index}`,
      // Beyond 2^53 a number of JavaScript loses digits.
      `sum(typeof(${column}) = 'integer' AND abs(${column} / 2) > 4503599627370495) AS l${index}`,
      `sum(typeof(${column}) = 'integer' AND ${column} NOT IN (0, 1)) AS o${index}`,
    ];
  });
  const [found = {}] = database.prepare(`SELECT ${list(counts)} FROM ${from}`).all([]);
  return declared.map(({ name, type }, index): SqliteColumn => {
    const count = (letter: string): number => Number(found[`${letter}${index}`] ?? 0);
    const column = quoteIdentifier(name);
    const present = count('n');
    if (count('b') > 0)
      throw problem('bad-column', `column \`${name}\` of ${label} holds bytes (BLOB)`, 'leave it out with `sql: select …`');
    if (present > 0 && count('i') === present) {
      if (/^bool/iu.test(type ?? '') && count('o') === 0) return { name, type: 'BOOLEAN', select: column };
      return { name, type: 'BIGINT', select: count('l') > 0 ? `CAST(${column} AS TEXT)` : column };
    }
    return present > 0 && count('r') === present
      ? { name, type: 'DOUBLE', select: `CAST(${column} AS REAL)` }
      : { name, type: 'VARCHAR', select: `CAST(${column} AS TEXT)` };
  });
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE'))
      throw mistake(`SQLite refuses the query: ${error.message}`);
    throw error;
  }
}

function mistake(message: string, hint?: string): StepProblems {
  const place = { path: ['sql'], at: 'value' as const };
  return new StepProblems([{ code: 'bad-query', message, ...(hint !== undefined && { hint }), place }], message);
}
