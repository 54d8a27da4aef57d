/** `recipe accept STEP`: the result that is there stands for the present state; nothing is executed. */
import { acceptStep } from '../../app/accept.ts';
import { reasonText } from '../../app/reason-text.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function accept(terminal: Terminal, step: string, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  const done = await acceptStep(project, {
    step,
    onWaiting: (name, holder) => terminal.err(`waiting for \`${name}\`: ${holder} is working on it\n`),
  });
  if (!done.ok) {
    printDiagnostics(terminal, done.diagnostics, flags, project.loaded.files);
    return exitCodeOf(done.diagnostics);
  }
  const { accepted, reasons } = done.value;
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify({ schemaVersion: 1, ...done.value })}\n`);
    return EXIT.ok;
  }
  printDiagnostics(terminal, [...project.warnings, ...done.warnings], flags, project.loaded.files);
  if (!accepted) {
    terminal.out(`${step} is up to date: there was nothing to accept\n`);
    return EXIT.ok;
  }
  terminal.out(`${terminal.colors.bold(step)} is accepted by hand: its result stands for the present state, and nothing was executed\n`);
  for (const reason of reasons) terminal.out(`  ${printable(reasonText(reason))}\n`);
  return EXIT.ok;
}
