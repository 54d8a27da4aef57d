/**
 * `accept`: a person says that an edit does not matter, and the results that are there stand for
 * the present state too. Nothing is executed; the entry says for good that it was accepted by hand.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type PlanOptions, planTasks } from './plan.ts';
import type { ActionEntry } from './ports.ts';
import type { Reason, TaskName } from './task.ts';

export type Accepted =
  /** Nothing to accept: the result of this very state is known. */
  | { readonly kind: 'fresh'; readonly entry: ActionEntry }
  /** `reasons` are what was waved through. */
  | { readonly kind: 'accepted'; readonly entry: ActionEntry; readonly reasons: readonly Reason[] };

export interface AcceptOptions extends Pick<PlanOptions, 'tasks' | 'store' | 'digests'> {
  /** Writes attachments anew into a folder, such as a card that says what was waved through. */
  readonly amend?: (shown: ActionEntry, reasons: readonly Reason[], folder: string) => Promise<void>;
}

/** Throws a `DiagnosticError` when there is nothing that could be accepted. */
export async function acceptTask(task: TaskName, options: AcceptOptions): Promise<Accepted> {
  const { store } = options;
  const plan = await planTasks({ ...options, target: task });
  const decision = plan.decisions.get(task);
  if (decision === undefined) {
    const { waitsFor } = plan.tasks.find((planned) => planned.name === task) ?? { waitsFor: [] };
    const first = plan.tasks.find((planned) => planned.state === 'run')?.name ?? task;
    const names = (waitsFor.length > 0 ? waitsFor : [first]).map((name) => `\`${name}\``).join(', ');
    throw refusal(`\`${task}\` reads from ${names}, which would run`, `run or accept ${names} first`);
  }
  if (decision.state !== 'run') return { kind: 'fresh', entry: decision.entry };
  const shown = store.current(task);
  if (shown === undefined) throw refusal(`\`${task}\` has no result to accept`, `run \`${task}\` first`);
  const made = plan.graph.order.find(({ name }) => name === task)?.outputs ?? [];
  const missing = made.find((name) => !shown.outputs.some((output) => output.name === name));
  if (missing !== undefined) throw refusal(`the result of \`${task}\` has no \`${missing}\`, which it makes today`, `run \`${task}\``);
  // Accepted or not, such a task would run again at once.
  const gone = await plan.graph.order.find(({ name }) => name === task)?.revalidate?.(shown.result);
  if (gone !== undefined) throw refusal(`what \`${task}\` left elsewhere is gone`, `run \`${task}\``);
  // What the step reported belongs to the bytes that it left. Edited by hand, they are no result of it.
  const edited = () => refusal(`the outputs of \`${task}\` are not as it left them`, 'they were edited or removed; run the step instead');
  if (!store.isInPlace(shown)) throw edited();
  const { key, fields, reasons } = decision;
  const { result, startedAt, durationMs } = shown;
  const amended = store.stage(task);
  try {
    await options.amend?.(shown, reasons, amended);
    const entry = await store.adopt({ key, task, fields, result, startedAt, durationMs, acceptedByHand: true }, shown, amended);
    if (entry === undefined) throw edited();
    return { kind: 'accepted', entry, reasons };
  } finally {
    store.discard(amended);
  }
}

function refusal(message: string, hint: string): DiagnosticError {
  return new DiagnosticError({ code: 'step-not-run', severity: 'error', message, hint });
}
