/** `recipe sql "select …"`: a question to the tables that a run has left. */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { ListedView, QueryAnswer } from '../../app/query.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import type { QueryRows } from '../../schema/query.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { type Destination, destination } from '../query/destination.ts';
import { ROW_FORMATS, type RowFormat, SQL_FORMATS, type SqlFormat } from '../query/formats.ts';
import { rowWriter } from '../query/row-writer.ts';
import { markdownTable, tableText } from '../query/table-text.ts';
import type { Terminal } from '../terminal.ts';

export interface SqlFlags extends Omit<ProjectFlags, 'format'> {
  readonly format?: SqlFormat;
  readonly run?: string;
  readonly file?: string;
  readonly output?: string;
  readonly list?: boolean;
}

/** More rows than these are no longer read on a screen. */
const MOST_SHOWN = 100;
const ENDINGS: Readonly<Record<string, SqlFormat>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.md': 'markdown',
  '.txt': 'table',
};

export async function sql(terminal: Terminal, query: string | undefined, given: SqlFlags): Promise<number> {
  const flags: ProjectFlags = { ...given, format: given.json === true ? 'json' : 'human' };
  const mistake = (message: string, hint: string): number => {
    printDiagnostics(terminal, [{ code: 'usage', severity: 'error', message, hint }], flags);
    return EXIT.usage;
  };
  const format = formatOf(terminal, given);
  if (format === undefined)
    return mistake(
      `the format of \`${given.output}\` cannot be told from its name`,
      `add \`--format\` with ${listNames(SQL_FORMATS, 9, 'or')}, or end the name with one of ${listNames(Object.keys(ENDINGS), 9)}`,
    );
  const said = [query !== undefined, given.file !== undefined, given.list === true].filter(Boolean).length;
  if (said > 1) return mistake('the query is given twice', 'give it as the argument, with `--file`, or ask for `--list`');
  if (said === 0)
    return mistake(
      'there is no query',
      'such as `recipe sql "select * from predicted_test_data limit 5"`; `--list` says which tables there are',
    );
  const read = given.list === true ? '' : readQuery(query, given.file);
  if (typeof read !== 'string') return mistake(read.message, read.hint);

  const opened = openOrPrint(terminal, flags, { isToShow: true });
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  const source = given.file ?? 'query';
  const fail = (diagnostics: readonly Diagnostic[]): number => {
    printDiagnostics(terminal, diagnostics, flags, new Map([[source, read], ...project.loaded.files]));
    return exitCodeOf(diagnostics);
  };
  const app = await import('../../app/query.ts');
  const run = given.run === undefined ? {} : { run: given.run };

  if (given.list === true) {
    const listed = await app.listViews(project, given.run);
    if (!listed.ok) return fail(listed.diagnostics);
    const out = destination(terminal, given.output);
    if (format === 'json') await out.write(`${JSON.stringify(listed.value.map(viewAsJson), null, 2)}\n`);
    else await print(terminal, listing(listed.value, format === 'table'), format, out, given.output === undefined);
    out.finish();
    return EXIT.ok;
  }

  let out: Destination | undefined;
  const answered = await app.queryArtifacts(project, { sql: read, source, ...run }, async (answer) => {
    out = destination(terminal, given.output);
    await print(terminal, answer, format, out, given.output === undefined);
  });
  if (!answered.ok) {
    out?.abandon();
    return fail(answered.diagnostics);
  }
  out?.finish();
  // On stdout there is the answer alone.
  if (given.json !== true) printDiagnostics(terminal, answered.warnings, flags);
  return EXIT.ok;
}

/** What was said, else what the file is called, else a table for people and CSV for programs. */
function formatOf({ isRead }: Terminal, { format, json, output }: SqlFlags): SqlFormat | undefined {
  if (json === true) return 'json';
  if (format !== undefined) return format;
  if (output !== undefined) return ENDINGS[extname(output).toLowerCase()];
  return isRead ? 'table' : 'csv';
}

function readQuery(query: string | undefined, file: string | undefined): string | { readonly message: string; readonly hint: string } {
  if (query !== undefined && query !== '-') return query;
  try {
    return readFileSync(file ?? 0, 'utf8');
  } catch (error) {
    const name = file === undefined ? 'standard input' : `\`${file}\``;
    const what = (error as NodeJS.ErrnoException).code === 'ENOENT' ? `${name} does not exist` : `${name} cannot be read`;
    return { message: what, hint: 'a path is relative to the current folder; `-` reads from standard input' };
  }
}

async function print(
  terminal: Terminal,
  { columns, rows }: QueryAnswer,
  format: SqlFormat,
  out: Destination,
  isScreen: boolean,
): Promise<void> {
  if ((ROW_FORMATS as readonly string[]).includes(format)) {
    const writer = rowWriter(format as RowFormat, columns);
    await out.write(writer.begin);
    let isFirst = true;
    for await (const chunk of rows) {
      const texts = chunk.map((row) => {
        const text = writer.row(row, isFirst);
        isFirst = false;
        return text;
      });
      if (!(await out.write(texts.join('')))) return;
    }
    await out.write(writer.end);
    return;
  }
  const most = isScreen ? MOST_SHOWN : Number.POSITIVE_INFINITY;
  const { first, isAll } = await take(rows, most);
  if (format === 'markdown') await out.write(markdownTable(columns, first));
  else {
    const { dim, bold } = isScreen ? terminal.colors : { dim: String, bold: String };
    const fits = isScreen && terminal.isRead ? { width: terminal.columns } : {};
    const { text, omitted } = tableText(columns, first, { ...fits, dim, bold });
    await out.write(text);
    if (omitted.length > 0)
      terminal.err(
        `${omitted.length} more ${omitted.length === 1 ? 'column' : 'columns'}: ${listNames(omitted, 8)}; name those that you want\n`,
      );
  }
  if (!isAll) terminal.err(`the first ${most} rows; \`--format csv\` prints all, \`--output FILE\` writes them\n`);
}

async function take(rows: AsyncIterable<QueryRows>, most: number): Promise<{ readonly first: QueryRows; readonly isAll: boolean }> {
  const first: (readonly (string | null)[])[] = [];
  for await (const chunk of rows) {
    for (const row of chunk) {
      if (first.length === most) return { first, isAll: false };
      first.push(row);
    }
  }
  return { first, isAll: true };
}

/** For people each table is named once. */
function listing(views: readonly ListedView[], isForPeople: boolean): QueryAnswer {
  const rows = views.flatMap(({ artifact, rows: count, columns }) =>
    columns.map(({ name, type }, index) => (isForPeople && index > 0 ? ['', '', name, type] : [artifact, String(count), name, type])),
  );
  const text = (name: string) => ({ name, kind: 'text' as const });
  return {
    columns: [text('table'), { name: 'rows', kind: 'number' }, text('column'), text('type')],
    rows: (async function* () {
      yield rows;
    })(),
  };
}

function viewAsJson({ artifact, step, rows, columns }: ListedView): object {
  return { name: artifact, step, rows, columns };
}
