/** Artifacts by the names of MLflow Recipes: which step makes each and under which path. */
import { REGISTERED_MODEL_VERSION } from '../steps/register.ts';
import type { Template } from '../templates/template.ts';

export interface Artifact {
  readonly name: string;
  readonly step: string;
  /** Relative to the step's output folder. */
  readonly path: string;
}

/** In order of the steps. */
export function artifactsOf(template: Template): readonly Artifact[] {
  const artifacts: Artifact[] = [];
  for (const step of template.steps) {
    for (const [name, path] of Object.entries(step.outputs)) artifacts.push({ name, step: step.name, path });
    if (step.name === 'train') artifacts.push({ name: 'run', step: 'train', path: 'run_id' });
    if (step.name === 'register') artifacts.push({ name: 'registered_model_version', step: 'register', path: REGISTERED_MODEL_VERSION });
  }
  return artifacts;
}
