/**
 * `recipe run --watch`: run, wait until a file that matters changes, run again. A change during a run
 * stops it, since its results would be those of the files before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { composeTasks } from '../../app/compose.ts';
import { FileWatch } from '../../app/file-watch.ts';
import { findProjectRoot, type Project } from '../../app/project.ts';
import { watchedFiles } from '../../app/watched-files.ts';
import { EXIT } from '../exit-codes.ts';
import type { RunFlags } from '../flags.ts';
import { isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

/** Runs once; the signal ends the run as Ctrl-C does. */
export type RunOnce = (terminal: Terminal, flags: RunFlags, stop?: AbortSignal) => Promise<number>;

/** Between two looks. A look takes a hundredth of that for a usual project. */
const LOOK_MS = 150;
/** An editor that writes several files, or one in two steps, is given the time to end. */
const SETTLE_MS = 80;
const NAMED = 3;

export async function watch(terminal: Terminal, flags: RunFlags, runOnce: RunOnce): Promise<number> {
  const refused = senseless(flags);
  if (refused !== undefined) {
    const hint = '`--watch` runs what a change has made stale; leave one of the two out';
    printDiagnostics(
      terminal,
      [{ code: 'usage', severity: 'error', message: `\`--watch\` and \`${refused}\` do not go together`, hint }],
      flags,
    );
    return EXIT.usage;
  }
  const root = findProjectRoot(flags.C);
  if (root === undefined) return runOnce(terminal, flags);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort('SIGINT');
  const state: { project: Project | undefined; imported: readonly string[] } = { project: undefined, imported: [] };
  const files = new FileWatch(() => watchedFiles(root, state.project, state.imported));
  for (;;) {
    await follow(terminal, flags, state);
    files.look();
    const round = new AbortController();
    const running = runOnce(terminal, flags, round.signal);
    const changed = await changedDuring(files, running);
    if (changed.length > 0) round.abort('changed');
    const exitCode = await running;
    if (exitCode === EXIT.interrupted && !round.signal.aborted) return exitCode;
    if (exitCode === EXIT.terminated) return exitCode;
    const news = changed.length > 0 ? changed : await nextChange(terminal, flags, files, { signal: stop.signal, onSignal });
    if (news === undefined) return EXIT.ok;
    if (!isJson(flags)) terminal.err(`\n${told(news)}\n`);
  }
}

/** What is known of the project, quietly: the run that follows tells the mistakes. */
async function follow(
  terminal: Terminal,
  flags: RunFlags,
  state: { project: Project | undefined; imported: readonly string[] },
): Promise<void> {
  const opened = openOrPrint({ ...terminal, out: () => undefined, err: () => undefined }, flags);
  if (!('project' in opened)) return;
  state.project = opened.project;
  const composed = await composeTasks(opened.project);
  if (composed.ok) state.imported = [...composed.value.bundles.values()].flatMap(({ inputs }) => inputs.map(({ path }) => path));
}

/** Empty when the run came to its end before. */
async function changedDuring(files: FileWatch, running: Promise<number>): Promise<readonly string[]> {
  let isOver = false;
  const over = running.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([over, sleep(LOOK_MS)]);
    const changed = files.look();
    if (changed.length > 0) return settled(files, changed);
  }
  return [];
}

/** `undefined` when the user has ended the watch. */
async function nextChange(
  terminal: Terminal,
  flags: RunFlags,
  files: FileWatch,
  { signal, onSignal }: { readonly signal: AbortSignal; readonly onSignal: () => void },
): Promise<readonly string[] | undefined> {
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    if (!isJson(flags)) terminal.err(`watching ${files.count} files; Ctrl-C ends\n`);
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      const changed = files.look();
      if (changed.length > 0) return settled(files, changed);
    }
    return undefined;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Until nothing moves any more. */
async function settled(files: FileWatch, first: readonly string[]): Promise<readonly string[]> {
  const all = new Set(first);
  for (;;) {
    await sleep(SETTLE_MS);
    const more = files.look();
    if (more.length === 0) return [...all].sort();
    for (const label of more) all.add(label);
  }
}

function told(labels: readonly string[]): string {
  const shown = labels.slice(0, NAMED).join(', ');
  const more = labels.length > NAMED ? ` and ${labels.length - NAMED} more` : '';
  return `${shown}${more} changed`;
}

/** What would run everything at each change, or wait for a debugger each time. */
function senseless(flags: RunFlags): string | undefined {
  if (flags.force !== undefined) return '--force';
  if (flags.refresh === true) return '--refresh';
  if (flags.cache === false) return '--no-cache';
  return flags.inspectBrk === true ? '--inspect-brk' : undefined;
}
