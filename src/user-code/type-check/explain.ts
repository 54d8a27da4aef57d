/** A mistake that TypeScript found, in our words: its place, what it says, and for a column which ones there are. */
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { CompilerError } from './output.ts';

export interface Explaining {
  /** By the path relative to the root. */
  textOf(file: string): string | undefined;
  /** The names of the columns, where they are known. */
  readonly columns: readonly string[];
}

export function explain(error: CompilerError & { readonly file: string }, { textOf, columns }: Explaining): Diagnostic {
  const { file, number } = error;
  const text = textOf(file);
  const span = text === undefined ? undefined : spanOf(file, text, error);
  const column = columnIn(error.lines);
  if (column !== undefined) {
    const named = text === undefined || span === undefined ? undefined : nameIn(text, span, column.name);
    return aboutColumn(column, number, named ?? span, columns, suggestionIn(error.lines));
  }
  const [first = '', ...others] = error.lines;
  const inner = others.at(-1);
  const near = suggestionIn(error.lines);
  return {
    code: 'type-error',
    severity: 'error',
    message: sentence(first),
    ...(span !== undefined && { span }),
    label: inner === undefined ? number : `${number}: ${sentence(inner)}`,
    ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
  };
}

interface NamedColumn {
  readonly name: string;
  /** In an operation of a pipeline. */
  readonly isInPipeline: boolean;
}

function aboutColumn(
  { name, isInPipeline }: NamedColumn,
  number: string,
  span: Span | undefined,
  columns: readonly string[],
  suggested: string | undefined,
): Diagnostic {
  const base = { code: 'type-error', severity: 'error', ...(span !== undefined && { span }) } as const;
  if (columns.includes(name)) {
    return {
      ...base,
      message: isInPipeline ? `a pipeline does not get the column \`${name}\`` : `the column \`${name}\` is not given here`,
      label: number,
      hint: 'a transformer sees neither the target nor ids and ignored columns',
    };
  }
  const near = closest(name, columns) ?? suggested;
  return {
    ...base,
    message: isInPipeline
      ? `neither the data nor an operation before this one has a column \`${name}\``
      : `the data have no column \`${name}\``,
    label: columns.length === 0 ? number : `${number}: the columns are ${listNames(columns)}`,
    ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
  };
}

/** The types of tables and operations whose mistakes are about a name of a column. */
const COLUMN = [
  /^Argument of type '"(.*)"' is not assignable to parameter of type '.*(?:NameOf<[^>]*Columns>|ColumnName)/,
  /^Type '"(.*)"' is not assignable to type '.*(?:NameOf<[^>]*Columns>|ColumnName)/,
  /^Property '(.*)' does not exist on type 'Row<[^>]*Columns>'/,
];
const IN_PIPELINE = /^Type '"(.*)"' is not assignable to type '.*FeatureName/;

/** The name that no column has, when that is what the error is about. */
function columnIn(lines: readonly string[]): NamedColumn | undefined {
  const ends = [lines[0] ?? '', lines.at(-1) ?? ''];
  const made = IN_PIPELINE.exec(ends[1] as string)?.[1];
  if (made !== undefined) return { name: unescaped(made), isInPipeline: true };
  for (const line of ends) {
    for (const pattern of COLUMN) {
      const found = pattern.exec(line)?.[1];
      if (found !== undefined) return { name: unescaped(found), isInPipeline: false };
    }
  }
  return undefined;
}

function unescaped(name: string): string {
  try {
    return JSON.parse(`"${name}"`) as string;
  } catch {
    return name;
  }
}

function suggestionIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const found = SUGGESTION.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

const SUGGESTION = / Did you mean (?:to (?:use|write|access|call) )?'"?(.*?)"?'\?$/;
/** Types of many properties are printed whole, which nobody reads. */
const MOST_UNITS = 240;

/** One sentence without a period, in lower case where that is no name. */
function sentence(text: string): string {
  const bare = text.replace(SUGGESTION, '').replace(/\.$/, '');
  const plain = bare.replace(/(?<![\w'])'([^']*)'(?![\w'])/g, '`$1`');
  const lower = /^[A-Z][a-z]/.test(plain) ? plain.charAt(0).toLowerCase() + plain.slice(1) : plain;
  return lower.length > MOST_UNITS ? `${lower.slice(0, MOST_UNITS)} …` : lower;
}

/** The compiler names where a place begins; it ends with the word or the text that stands there. */
function spanOf(file: string, text: string, { line, column, lines }: CompilerError): Span {
  let start = 0;
  for (let row = 1; row < line; row++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  start = Math.min(start + column - 1, text.length);
  const rest = text.slice(start, start + 1000);
  const subject = /^'([^']+)'/.exec(lines[0] ?? '')?.[1];
  if (subject !== undefined && rest.startsWith(subject)) return { file, start, end: start + subject.length };
  const [token = ''] =
    /^(?:[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\d[\w.]*)/u.exec(rest) ?? [];
  return { file, start, end: start + Math.max(token.length, Math.min(1, rest.length)) };
}

/** An operation of a pipeline is refused as a whole; the name in it is what is wrong. */
const FARTHEST_NAME = 600;

function nameIn(text: string, { file, start }: Span, name: string): Span | undefined {
  const rest = text.slice(start, start + FARTHEST_NAME);
  const found = [JSON.stringify(name), `'${name}'`].map((quoted) => ({ quoted, at: rest.indexOf(quoted) })).find(({ at }) => at >= 0);
  return found === undefined ? undefined : { file, start: start + found.at, end: start + found.at + found.quoted.length };
}
