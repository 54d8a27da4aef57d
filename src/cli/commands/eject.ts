/** `recipe eject [step]`: write what defaults decided into recipe.yaml. */
import { ejectRecipe } from '../../app/eject.ts';
import { EVENT_SCHEMA_VERSION } from '../../app/events.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';
import { yamlKey, yamlValue } from '../yaml-lines.ts';

export async function eject(
  terminal: Terminal,
  step: string | undefined,
  flags: ProjectFlags & { readonly dryRun?: boolean },
): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  const done = await ejectRecipe(project, { step, isDryRun: flags.dryRun === true, yaml: { key: yamlKey, value: yamlValue } });
  if (!done.ok) {
    printDiagnostics(terminal, done.diagnostics, flags, project.loaded.files);
    return exitCodeOf(done.diagnostics);
  }
  const { added, left, isSameModel, file, text } = done.value;
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify({ schemaVersion: EVENT_SCHEMA_VERSION, type: 'ejected', file, added, left, isSameModel })}\n`);
    return EXIT.ok;
  }
  printDiagnostics(terminal, project.warnings, flags, project.loaded.files);
  const { dim } = terminal.colors;
  if (flags.dryRun === true) terminal.out(text);
  else
    terminal.out(
      added.length === 0
        ? `${file} says everything already\n`
        : `${file}: ${added.length} keys added; ${isSameModel ? 'the model stays the same' : 'the model changes'}\n`,
    );
  for (const line of left) terminal.err(`${dim('left')}  ${line}\n`);
  return EXIT.ok;
}
