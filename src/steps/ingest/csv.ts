/**
 * CSV files as a source. The engine is told everything and guesses nothing; types come from
 * `text-types.ts`. Files may differ in the order and set of their columns: they are united by name.
 */

import type { DataEngine } from '../../data/engine.ts';
import { list, quotePath, quoteText } from '../../data/sql.ts';
import { shortened } from '../../schema/shortened.ts';
import { problem } from '../problem.ts';
import { formatCount } from '../wording.ts';
import { columnNames, readHead } from './csv-header.ts';
import { checkPacked } from './gzip-check.ts';
import { refuseTooMany } from './most-columns.ts';
import { type CsvParams, DEFAULT_NULL_VALUES } from './params.ts';
import { type DataFile, engineMessage, type FileShape, type Source } from './source.ts';
import { inferTextTypes, NULL_CANDIDATES, textColumn } from './text-types.ts';

/** Neighbouring files with the same header and packing: one scan reads them. */
interface Group {
  readonly names: readonly string[];
  readonly isGzip: boolean;
  readonly files: DataFile[];
}

/** The files as texts: what the header says, and nothing of types. */
export interface CsvTexts {
  readonly files: readonly DataFile[];
  readonly params: CsvParams;
  readonly groups: readonly Group[];
  readonly names: readonly string[];
}

/** Files that are packed are looked through first; everything that reads them goes on from here. */
export async function openCsv(files: readonly DataFile[], params: CsvParams): Promise<CsvTexts> {
  await checkPacked(files);
  return csvTexts(files, params);
}

/** Of files that were looked through before. */
export function csvTexts(files: readonly DataFile[], params: CsvParams): CsvTexts {
  const groups = groupByHeader(files, params);
  const names = [...new Set(groups.flatMap((group) => group.names))];
  refuseTooMany(namesOf(files), names.length);
  return { files, params, groups, names };
}

/** What may stand after FROM; texts in `nulls` are missing. */
export function textRelation({ groups, params }: CsvTexts, nulls: readonly string[] = nullTexts(params)): string {
  return unionByName(groups.map((group) => scan(group, params, { nulls, ignoreErrors: params.bad_lines === 'skip' })));
}

export function nullTexts(params: CsvParams): readonly string[] {
  return params.null_values ?? DEFAULT_NULL_VALUES;
}

/** Without a word of the recipe about missing values some texts are looked at twice. */
export function nullCandidates(params: CsvParams): readonly string[] {
  return params.null_values === undefined ? NULL_CANDIDATES : [];
}

export async function csvSource(engine: DataEngine, files: readonly DataFile[], params: CsvParams): Promise<Source> {
  return typedTexts(engine, await openCsv(files, params));
}

/** The columns of each file. Texts have no type before all files are read. */
export function shapesOf({ groups }: CsvTexts): readonly FileShape[] {
  return groups.flatMap((group) => group.files.map(({ label }) => ({ label, columns: group.names.map((name) => ({ name })) })));
}

/** Typed by all rows. */
export async function typedTexts(engine: DataEngine, texts: CsvTexts): Promise<Source> {
  const { files, params, groups, names } = texts;
  const skip = params.bad_lines === 'skip';
  const relation = textRelation(texts);
  try {
    const skippedLines = skip ? await countRejects(engine, unionByName(groups.map((group) => scan(group, params, { rejects: true })))) : 0;
    const columns = await inferTextTypes(engine, relation, names.map(textColumn), { candidates: nullCandidates(params) });
    return { relation, columns, skippedLines, shapes: shapesOf(texts) };
  } catch (error) {
    if (skip) throw problem('bad-data-file', `${namesOf(files)}: ${engineMessage(error, files)}`);
    throw await badLine(engine, error, groups, files, params);
  }
}

function groupByHeader(files: readonly DataFile[], params: CsvParams): readonly Group[] {
  const groups: Group[] = [];
  for (const file of files) {
    const head = readHead(file);
    const names = columnNames(file, head, params.delimiter ?? ',', params.header ?? true);
    const last = groups.at(-1);
    if (last !== undefined && last.isGzip === head.isGzip && JSON.stringify(last.names) === JSON.stringify(names)) last.files.push(file);
    else groups.push({ names, isGzip: head.isGzip, files: [file] });
  }
  return groups;
}

interface ScanOptions {
  readonly nulls?: readonly string[];
  readonly ignoreErrors?: boolean;
  readonly rejects?: boolean;
}

function scan(group: Group, params: CsvParams, { nulls = nullTexts(params), ignoreErrors = false, rejects = false }: ScanOptions): string {
  const columns = group.names.map((name) => `${quoteText(name)}: 'VARCHAR'`);
  const options = [
    `[${list(group.files.map(({ path }) => quotePath(path)))}]`,
    'auto_detect = false',
    `columns = {${list(columns)}}`,
    `header = ${params.header ?? true}`,
    `delim = ${quoteText(params.delimiter ?? ',')}`,
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = [${list(nulls.map(quoteText))}]`,
    `compression = '${group.isGzip ? 'gzip' : 'none'}'`,
    'hive_partitioning = false',
    ...(rejects ? ['store_rejects = true'] : ignoreErrors ? ['ignore_errors = true'] : []),
  ];
  return `read_csv(${list(options)})`;
}

function unionByName(scans: readonly string[]): string {
  return scans.length === 1 ? (scans[0] as string) : `(${scans.map((one) => `SELECT * FROM ${one}`).join(' UNION ALL BY NAME ')})`;
}

async function countRejects(engine: DataEngine, relation: string): Promise<number> {
  return (await rejects(engine, relation)).length;
}

interface Reject {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  readonly text: string;
  readonly message: string;
}

/** The lines that cannot be read, in file order. */
async function rejects(engine: DataEngine, relation: string): Promise<readonly Reject[]> {
  // Every column must be read, or lines that fail in an unread one would not be counted.
  await engine.execute('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans');
  await engine.query(`SELECT count(COLUMNS(*)) FROM ${relation}`);
  const rows = await engine.query(
    `SELECT DISTINCT ON (s.scan_id, s.file_id, e.line) s.file_path, e.line, e.error_type, e.csv_line, e.error_message
     FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) ORDER BY s.scan_id, s.file_id, e.line, e.byte_position`,
  );
  await engine.execute('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans');
  return rows.map((row) => ({
    file: String(row['file_path']),
    line: Number(row['line']),
    kind: String(row['error_type']),
    text: String(row['csv_line'] ?? ''),
    message: String(row['error_message']),
  }));
}

async function badLine(
  engine: DataEngine,
  cause: unknown,
  groups: readonly Group[],
  files: readonly DataFile[],
  params: CsvParams,
): Promise<Error> {
  for (const group of groups) {
    const found = await rejects(engine, scan(group, params, { rejects: true })).catch((): readonly Reject[] => []);
    const [first] = found;
    if (first === undefined) continue;
    const file = group.files.find(({ path }) => path === first.file) ?? (group.files[0] as DataFile);
    const more = found.length > 1 ? ` (and ${found.length - 1} more bad ${found.length === 2 ? 'line' : 'lines'})` : '';
    return problem('bad-data-file', `${file.label}:${first.line}: ${explain(first)}${more}`, hintFor(first));
  }
  const message = engineMessage(cause, files);
  if (/state machine/u.test(message))
    return problem(
      'bad-data-file',
      `${namesOf(files)}: some lines end in CRLF or CR and others in LF`,
      'give all lines the same end, for instance with `dos2unix`',
    );
  return problem('bad-data-file', `${namesOf(files)}: ${message}`);
}

function explain({ kind, message, text }: Reject): string {
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/u.exec(message);
  const line = text.split(/\r?\n/u)[0] ?? '';
  const shown = shortened(line, 80);
  if (counts !== null) return `expected ${counts[1]} fields, found ${counts[2]}: \`${shown}\``;
  const size = /^Maximum line size of (\d+) bytes exceeded. Actual Size:(\d+)/u.exec(message);
  if (size !== null) return `the line has ${formatCount(Number(size[2]))} bytes, and ${formatCount(Number(size[1]))} at most can be read`;
  if (kind === 'UNQUOTED VALUE' && line.split('"').length % 2 === 1) return `text stands behind a closing quote: \`${shown}\``;
  if (kind === 'UNQUOTED VALUE') return `a quote is opened and not closed: \`${shown}\``;
  if (kind === 'INVALID ENCODING' || kind === 'INVALID UNICODE') return 'the line is not in UTF-8';
  return `${message.replace(/\.$/u, '')}: \`${shown}\``;
}

function hintFor({ kind }: Reject): string {
  if (kind === 'INVALID ENCODING' || kind === 'INVALID UNICODE') return 'save the file as UTF-8';
  return 'correct the line, or set `bad_lines: skip` to leave such lines out';
}

function namesOf(files: readonly DataFile[]): string {
  return files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`;
}

/** What a single wide column suggests: the delimiter that its name contains. */
export function delimiterInName(name: string): string | undefined {
  return [';', '\t', '|', ','].find((delimiter) => name.includes(delimiter));
}
