/** The overview card of a run: written under `.recipe/outputs/run/` and logged with the run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCard } from '../cards/run-card.ts';
import type { RunOutcome } from '../engine/events.ts';
import type { TaskName } from '../engine/task.ts';
import type { RecordedFile } from '../tracking/recorder.ts';
import { drawCard, writeCard } from '../worker/card-files.ts';
import { packageVersion } from './package-root.ts';
import { allSteps, type Project } from './project.ts';
import type { StepEnd } from './step-end.ts';
import { criteriaOf, findingsOf, storedResult, verdictOf } from './step-result.ts';

export interface RunCardFacts {
  readonly outcome: RunOutcome;
  readonly ends: ReadonlyMap<string, StepEnd>;
  readonly runId: string;
  readonly startedAt: number;
}

/** Logged, but no news on an overview. */
const DESCRIPTIVE: ReadonlySet<string> = new Set(['score', 'example_count', 'sum_on_target', 'mean_on_target']);

/** The files, to be logged with the run under these paths. */
export async function writeRunCard(project: Project, { outcome, ends, runId, startedAt }: RunCardFacts): Promise<readonly RecordedFile[]> {
  const metrics: Readonly<Record<string, number>> = Object.assign(
    {},
    ...[...outcome.entries.values()].map((entry) => storedResult(entry).metrics),
  );
  // What has no part, such as the number of scored rows, judges no model.
  const named = Object.keys(metrics).flatMap((name) => /^(?:training|val|test)_(.+)$/.exec(name)?.[1] ?? []);
  const names = [...new Set(named)].filter((name) => !DESCRIPTIVE.has(name));
  const steps = allSteps(project).filter(({ name }) => ends.has(name));
  const broken = steps.find(({ name }) => ends.get(name)?.state === 'failed')?.name;
  const card = runCard({
    recipe: project.name,
    profile: project.loaded.profile,
    verdict: verdictOf(outcome.entries.get('evaluate' as TaskName)),
    status: outcome.status === 'ok' ? 'done' : 'failed',
    steps: steps.map(({ name, inputs }) => {
      const end = ends.get(name) as StepEnd;
      return {
        name,
        ...end,
        ...(end.state !== 'blocked' &&
          end.state !== 'skipped' && { card: end.state === 'failed' ? `../../logs/failed/${name}/card.html` : `../${name}/card.html` }),
        needs: [...new Set(Object.values(inputs).map(({ step }) => step as string))].filter((step) => ends.has(step)),
      };
    }),
    metrics: names.map((metric) => ({
      metric,
      training: metrics[`training_${metric}`],
      validation: metrics[`val_${metric}`],
      test: metrics[`test_${metric}`],
    })),
    criteria: criteriaOf(outcome.entries.get('evaluate' as TaskName)),
    findings: findingsOf(outcome.entries.values()).map(({ step, ...finding }) => ({ ...finding, message: `${step}: ${finding.message}` })),
    acceptedByHand: steps.flatMap(({ name }) => (outcome.entries.get(name as string as TaskName)?.acceptedByHand === true ? [name] : [])),
    durationMs: Date.now() - startedAt,
    provenance: {
      facts: [
        { label: 'Recipe', value: `${project.name} (${project.template.id})` },
        { label: 'Profile', value: project.loaded.profile ?? 'none' },
        { label: 'Run', value: runId },
        { label: 'Started', value: new Date(startedAt).toISOString() },
        { label: 'mlrecipe', value: packageVersion() },
        { label: 'Node', value: process.version },
      ],
    },
    next:
      broken === undefined
        ? outcome.entries.has('predict' as TaskName)
          ? ['npx mlrecipe inspect predict', 'npx mlrecipe sql "select * from scored_data limit 10"']
          : ['npx mlrecipe plan', 'npx mlrecipe inspect evaluate']
        : [`npx mlrecipe logs ${broken}`, 'npx mlrecipe run'],
  });
  const folder = join(project.paths.outputs, 'run');
  const files = await writeCard(folder, card, drawCard);
  // Tells a later run, which executes nothing, of which run this card speaks.
  writeFileSync(join(folder, 'run_id'), runId);
  return files.map((path) => ({ path: `run/${path}`, file: join(folder, path) }));
}
