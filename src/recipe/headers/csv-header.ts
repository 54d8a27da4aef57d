/** Columns and first rows of a CSV file, by the rules of the reader in `steps/ingest`, with which a test compares them. */
import type { DataFiles } from '../data-files.ts';
import type { Header, HeaderOptions, SampledValue } from './header.ts';
import { readTextHead } from './text-head.ts';

interface Row {
  readonly fields: readonly string[];
  /** The line on which it begins, from 1. */
  readonly line: number;
}

export function csvHeader(path: string, options: HeaderOptions & { readonly delimiter: string }, files: DataFiles): Header | undefined {
  const head = readTextHead(path, files);
  if (head === undefined) return undefined;
  const [first] = records(head.text, options.delimiter, head.isWhole);
  // An empty file, or a first line that is longer than what was read.
  if (first === undefined) return undefined;
  const names = first.fields.map((name, index) => (options.hasHeader ? name.trim() || `unnamed_${index + 1}` : `column${index}`));
  // Another encoding: the names are not what they look like.
  if (names.some((name) => name.includes('\ufffd'))) return undefined;
  const rows = (): readonly Row[] => [...records(head.text, options.delimiter, head.isWhole)].slice(options.hasHeader ? 1 : 0);
  return { names, isComplete: true, sample: (name) => sample(names.indexOf(name), names.length, rows(), options.nullValues) };
}

function sample(column: number, width: number, rows: readonly Row[], nullValues: readonly string[]): readonly SampledValue[] {
  return rows.flatMap(({ fields, line }): SampledValue[] => {
    const text = fields[column];
    // A bad line is the business of `ingest`.
    if (text === undefined || fields.length !== width || nullValues.includes(text) || text.trim() === '') return [];
    return [{ text, isNumber: isNumberText(text), row: line }];
  });
}

/** Generous: what is refused here no reader takes for a number. */
function isNumberText(text: string): boolean {
  return !Number.isNaN(Number(text)) || /^\s*[-+]?(?:inf|infinity|nan)\s*$/iu.test(text);
}

/** Blank lines are passed over. A last record that is cut is left out. */
function* records(text: string, delimiter: string, isWhole: boolean): Generator<Row, undefined> {
  let position = 0;
  let line = 1;
  while (position < text.length) {
    const blank = lineBreak(text, position);
    if (blank > 0) {
      position += blank;
      line++;
      continue;
    }
    const start = line;
    const fields: string[] = [];
    for (;;) {
      let field = '';
      if (text[position] === '"') {
        const end = quoteEnd(text, position + 1);
        const quoted = text.slice(position + 1, end);
        line += quoted.match(/\r\n?|\n/gu)?.length ?? 0;
        field = quoted.replaceAll('""', '"');
        position = end + 1;
      }
      const end = fieldEnd(text, position, delimiter);
      fields.push(field + text.slice(position, end));
      position = end;
      if (text[position] !== delimiter) break;
      position++;
    }
    if (position >= text.length && !isWhole) return;
    yield { fields, line: start };
    position += lineBreak(text, position);
    line++;
  }
}

/** Where the closing quote is; two quotes in a row are one of the text. */
function quoteEnd(text: string, from: number): number {
  let end = from;
  for (; end < text.length; end++) {
    if (text[end] !== '"') continue;
    if (text[end + 1] !== '"') break;
    end++;
  }
  return end;
}

function fieldEnd(text: string, from: number, delimiter: string): number {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}

/** How long the line break at a place is; 0 when there is none. */
function lineBreak(text: string, at: number): number {
  if (text[at] === '\n') return 1;
  if (text[at] !== '\r') return 0;
  return text[at + 1] === '\n' ? 2 : 1;
}
