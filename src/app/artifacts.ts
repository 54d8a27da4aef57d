/** Artifacts by the names of MLflow Recipes: which step makes each and under which path. */
import type { StepDefinition } from '../steps/define.ts';
import { REGISTERED_MODEL_VERSION } from '../steps/register.ts';
import { allSteps, type Project } from './project.ts';

export interface Artifact {
  readonly name: string;
  readonly step: string;
  /** Relative to the step's output folder. */
  readonly path: string;
}

/**
 * In order of the steps. In a recipe with steps of the user's own every artifact also has its full
 * name, such as `clean.ingested_data`; the short one is what the steps behind it read.
 */
export function artifactsOf(project: Pick<Project, 'steps' | 'scoringSteps' | 'customSteps'>): readonly Artifact[] {
  const { customSteps } = project;
  const short = shortNames(allSteps(project));
  if (customSteps.size === 0) return short;
  const last = new Map(short.map((artifact) => [artifact.name, artifact]));
  return [...last.values(), ...short.map((artifact) => ({ ...artifact, name: `${artifact.step}.${artifact.name}` }))];
}

function shortNames(steps: readonly StepDefinition[]): readonly Artifact[] {
  const artifacts: Artifact[] = [];
  for (const step of steps) {
    for (const [name, path] of Object.entries(step.outputs)) artifacts.push({ name, step: step.name, path });
    if (step.name === 'train') artifacts.push({ name: 'run', step: 'train', path: 'run_id' });
    if (step.name === 'register') artifacts.push({ name: 'registered_model_version', step: 'register', path: REGISTERED_MODEL_VERSION });
  }
  return artifacts;
}
