/** What a step reported, read back from the entry that holds it. */
import type { Finding } from '../cards/blocks.ts';
import type { ActionEntry } from '../engine/ports.ts';
import type { StepResult } from '../steps/define.ts';
import type { Verdict } from '../steps/evaluate/params.ts';

export type StoredResult = Omit<StepResult, 'card'>;

export function storedResult(entry: ActionEntry): StoredResult {
  return entry.result as unknown as StoredResult;
}

export function verdictOf(entry: ActionEntry | undefined): Verdict | undefined {
  return entry === undefined ? undefined : (storedResult(entry).facts['verdict'] as Verdict | undefined);
}

export interface CheckedCriterion {
  readonly metric: string;
  readonly threshold: number;
  readonly value: number | null;
  readonly greaterIsBetter: boolean;
  readonly result: 'pass' | 'pass-close' | 'fail-close' | 'fail';
  /** The 95 % interval, where the metric has one. */
  readonly low?: number;
  readonly high?: number;
}

export function criteriaOf(entry: ActionEntry | undefined): readonly CheckedCriterion[] {
  return entry === undefined ? [] : ((storedResult(entry).facts['criteria'] ?? []) as unknown as readonly CheckedCriterion[]);
}

export function findingsOf(entries: Iterable<ActionEntry>): readonly (Finding & { readonly step: string })[] {
  return [...entries].flatMap((entry) => storedResult(entry).findings.map((finding) => ({ ...finding, step: entry.task as string })));
}
