/** What the store of a project holds, and how to make it smaller or sound: for `recipe gc` and `recipe cache`. */
import { ok, type Result } from '../diagnostics/diagnostic.ts';
import type { TaskName } from '../engine/task.ts';
import { collectGarbage, DEFAULT_OLDER_THAN_MS, type GarbageReport } from '../store/collect.ts';
import {
  listResults,
  removeResults,
  type StoredResult,
  selectResults,
  storedBytes,
  type VerifyReport,
  verifyStore,
} from '../store/inventory.ts';
import { listPins, pinnedKeys } from '../store/pins.ts';
import type { Project } from './project.ts';
import { openWorkspace } from './workspace.ts';

export interface CollectLimits {
  /** Results that were not used for longer go. Default: 30 days. */
  readonly olderThanMs?: number;
  /** Then the least recently used go until the rest fits. */
  readonly maxBytes?: number;
  readonly dryRun: boolean;
}

/** Safe beside a running recipe: what it needs next is a miss at worst. */
export function collectCache(project: Project, { olderThanMs = DEFAULT_OLDER_THAN_MS, maxBytes, dryRun }: CollectLimits): GarbageReport {
  const { store } = openWorkspace(project);
  return collectGarbage({
    store,
    olderThanMs,
    ...(maxBytes !== undefined && { maxBytes }),
    pins: pinnedKeys(listPins(store)),
    dryRun,
    clock: { now: () => Date.now() },
  });
}

export function listCache(project: Project): { readonly results: readonly StoredResult[]; readonly bytes: number } {
  const { store } = openWorkspace(project);
  return { results: listResults(store, pinnedKeys(listPins(store))), bytes: storedBytes(store) };
}

/** Reads every stored byte. What does not match its digest is set aside. */
export function verifyCache(project: Project): Promise<VerifyReport> {
  return verifyStore(openWorkspace(project).store);
}

/** Forgets the results of a step, or those whose key begins so. Their files go with the next collection. */
export function removeFromCache(project: Project, name: string): Result<readonly StoredResult[]> {
  const { store } = openWorkspace(project);
  const all = listResults(store, pinnedKeys(listPins(store)));
  const byTask = selectResults(all, { task: name as TaskName });
  const chosen = byTask.length > 0 ? byTask : selectResults(all, { key: name });
  removeResults(store, chosen);
  return ok(chosen);
}
