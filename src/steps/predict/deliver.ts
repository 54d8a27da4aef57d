/** The scored table at the place that the recipe names: there is always the old file or the new one, whole. */
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier, quotePath, quoteText } from '../../data/sql.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { firstRecord, readHead } from '../ingest/csv-header.ts';
import { problem } from '../problem.ts';
import type { Delivered, ScoredOutput } from './params.ts';

/** Before anything is computed: whether the table may be written there. */
export function checkPlace({ location, save_mode: mode }: ScoredOutput): void {
  const there = statSync(resolve(location), { throwIfNoEntry: false });
  if (there?.isDirectory() === true)
    throw problem(
      'bad-value',
      `\`${location}\` is a folder, and the scored table is one file`,
      `name a file in it: \`location: ${location.replace(/\/+$/u, '')}/scored.parquet\``,
    );
  if (there !== undefined && ['default', 'error', 'errorifexists'].includes(mode))
    throw problem(
      'output-exists',
      `\`${location}\` exists, and \`save_mode: ${mode}\` does not replace it`,
      'remove the file, write `save_mode: overwrite` or `append`, or choose another location',
    );
}

/** `scored` is the Parquet file to deliver. */
export async function deliver(engine: DataEngine, scored: string, output: ScoredOutput): Promise<Delivered> {
  const target = resolve(output.location);
  const there = statSync(target, { throwIfNoEntry: false });
  if (there !== undefined && output.save_mode === 'ignore') return delivered(output, target, false);
  const isAppended = there !== undefined && output.save_mode === 'append';
  const draft = `${target}.${process.pid}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    if (output.using === 'csv') await writeCsv(engine, scored, draft, isAppended ? target : undefined, output);
    else if (isAppended) await engine.execute(copyToParquet(await joined(engine, parquetRelation(target), scored, output), draft));
    else copyFileSync(scored, draft);
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
  return delivered(output, target, true);
}

function delivered({ location, save_mode: mode }: ScoredOutput, target: string, isWritten: boolean): Delivered {
  const { size, mtimeMs } = statSync(target);
  return { location, isWritten, isAppended: mode === 'append', sizeBytes: size, modifiedMs: Math.floor(mtimeMs) };
}

/** The rows that are there, then the new ones, in the order of the columns that are there. */
async function joined(engine: DataEngine, before: string, scored: string, { location }: ScoredOutput): Promise<string> {
  const old = (await describeColumns(engine, before)).map(({ name }) => name);
  const added = (await describeColumns(engine, parquetRelation(scored))).map(({ name }) => name);
  requireSame(old, added, location);
  const columns = list(old.map(quoteIdentifier));
  return `SELECT ${columns} FROM ${before} UNION ALL SELECT ${columns} FROM ${parquetRelation(scored)}`;
}

async function writeCsv(
  engine: DataEngine,
  scored: string,
  draft: string,
  before: string | undefined,
  output: ScoredOutput,
): Promise<void> {
  const options = '(FORMAT csv, HEADER true)';
  if (before === undefined) {
    await engine.execute(`COPY (SELECT * FROM ${parquetRelation(scored)}) TO ${quoteText(draft)} ${options}`);
    return;
  }
  const old = firstRecord(readHead({ path: before, label: output.location }).text.replace(/^\uFEFF/u, ''), ',') ?? [];
  const added = (await describeColumns(engine, parquetRelation(scored))).map(({ name }) => name);
  requireSame(old, added, output.location);
  // As texts, so that what is there stays as it was written.
  const types = list(old.map((name) => `${quoteText(name)}: 'VARCHAR'`));
  const texts = `read_csv(${quotePath(before)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${types}})`;
  const columns = list(old.map((name) => `CAST(${quoteIdentifier(name)} AS VARCHAR) AS ${quoteIdentifier(name)}`));
  const rows = `SELECT * FROM ${texts} UNION ALL SELECT ${columns} FROM ${parquetRelation(scored)}`;
  await engine.execute(`COPY (${rows}) TO ${quoteText(draft)} ${options}`);
}

function requireSame(old: readonly string[], added: readonly string[], location: string): void {
  const [missing, extra] = [old.filter((name) => !added.includes(name)), added.filter((name) => !old.includes(name))];
  if (missing.length === 0 && extra.length === 0) return;
  const differ = [
    ...(missing.length > 0 ? [`it has ${listNames(missing)}, which the scored rows have not`] : []),
    ...(extra.length > 0 ? [`it has no ${listNames(extra)}`] : []),
  ];
  throw problem(
    'bad-column',
    `the scored rows cannot be appended to \`${location}\`: ${differ.join(', and ')}`,
    'choose another location, or `save_mode: overwrite`',
  );
}
