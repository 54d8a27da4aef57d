/** Read-only SQL over the artifacts of a project. The engine runs in a process of its own. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { type QueryAnswer, QueryProcess, QueryProcessEnded, QueryRefused } from '../executors/query-process.ts';
import type { DescribedView, QueryRows } from '../schema/query.ts';
import { packageRoot } from './package-root.ts';
import { planRecipe } from './plan.ts';
import type { Project } from './project.ts';
import { mentions, queryDiagnostic } from './query-diagnostic.ts';
import { type ArtifactViews, queryViews } from './query-views.ts';
import { engineMemory } from './resources.ts';

export interface QueryRequest {
  readonly sql: string;
  /** What messages call the query: the name of its file, or `query`. */
  readonly source: string;
  /** An id, the beginning of one, or `last`; without it the present results. */
  readonly run?: string;
}

/** A table and which step makes it. */
export interface ListedView extends DescribedView {
  readonly artifact: string;
  readonly step: string;
}

/** `use` is called with the answer, whose rows are read there. A mistake that shows itself only in later rows is told as well. */
export async function queryArtifacts(
  project: Project,
  { sql, source, run }: QueryRequest,
  use: (answer: QueryAnswer) => Promise<void>,
): Promise<Result<void>> {
  const found = queryViews(project, run);
  if (!found.ok) return found;
  const views = found.value;
  // Whether the results are those of the recipe as it is now is found out while the engine starts.
  const stale = run === undefined ? staleArtifacts(project, views, sql) : Promise.resolve([]);
  return withProcess(project, views, async (process) => {
    try {
      await use(await process.query(sql));
      return ok(undefined, await stale);
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      await stale;
      return failed([queryDiagnostic(error.fault, { sql, source, ...views, described: await process.describe() })]);
    }
  });
}

export async function listViews(project: Project, run: string | undefined): Promise<Result<readonly ListedView[]>> {
  const found = queryViews(project, run);
  if (!found.ok) return found;
  return withProcess(project, found.value, async (process) => {
    const described = await process.describe();
    return ok(found.value.views.map(({ artifact, step }, index) => ({ artifact, step, ...(described[index] as DescribedView) })));
  });
}

async function withProcess<T>(
  project: Project,
  { views }: ArtifactViews,
  work: (process: QueryProcess) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { paths, env } = project;
  const temporaryFolder = join(paths.dot, 'tmp', `query-${process.pid}`);
  const bytes = engineMemory(project);
  let opened: QueryProcess | undefined;
  try {
    // Before the first run there is nothing that could need room.
    if (existsSync(paths.dot)) mkdirSync(join(paths.dot, 'tmp'), { recursive: true });
    opened = await QueryProcess.open({
      entry: join(packageRoot(), 'dist', 'worker', 'query-main.js'),
      root: paths.root,
      env,
      views: views.map(({ artifact: _, step: __, ...view }) => view),
      temporaryFolder,
      ...(bytes !== undefined && { memoryLimit: `${bytes}B` }),
    });
    return await work(opened);
  } catch (error) {
    if (error instanceof QueryProcessEnded)
      return failed([{ code: 'bad-query', severity: 'error', message: `the process of the query ended with ${error.message}` }]);
    throw error;
  } finally {
    opened?.close();
  }
}

/** The artifacts that the text of a query may name and that are not those of the recipe as it is now. */
async function staleArtifacts(project: Project, { views }: ArtifactViews, sql: string): Promise<readonly Diagnostic[]> {
  const named = views.filter(({ name }) => mentions(sql, name));
  if (named.length === 0) return [];
  const planned = await planRecipe(project).catch(() => undefined);
  // A recipe that cannot be planned is told by other commands.
  if (planned === undefined || !planned.ok) return [];
  const state = new Map(planned.value.steps.map((step) => [step.name, step.state]));
  return named.flatMap(({ artifact, step }): Diagnostic[] => {
    if ((state.get(step) ?? 'fresh') === 'fresh') return [];
    return [
      {
        code: 'artifact-missing',
        severity: 'warning',
        message: `\`${artifact}\` is out of date: the answer is of the last run of \`${step}\``,
        hint: `run \`npx mlrecipe run --step ${step}\``,
      },
    ];
  });
}

export type { QueryAnswer, QueryRows };
