/** `recipe run`: run what needs to run and say what was found. */
import type { RecordedEvent, RunEvent } from '../../app/events.ts';
import { nothingBegan } from '../../app/finished-run.ts';
import { packageVersion } from '../../app/package-root.ts';
import type { Project } from '../../app/project.ts';
import { EXIT } from '../exit-codes.ts';
import type { RunFlags } from '../flags.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics, printFailure } from '../print-diagnostics.ts';
import { fetchLine } from '../reporters/fetch-line.ts';
import { jsonReporter } from '../reporters/json.ts';
import { plainReporter } from '../reporters/plain.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { summary } from '../reporters/summary.ts';
import { selectionOf } from '../selection-flags.ts';
import type { Terminal } from '../terminal.ts';

export async function run(terminal: Terminal, flags: RunFlags): Promise<number> {
  return flags.watch === true ? (await import('./watch.ts')).watch(terminal, flags, runOnce) : runOnce(terminal, flags);
}

/** `stop` ends the run as Ctrl-C does, for a reason of ours. */
export async function runOnce(terminal: Terminal, flags: RunFlags, stop?: AbortSignal): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return notBegun(terminal, flags, opened.exitCode);
  const { project } = opened;
  const { recipe } = project.loaded;
  const selection = selectionOf(flags);
  if (!selection.ok) {
    printDiagnostics(terminal, selection.diagnostics, flags);
    return notBegun(terminal, flags, EXIT.usage);
  }
  const { step } = selection.value;
  if (flags.inspectBrk === true && step === undefined) {
    printDiagnostics(
      terminal,
      [{ code: 'usage', severity: 'error', message: '`--inspect-brk` needs to know which step to open', hint: 'add `--step train`' }],
      flags,
    );
    return notBegun(terminal, flags, EXIT.usage);
  }
  const { runRecipe } = await import('../../app/run.ts');

  const abort = interruptible(terminal, stop);
  const criteria: Extract<RunEvent, { type: 'criterion' }>[] = [];
  let reporter: Reporter | undefined;
  const waiting: RecordedEvent[] = [];
  const handle = (event: RecordedEvent): void => {
    if (event.type === 'criterion') criteria.push(event);
    if (reporter === undefined) waiting.push(event);
    else reporter.handle(event);
  };
  const chosen = async (willRun: boolean, steps: readonly string[]): Promise<void> => {
    reporter = await reporterFor(terminal, flags, willRun, steps);
    if (!isJson(flags) && flags.quiet !== true) terminal.err(`${heading(terminal, project)}\n`);
    for (const event of waiting) reporter.handle(event);
  };

  let outcome: Awaited<ReturnType<typeof runRecipe>>;
  try {
    outcome = await runRecipe(project, {
      ...selection.value,
      inspectBrk: flags.inspectBrk === true,
      paranoid: flags.paranoid === true,
      keepGoing: flags.keepGoing === true,
      // A flag for memory or modules that was given to the command is meant for the steps.
      nodeFlags: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
      signal: abort.signal,
      onWaiting: (step, holder) => terminal.err(`waiting for \`${step}\`: ${holder} is working on it\n`),
      onFetching: fetchLine(terminal, flags),
      onPlanned: chosen,
      emit: handle,
    });
  } finally {
    abort.dispose();
    await reporter?.close();
  }

  if (!outcome.ok) {
    printDiagnostics(terminal, outcome.diagnostics, flags, project.loaded.files);
    return notBegun(terminal, flags, exitCodeOf(outcome.diagnostics));
  }
  const finished = outcome.value;
  // The next run is about to say more.
  if (stop?.aborted === true) return finished.exitCode;
  if (isJson(flags)) return finished.exitCode;
  printDiagnostics(terminal, [...project.warnings, ...outcome.warnings], flags, project.loaded.files);
  for (const failure of finished.failures ?? []) printFailure(terminal, failure, project, flags);
  if (flags.quiet !== true) {
    terminal.out(
      summary(terminal, finished, {
        template: project.template,
        first: [...(recipe.primary_metric === undefined ? [] : [recipe.primary_metric]), ...recipe.custom_metrics.map(({ name }) => name)],
        flags: repeated(flags),
        criteria,
        ...(step !== undefined && { stoppedAt: step }),
      }),
    );
  }
  return finished.exitCode;
}

/** With `--format json` the last line is `run-finished`, also when nothing could begin. */
function notBegun(terminal: Terminal, flags: RunFlags, exitCode: number): number {
  if (isJson(flags)) terminal.out(`${JSON.stringify(nothingBegan(exitCode))}\n`);
  return exitCode;
}

async function reporterFor(terminal: Terminal, flags: RunFlags, willRun: boolean, steps: readonly string[]): Promise<Reporter> {
  if (isJson(flags)) return jsonReporter(terminal);
  if (willRun && terminal.interactive && flags.verbose !== true && flags.quiet !== true && flags.inspectBrk !== true) {
    return (await import('../reporters/tty.ts')).ttyReporter(terminal, steps);
  }
  const verbose = flags.verbose === true || flags.inspectBrk === true;
  return plainReporter(terminal, { verbose, quiet: flags.quiet === true, steps });
}

/** The flags that a suggested command must repeat to mean the same. */
function repeated({ profile, set = [], C, sample }: RunFlags): string {
  const quoted = (text: string): string => (/^[\w./=:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return [
    ...(C === undefined ? [] : ['-C', quoted(C)]),
    ...(profile === undefined ? [] : ['--profile', quoted(profile)]),
    ...(sample === undefined ? [] : ['--sample', quoted(sample)]),
    ...set.flatMap((one) => ['--set', quoted(one)]),
  ]
    .map((word) => ` ${word}`)
    .join('');
}

/** `mlrecipe 0.1.0 · diamonds · regression/v1 · profile local` */
function heading(terminal: Terminal, project: Project): string {
  const parts = [
    `mlrecipe ${packageVersion()}`,
    project.name,
    project.template.id,
    project.loaded.profile === undefined ? 'no profile' : `profile ${project.loaded.profile}`,
  ];
  return terminal.errColors.dim(parts.join(' · '));
}

/** The first Ctrl-C stops gracefully, the second ends the process at once. */
function interruptible(terminal: Terminal, stop: AbortSignal | undefined): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted);
    terminal.err('stopping; press Ctrl-C again to stop at once\n');
    controller.abort(signal);
  };
  const onStop = (): void => controller.abort(stop?.reason);
  stop?.addEventListener('abort', onStop);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      stop?.removeEventListener('abort', onStop);
    },
  };
}
