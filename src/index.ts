/** What `import … from 'mlrecipe'` gives: the recipe as an object, and everything for the user's steps. */
export type { AcceptedStep } from './app/accept.ts';
export type { Removed } from './app/clean.ts';
export type { PlanDocument, PlannedStep, RecordedEvent, RunEvent, RunFinished, RunStatus } from './app/events.ts';
export { type LoadOptions, Recipe, RecipeError, type RunCallbacks } from './app/recipe.ts';
export type { StatusDocument } from './app/status.ts';
export type { Card, Finding } from './cards/blocks.ts';
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export type { Change, PlanState, Reason } from './engine/task.ts';
export * from './steps-api.ts';
