/**
 * From an offset to line and column. Offsets outside the text are moved to its nearest end, since a
 * diagnostic may outlive the text it was made from (a file edited while it was read).
 */
import type { Span } from './diagnostic.ts';

/** Gives the text of a file that a span names, or `undefined` when it is not at hand. */
export type SourceOf = (file: string) => string | undefined;

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors and terminals count when they jump to `file:line:column`. */
  readonly column: number;
}

export interface SourceLine extends Position {
  /** The line without its line end. */
  readonly text: string;
  /** Offset within `text` where the marked part begins. */
  readonly from: number;
  /** Exclusive end of the marked part on this line; at least `from`. */
  readonly to: number;
}

/** The first line that a span touches. */
export function lineOfSpan(source: string, span: Span): SourceLine {
  const start = clamp(span.start, 0, source.length);
  const end = clamp(span.end, start, source.length);
  // A byte order mark belongs to no column: editors do not show it.
  const origin = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  const lineStart = Math.max(start === 0 ? 0 : source.lastIndexOf('\n', start - 1) + 1, origin);
  const newline = source.indexOf('\n', start);
  let lineEnd = newline === -1 ? source.length : newline;
  if (lineEnd > lineStart && source[lineEnd - 1] === '\r') lineEnd--;
  const from = clamp(start, lineStart, Math.max(lineStart, lineEnd));
  return {
    line: countLines(source, lineStart),
    column: from - lineStart + 1,
    text: source.slice(lineStart, lineEnd),
    from: from - lineStart,
    to: clamp(end, from, Math.max(from, lineEnd)) - lineStart,
  };
}

export function positionOf(source: string, span: Span): Position {
  const { line, column } = lineOfSpan(source, span);
  return { line, column };
}

function countLines(source: string, lineStart: number): number {
  let lines = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < lineStart; at = source.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Also makes an integer of anything: `NaN` counts as the lower bound. */
function clamp(value: number, low: number, high: number): number {
  return value >= low ? Math.floor(Math.min(value, high)) : low;
}
