/** Columns and first records of a JSON file: an array of objects, or one object after the other. */
import type { DataFiles } from '../data-files.ts';
import type { Header, SampledValue } from './header.ts';
import { readTextHead } from './text-head.ts';

type JsonRecord = Readonly<Record<string, unknown>>;

export function jsonHeader(path: string, files: DataFiles): Header | undefined {
  const head = readTextHead(path, files);
  if (head === undefined) return undefined;
  const found = objects(head.text);
  if (found === undefined || found.length === 0) return undefined;
  return {
    names: [...new Set(found.flatMap((record) => Object.keys(record)))],
    // A later record may have a key of its own.
    isComplete: head.isWhole,
    sample: (name) => found.flatMap((record, index) => sampled(record, name, index + 1)),
  };
}

function sampled(record: JsonRecord, name: string, row: number): readonly SampledValue[] {
  const value = Object.hasOwn(record, name) ? record[name] : null;
  if (value === null) return [];
  return [{ text: typeof value === 'string' ? value : jsonText(value), isNumber: typeof value === 'number', row }];
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Read without trouble, and nested too deep to be written.
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}

/** The whole objects of the outermost level; `undefined` when something else lies between them. */
function objects(text: string): readonly JsonRecord[] | undefined {
  const found: JsonRecord[] = [];
  let position = /^\s*\[?/u.exec(text)?.[0].length ?? 0;
  for (;;) {
    while (/[\s,]/u.test(text[position] ?? '')) position++;
    if (position >= text.length || text[position] === ']') return found;
    if (text[position] !== '{') return undefined;
    const end = objectEnd(text, position);
    // Cut in the middle.
    if (end === undefined) return found;
    const record = parsed(text.slice(position, end));
    if (record === undefined) return undefined;
    found.push(record);
    position = end;
  }
}

function objectEnd(text: string, from: number): number | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (isQuoted) {
      if (character === '\\') at++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(text: string): JsonRecord | undefined {
  try {
    return JSON.parse(text) as JsonRecord;
  } catch {
    return undefined;
  }
}
