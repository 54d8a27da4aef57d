/** The end of a run as one value: status, verdict, metrics, findings, cards. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOutcome } from '../engine/events.ts';
import type { TaskName } from '../engine/task.ts';
import type { Registration } from '../steps/register.ts';
import type { RunFinished, RunStatus } from './events.ts';
import type { Project } from './project.ts';
import { findingsOf, storedResult, verdictOf } from './step-result.ts';
import { trackingTarget } from './tracking-target.ts';

export function finishedRun(
  project: Project,
  outcome: RunOutcome,
  facts: { readonly runId: string | null; readonly startedAt: number; readonly warnings: readonly string[] },
): RunFinished {
  const verdict = verdictOf(outcome.entries.get('evaluate' as TaskName)) ?? null;
  const status: RunStatus = outcome.status === 'ok' && verdict === 'REJECTED' ? 'rejected' : outcome.status;
  const registered = registrationOf(outcome);
  const ordered = project.template.steps.flatMap(({ name }) => outcome.entries.get(name as string as TaskName) ?? []);
  const failures = [...outcome.failures].map(([step, failure]) => ({ step: step as string, ...failure }));
  return {
    type: 'run-finished',
    status,
    exitCode: exitCode(status, outcome),
    executed: inOrder(project, outcome.executed),
    reused: inOrder(project, outcome.reused),
    metrics: Object.assign({}, ...ordered.map((entry) => storedResult(entry).metrics)) as Readonly<Record<string, number>>,
    verdict,
    runId: facts.runId,
    tracking: trackingTarget(project).trackingUri,
    findings: [
      ...findingsOf(ordered),
      ...facts.warnings.map((message) => ({ code: 'STORE', severity: 'warning' as const, message, step: 'run' })),
    ],
    cards: cardsOf(project, outcome),
    durationMs: Date.now() - facts.startedAt,
    ...(registered !== undefined && { registered }),
    ...(failures.length > 0 && { failures }),
  };
}

function exitCode(status: RunStatus, outcome: RunOutcome): number {
  if (status === 'rejected') return 3;
  if (status === 'interrupted') return 130;
  if (status === 'ok') return 0;
  const codes = [...outcome.failures.values()].map((failure) => failure.exitCode ?? 1);
  return codes.every((code) => code === codes[0]) ? (codes[0] ?? 1) : 1;
}

function registrationOf(outcome: RunOutcome): RunFinished['registered'] {
  const entry = outcome.entries.get('register' as TaskName);
  const registration = entry === undefined ? undefined : (storedResult(entry).facts['registration'] as Registration | undefined);
  return registration?.version === undefined ? undefined : { name: registration.modelName, version: registration.version };
}

function cardsOf(project: Project, outcome: RunOutcome): Readonly<Record<string, string>> {
  const cards: Record<string, string> = {};
  const add = (name: string, path: string) => {
    if (existsSync(join(project.paths.root, path))) cards[name] = path;
  };
  for (const { name } of project.template.steps) {
    if (outcome.entries.has(name as string as TaskName)) add(name, `.recipe/outputs/${name}/card.html`);
    else if (outcome.failures.has(name as string as TaskName)) add(name, `.recipe/logs/failed/${name}/card.html`);
  }
  add('run', '.recipe/outputs/run/card.html');
  return cards;
}

function inOrder(project: Project, names: readonly TaskName[]): readonly string[] {
  return project.template.steps.map(({ name }) => name as string).filter((name) => names.includes(name as TaskName));
}
