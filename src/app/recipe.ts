/** The library's face: a recipe as an object, with what the command can do as typed methods. */
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { type AcceptedStep, acceptStep } from './accept.ts';
import { cleanRecipe, type Removed } from './clean.ts';
import type { PlanDocument, RecordedEvent, RunFinished } from './events.ts';
import { getArtifactPath } from './get-artifact.ts';
import { findCard } from './inspect.ts';
import { planRecipe } from './plan.ts';
import { openProject, type Project } from './project.ts';
import { runRecipe } from './run.ts';
import { type StatusDocument, statusOf } from './status.ts';

export interface LoadOptions {
  /** A folder with recipe.yaml, or one below it. Defaults to the current folder. */
  readonly root?: string;
  /** Name of a file in `profiles/`. Defaults to `RECIPE_PROFILE`, then to `local` when it exists. */
  readonly profile?: string;
  /** Overrides, each `a.b.c=value` with a YAML value. */
  readonly set?: readonly string[];
  /** Files of `NAME=value` lines for `${env:NAME}`, relative to the current folder. */
  readonly envFiles?: readonly string[];
}

export interface RunCallbacks {
  /** Every event of the run, as `recipe run --format json` prints them. */
  readonly onEvent?: (event: RecordedEvent) => void;
  readonly signal?: AbortSignal;
}

/** Every mistake that was found, with places in the files. `diagnostics` is sorted by file and position. */
export class RecipeError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ code, message, hint }) => `${message} [${code}]${hint === undefined ? '' : `; ${hint}`}`).join('\n'));
    this.name = 'RecipeError';
    this.diagnostics = diagnostics;
  }
}

export class Recipe {
  readonly #options: LoadOptions;
  #project: Project;

  private constructor(options: LoadOptions, project: Project) {
    this.#options = options;
    this.#project = project;
  }

  /** Reads and checks the recipe. Rejects with a `RecipeError` that holds all mistakes. */
  static load(options: LoadOptions = {}): Promise<Recipe> {
    return attempt(() => new Recipe(options, Recipe.#open(options)));
  }

  static #open(options: LoadOptions): Project {
    return orThrow(
      openProject({
        ...(options.root !== undefined && { from: options.root }),
        ...(options.profile !== undefined && { profile: options.profile }),
        ...(options.set !== undefined && { set: options.set }),
        ...(options.envFiles !== undefined && { envFiles: options.envFiles }),
      }),
    );
  }

  /** The folder's name. */
  get name(): string {
    return this.#project.name;
  }

  get profile(): string | undefined {
    return this.#project.loaded.profile;
  }

  /**
   * Runs what needs to run, up to `step` or all. The files are read again first. A step that fails
   * or a model that is rejected is told in `status`; only mistakes in the recipe reject.
   */
  async run(step?: string, callbacks: RunCallbacks = {}): Promise<RunFinished> {
    this.#project = Recipe.#open(this.#options);
    return orThrow(
      await runRecipe(this.#project, {
        ...(step !== undefined && { step }),
        ...(callbacks.signal !== undefined && { signal: callbacks.signal }),
        ...(callbacks.onEvent !== undefined && { emit: callbacks.onEvent }),
      }),
    );
  }

  /** What `run` would do, and why. */
  async plan(step?: string): Promise<PlanDocument> {
    this.#project = Recipe.#open(this.#options);
    return orThrow(await planRecipe(this.#project, step === undefined ? {} : { step }));
  }

  /** What is in place and what would run, how the last run ended, and who works in the folder now. */
  async status(): Promise<StatusDocument> {
    this.#project = Recipe.#open(this.#options);
    return orThrow(await statusOf(this.#project));
  }

  /** Paths of the newest card of a step, or of the last run, relative to the recipe's folder. */
  inspect(step?: string): Promise<{ readonly html: string; readonly md: string; readonly json: string }> {
    return attempt(() => orThrow(findCard(this.#project, step)).paths);
  }

  /** The result of a step that is there stands for the present state. Rejects when there is none, or when it was edited. */
  async accept(step: string): Promise<AcceptedStep> {
    this.#project = Recipe.#open(this.#options);
    return orThrow(await acceptStep(this.#project, { step }));
  }

  /** Removes the results of a step, or of all steps. */
  async clean(step?: string): Promise<readonly Removed[]> {
    return orThrow(await cleanRecipe(this.#project, step === undefined ? {} : { step }));
  }

  /** The path of an artifact by its MLflow Recipes name. Rejects when it is absent or out of date, naming the step to run. */
  async getArtifact(name: string): Promise<string> {
    this.#project = Recipe.#open(this.#options);
    return orThrow(await getArtifactPath(this.#project, name));
  }
}

function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RecipeError(result.diagnostics);
}

/** A promise even where the work is done at once, so that every method fails in the same way. */
async function attempt<T>(work: () => T): Promise<T> {
  return work();
}
