/**
 * Carry out a plan: independent tasks side by side, each as soon as all that it reads is there.
 * Behind a task that ran, the same `examine` and `decide` that made the plan are asked again.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type Decision, type Execution, lossReason, type Reuse } from './decide.ts';
import type { EngineEvent, RunOutcome } from './events.ts';
import { examine } from './examine.ts';
import { Holds } from './holds.ts';
import { perform } from './perform.ts';
import { type DecidedPlan, forcing, type PlanOptions, planTasks } from './plan.ts';
import type { ActionEntry, Clock, Executor, Failure, Hold, StepLocks } from './ports.ts';
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
  /** When other processes may work in the same workspace. */
  readonly locks?: StepLocks;
  /** Asked after an event about a task's result: resolves when the listeners have read the files that they need. */
  readonly settled?: (task: TaskName) => Promise<void>;
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
  readonly #taken: ReadonlySet<TaskName>;
  readonly #holds: Holds;
  /** Nothing is going to change, so nobody needs to be kept away. */
  readonly #isQuiet: boolean;
  #limit: Promise<Limit> | undefined;
  #hasFailed = false;

  constructor(options: RunOptions, plan: DecidedPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#isForced = forcing(options);
    this.#taken = new Set(plan.tasks.flatMap(({ name, isTaken }) => (isTaken === true ? [name] : [])));
    this.#holds = new Holds(options.locks, options.store, options.signal);
    this.#isQuiet = plan.tasks.every(({ state }) => state === 'fresh');
  }

  async finish(): Promise<RunOutcome> {
    const order = this.#plan.graph.order;
    // In topological order, so each finds the promises of all that it waits for.
    for (const task of order) this.#ends.set(task.name, this.#runOne(task));
    // All settle before an error of ours goes up, so that nothing runs on behind the caller's back.
    const settled = await Promise.allSettled(this.#ends.values());
    await this.#holds.allReleased();
    this.#options.digests.save();
    const bug = settled.find((result) => result.status === 'rejected');
    if (bug !== undefined) throw bug.reason;
    return this.#outcome(
      order.map((task) => task.name),
      settled.map((result) => (result as PromiseFulfilledResult<End>).value),
    );
  }

  async #runOne(task: Task): Promise<End> {
    const { emit, signal } = this.#options;
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
    if (isSkipped) return this.#skipped(task);

    try {
      const planned = isSettled ? this.#plan.decisions.get(task.name) : undefined;
      const decision = planned ?? (await this.#examine(task, upstream));
      if (decision.state === 'run') return await this.#execute(task, decision, upstream);
      return decision.state === 'fresh' ? await this.#keep(task, decision, upstream) : await this.#restore(task, decision, upstream);
    } catch (error) {
      // Also out of a wait for another process.
      if (signal.aborted && error === signal.reason) return { kind: 'stopped' };
      return this.#failEarly(task, error);
    }
  }

  #examine(task: Task, upstream: ReadonlyMap<TaskName, ActionEntry>): Promise<Decision> {
    const { store, digests } = this.#options;
    return examine({ task, upstream, store, digests, isForced: this.#isForced(task.name) });
  }

  /** What is in view stays in view until those that listen have seen it. */
  async #keep(task: Task, decision: Reuse, upstream: ReadonlyMap<TaskName, ActionEntry>): Promise<End> {
    if (this.#isQuiet) return this.#reused(task, decision);
    const hold = await this.#holds.share([decision.entry]);
    if (this.#options.store.isInPlace(decision.entry)) return this.#reused(task, decision, hold);
    hold.release();
    return this.#restore(task, { ...decision, state: 'restore' }, upstream);
  }

  async #restore(task: Task, decision: Reuse, upstream: ReadonlyMap<TaskName, ActionEntry>): Promise<End> {
    const hold = await this.#holds.acquire(task.name);
    let todo: Decision;
    try {
      todo = await this.#reuse(this.#secondLook(decision, hold.isNews));
    } catch (error) {
      hold.release();
      throw error;
    }
    if (todo.state !== 'run') return this.#reused(task, todo, hold);
    // What it reads has to be held before the task itself.
    hold.release();
    return this.#execute(task, todo, upstream);
  }

  /** Another process may have put it there meanwhile. */
  #secondLook(decision: Reuse, isNews: boolean): Reuse {
    return isNews && this.#options.store.isInPlace(decision.entry) ? { ...decision, state: 'fresh' } : decision;
  }

  #reused(task: Task, { state, entry }: Reuse, hold?: Hold): End {
    const { emit, settled } = this.#options;
    emit({ type: 'step-reused', step: task.name, state, entry, ...(this.#taken.has(task.name) && { isTaken: true }) });
    if (hold !== undefined) this.#holds.releaseAfter(settled?.(task.name), hold);
    return { kind: 'done', entry, wasExecuted: false };
  }

  /** Bring a stored result into the workspace. When its bytes turn out bad, the task runs after all. */
  async #reuse(decision: Decision): Promise<Decision> {
    const { store } = this.#options;
    if (decision.state !== 'restore' || (await store.restore(decision.entry))) return decision;
    const { key, fields, entry } = decision;
    // What it was made from is not part of this run, so it cannot be made again here.
    if (this.#taken.has(entry.task)) throw notRun(undefined, [entry.task]);
    return { state: 'run', key, fields, reasons: [lossReason(entry, store.findLoss(entry))] };
  }

  async #execute(task: Task, planned: Execution, upstream: ReadonlyMap<TaskName, ActionEntry>): Promise<End> {
    this.#limit ??= limitTo(this.#options.concurrency);
    const limit = await this.#limit;
    return limit(async () => {
      const { signal, keepGoing } = this.#options;
      if (signal.aborted) return { kind: 'stopped' };
      if (this.#hasFailed && keepGoing !== true) return this.#skipped(task);
      const reading = await this.#holds.share([...upstream.values()]);
      try {
        return await this.#executeHeld(task, planned, upstream);
      } finally {
        reading.release();
      }
    });
  }

  async #executeHeld(task: Task, planned: Execution, upstream: ReadonlyMap<TaskName, ActionEntry>): Promise<End> {
    const hold = await this.#holds.acquire(task.name);
    let isLeft = false;
    try {
      // Others may have made this very result, and then have shown what was there before.
      const isOld = hold.isNews || (this.#options.locks !== undefined && this.#options.store.find(planned.key) !== undefined);
      const decision = isOld ? await this.#reuse(await this.#examine(task, upstream)) : planned;
      if (decision.state !== 'run') {
        isLeft = true;
        return this.#reused(task, decision, hold);
      }
      this.#executed.add(task.name);
      const performed = await perform({ ...this.#options, task, decision, upstream });
      if (performed.kind === 'failed') this.#hasFailed = true;
      if (performed.kind !== 'done') return performed;
      isLeft = true;
      this.#holds.releaseAfter(this.#options.settled?.(task.name), hold);
      return { ...performed, wasExecuted: true };
    } finally {
      if (!isLeft) hold.release();
    }
  }

  #skipped(task: Task): End {
    this.#options.emit({ type: 'step-skipped', step: task.name });
    return { kind: 'skipped' };
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
