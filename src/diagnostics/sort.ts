/** The order in which diagnostics are shown. The same on every machine: code units, never the locale. */
import type { Diagnostic, Severity } from './diagnostic.ts';

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Those without a place first, then by file and position; errors before warnings at one place. Stable. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(compare);
}

function compare(a: Diagnostic, b: Diagnostic): number {
  if (a.span === undefined || b.span === undefined) {
    return Number(a.span !== undefined) - Number(b.span !== undefined) || RANK[a.severity] - RANK[b.severity];
  }
  return (
    compareText(a.span.file, b.span.file) || a.span.start - b.span.start || RANK[a.severity] - RANK[b.severity] || a.span.end - b.span.end
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
