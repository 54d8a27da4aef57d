/**
 * What a step is. The declaration is light (names, inputs, outputs) and is read by the command
 * process; `load` brings in the code that does the work, and only the worker calls it.
 */
import type { CardContent, Finding } from '../cards/blocks.ts';
import type { DataEngine } from '../data/engine.ts';
import type { Json, JsonObject } from '../schema/json.ts';

export interface StepDefinition {
  readonly name: StepName;
  /** One line for `--help`, plan and cards. */
  readonly summary: string;
  /** Role → which output of which step it is. Data files and other extra inputs are added by `app/compose.ts`. */
  readonly inputs: { readonly [role: string]: { readonly step: StepName; readonly output: string } };
  /** Artifact name as in MLflow Recipes → file or folder in the output folder. */
  readonly outputs: { readonly [name: string]: string };
  readonly load: () => Promise<StepRun>;
}

/** A step of the template, or the name of one of the user's own. */
export type StepName = StandardStep | (string & { readonly __brand: 'custom-step' });

export type StandardStep = 'ingest' | 'split' | 'transform' | 'train' | 'evaluate' | 'register' | 'ingest_scoring' | 'predict';

/** Does the work. Params are already validated and complete; see the `Params` type beside each step. */
export type StepRun = (context: StepContext) => Promise<StepResult>;

export interface StepContext {
  /** Only what the step's key contains. */
  readonly params: Json;
  /** What the recipe says of the pace alone, such as how many trials run at once. In no key: no output may depend on it. */
  readonly pace: JsonObject;
  /** Role → absolute path. Files of a list come as `data:0000`, `data:0001` … in order. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What to call inputs whose paths must not be shown, by role. The others are called by their paths. */
  readonly inputNames: Readonly<Record<string, string>>;
  /**
   * The folder with the outputs and the card of the step's last run, for a remark on what has changed. No output may
   * depend on it, since it is in no key.
   */
  readonly lastOutputs?: string;
  /** Absolute path for an output's file or folder. The parent folder exists. */
  output(path: string): string;
  /**
   * A folder of this execution's key that survives a kill, is found again by the next execution of the same key, and
   * goes when one succeeds: for checkpoints and finished trials. Made when it is asked for. The outputs must be the
   * same whatever is in it.
   */
  progressFolder(): string;
  readonly seed: number;
  /** One DuckDB session, shared by the steps that a worker runs in turn. */
  data(): Promise<DataEngine>;
  /**
   * A function that the user exports from a step file, such as `userFunction('steps/train.ts', 'estimator_fn')`.
   * Calls of it are the user's code: what it throws is shown at its place in the TypeScript source.
   */
  userFunction(file: string, name: string): Promise<(...args: readonly never[]) => unknown>;
  /** Digest of the code that `userFunction` calls in this file, for artifacts that need it again. */
  userCodeDigest(file: string): string;
  /**
   * Threads that carry out a task of the step's, each with its own copy of the user's code. Results must not depend on
   * how many there are. Absent where there are none, and then the step does all by itself.
   */
  readonly threads?: (wanted: WantedThreads) => StepThreads;
  /** Lines for the step's log and, at a bounded rate, the terminal. */
  log(line: string): void;
  progress(progress: {
    readonly message?: string;
    readonly done?: number;
    readonly total?: number;
    readonly unit?: string;
    readonly metrics?: Readonly<Record<string, number>>;
  }): void;
  readonly signal: AbortSignal;
}

export interface WantedThreads {
  /** A name of `worker/thread-tasks.ts`. */
  readonly task: string;
  /** Sent to each thread once; arrays in shared memory are not copied. */
  readonly given: unknown;
  readonly count: number;
  /** Entries of the environment that are otherwise in the threads, such as how many threads a fit may use. */
  readonly env: Readonly<Record<string, string>>;
}

export interface StepThreads {
  /** Carried out by the next free thread. What is thrown there arrives as a plain error with its message. */
  run(input: unknown): Promise<unknown>;
  /** To be awaited: what the threads have printed has then arrived. */
  close(): Promise<void>;
}

/** A task of a thread: what it does with each input, once it has what is given to all. */
export type ThreadTask = (given: never, context: Pick<StepContext, 'userFunction' | 'signal'>) => (input: never) => Promise<unknown>;

/** What a step reports besides its outputs. Kept in the store beside them; never in a downstream key. */
export interface StepResult {
  /** What was found, in one line for the terminal: `53,940 rows × 10 columns, no missing values`. */
  readonly summary: string;
  /** Prefixed names, such as `training_root_mean_squared_error`. Non-finite values are left out. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Series for tracking, such as the loss of each iteration: name → [step, value]. */
  readonly history?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** What to log as run parameters, such as the hyperparameters. */
  readonly params: JsonObject;
  /** Fits that were tried before the one that counts, in order. Each becomes a run below that of the step. */
  readonly trials?: readonly StepTrial[];
  readonly findings: readonly Finding[];
  readonly card: CardContent;
  /** Facts for later readers that are no artifact: verdict, class names, counts. */
  readonly facts: JsonObject;
}

export interface StepTrial {
  readonly name: string;
  readonly status: 'ok' | 'failed';
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly params: JsonObject;
  /** By their names without prefix. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
}

export function defineStep<const D extends StepDefinition>(definition: D): D {
  return definition;
}
