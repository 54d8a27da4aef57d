/** What a task carries for the worker and for nobody else. Nothing in it enters a key. */
import type { JsonObject } from '../schema/json.ts';
import type { StepName } from '../steps/define.ts';

export interface WorkerPayload {
  readonly step: StepName;
  /** Which of our steps carries it out: its own, or that of all steps of the user's. */
  readonly code: string;
  /** Absolute path of the project's root: the worker's current folder, and what paths in messages are relative to. */
  readonly root: string;
  /** Step file relative to the root → absolute path of its bundle. */
  readonly userCode: Readonly<Record<string, string>>;
  /** What to call inputs whose paths must not be shown, by role. */
  readonly inputNames: Readonly<Record<string, string>>;
  /** Where the step's outputs of the last run lie, if it wants to say what has changed. They may be gone or half there. */
  readonly lastOutputs?: string;
  /** What the recipe says that changes no result, such as how many trials run at once. */
  readonly pace?: JsonObject;
  readonly card: CardContext;
}

/** What a card says that a step does not know. */
export interface CardContext {
  /** Name of the recipe. */
  readonly recipe: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}
