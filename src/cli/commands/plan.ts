/** `recipe plan`: say what a run would do, and why. Changes nothing. */

import type { PlannedStep } from '../../app/events.ts';
import { planRecipe } from '../../app/plan.ts';
import { reasonsText } from '../../app/reason-text.ts';
import { printable } from '../../diagnostics/text-width.ts';
import { EXIT } from '../exit-codes.ts';
import type { RunFlags } from '../flags.ts';
import { left } from '../format.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { Terminal } from '../terminal.ts';

export async function plan(terminal: Terminal, flags: RunFlags & { readonly check?: boolean }): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const planned = await planRecipe(opened.project, flags.step === undefined ? {} : { step: flags.step });
  if (!planned.ok) {
    printDiagnostics(terminal, planned.diagnostics, flags, opened.project.loaded.files);
    return exitCodeOf(planned.diagnostics);
  }
  const { steps } = planned.value;
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify(planned.value)}\n`);
  } else {
    printDiagnostics(terminal, [...opened.project.warnings, ...planned.warnings], flags, opened.project.loaded.files);
    for (const step of steps) terminal.out(`${line(terminal, step, steps)}\n`);
  }
  return flags.check === true && steps.some(({ state }) => state === 'run' || state === 'unknown') ? EXIT.somethingWouldRun : EXIT.ok;
}

function line(terminal: Terminal, { name, state, reasons, source }: PlannedStep, steps: readonly PlannedStep[]): string {
  const { green, yellow, cyan, dim, bold } = terminal.colors;
  const paint = { fresh: green, restore: cyan, run: yellow, unknown: dim }[state];
  const first = steps.find((step) => step.state === 'run');
  const why =
    state === 'unknown'
      ? `until ${first?.name ?? 'an earlier step'} ran`
      : source === 'shared'
        ? 'from the shared cache'
        : reasonsText(reasons);
  return `${bold(left(name, 15))} ${paint(left(state, 8))} ${dim(printable(why))}`.trimEnd();
}
