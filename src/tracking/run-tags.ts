/** The tags with which MLflow describes where a run came from; MLflow Recipes wrote the same names. */
import type { GitState } from './git.ts';

export interface RunOrigin {
  /** Absolute path of the recipe's folder: the source's name outside a git checkout. */
  readonly root: string;
  readonly git?: GitState;
  readonly user: string;
  /** Such as `regression/v1`. */
  readonly template: string;
  readonly profile?: string;
  /** The step that was asked for; absent for all. */
  readonly step?: string;
}

export function runTags(origin: RunOrigin): Readonly<Record<string, string>> {
  const { git } = origin;
  return {
    'mlflow.user': origin.user,
    'mlflow.source.type': 'RECIPE',
    'mlflow.source.name': git?.repoUrl ?? origin.root,
    'mlflow.pipeline.template.name': origin.template,
    ...(origin.profile !== undefined && { 'mlflow.pipeline.profile.name': origin.profile }),
    ...(origin.step !== undefined && { 'mlflow.pipeline.step.name': origin.step }),
    ...(git !== undefined && { 'mlflow.source.git.commit': git.commit }),
    ...(git?.branch !== undefined && { 'mlflow.source.git.branch': git.branch }),
    ...(git?.isDirty !== undefined && { 'mlflow.source.git.dirty': String(git.isDirty) }),
    // The second is the name that MLflow's own pages still read.
    ...(git?.repoUrl !== undefined && { 'mlflow.source.git.repoURL': git.repoUrl, 'mlflow.gitRepoURL': git.repoUrl }),
  };
}

export function experimentTags(primaryMetric: string, isGreaterBetter: boolean): Readonly<Record<string, string>> {
  return {
    'mlflow.experiment.primaryMetric.name': `test_${primaryMetric}`,
    'mlflow.experiment.primaryMetric.greaterIsBetter': isGreaterBetter ? 'True' : 'False',
  };
}
