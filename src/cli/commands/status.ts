/** `recipe status`: where a project stands, on one screen. Always exits with 0 when the recipe is valid. */
import type { LastExecution } from '../../app/last-execution.ts';
import { ACCEPTED_BY_HAND } from '../../app/reason-text.ts';
import { type Holder, type ShownResult, type StatusDocument, type StepStatus, statusOf } from '../../app/status.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import type { ProjectFlags } from '../flags.ts';
import { duration, left } from '../format.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { planReason } from '../plan-reason.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { age, size } from '../sizes.ts';
import type { Terminal } from '../terminal.ts';

export async function status(terminal: Terminal, flags: ProjectFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  const found = await statusOf(project);
  if (!found.ok) {
    printDiagnostics(terminal, found.diagnostics, flags, project.loaded.files);
    return exitCodeOf(found.diagnostics);
  }
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify(found.value)}\n`);
  } else {
    printDiagnostics(terminal, [...project.warnings, ...found.warnings], flags, project.loaded.files);
    terminal.out(screen(terminal, found.value, Date.now()));
  }
  return EXIT.ok;
}

function screen(
  terminal: Terminal,
  { recipe, template, profile, steps, lastRun, holders, store, sharedCache }: StatusDocument,
  now: number,
) {
  const { bold, dim } = terminal.colors;
  const rows: (readonly [string, string])[] = [
    ['last run', lastRun === null ? 'none' : lastRunText(lastRun, holders, now)],
    ...holders.map((holder) => ['held', holderText(holder, now)] as const),
    ['store', `${store.results} result${store.results === 1 ? '' : 's'}, ${size(store.bytes)}`],
    ...(sharedCache === undefined ? [] : [['cache', 'the shared cache was not asked; `recipe plan` does'] as const]),
  ];
  return [
    `${bold(recipe)} ${dim(`· ${template} · ${profile === null ? 'no profile' : `profile ${profile}`}`)}`,
    '',
    ...steps.map((step) => stepLine(terminal, step, now)),
    '',
    ...rows.map(([name, text]) => `${dim(left(name, 9))} ${printable(text)}`),
    '',
  ].join('\n');
}

function stepLine(terminal: Terminal, step: StepStatus, now: number): string {
  const { green, yellow, cyan, red, dim, bold } = terminal.colors;
  const paint = { fresh: green, restore: cyan, run: yellow, unknown: dim }[step.state];
  const parts = [
    ...(planReason(step) === '' ? [] : [planReason(step)]),
    ...(step.shown === null ? [] : [shownText(step.shown, step, now)]),
  ].map((part) => dim(printable(part)));
  if (step.hasFailed === true) parts.push(red(`failed last time: npx mlrecipe logs ${step.name}`));
  return `${bold(left(step.name, 15))} ${paint(left(step.state, 8))} ${parts.join(dim(' · '))}`.trimEnd();
}

/** `made 2 h ago in 0.7 s by run 9081e5e0` */
function shownText({ madeAt, durationMs, sourceRun, isInPlace, acceptedByHand }: ShownResult, step: StepStatus, now: number): string {
  return [
    `made ${ago(madeAt, now)} in ${duration(durationMs)}`,
    ...(sourceRun === null ? [] : [` by run ${sourceRun.slice(0, 8)}`]),
    ...(acceptedByHand === true && step.acceptedByHand !== true ? [`, ${ACCEPTED_BY_HAND}`] : []),
    ...(isInPlace ? [] : [', edited or removed since']),
  ].join('');
}

function lastRunText(
  { startedAt, status: end, exitCode, verdict, durationMs, executed, runId }: LastExecution,
  holders: readonly Holder[],
  now: number,
) {
  const goesOn = holders.some(({ purpose }) => purpose === 'recipe run');
  const ended =
    end === 'unfinished'
      ? goesOn
        ? 'going on'
        : 'it did not end by itself'
      : `${end}${verdict === null ? '' : ` (${verdict})`}, exit ${exitCode}`;
  return [
    `${ago(startedAt, now)}${durationMs === null ? '' : `, ${duration(durationMs)}`}: ${ended}`,
    ...(executed.length === 0 ? [] : [`ran ${executed.join(', ')}`]),
    ...(runId === null ? [] : [runId]),
  ].join(' · ');
}

function holderText({ step, how, purpose, pid, host, since, isSeen }: Holder, now: number): string {
  const from = Date.parse(since);
  const doing = how === 'changes' ? `works on ${step}` : `reads ${step}`;
  return `\`${purpose}\` of process ${pid} on ${host} ${doing}, since ${duration(Math.max(0, now - from))}${isSeen ? '' : '; whether it lives cannot be seen from here'}`;
}

function ago(time: string, now: number): string {
  const past = now - Date.parse(time);
  return past < 60_000 ? 'just now' : `${age(past)} ago`;
}
