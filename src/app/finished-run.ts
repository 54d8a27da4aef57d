/** The end of a run as one value: status, verdict, metrics, findings, cards. */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { RunOutcome } from '../engine/events.ts';
import type { TaskName } from '../engine/task.ts';
import type { Registration } from '../steps/register.ts';
import type { SharedSummary } from '../store/layered-store.ts';
import { EVENT_SCHEMA_VERSION, type RecordedEvent, type RunFinished, type RunStatus } from './events.ts';
import { failureFolder } from './failed-step.ts';
import { allSteps, type Project } from './project.ts';
import { findingsOf, storedResult, verdictOf } from './step-result.ts';
import { trackingTarget } from './tracking-target.ts';

export interface FinishFacts {
  readonly runId: string | null;
  readonly startedAt: number;
  /** Of the store. */
  readonly warnings: readonly string[];
  readonly signal: AbortSignal | undefined;
  /** The steps before the one at which the run began. */
  readonly taken?: readonly TaskName[];
  /** What went to and came from the shared cache. */
  readonly sharing?: SharedSummary;
  /** Why the run could not be recorded. */
  readonly unrecorded?: readonly Diagnostic[];
}

export function finishedRun(project: Project, outcome: RunOutcome, facts: FinishFacts): RunFinished {
  const verdict = verdictOf(outcome.entries.get('evaluate' as TaskName)) ?? null;
  const unrecorded = facts.unrecorded ?? [];
  const ended = unrecorded.length > 0 && outcome.status === 'ok' ? 'failed' : outcome.status;
  const status: RunStatus = ended === 'ok' && verdict === 'REJECTED' ? 'rejected' : ended;
  const registered = registrationOf(outcome);
  const ordered = allSteps(project).flatMap(({ name }) => outcome.entries.get(name as string as TaskName) ?? []);
  const failures = [
    ...[...outcome.failures].map(([step, failure]) => ({ step: step as string, ...failure })),
    ...unrecorded.map(({ code, message, hint }) => ({ step: 'run', code, message, ...(hint !== undefined && { hint }) })),
  ];
  return {
    type: 'run-finished',
    status,
    exitCode: exitCode(status, outcome, facts.signal),
    executed: inOrder(project, outcome.executed),
    reused: inOrder(project, outcome.reused),
    blocked: inOrder(project, outcome.blocked),
    skipped: inOrder(project, outcome.skipped),
    taken: inOrder(project, facts.taken ?? []),
    acceptedByHand: ordered.filter((entry) => entry.acceptedByHand === true).map(({ task }) => task),
    metrics: Object.assign({}, ...ordered.map((entry) => storedResult(entry).metrics)) as Readonly<Record<string, number>>,
    verdict,
    runId: facts.runId,
    tracking: trackingTarget(project).trackingUri,
    findings: [
      // What a reused step once found to have moved did not move in this run.
      ...findingsOf(ordered).filter(({ code, step }) => code !== 'SPLIT_MOVED' || outcome.executed.includes(step as TaskName)),
      ...(facts.sharing?.nondeterministic ?? []).map((step) => ({
        code: 'STORE',
        severity: 'warning' as const,
        message: `the shared cache holds another result of \`${step}\` for the same inputs, so the step is not deterministic`,
        step: step as string,
      })),
      ...facts.warnings.map((message) => ({ code: 'STORE', severity: 'warning' as const, message, step: 'run' })),
    ],
    cards: cardsOf(project, outcome),
    durationMs: Date.now() - facts.startedAt,
    ...(project.sample !== undefined && { sample: project.sample }),
    ...(facts.sharing !== undefined && { sharedCache: sharedCache(facts.sharing) }),
    ...(registered !== undefined && { registered }),
    ...(failures.length > 0 && { failures }),
  };
}

function sharedCache({ restored, receivedBytes, written, sentBytes, notWritten }: SharedSummary): NonNullable<RunFinished['sharedCache']> {
  return { restored: [...restored], receivedBytes, written: [...written], sentBytes, notWritten: [...notWritten] };
}

/** The last line of `run --format json` when a mistake was found before anything could begin. */
export function nothingBegan(exitCode: number): RecordedEvent {
  return {
    schemaVersion: EVENT_SCHEMA_VERSION,
    seq: 0,
    time: new Date().toISOString(),
    type: 'run-finished',
    status: 'failed',
    exitCode,
    executed: [],
    reused: [],
    blocked: [],
    skipped: [],
    taken: [],
    acceptedByHand: [],
    metrics: {},
    verdict: null,
    runId: null,
    tracking: '',
    findings: [],
    cards: {},
    durationMs: 0,
  };
}

function exitCode(status: RunStatus, outcome: RunOutcome, signal: AbortSignal | undefined): number {
  if (status === 'rejected') return 3;
  if (status === 'interrupted') return signal?.reason === 'SIGTERM' ? 143 : 130;
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
  for (const { name } of allSteps(project)) {
    if (outcome.entries.has(name as string as TaskName)) add(name, `.recipe/outputs/${name}/card.html`);
    else if (outcome.failures.has(name as string as TaskName)) add(name, `${failureFolder(name).split(sep).join('/')}/card.html`);
  }
  add('run', '.recipe/outputs/run/card.html');
  return cards;
}

function inOrder(project: Project, names: readonly TaskName[]): readonly string[] {
  return allSteps(project)
    .map(({ name }) => name as string)
    .filter((name) => names.includes(name as TaskName));
}
