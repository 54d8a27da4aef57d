/** What one step reads of the recipe, in the form that `compose.ts` makes a task of. */
import type { TaskInput } from '../engine/task.ts';
import type { JsonObject } from '../schema/json.ts';

export interface StepSettings {
  /** JSON; each step declares its shape. */
  readonly params: object;
  /** What changes no result, such as how many trials run at once. In no key. */
  readonly pace?: JsonObject;
  /** Data files beside the outputs of other steps. */
  readonly files: readonly TaskInput[];
  readonly functions: readonly UserFunction[];
  readonly seed: number;
  readonly usesDuckDb: boolean;
  /** Declared variables, name and value. None when absent. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface UserFunction {
  readonly file: string;
  readonly method: string;
  /** What the step calls it with, in order, by names that a person understands. */
  readonly gets: readonly string[];
  /** Path of the name in recipe.yaml, for messages. */
  readonly at: readonly string[];
  /** False where the code reaches the step through an input that already names its digest. */
  readonly inKey: boolean;
}
