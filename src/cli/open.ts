/** Open the project that the flags name, or print every mistake in it. */
import { openProject, type Project, type ProjectOptions } from '../app/project.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { EXIT } from './exit-codes.ts';
import type { ProjectFlags } from './flags.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

export function openOrPrint(
  terminal: Terminal,
  flags: ProjectFlags,
  more: Pick<ProjectOptions, 'isToShow'> = {},
): { readonly project: Project } | { readonly exitCode: number } {
  const sample = flags.sample === undefined ? undefined : Number(flags.sample);
  if (sample !== undefined && !(Number.isSafeInteger(sample) && sample > 0)) {
    const message = `\`--sample\` takes a number of rows; found \`${flags.sample}\``;
    printDiagnostics(terminal, [{ code: 'usage', severity: 'error', message, hint: 'such as `--sample 5000`' }], flags);
    return { exitCode: EXIT.usage };
  }
  const opened = openProject({
    ...more,
    ...(sample !== undefined && { sample }),
    ...(flags.C !== undefined && { from: flags.C }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
    ...(flags.set !== undefined && { set: flags.set }),
    ...(flags.envFile !== undefined && { envFiles: flags.envFile }),
  });
  if (opened.ok) return { project: opened.value };
  printDiagnostics(terminal, opened.diagnostics, flags, opened.files);
  return { exitCode: exitCodeOf(opened.diagnostics) };
}

export function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return EXIT.ok;
  if (errors.every(({ code }) => code === 'missing-package')) return EXIT.missingDependency;
  // Absent or out of date is an answer, which a script tells from a wrong name.
  if (errors.every(({ code }) => code === 'artifact-missing')) return EXIT.stepFailed;
  // A store that does not answer is the world's fault, not the recipe's.
  return errors.every(({ code }) => code === 'tracking-failed') ? EXIT.stepFailed : EXIT.usage;
}

export function isJson(flags: ProjectFlags): boolean {
  return flags.json === true || flags.format === 'json';
}
