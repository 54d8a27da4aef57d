/**
 * What the engine knows of a step: a name, digests, named inputs and outputs. No YAML, no
 * metrics, no HTML: everything else about a step lives in `app/compose.ts`.
 */
import type { Json } from '../schema/json.ts';

/** SHA-256 in lower-case hex. Branded so that a name cannot be passed for it. */
export type Digest = string & { readonly __brand: 'digest' };
export type TaskName = string & { readonly __brand: 'task' };

/** One thing that a task reads. The role labels it, so that swapped inputs change the key. */
export type TaskInput =
  | { readonly kind: 'output'; readonly role: string; readonly task: TaskName; readonly output: string }
  | {
      readonly kind: 'file';
      readonly role: string;
      /** Absolute path. Not in the key: a moved checkout keeps its hits. */
      readonly path: string;
      /** How to name the file to a person: relative to the recipe's root. */
      readonly label: string;
      /** It is brought here before a run begins, and is not here yet: nothing is known of its bytes. */
      readonly isAwaited?: true;
    };

/** Code of the user that a task runs, by the digest of its bundle. */
export interface UserCode {
  /** Relative to the root, such as `steps/train.ts`. */
  readonly file: string;
  /** Digest of the minified bundle, of the versions of the packages it imports and of Node's major version. */
  readonly digest: Digest;
  /** Whether the sources are still those that were digested. Asked after the step ran; a result is not kept when they are not. */
  readonly isUnchanged?: () => boolean;
}

export interface Task {
  readonly name: TaskName;
  /** Digest of the built import closure of our own step, derived from the build. */
  readonly implementation: Digest;
  /** The resolved parameters that this step reads, and no others. */
  readonly params: Json;
  readonly inputs: readonly TaskInput[];
  /** Relative paths of files or folders that the step must leave in its output folder. */
  readonly outputs: readonly string[];
  readonly userCode: readonly UserCode[];
  /** Versions of native packages that the step uses, such as `{ duckdb: '1.5.6' }`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Declared environment variables, name and value. */
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
  /** For the executor alone (paths, targets, credentials). Never in the key: it cannot change the outputs. */
  readonly payload: unknown;
  /** How long and how often the executor tries. Never in the key: patience does not change a result. */
  readonly policy?: TaskPolicy;
  /**
   * Asks whether what the task left outside the store is still there, such as a registered
   * version. Returns the reason to run again, or `undefined`. Must not change anything.
   */
  readonly revalidate?: (result: Json) => Promise<Reason | undefined>;
}

export interface TaskPolicy {
  /** One attempt may take this long, in milliseconds. No limit when absent. */
  readonly timeoutMs?: number;
  /** How often a step that failed is tried again. 0 when absent. */
  readonly retries?: number;
}

/** What changed, one entry a difference, with values where they are small enough to print. */
export interface Change {
  /** Such as `estimator_params.learning_rate`, `steps/train.ts`, `data/houses.csv`. */
  readonly path: string;
  readonly old?: Json;
  readonly new?: Json;
}

/** Why a task runs. The kinds are part of the JSON interface. */
export type Reason =
  | { readonly kind: 'never-ran' }
  | { readonly kind: 'code-changed'; readonly changes: readonly Change[] }
  | { readonly kind: 'params-changed'; readonly changes: readonly Change[] }
  | { readonly kind: 'input-changed'; readonly changes: readonly Change[] }
  | { readonly kind: 'environment-changed'; readonly changes: readonly Change[] }
  | { readonly kind: 'output-missing'; readonly output: string; readonly detail?: string }
  /** Inputs that a run fetches before it begins; only in a plan. */
  | { readonly kind: 'not-fetched'; readonly inputs: readonly string[] }
  | { readonly kind: 'forced' };

/** The states are the same words in plan, terminal, JSON and cards. */
export type PlanState = 'fresh' | 'restore' | 'run' | 'unknown';

export interface PlannedTask {
  readonly name: TaskName;
  readonly state: PlanState;
  readonly reasons: readonly Reason[];
  /** Absent while an upstream task still has to run. */
  readonly key?: Digest;
  /** Which tasks must run before this one can be decided. Empty unless `unknown`. */
  readonly waitsFor: readonly TaskName[];
  /** It lies before the first task to run, and its last result is used without asking whether it is still right. */
  readonly isTaken?: true;
  /** Its result is reused because a person accepted it for this key. */
  readonly acceptedByHand?: true;
}

export interface Plan {
  readonly tasks: readonly PlannedTask[];
}
