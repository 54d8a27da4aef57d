/**
 * Writes into recipe.yaml what defaults decided: readers, ratios, parameters, and the types and roles
 * that were found in the data. The recipe then says all that it does, and gives the same model.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import { type Addition, insertKeys } from '../recipe/insert.ts';
import { loadRecipe, RECIPE_FILE } from '../recipe/load.ts';
import { findNode, type LocatedMap } from '../recipe/located.ts';
import { readSource } from '../recipe/source.ts';
import { STEPS } from '../recipe/vocabulary.ts';
import type { Json } from '../schema/json.ts';
import { configOf } from './config.ts';
import { columnsOf } from './eject-columns.ts';
import { chosenOperations } from './eject-operations.ts';
import type { Project } from './project.ts';
import { stepSettings } from './step-settings.ts';
import { writeWhole } from './write-file.ts';

export interface Ejected {
  readonly file: string;
  /** Dotted paths of the keys that were added, in the order of the file. */
  readonly added: readonly string[];
  /** What could not be written, and why. */
  readonly left: readonly string[];
  /** Whether a run makes the same model as before; otherwise `left` says why. */
  readonly isSameModel: boolean;
  readonly text: string;
}

export interface EjectOptions {
  /** Only what belongs to this step. */
  readonly step?: string | undefined;
  readonly isDryRun?: boolean | undefined;
  /** Writes a name or a value as YAML. */
  readonly yaml: { readonly key: (name: string) => string; readonly value: (value: Json) => string };
}

/** The steps that the recipe has keys for, and that run. */
const EJECTABLE = STEPS.filter((step) => step !== 'ingest_scoring' && step !== 'predict');

export async function ejectRecipe(project: Project, { step, isDryRun = false, yaml }: EjectOptions): Promise<Result<Ejected>> {
  if (step !== undefined && !(EJECTABLE as readonly string[]).includes(step)) {
    const near = closest(step, EJECTABLE);
    const hint = near === undefined ? `the steps are ${listNames(EJECTABLE, 9)}` : `did you mean \`${near}\`?`;
    return failed([{ code: 'unknown-step', severity: 'error', message: `\`${step}\` is no step that defaults decide anything of`, hint }]);
  }
  const path = join(project.paths.root, RECIPE_FILE);
  const text = readFileSync(path, 'utf8');
  const { tree } = readSource(RECIPE_FILE, text);
  if (tree?.kind !== 'map') throw new Error('recipe.yaml was valid and is no mapping');
  const left: string[] = [];
  const belongs = (section: string): boolean => step === undefined || step === section;
  const chosen = belongs('transform') ? await chosenOperations(project, yaml.value) : undefined;
  left.push(...(chosen?.left ?? []));
  const additions = chosen?.additions ?? [];
  const isLeftToAuto = project.loaded.recipe.steps.transform.using === 'auto' && additions.length === 0;
  const wanted = [
    ...(belongs('ingest') ? await columnsOf(project, tree, yaml.value, left, isLeftToAuto) : []),
    ...withOperations(defaultsFor(project, step, yaml.value), additions),
  ];
  const ejected = insertKeys(text, tree, wanted, yaml.key);
  // Never leave a recipe behind that does not load.
  const again = loadRecipe({
    root: project.paths.root,
    env: project.env,
    ...(project.loaded.profile !== undefined && { profile: project.loaded.profile }),
    readText: (file) =>
      file === path ? ejected : statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(file, 'utf8'),
  });
  if (!again.ok) return failed(again.diagnostics.filter(({ severity }) => severity === 'error'));
  if (!isDryRun && ejected !== text) writeWhole(path, ejected);
  const added = wanted.filter(({ path: at }) => isNew(tree, at)).map(({ path: at }) => at.join('.'));
  return ok({ file: RECIPE_FILE, added, left, isSameModel: chosen?.isSameModel ?? true, text: ejected });
}

/** The operations in the place of the keys that choose what `auto` does. */
function withOperations(defaults: readonly Addition[], operations: readonly Addition[]): readonly Addition[] {
  if (operations.length === 0) return defaults;
  const first = defaults.findIndex(({ path }) => isOfAuto(path));
  const at = first === -1 ? defaults.length : first;
  return [...defaults.slice(0, at), ...operations, ...defaults.slice(at).filter(({ path }) => !isOfAuto(path))];
}

function isOfAuto([steps, step, key]: readonly string[]): boolean {
  return steps === 'steps' && step === 'transform' && (key === 'using' || key === 'impute' || key === 'encode');
}

function isNew(tree: LocatedMap, path: readonly string[]): boolean {
  const node = findNode(tree, path);
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

/** What `recipe config` calls a default, with `auto` as it was decided. Where runs are recorded is for profiles to say. */
function defaultsFor(project: Project, step: string | undefined, write: (value: Json) => string): readonly Addition[] {
  const decided = stepSettings(project, 'transform').params as { readonly impute: string; readonly encode: string };
  return configOf(project).values.flatMap(({ path, value, origin }): Addition[] => {
    const names = path.map(String);
    const belongs =
      step === undefined || (names[0] === 'steps' && names[1] === step) || (step === 'register' && names[0] === 'model_registry');
    if (origin !== 'default' || !belongs || names.join('.') === 'experiment.tracking_uri') return [];
    const at = names.join('.');
    const shown = at === 'steps.transform.impute' ? decided.impute : at === 'steps.transform.encode' ? decided.encode : value;
    return [{ path: names, value: write(shown) }];
  });
}
