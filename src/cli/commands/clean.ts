/** `recipe clean`: remove the results of one step or all; the next run makes them again. */
import { cleanRecipe } from '../../app/clean.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function clean(
  terminal: Terminal,
  flags: ProjectFlags & { readonly step?: string; readonly dryRun?: boolean },
): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const cleaned = await cleanRecipe(opened.project, {
    onWaiting: (step, holder) => terminal.err(`waiting for \`${step}\`: ${holder} is working on it\n`),
    ...(flags.step !== undefined && { step: flags.step }),
    dryRun: flags.dryRun === true,
  });
  if (!cleaned.ok) {
    printDiagnostics(terminal, cleaned.diagnostics, flags, opened.project.loaded.files);
    return exitCodeOf(cleaned.diagnostics);
  }
  const verb = flags.dryRun === true ? 'would remove' : 'removed';
  if (isJson(flags)) terminal.out(`${JSON.stringify({ schemaVersion: 1, dryRun: flags.dryRun === true, removed: cleaned.value })}\n`);
  else if (cleaned.value.length === 0) terminal.out('nothing to remove\n');
  else {
    for (const { step, folder, results } of cleaned.value) {
      terminal.out(`${verb} ${folder ?? `what was left of ${step}`} and ${results} stored ${results === 1 ? 'result' : 'results'}\n`);
    }
  }
  return EXIT.ok;
}
