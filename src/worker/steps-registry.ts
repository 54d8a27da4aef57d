/** Steps by name. Apart from the list of ours, so that a test can serve steps of its own. */
import type { StepDefinition } from '../steps/define.ts';

export type StepRegistry = ReadonlyMap<string, StepDefinition>;

export function registryOf(steps: readonly StepDefinition[]): StepRegistry {
  return new Map(steps.map((step) => [step.name, step]));
}
