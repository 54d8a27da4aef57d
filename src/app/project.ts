/** A recipe project that was read and found valid: where it lies, what it says, which template it follows. */
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { type EnvFileText, findRoot, type LoadedRecipe, loadRecipe } from '../recipe/load.ts';
import { readFromDisk, readSmallFile } from '../recipe/text-file.ts';
import type { StepDefinition } from '../steps/define.ts';
import { templateOf } from '../templates/catalog.ts';
import type { Template } from '../templates/template.ts';
import { type CustomStep, projectSteps } from './custom-steps.ts';
import { type ProjectPaths, projectPaths } from './paths.ts';

export interface ProjectOptions {
  /** Where to start looking for recipe.yaml, walking up. Defaults to the current folder. */
  readonly from?: string;
  readonly profile?: string;
  /** `a.b.c=value`, each value read as YAML. */
  readonly set?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Files of `NAME=value` lines, relative to the current folder. What the environment says wins, then a later file. */
  readonly envFiles?: readonly string[];
  /** Nothing will be run: what this machine lacks is a warning. */
  readonly isToShow?: boolean;
  /** Work on a sample of so many rows, under keys of its own, and register nothing. */
  readonly sample?: number;
}

export interface Project {
  readonly name: string;
  readonly loaded: LoadedRecipe;
  readonly paths: ProjectPaths;
  readonly template: Template;
  /** Those of the template and the user's own, in the order in which a person reads them. */
  readonly steps: readonly StepDefinition[];
  /** Those of the template that the recipe asks for: a run of its own, which trains nothing. */
  readonly scoringSteps: readonly StepDefinition[];
  readonly customSteps: ReadonlyMap<string, CustomStep>;
  readonly warnings: readonly Diagnostic[];
  /** How many rows; absent for all. */
  readonly sample?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Rows are read to be looked at or to be scored; without them there is nothing to score. */
function scoringSteps(template: Template, asked: LoadedRecipe['recipe']['steps']): readonly StepDefinition[] {
  if (asked.ingest_scoring === undefined) return [];
  return template.scoring.filter(({ name }) => name === 'ingest_scoring' || (name === 'predict' && asked.predict !== undefined));
}

/** All that the project knows, in the order in which a person reads them. */
export function allSteps({ steps, scoringSteps: scoring }: Pick<Project, 'steps' | 'scoringSteps'>): readonly StepDefinition[] {
  return [...steps, ...scoring];
}

/** The folder of the recipe.yaml that `from`, or the current folder, belongs to. */
export function findProjectRoot(from: string | undefined): string | undefined {
  return findRoot(from ?? process.cwd());
}

function readEnvFiles(paths: readonly string[]): Result<readonly EnvFileText[]> {
  const texts: EnvFileText[] = [];
  for (const path of paths) {
    const found = readSmallFile(process.cwd(), path, readFromDisk);
    if (!('text' in found)) {
      const hint = '`--env-file` takes a file of `NAME=value` lines, relative to the current folder';
      return failed([{ code: found.code, severity: 'error', message: found.message, hint }]);
    }
    texts.push({ name: path, text: found.text });
  }
  return ok(texts, []);
}

/** The files that were read come along when the recipe is wrong, so that its mistakes can be shown in them. */
export function openProject(options: ProjectOptions = {}): Result<Project> & { readonly files?: ReadonlyMap<string, string> } {
  const env = options.env ?? process.env;
  const from = options.from ?? process.cwd();
  const root = findRoot(from);
  if (root === undefined) {
    return failed([
      {
        code: 'recipe-not-found',
        severity: 'error',
        message: `no \`recipe.yaml\` in ${from} or above it`,
        hint: 'start a project with `npx mlrecipe init my-model`, or point at one with `-C FOLDER`',
      },
    ]);
  }
  const envFiles = readEnvFiles(options.envFiles ?? []);
  if (!envFiles.ok) return envFiles;
  const loaded = loadRecipe({
    root,
    env,
    envFiles: envFiles.value,
    ...(options.isToShow === true && { isToShow: true }),
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.set !== undefined && { set: options.set }),
  });
  if (!loaded.ok) return loaded;
  const template = templateOf(loaded.value.recipe.recipe);
  if (template === undefined) throw new Error(`no template ${loaded.value.recipe.recipe} although the recipe was found valid`);
  const { steps, custom, diagnostics } = projectSteps(loaded.value, template.steps);
  if (diagnostics.length > 0) return { ...failed([...loaded.warnings, ...diagnostics]), files: loaded.files };
  return ok(
    {
      // A sample is neither registered nor a table of scored rows.
      steps: options.sample === undefined ? steps : steps.filter(({ name }) => name !== 'register'),
      scoringSteps: options.sample === undefined ? scoringSteps(template, loaded.value.recipe.steps) : [],
      ...(options.sample !== undefined && { sample: options.sample }),
      customSteps: custom,
      name: loaded.value.name,
      loaded: loaded.value,
      paths: projectPaths(root),
      template,
      warnings: loaded.warnings,
      env: loaded.value.environment,
    },
    loaded.warnings,
  );
}
