/**
 * The user's part of an error: where it happened in their source, and a stack trace in which
 * their own frames come first. Relies on `--enable-source-maps`, which makes Node write frames
 * of a bundle as places in the TypeScript.
 */
import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface UserStack {
  /** Relative to the root, with forward slashes; absent when no frame is the user's. */
  readonly file?: string;
  /** 1-based, as `column`. */
  readonly line?: number;
  readonly column?: number;
  /** The name that the frame has for the running function. */
  readonly functionName?: string;
  /** The message and the frames, ours and Node's folded into one line. */
  readonly stack: string;
}

interface Frame {
  readonly functionName: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly owner: 'user' | 'package' | 'internal';
}

/** `internals` are the folders of our own code. A thrown value that is no error has no frames. */
export function userStack(error: unknown, root: string, internals: readonly string[] = []): UserStack {
  const { header, lines } = split(error);
  const folders = { root: realRoot(root), internals };
  const frames = lines.map((line) => parseFrame(line, folders));
  const own = frames.filter((frame) => frame?.owner === 'user') as Frame[];
  const others = frames.filter((frame) => frame?.owner === 'package') as Frame[];
  const folded = frames.length - own.length - others.length;
  const shown = [...own, ...others].map(
    (frame) => `    at ${frame.functionName === undefined ? '' : `${frame.functionName} `}(${frame.file}:${frame.line}:${frame.column})`,
  );
  if (folded > 0) shown.push(`    … ${folded} ${folded === 1 ? 'frame' : 'frames'} of mlrecipe and Node`);
  const stack = [header, ...shown].join('\n');
  const [place] = own;
  if (place === undefined) return { stack };
  const { file, line, column, functionName } = place;
  return { file, line, column, stack, ...(functionName !== undefined && { functionName }) };
}

function split(error: unknown): { readonly header: string; readonly lines: readonly string[] } {
  const stack = error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error) ? error.stack : undefined;
  if (typeof stack !== 'string') return { header: String(error), lines: [] };
  const all = stack.split('\n');
  const first = all.findIndex((line) => /^\s+at /.test(line));
  if (first < 0) return { header: stack, lines: [] };
  return { header: all.slice(0, first).join('\n'), lines: all.slice(first).filter((line) => /^\s+at /.test(line)) };
}

function parseFrame(
  line: string,
  { root, internals }: { readonly root: string; readonly internals: readonly string[] },
): Frame | undefined {
  const match = /^\s+at (?:(.*?) \()?(.+):(\d+):(\d+)\)?$/.exec(line);
  const path = toPath(match?.[2]?.replace(/^async /, ''));
  if (match === null || path === undefined) return undefined;
  const file = relative(root, path).split(sep).join('/');
  const owner =
    internals.some((folder) => isInside(folder, path)) || /(^|\/)\.recipe\//.test(file)
      ? 'internal'
      : /(^|\/)node_modules\//.test(file)
        ? 'package'
        : 'user';
  return { functionName: match[1]?.replace(/^async /, ''), file, line: Number(match[3]), column: Number(match[4]), owner };
}

/** Only frames in files: not `node:…`, `<anonymous>`, `native` or evaluated code. */
function toPath(place: string | undefined): string | undefined {
  if (place === undefined) return undefined;
  if (place.startsWith('file:')) return fileURLToPath(place);
  return place.startsWith('/') || /^[A-Za-z]:[\\/]/.test(place) ? place : undefined;
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Node reports files by their real paths. */
function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}
