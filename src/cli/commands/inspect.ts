/** `recipe inspect [step]`: open the newest card, or print it or its path where there is no display. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findCard } from '../../app/inspect.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

type InspectFlags = ProjectFlags & { readonly open: boolean; readonly card?: 'html' | 'md' | 'json' };

export async function inspect(terminal: Terminal, step: string | undefined, flags: InspectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const found = findCard(opened.project, step);
  if (!found.ok) {
    printDiagnostics(terminal, found.diagnostics, flags, opened.project.loaded.files);
    return exitCodeOf(found.diagnostics);
  }
  const card = found.value;
  if (flags.card !== undefined || isJson(flags)) {
    terminal.out(readFileSync(resolve(opened.project.paths.root, card.paths[flags.card ?? 'json']), 'utf8'));
    return EXIT.ok;
  }
  terminal.out(`${card.paths.html}\n`);
  if (flags.open && terminal.interactive && hasDisplay()) openInBrowser(resolve(opened.project.paths.root, card.paths.html));
  return EXIT.ok;
}

function hasDisplay(): boolean {
  const { env, platform } = process;
  if (env['SSH_CONNECTION'] !== undefined) return false;
  return platform === 'darwin' || platform === 'win32' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
}

/** Best effort: the path was printed, so a missing opener loses nothing. */
function openInBrowser(path: string): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open', path] : process.platform === 'win32' ? ['explorer.exe', path] : ['xdg-open', path];
  if (command === undefined) return;
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
