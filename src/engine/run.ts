/**
 * Carry out a plan: independent tasks side by side, each as soon as all that it reads is there.
 * Behind a task that ran, the same `examine` and `decide` that made the plan are asked again.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type Decision, type Execution, lossReason } from './decide.ts';
import type { EngineEvent, RunOutcome } from './events.ts';
import { examine } from './examine.ts';
import { perform } from './perform.ts';
import { type DecidedPlan, forcing, type PlanOptions, planTasks } from './plan.ts';
import type { ActionEntry, Clock, Executor, Failure } from './ports.ts';
import { notRun } from './selection.ts';
import { isSystemError } from './system-error.ts';
import type { Task, TaskName } from './task.ts';

export interface RunOptions extends PlanOptions {
  /** What `planTasks` gave for the same options. Without it the plan is made here. */
  readonly plan?: DecidedPlan;
  readonly executor: Executor;
  readonly clock: Clock;
  /** How many steps may execute at the same time, at least 1. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** After a failure, go on with the steps that do not depend on it. Otherwise no further step begins; those that run end. */
  readonly keepGoing?: boolean;
  readonly emit: (event: EngineEvent) => void;
}

export async function runTasks(options: RunOptions): Promise<RunOutcome> {
  const plan = options.plan ?? (await planTasks(options));
  options.emit({ type: 'run-started', plan: { tasks: plan.tasks } });
  return new Run(options, plan).finish();
}

/**
 * How a task ended. `stopped` is one that was not reached before the run was interrupted, `skipped`
 * one that was not begun because another had failed.
 */
type End =
  | { readonly kind: 'done'; readonly entry: ActionEntry; readonly wasExecuted: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'blocked'; readonly by: TaskName }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'stopped' };

type Limit = <T>(work: () => Promise<T>) => Promise<T>;

class Run {
  readonly #options: RunOptions;
  readonly #plan: DecidedPlan;
  readonly #isForced: (task: TaskName) => boolean;
  readonly #ends = new Map<TaskName, Promise<End>>();
  readonly #executed = new Set<TaskName>();
  #limit: Promise<Limit> | undefined;
  #hasFailed = false;

  constructor(options: RunOptions, plan: DecidedPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#isForced = forcing(options);
  }

  async finish(): Promise<RunOutcome> {
    const order = this.#plan.graph.order;
    // In topological order, so each finds the promises of all that it waits for.
    for (const task of order) this.#ends.set(task.name, this.#runOne(task));
    // All settle before an error of ours goes up, so that nothing runs on behind the caller's back.
    const settled = await Promise.allSettled(this.#ends.values());
    this.#options.digests.save();
    const bug = settled.find((result) => result.status === 'rejected');
    if (bug !== undefined) throw bug.reason;
    return this.#outcome(
      order.map((task) => task.name),
      settled.map((result) => (result as PromiseFulfilledResult<End>).value),
    );
  }

  async #runOne(task: Task): Promise<End> {
    const { emit, signal, store, digests } = this.#options;
    const upstream = new Map<TaskName, ActionEntry>();
    let isSettled = true;
    let blocker: TaskName | undefined;
    let isStopped = false;
    let isSkipped = false;
    for (const name of this.#plan.graph.upstream(task.name)) {
      const end = await (this.#ends.get(name) as Promise<End>);
      if (end.kind === 'done') {
        upstream.set(name, end.entry);
        if (end.wasExecuted) isSettled = false;
      } else if (end.kind === 'failed') blocker ??= name;
      else if (end.kind === 'blocked') blocker ??= end.by;
      else if (end.kind === 'skipped') isSkipped = true;
      else isStopped = true;
    }
    if (blocker !== undefined) {
      emit({ type: 'step-blocked', step: task.name, by: blocker });
      return { kind: 'blocked', by: blocker };
    }
    if (isStopped || signal.aborted) return { kind: 'stopped' };
    if (isSkipped) return { kind: 'skipped' };

    try {
      const planned = isSettled ? this.#plan.decisions.get(task.name) : undefined;
      const decision = planned ?? (await examine({ task, upstream, store, digests, isForced: this.#isForced(task.name) }));
      const todo = await this.#reuse(decision);
      if (todo.state !== 'run') {
        emit({ type: 'step-reused', step: task.name, state: todo.state, entry: todo.entry });
        return { kind: 'done', entry: todo.entry, wasExecuted: false };
      }
      return await this.#execute(task, todo, upstream);
    } catch (error) {
      return this.#failEarly(task, error);
    }
  }

  /** Bring a stored result into the workspace. When its bytes turn out bad, the task runs after all. */
  async #reuse(decision: Decision): Promise<Decision> {
    const { store } = this.#options;
    if (decision.state !== 'restore' || (await store.restore(decision.entry))) return decision;
    const { key, fields, entry } = decision;
    // What it was made from is not part of this run, so it cannot be made again here.
    if (this.#isTaken(entry.task)) throw notRun(undefined, [entry.task]);
    return { state: 'run', key, fields, reasons: [lossReason(entry, store.findLoss(entry))] };
  }

  async #execute(task: Task, decision: Execution, upstream: ReadonlyMap<TaskName, ActionEntry>): Promise<End> {
    this.#limit ??= limitTo(this.#options.concurrency);
    const limit = await this.#limit;
    return limit(async () => {
      if (this.#options.signal.aborted) return { kind: 'stopped' };
      if (this.#hasFailed && this.#options.keepGoing !== true) return { kind: 'skipped' };
      this.#executed.add(task.name);
      const performed = await perform({ ...this.#options, task, decision, upstream });
      if (performed.kind === 'failed') this.#hasFailed = true;
      return performed.kind === 'done' ? { ...performed, wasExecuted: true } : performed;
    });
  }

  #isTaken(task: TaskName): boolean {
    return this.#plan.tasks.some((planned) => planned.name === task && planned.isTaken === true);
  }

  /** An input file that went away since validation, or a disk that does not take restored files: the user's world, not a bug. */
  #failEarly(task: Task, error: unknown): End {
    const failure = earlyFailure(task.name, error);
    if (failure === undefined) throw error;
    this.#hasFailed = true;
    const { emit, clock } = this.#options;
    emit({ type: 'step-started', step: task.name, reasons: [], startedAt: clock.now() });
    emit({ type: 'step-finished', step: task.name, status: 'failed', failure, durationMs: 0 });
    return { kind: 'failed', failure };
  }

  #outcome(names: readonly TaskName[], ends: readonly End[]): RunOutcome {
    const entries = new Map<TaskName, ActionEntry>();
    const failures = new Map<TaskName, Failure>();
    const reused: TaskName[] = [];
    const blocked: TaskName[] = [];
    const skipped: TaskName[] = [];
    let isInterrupted = false;
    for (const [index, end] of ends.entries()) {
      const name = names[index] as TaskName;
      if (end.kind === 'done') {
        entries.set(name, end.entry);
        if (!end.wasExecuted) reused.push(name);
      } else if (end.kind === 'failed') failures.set(name, end.failure);
      else if (end.kind === 'blocked') blocked.push(name);
      else if (end.kind === 'skipped') skipped.push(name);
      else isInterrupted = true;
    }
    const status = isInterrupted ? 'interrupted' : failures.size > 0 ? 'failed' : 'ok';
    return { status, executed: names.filter((name) => this.#executed.has(name)), reused, entries, failures, blocked, skipped };
  }
}

function earlyFailure(task: TaskName, error: unknown): Failure | undefined {
  if (error instanceof DiagnosticError) {
    const { code, message, hint } = error.diagnostic;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
  if (!isSystemError(error)) return undefined;
  return { code: 'step-failed', message: `the stored outputs of \`${task}\` cannot be brought back: ${error.message}` };
}

/** Loaded when the first step runs: a run that changes nothing does not pay for it. */
async function limitTo(concurrency: number): Promise<Limit> {
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(Math.max(1, concurrency));
  return (work) => limit(work);
}
