/** `recipe get-artifact NAME`: print the path of an artifact that is there and up to date, or say which step makes it. */
import { getArtifactPath } from '../../app/get-artifact.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function getArtifact(
  terminal: Terminal,
  name: string | undefined,
  flags: ProjectFlags & { readonly output?: string },
): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const found = await getArtifactPath(opened.project, name, flags.output);
  if (!found.ok) {
    printDiagnostics(terminal, found.diagnostics, flags, opened.project.loaded.files);
    return exitCodeOf(found.diagnostics);
  }
  terminal.out(isJson(flags) ? `${JSON.stringify({ schemaVersion: 1, artifact: name, path: found.value })}\n` : `${found.value}\n`);
  return EXIT.ok;
}
