/** What `import … from 'mlrecipe'` gives: the recipe object, estimators, transformers and tables for the user's steps. */
export { type LoadOptions, Recipe, RecipeError, type RunCallbacks } from './app/recipe.ts';
export type { Removed } from './app/clean.ts';
export type { PlanDocument, PlannedStep, RunEvent, RunFinished, RunStatus } from './app/events.ts';
export type { Card, Finding } from './cards/blocks.ts';
export { type Column, type ColumnType, type NumericColumn, type Row, type StringColumn, Table, type Value } from './data/table.ts';
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export type { Change, PlanState, Reason } from './engine/task.ts';
export type { Estimator, Feature, FeatureMatrix, FitContext, FittedModel, Target } from './ml/estimator.ts';
export { linear } from './ml/linear/linear.ts';
export { gradientBoosting } from './ml/trees/gradient-boosting.ts';
export { randomForest } from './ml/trees/random-forest.ts';
