/** Why a query cannot be carried out, at its place in the query and with the names that exist. */
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { DescribedView, QueryFault } from '../schema/query.ts';
import type { AbsentView } from './query-views.ts';

export interface QueryContext {
  readonly sql: string;
  readonly source: string;
  readonly described: readonly DescribedView[];
  readonly absent: readonly AbsentView[];
  readonly runId?: string;
}

type Told = Pick<Diagnostic, 'code' | 'message'> & { readonly label?: string | undefined; readonly hint?: string | undefined };

export function queryDiagnostic(fault: QueryFault, context: QueryContext): Diagnostic {
  const { code, message, label, hint } = told(fault, context);
  const span = spanOf(fault, context);
  return {
    code,
    severity: 'error',
    message,
    ...(span !== undefined && { span }),
    ...(label !== undefined && { label }),
    ...(hint !== undefined && { hint }),
  };
}

function told(fault: QueryFault, context: QueryContext): Told {
  const { kind, name, type } = fault;
  switch (kind) {
    case 'empty':
      return { code: 'bad-query', message: 'the query is empty', hint: 'such as `select * from predicted_test_data limit 5`' };
    case 'several': {
      const isPivot = /\bpivot\b/iu.test(context.sql);
      return {
        code: 'bad-query',
        message: isPivot ? 'the values of this `PIVOT` are not known beforehand' : `one query at a time; ${fault.message}`,
        hint: isPivot ? "name them: `PIVOT t ON kind IN ('a', 'b') …`" : 'join them, or run the command once for each',
      };
    }
    case 'parameters':
      return { code: 'bad-query', message: 'the query has parameters, and there is nothing to fill them with', hint: 'write the values' };
    case 'writes':
      return {
        code: 'bad-query',
        message: `\`${fault.message}\` is not a query: only a statement that reads is carried out`,
        hint: 'write `SELECT …`, `FROM …`, `DESCRIBE …` or `SUMMARIZE …`; `--output FILE` writes what comes out',
      };
    case 'Permission': {
      const named = /^Cannot access (?:file|directory) "(.*?)"/u.exec(fault.message)?.[1];
      return {
        code: 'bad-query',
        message: `a query reads artifacts by their names, and no files or addresses${named === undefined ? '' : ` such as \`${named}\``}`,
        hint: 'what there is, `recipe sql --list` says',
      };
    }
    default:
      break;
  }
  const table = kind === 'Catalog' ? tableOf(fault, context) : undefined;
  if (table !== undefined) return unknownView(table, context);
  if (kind === 'Binder' && name !== undefined) return unknownColumn(name, context);
  if (kind === 'Catalog' && name !== undefined && type !== undefined) {
    const near = closest(name, fault.candidates ?? []) ?? fault.candidates?.[0];
    return {
      code: 'bad-query',
      message: `there is no ${type.toLowerCase()} \`${name}\``,
      hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
    };
  }
  return { code: 'bad-query', message: firstLine(fault.message) };
}

/** The table that is not there, as the query writes it: the engine leaves the schema out. */
function tableOf({ message, type, name, position }: QueryFault, { sql }: QueryContext): string | undefined {
  const inNoSchema = /^Table with name "(.+?)" does not exist because schema/u.exec(message)?.[1];
  if (inNoSchema !== undefined) return inNoSchema;
  if (type !== 'Table' || name === undefined) return undefined;
  const written = position === undefined ? undefined : /^[\p{L}\p{N}_.]+/u.exec(sql.slice(position))?.[0];
  return written?.endsWith(`.${name}`) === true ? written : name;
}

function unknownView(name: string, { described, absent, runId }: QueryContext): Told {
  const missing = absent.find(({ artifact }) => artifact.toLowerCase() === name.toLowerCase());
  if (missing !== undefined) {
    const why =
      missing.why === 'not-made'
        ? 'has not been made'
        : missing.why === 'not-stored'
          ? `of run \`${runId}\` is no longer stored`
          : `is not part of run \`${runId}\``;
    const hint =
      missing.why === 'not-made' ? `run \`npx mlrecipe run --step ${missing.step}\`` : 'leave out `--run` for the present results';
    return { code: 'artifact-missing', message: `the artifact \`${missing.artifact}\` ${why}`, hint };
  }
  const names = described.map(qualified);
  const near = closest(name, [...names, ...absent.map(({ artifact }) => artifact)]);
  const known = names.length === 0 ? 'nothing has run yet: `npx mlrecipe run`' : `the tables are ${listNames(names, names.length)}`;
  return {
    code: 'unknown-artifact',
    message: `there is no table \`${name}\` among the artifacts`,
    hint: near === undefined ? known : `did you mean \`${near}\`?`,
  };
}

function unknownColumn(name: string, { sql, described }: QueryContext): Told {
  const read = described.filter((view) => mentions(sql, view.name));
  const columns = [...new Set(read.flatMap((view) => view.columns.map((column) => column.name)))];
  const near = closest(name, columns);
  const [only] = read;
  return {
    code: 'unknown-column',
    message:
      read.length === 1 && only !== undefined ? `\`${qualified(only)}\` has no column \`${name}\`` : `there is no column \`${name}\``,
    label: columns.length === 0 ? undefined : `there are ${listNames(columns, 8)}`,
    // A word in double quotes is a name; a text has single ones.
    hint:
      near !== undefined
        ? `did you mean \`${near}\`?`
        : sql.toLowerCase().includes(`"${name.toLowerCase()}"`)
          ? `a text is written '${name}'`
          : undefined,
  };
}

function qualified({ schema, name }: DescribedView): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** The word at the place. */
function spanOf({ position }: QueryFault, { sql, source }: QueryContext): Span | undefined {
  if (position === undefined) return undefined;
  const start = Math.min(position, sql.length);
  const word = /^(?:"[^"]*"|'[^']*'|[\p{L}\p{N}_.]+|\S)/u.exec(sql.slice(start))?.[0] ?? '';
  return { file: source, start, end: start + word.length };
}

/** Whether the text of a query may read a table: its name stands there as a word. */
export function mentions(sql: string, name: string): boolean {
  const words: readonly string[] = sql.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.includes(name.toLowerCase()) || sql.toLowerCase().includes(`"${name.toLowerCase()}"`);
}

/** What the engine lists behind its first line is longer than it helps. */
function firstLine(message: string): string {
  const line = (message.split('\n')[0] ?? '').replace(/[.!]\s*$/u, '');
  return line.slice(0, 1).toLowerCase() + line.slice(1);
}
