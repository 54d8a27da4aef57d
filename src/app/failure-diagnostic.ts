/** A step's failure as a diagnostic: at the user's code when it is theirs, else where the recipe speaks of it. */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import type { Failure } from '../engine/ports.ts';
import { findNode } from '../recipe/located.ts';
import type { Project } from './project.ts';

/** Faults of the data that a key of the recipe chose. */
const ABOUT_TARGET: ReadonlySet<string> = new Set(['constant-target', 'bad-target', 'rare-class']);

/** One for each mistake, in the order in which they were told. */
export function failureDiagnostics(
  failure: Failure & { readonly step: string },
  project: Project,
  sourceOf: (file: string) => string | undefined,
): readonly Diagnostic[] {
  const { parts = [failure], step } = failure;
  return parts.map((part) => failureDiagnostic({ ...part, step }, project, sourceOf));
}

function failureDiagnostic(
  failure: Failure & { readonly step: string },
  project: Project,
  sourceOf: (file: string) => string | undefined,
): Diagnostic {
  const step = project.loaded.locate(['steps', failure.step], 'key');
  const told = failure.place;
  const value = told === undefined ? undefined : project.loaded.locate(asWritten(told.path, project), told.at);
  const named = told?.within === undefined || value === undefined ? value : narrowed(value, told.within, sourceOf);
  const place = named ?? placeInSource(failure, sourceOf) ?? placeInRecipe(failure, project) ?? step;
  // A place in the section of the step says by itself which step it is.
  const elsewhere =
    step !== undefined && place !== step && named === undefined ? [{ span: step, message: `in the step \`${failure.step}\`` }] : [];
  return {
    code: failure.code as DiagnosticCode,
    severity: 'error',
    message: failure.message,
    ...(place !== undefined && { span: place }),
    ...(failure.label !== undefined && { label: failure.label }),
    ...(elsewhere.length > 0 && { related: elsewhere }),
    ...(failure.hint !== undefined && { hint: failure.hint }),
  };
}

/** The part of a value that has several lines. A line that is written otherwise than it is read is not found, and the value stands. */
function narrowed(
  value: Span,
  { line, start, length }: NonNullable<NonNullable<Failure['place']>['within']>,
  sourceOf: (file: string) => string | undefined,
): Span {
  const at = sourceOf(value.file)?.slice(value.start, value.end).indexOf(line) ?? -1;
  if (at < 0 || line.trim() === '') return value;
  const from = value.start + at + start;
  return { file: value.file, start: from, end: Math.min(value.end, from + length) };
}

/** The path in the shorter form of a value, where it is written so: `drop: [a]` for `drop: {columns: [a]}`. */
function asWritten(path: readonly (string | number)[], { loaded }: Project): readonly (string | number)[] {
  const written: (string | number)[] = [];
  for (const segment of path) {
    const node = findNode(loaded.tree, written);
    if (node === undefined || node.kind === 'map' || (node.kind === 'list' && typeof segment === 'number')) written.push(segment);
  }
  return written;
}

function placeInSource({ file, line, column }: Failure, sourceOf: (file: string) => string | undefined): Span | undefined {
  const text = file === undefined || line === undefined ? undefined : sourceOf(file);
  if (file === undefined || line === undefined || text === undefined) return undefined;
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  start = Math.min(start + (column ?? 1) - 1, text.length);
  const word = /^\s*[\w$.]+/.exec(text.slice(start))?.[0] ?? text.slice(start, start + 1);
  return { file, start, end: Math.min(text.length, start + Math.max(1, word.length)) };
}

function placeInRecipe({ step, code, message }: Failure & { readonly step: string }, project: Project): Span | undefined {
  if (code === 'schema-drift') return project.loaded.locate(['steps', step === 'ingest_scoring' ? step : 'ingest', 'location'], 'value');
  const { target_col: target, columns } = project.loaded.recipe;
  if (ABOUT_TARGET.has(code) || (code === 'unknown-column' && message.startsWith(`the target column \`${target}\``)))
    return project.loaded.locate(['target_col'], 'value');
  if (code === 'bad-value' && message.startsWith('`positive_class`')) return project.loaded.locate(['positive_class'], 'value');
  const column =
    code === 'unknown-column' || code === 'bad-column' ? Object.keys(columns).find((name) => message.includes(`\`${name}\``)) : undefined;
  return column === undefined ? undefined : project.loaded.locate(['columns', column], 'key');
}
