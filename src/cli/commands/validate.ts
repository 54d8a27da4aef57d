/** `recipe validate`: every mistake that can be known without running anything. */
import { composeTasks } from '../../app/compose.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function validate(terminal: Terminal, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  const composed = await composeTasks(project, { isCheck: true });
  if (!composed.ok) {
    printDiagnostics(terminal, composed.diagnostics, flags, project.loaded.files);
    return exitCodeOf(composed.diagnostics);
  }
  printDiagnostics(terminal, [...project.warnings, ...composed.warnings], flags, project.loaded.files);
  const files = [...project.loaded.files.keys(), ...composed.value.bundles.keys()];
  if (isJson(flags))
    terminal.out(
      `${JSON.stringify({ schemaVersion: 1, type: 'valid', recipe: project.name, profile: project.loaded.profile ?? null, files })}\n`,
    );
  else terminal.out(`${project.name} is valid: ${files.join(', ')}\n`);
  return exitCodeOf([]);
}
