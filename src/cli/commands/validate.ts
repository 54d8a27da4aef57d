/** `recipe validate`: every mistake that can be known without running anything. */
import { composeTasks } from '../../app/compose.ts';
import type { ServerAnswer } from '../../app/servers.ts';
import { newTypeErrors, typeCheck } from '../../app/type-check.ts';
import type { ValidateFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function validate(terminal: Terminal, flags: ValidateFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  // TypeScript works in a process of its own while the steps are compiled, and servers take their time.
  const [types, composed, servers] = await Promise.all([
    flags.types === false ? undefined : typeCheck(project),
    composeTasks(project, { isCheck: true }),
    flags.online === true ? import('../../app/servers.ts').then(({ askServers }) => askServers(project)) : undefined,
  ]);
  const said = composed.ok ? composed.warnings : composed.diagnostics;
  const unwell = (servers ?? []).flatMap(({ diagnostic }) => diagnostic ?? []);
  const found = [...said, ...newTypeErrors(types?.diagnostics ?? [], said), ...unwell];
  const isWrong = found.some(({ severity }) => severity === 'error');
  // The warnings of a recipe that is wrong can wait.
  printDiagnostics(terminal, isWrong ? found : [...project.warnings, ...found], flags, project.loaded.files);
  if (isWrong || !composed.ok) return exitCodeOf(found);
  const files = [...project.loaded.files.keys(), ...composed.value.bundles.keys()];
  if (isJson(flags)) {
    const asked = servers?.map(({ uri, diagnostic }) => ({ uri, answers: diagnostic === undefined }));
    const told = { recipe: project.name, profile: project.loaded.profile ?? null, files, types: typesWord(types?.state), servers: asked };
    terminal.out(`${JSON.stringify({ schemaVersion: 1, type: 'valid', ...told })}\n`);
  } else terminal.out(`${project.name} is valid: ${files.join(', ')}\n${servers === undefined ? '' : answersText(servers)}`);
  return exitCodeOf([]);
}

function answersText(servers: readonly ServerAnswer[]): string {
  if (servers.length === 0) return 'no server is named\n';
  return servers.map(({ uri, diagnostic }) => `${uri} ${diagnostic === undefined ? 'answers' : 'cannot be used'}\n`).join('');
}

/** Whether types were looked at. That the answer was remembered is nobody's business. */
function typesWord(state: 'checked' | 'known' | 'unavailable' | 'nothing' | undefined): 'checked' | 'unavailable' | 'skipped' {
  if (state === undefined) return 'skipped';
  return state === 'unavailable' ? 'unavailable' : 'checked';
}
