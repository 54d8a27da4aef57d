/** `recipe logs STEP`: what the step printed when it last ran. */

import { stepLog } from '../../app/logs.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function logs(terminal: Terminal, step: string, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const log = stepLog(opened.project, step);
  if (!log.ok) {
    printDiagnostics(terminal, log.diagnostics, flags, opened.project.loaded.files);
    return exitCodeOf(log.diagnostics);
  }
  const { lines, path } = log.value;
  if (isJson(flags)) terminal.out(`${JSON.stringify({ schemaVersion: 1, step, path, lines })}\n`);
  else if (lines.length === 0) terminal.out(`${step} printed nothing (${path})\n`);
  else for (const line of lines) terminal.out(`${printable(line)}\n`);
  return EXIT.ok;
}
