/** Diagnostics and step failures on the terminal: blocks for people, lines with `--format concise`, objects with `--format json`. */

import { EVENT_SCHEMA_VERSION } from '../app/events.ts';
import { failureDiagnostics } from '../app/failure-diagnostic.ts';
import type { Project } from '../app/project.ts';
import { sourceTexts } from '../app/source-text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnosticToJson, type Palette, renderConcise, renderDiagnostic } from '../diagnostics/render.ts';
import { sortDiagnostics } from '../diagnostics/sort.ts';
import { printable } from '../diagnostics/text-width.ts';
import type { Failure } from '../engine/ports.ts';
import type { ProjectFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';

export function printDiagnostics(
  terminal: Terminal,
  diagnostics: readonly Diagnostic[],
  flags: ProjectFlags,
  files?: ReadonlyMap<string, string>,
): void {
  if (diagnostics.length === 0) return;
  const read = sourceTexts(flags.C ?? process.cwd(), files);
  const sorted = sortDiagnostics(diagnostics);
  if (flags.json === true || flags.format === 'json') {
    for (const diagnostic of sorted) {
      terminal.out(
        `${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, type: 'diagnostic', ...diagnosticToJson(diagnostic, read) })}\n`,
      );
    }
    return;
  }
  if (flags.format === 'concise') terminal.err(sorted.map((diagnostic) => `${renderConcise(diagnostic, read)}\n`).join(''));
  else terminal.err(sorted.map((diagnostic) => `${renderDiagnostic(diagnostic, read, palette(terminal))}\n`).join('\n'));
}

function palette({ errColors: c }: Terminal): Palette {
  return {
    error: (text) => c.red(c.bold(text)),
    warning: (text) => c.yellow(c.bold(text)),
    info: (text) => c.cyan(c.bold(text)),
    strong: c.bold,
    frame: c.dim,
    hint: c.bold,
  };
}

/** What a step failed with: the message and its place, the frames of the user's code, where log and card are. */
export function printFailure(
  terminal: Terminal,
  failure: Failure & { readonly step: string },
  project: Project,
  flags: ProjectFlags,
): void {
  const read = sourceTexts(project.paths.root, project.loaded.files);
  const diagnostics = sortDiagnostics(failureDiagnostics(failure, project, read));
  if (flags.format === 'concise') {
    terminal.err(diagnostics.map((diagnostic) => `${renderConcise(diagnostic, read)}\n`).join(''));
    return;
  }
  const { dim } = terminal.errColors;
  const lines = [diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, read, palette(terminal))).join('\n\n')];
  for (const cause of failure.causes ?? []) lines.push(dim(`caused by: ${printable(cause)}`));
  // One frame is the place itself, which the block shows.
  if (failure.stack !== undefined && failure.stack.split('\n').length > 2) lines.push(dim(printable(failure.stack)));
  terminal.err(`\n${lines.join('\n')}\n`);
}
