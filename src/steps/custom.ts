/**
 * A step of the user's own. The declaration stands for all of them: what each reads and leaves
 * comes from the recipe, and is in its parameters.
 */
import { defineStep, type StepDefinition, type StepName } from './define.ts';

export const custom: StepDefinition = defineStep({
  name: 'custom' as StepName,
  summary: 'A step of your own.',
  inputs: {},
  outputs: {},
  load: async () => (await import('./custom/run.ts')).runCustom,
});
