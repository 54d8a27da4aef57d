/** Small files whose text becomes a value: those of `${file:path}` and of `{{FILE|from_json}}`. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { DiagnosticCode } from '../diagnostics/codes.ts';

export type FileText = { readonly text: string } | { readonly code: DiagnosticCode; readonly message: string; readonly hint: string };

/** The text of a file by its absolute path, `undefined` when there is none. Throws as `readFileSync` does. */
export type ReadText = (path: string) => string | undefined;

/** In characters. What is longer is another file than was meant. */
const LONGEST = 1_000_000;

export const readFromDisk: ReadText = (path) => readFileSync(path, 'utf8');

/** The text without the line break at its end. `path` is relative to the root, or absolute, and how the user calls the file. */
export function readSmallFile(root: string, path: string, read: ReadText): FileText {
  let text: string | undefined;
  try {
    text = read(isAbsolute(path) ? path : join(root, path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return unreadable(path, `cannot be read: ${code === 'EISDIR' ? 'it is a folder' : code}`);
  }
  if (text === undefined) {
    const hint = 'a path is relative to the folder of recipe.yaml';
    return { code: 'file-not-found', message: `the file \`${path}\` does not exist`, hint };
  }
  // A replacement character is what invalid UTF-8 is read as.
  if (text.includes('\0') || text.includes('\ufffd')) return unreadable(path, 'is not a text');
  return text.length > LONGEST ? unreadable(path, `has more than ${LONGEST} characters`) : { text: text.replace(/\r?\n$/u, '') };
}

function unreadable(path: string, what: string): FileText {
  return { code: 'file-unreadable', message: `the file \`${path}\` ${what}`, hint: 'name a small file of text' };
}
