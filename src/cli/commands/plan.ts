/** `recipe plan`: say what a run would do, and why. Changes nothing. */

import type { PlanDocument, PlannedStep } from '../../app/events.ts';
import { planRecipe } from '../../app/plan.ts';
import type { PlanDifference } from '../../app/plan-diff.ts';
import type { Project } from '../../app/project.ts';
import type { SelectionRequest } from '../../app/selection.ts';
import type { Result } from '../../diagnostics/diagnostic.ts';
import { EXIT } from '../exit-codes.ts';
import type { PlanFlags } from '../flags.ts';
import { left } from '../format.ts';
import { exitCodeOf, isJson, openOrPrint } from '../open.ts';
import { planReason } from '../plan-reason.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { selectionOf } from '../selection-flags.ts';
import type { Terminal } from '../terminal.ts';

export async function plan(terminal: Terminal, flags: PlanFlags): Promise<number> {
  const opened = openOrPrint(terminal, flags);
  if ('exitCode' in opened) return opened.exitCode;
  const { project } = opened;
  const selection = selectionOf(flags);
  const planned = selection.ok ? await planOrDiff(project, selection.value, flags.diff) : selection;
  if (!planned.ok) {
    printDiagnostics(terminal, planned.diagnostics, flags, project.loaded.files);
    return exitCodeOf(planned.diagnostics);
  }
  const { steps } = planned.value;
  if (isJson(flags)) {
    terminal.out(`${JSON.stringify(planned.value)}\n`);
  } else {
    printDiagnostics(terminal, [...project.warnings, ...planned.warnings], flags, project.loaded.files);
    if ('diff' in planned.value) terminal.out((await import('./plan-diff.ts')).diffText(terminal, planned.value));
    else for (const step of steps) terminal.out(`${line(terminal, step)}\n`);
  }
  return flags.check === true && steps.some(({ state }) => state === 'run' || state === 'unknown') ? EXIT.somethingWouldRun : EXIT.ok;
}

async function planOrDiff(
  project: Project,
  selection: SelectionRequest,
  diff: string | undefined,
): Promise<Result<PlanDocument | PlanDifference>> {
  if (diff === undefined) return planRecipe(project, selection);
  return (await import('../../app/plan-diff.ts')).diffPlan(project, diff, selection);
}

function line(terminal: Terminal, step: PlannedStep): string {
  const { green, yellow, cyan, dim, bold } = terminal.colors;
  const paint = { fresh: green, restore: cyan, run: yellow, unknown: dim }[step.state];
  return `${bold(left(step.name, 15))} ${paint(left(step.state, 8))} ${dim(planReason(step))}`.trimEnd();
}
