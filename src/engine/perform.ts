/**
 * One execution: stage, execute, look at the inputs again, keep the result. Returns the entry
 * that downstream tasks read from, or what went wrong; a staging folder never outlives it.
 */
import { BadOutputError } from './bad-output-error.ts';
import type { Execution } from './decide.ts';
import type { EngineEvent } from './events.ts';
import { NotShownError } from './not-shown-error.ts';
import type { CacheUse } from './plan.ts';
import type { ActionEntry, Clock, ExecuteOutcome, Executor, Failure, FileDigests, Store } from './ports.ts';
import { findMoved } from './recheck.ts';
import { isSystemError } from './system-error.ts';
import type { Task, TaskName } from './task.ts';

export interface PerformOptions {
  readonly task: Task;
  readonly decision: Execution;
  readonly upstream: ReadonlyMap<TaskName, ActionEntry>;
  readonly store: Store;
  readonly digests: FileDigests;
  readonly cache?: CacheUse;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (event: EngineEvent) => void;
}

export type Performed =
  | { readonly kind: 'done'; readonly entry: ActionEntry }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };

export async function perform(options: PerformOptions): Promise<Performed> {
  const { task, store, clock, signal, emit } = options;
  const startedAt = clock.now();
  emit({ type: 'step-started', step: task.name, reasons: options.decision.reasons, startedAt });
  let staging: string | undefined;
  try {
    // Who asks for a new result gets one that is new from its beginning.
    if (options.decision.reasons.some(({ kind }) => kind === 'forced')) forgetProgress(options);
    staging = store.stage(task.name);
    const outcome = await execute(options, staging);
    const durationMs = clock.now() - startedAt;
    if (!outcome.ok) {
      if (signal.aborted) return interrupted(options, durationMs);
      return failed(options, outcome.failure, durationMs);
    }
    const { entry, stored } = await keep(options, outcome, staging, { startedAt, durationMs });
    // After the result is kept: a process that is killed before finds it again.
    forgetProgress(options);
    emit({ type: 'step-finished', step: task.name, status: 'ok', entry, stored });
    return { kind: 'done', entry };
  } catch (error) {
    const durationMs = clock.now() - startedAt;
    if (error instanceof BadOutputError) return failed(options, { code: 'step-failed', message: error.message }, durationMs);
    // It is kept, so the next run brings it into view.
    if (error instanceof NotShownError || isSystemError(error)) return failed(options, refused(task.name, error), durationMs);
    if (signal.aborted) return interrupted(options, durationMs);
    throw error;
  } finally {
    if (staging !== undefined) store.discard(staging);
  }
}

function forgetProgress({ store, task, decision }: PerformOptions): void {
  store.forgetProgress?.(task.name, decision.key);
}

function execute(options: PerformOptions, staging: string): Promise<ExecuteOutcome> {
  const { task, emit, signal, store, decision } = options;
  const progressFolder = store.progressFolder?.(task.name, decision.key);
  const inputs: Record<string, string> = {};
  for (const input of task.inputs) {
    inputs[input.role] = input.kind === 'file' ? input.path : `${options.store.folder(input.task)}/${input.output}`;
  }
  return options.executor.execute({
    task,
    inputs,
    staging,
    ...(progressFolder !== undefined && { progressFolder }),
    signal,
    onLog: (stream, line) => emit({ type: 'step-log', step: task.name, stream, line }),
    onProgress: (progress) => emit({ type: 'step-progress', step: task.name, progress }),
  });
}

/** A result is always usable in this run. It is remembered only when its key is true and the store takes it. */
async function keep(
  options: PerformOptions,
  outcome: Extract<ExecuteOutcome, { ok: true }>,
  staging: string,
  times: { readonly startedAt: number; readonly durationMs: number },
): Promise<{ readonly entry: ActionEntry; readonly stored: boolean }> {
  const { task, store, emit } = options;
  const { key, fields } = options.decision;
  const draft = { key, task: task.name, fields, result: outcome.result, ...times };
  const show = () => store.show(draft, staging, task.outputs, outcome.attachments);
  const moved = await findMoved({ ...options, fields });
  if (moved.length > 0) {
    emit({ type: 'store-warning', message: movedMessage(moved, task.name) });
    return { entry: await show(), stored: false };
  }
  if (options.cache === 'off') return { entry: await show(), stored: false };
  try {
    const earlier = store.find(key);
    const entry = await store.commit(draft, staging, task.outputs, outcome.attachments);
    // A task with `revalidate` changes the world outside, so a second time it may well say something else.
    if (earlier !== undefined && task.revalidate === undefined) warnOfChance(options, earlier, entry);
    return { entry, stored: true };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    emit({
      type: 'store-warning',
      message: `the result of \`${task.name}\` could not be kept, so the step will run again: ${error.message}`,
    });
    try {
      return { entry: await show(), stored: false };
    } catch {
      // The first error is the one to tell; this one only follows from it.
      throw error;
    }
  }
}

/** The same key has given two results: what nobody could say from one run. */
function warnOfChance({ task, emit }: PerformOptions, earlier: ActionEntry, entry: ActionEntry): void {
  const before = new Map(earlier.outputs.map((output) => [output.name, output.digest]));
  const differing = entry.outputs.filter((output) => before.get(output.name) !== output.digest);
  if (differing.length === 0) return;
  const names = differing.map((output) => `\`${output.name}\``).join(', ');
  emit({
    type: 'store-warning',
    message: `\`${task.name}\` is not deterministic: run again with nothing changed, it left another ${names}; the new result replaces the old one`,
  });
}

function movedMessage(moved: readonly string[], task: TaskName): string {
  const names = moved.map((label) => `\`${label}\``).join(', ');
  return `${names} changed while \`${task}\` ran; the result is used now and not kept, so the step will run again`;
}

function failed({ task, emit }: PerformOptions, failure: Failure, durationMs: number): Performed {
  emit({ type: 'step-finished', step: task.name, status: 'failed', failure, durationMs });
  return { kind: 'failed', failure };
}

function interrupted({ task, emit }: PerformOptions, durationMs: number): Performed {
  emit({ type: 'step-finished', step: task.name, status: 'interrupted', durationMs });
  return { kind: 'interrupted' };
}

function refused(task: TaskName, error: Error): Failure {
  return { code: 'step-failed', message: `\`${task}\` could not run to its end: ${error.message}` };
}
