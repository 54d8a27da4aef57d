/** The tabular artifacts of the present results or of an earlier run, as views for queries. Bytes are read where the store holds them, so nothing is moved. */
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ok, type Result } from '../diagnostics/diagnostic.ts';
import type { ActionEntry } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import type { QueryView } from '../schema/query.ts';
import { artifactsOf } from './artifacts.ts';
import { findRun } from './find-run.ts';
import type { Project } from './project.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface ArtifactView extends QueryView {
  /** As it is asked for: `training_data`, `clean.ingested_data`. */
  readonly artifact: string;
  readonly step: string;
}

/** A table that the recipe makes and that is not there. */
export interface AbsentView {
  readonly artifact: string;
  readonly step: string;
  readonly why: 'not-made' | 'not-in-run' | 'not-stored';
}

export interface ArtifactViews {
  readonly views: readonly ArtifactView[];
  readonly absent: readonly AbsentView[];
  /** The run that was asked for. */
  readonly runId?: string;
}

/** Schemas that the engine has for itself. */
const RESERVED: ReadonlySet<string> = new Set(['main', 'temp', 'system', 'pg_catalog', 'information_schema']);

/** `run` is an id, the beginning of one, or `last`; without it the results that the workspace shows. */
export function queryViews(project: Project, run: string | undefined): Result<ArtifactViews> {
  const workspace = openWorkspace(project);
  const record = run === undefined ? undefined : findRun(project, run);
  if (record !== undefined && !record.ok) return record;
  const views: ArtifactView[] = [];
  const absent: AbsentView[] = [];
  for (const { name, step, path } of artifactsOf(project)) {
    const format = path.endsWith('.parquet') ? 'parquet' : path.endsWith('.csv') ? 'csv' : undefined;
    if (format === undefined) continue;
    const key = record?.value.keys[step];
    if (record !== undefined && key === undefined) {
      absent.push({ artifact: name, step, why: 'not-in-run' });
      continue;
    }
    const entry = entryOf(workspace, step as TaskName, key as Digest | undefined);
    const file = entry?.outputs.find((output) => output.name === path)?.files[0];
    const found = entry === undefined || file === undefined ? undefined : placeOf(project, workspace, entry, file);
    if (found === undefined) {
      const why = record === undefined ? 'not-made' : entry === undefined ? 'not-stored' : 'not-in-run';
      absent.push({ artifact: name, step, why });
      continue;
    }
    const qualified = name.startsWith(`${step}.`) && !RESERVED.has(step.toLowerCase());
    const place = { artifact: name, step, path: found, format } as const;
    views.push(qualified ? { ...place, schema: step, name: name.slice(step.length + 1) } : { ...place, name });
  }
  return ok({ views, absent, ...(record !== undefined && { runId: record.value.runId }) });
}

function entryOf({ store }: Workspace, task: TaskName, key: Digest | undefined): ActionEntry | undefined {
  const current = store.current(task);
  if (key === undefined) return current;
  return store.find(key) ?? (current?.key === key ? current : undefined);
}

/** The bytes of the store cannot be edited; a result that was only shown is read where it is shown. */
function placeOf(
  { paths }: Project,
  { store }: Workspace,
  entry: ActionEntry,
  file: ActionEntry['attachments'][number],
): string | undefined {
  const shown = join(store.folder(entry.task), file.path);
  const path = [store.blobPath(file), ...(store.isInPlace(entry) ? [shown] : [])].find((candidate) => existsSync(candidate));
  // Relative, because the names of folders above are nobody's to choose, and the engine reads patterns into them.
  return path === undefined ? undefined : relative(paths.root, path).split(sep).join('/');
}
