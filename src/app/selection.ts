/** Which steps a command is about: the names are checked against the recipe, and handed on as the engine wants them. */
import { DiagnosticError, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { type DecidedPlan, type PlanOptions, planTasks } from '../engine/plan.ts';
import type { TaskName } from '../engine/task.ts';
import { allSteps, type Project } from './project.ts';
import { scoringObstacles } from './scoring-obstacles.ts';
import { unknownStep } from './unknown-step.ts';

export interface SelectionRequest {
  /** Up to this step. Without it, all steps. */
  readonly step?: string;
  /** Begin at this step: results before it are used as they are. */
  readonly from?: string;
  /** Run the step that `step` names, or all, even when fresh. */
  readonly force?: boolean;
  /** Run these, too, even when fresh. */
  readonly forced?: readonly string[];
  /** `refresh` runs everything and keeps the results; `off` neither reads nor writes the store. */
  readonly cache?: 'use' | 'refresh' | 'off';
}

export type SelectedSteps = Pick<PlanOptions, 'target' | 'from' | 'force' | 'cache'>;

/** A run of the scoring steps is asked for by name; everything else is about the training. */
export function partOf(project: Project, { step, from, forced = [] }: SelectionRequest): 'training' | 'scoring' {
  const isScoring = (name: string | undefined): boolean => project.scoringSteps.some((one) => one.name === name);
  return isScoring(step) || isScoring(from) || (step === undefined && from === undefined && forced.some(isScoring))
    ? 'scoring'
    : 'training';
}

/** Every unknown name is told, each once. */
export function selectSteps(project: Project, { step, from, force, forced = [], cache = 'use' }: SelectionRequest): Result<SelectedSteps> {
  const known = allSteps(project).map(({ name }) => name as string);
  const named = [...(step === undefined ? [] : [step]), ...(from === undefined ? [] : [from]), ...forced];
  const unknown = [...new Set(named)].filter((name) => !known.includes(name));
  if (unknown.length > 0) return failed(unknown.flatMap((name) => scoringObstacles(project, name) ?? unknownStep(name, known, project)));
  const chosen: readonly string[] = force === true && step !== undefined ? [step, ...forced] : forced;
  return ok({
    cache,
    ...(step !== undefined && { target: step as TaskName }),
    ...(from !== undefined && { from: from as TaskName }),
    force: force === true && step === undefined ? 'all' : (chosen as readonly TaskName[]),
  });
}

/** A selection that cannot be, or an input that went away, as the user's mistakes. */
export async function planSelected(options: PlanOptions): Promise<Result<DecidedPlan>> {
  try {
    return ok(await planTasks(options));
  } catch (error) {
    if (error instanceof DiagnosticError) return failed([error.diagnostic]);
    throw error;
  }
}
