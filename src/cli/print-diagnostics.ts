/** Diagnostics and step failures on the terminal: blocks for people, lines with `--format concise`, objects with `--format json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../app/project.ts';
import { sourceTexts } from '../app/source-text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnosticToJson, type Palette, renderConcise, renderDiagnostic } from '../diagnostics/render.ts';
import { sortDiagnostics } from '../diagnostics/sort.ts';
import type { Failure } from '../engine/ports.ts';
import { EVENT_SCHEMA_VERSION } from '../app/events.ts';
import type { ProjectFlags } from './flags.ts';
import { printable, type Terminal } from './terminal.ts';

export function printDiagnostics(terminal: Terminal, diagnostics: readonly Diagnostic[], flags: ProjectFlags, from?: string): void {
  if (diagnostics.length === 0) return;
  const read = sourceTexts(from ?? process.cwd());
  const sorted = sortDiagnostics(diagnostics);
  if (flags.json === true || flags.format === 'json') {
    for (const diagnostic of sorted) {
      terminal.out(`${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, type: 'diagnostic', ...diagnosticToJson(diagnostic, read) })}\n`);
    }
    return;
  }
  for (const diagnostic of sorted) {
    terminal.err(flags.format === 'concise' ? `${renderConcise(diagnostic, read)}\n` : `${renderDiagnostic(diagnostic, read, palette(terminal))}\n`);
  }
}

function palette({ errColors: c }: Terminal): Palette {
  return { error: (text) => c.red(c.bold(text)), warning: (text) => c.yellow(c.bold(text)), info: (text) => c.cyan(c.bold(text)), strong: c.bold, frame: c.dim, hint: c.bold };
}

/** What a step failed with: the message, the place in the user's source with its line, the frames, where the log is. */
export function printFailure(terminal: Terminal, failure: Failure & { readonly step: string }, project: Project): void {
  const { red, bold, dim, cyan } = terminal.errColors;
  const lines = [`${red(bold(`error[${failure.code}]`))}${bold(`: ${printable(failure.message)}`)}`];
  if (failure.file !== undefined) {
    lines.push(`${cyan(' -->')} ${failure.file}${failure.line === undefined ? '' : `:${failure.line}:${failure.column ?? 1}`}`);
    const source = failure.line === undefined ? undefined : sourceLine(join(project.paths.root, failure.file), failure.line);
    if (source !== undefined && failure.line !== undefined) {
      const gutter = ' '.repeat(String(failure.line).length);
      lines.push(`${dim(`${gutter} |`)}`, `${dim(`${failure.line} |`)} ${printable(source)}`, `${dim(`${gutter} |`)} ${' '.repeat(Math.max(0, (failure.column ?? 1) - 1))}${red('^')}`);
    }
  }
  const at = project.loaded.locate(['steps', failure.step], 'key');
  const recipe = at === undefined ? undefined : place(at.file, at.start, project);
  if (recipe !== undefined) lines.push(dim(`     step ${failure.step} of ${recipe}`));
  for (const cause of failure.causes ?? []) lines.push(dim(`     caused by: ${printable(cause)}`));
  if (failure.stack !== undefined) lines.push(dim(printable(failure.stack)));
  if (failure.hint !== undefined) lines.push('', `${bold('hint')}: ${printable(failure.hint)}`);
  terminal.err(`\n${lines.join('\n')}\n`);
}

function place(file: string, offset: number, project: Project): string | undefined {
  const text = project.loaded.files.get(file);
  if (text === undefined) return undefined;
  const before = text.slice(0, offset).split('\n');
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function sourceLine(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
