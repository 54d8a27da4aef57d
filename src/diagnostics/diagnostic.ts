/**
 * What a mistake of the user looks like as a value. Nothing here prints or throws;
 * `render.ts` turns a diagnostic into text, and line and column are computed only there.
 */
import type { DiagnosticCode } from './codes.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A place in a source file. Offsets are UTF-16 units, `end` is exclusive. */
export interface Span {
  /** Path as the user would type it: relative to the recipe's root, with forward slashes. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A second place that explains the first, such as the profile that supplied a value. */
export interface RelatedSpan {
  readonly span: Span;
  readonly message: string;
}

export interface Diagnostic {
  /** Anchor of the entry in `docs/diagnostics.md`. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence without a period that stands alone. */
  readonly message: string;
  readonly span?: Span;
  /** What is at the underlined place. */
  readonly label?: string;
  readonly related?: readonly RelatedSpan[];
  /** An action, given only when it is likely right. */
  readonly hint?: string;
}

/** Success with a value, or every mistake that was found. Warnings may accompany a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function ok<T>(value: T, warnings: readonly Diagnostic[] = []): Result<T> {
  return { ok: true, value, warnings };
}

export function failed<T>(diagnostics: readonly Diagnostic[]): Result<T> {
  return { ok: false, diagnostics };
}

/**
 * A diagnostic that surfaces while a step runs, where a `Result` cannot be threaded through
 * user code and native libraries. Caught at the step's boundary and nowhere else.
 */
export class DiagnosticError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.name = 'DiagnosticError';
    this.diagnostic = diagnostic;
  }
}
