/** Loads a recipe from texts: no disk, no environment of the process. */
import { join } from 'node:path';
import { renderConcise } from '../../src/diagnostics/render.ts';
import type { DataFiles } from '../../src/recipe/data-files.ts';
import { type LoadedRecipe, type LoadResult, loadRecipe } from '../../src/recipe/load.ts';

export interface MemoryProject {
  readonly recipe: string;
  /** Name → text. */
  readonly profiles?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly set?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Data files that exist, relative to the root. */
  readonly data?: readonly string[];
}

export const ROOT = '/projects/houses';

export function loadMemory({ recipe, profiles = {}, profile, set = [], env = {}, data = ['data/houses.csv'] }: MemoryProject): LoadResult {
  const texts = new Map([[join(ROOT, 'recipe.yaml'), recipe]]);
  for (const [name, text] of Object.entries(profiles)) texts.set(join(ROOT, 'profiles', `${name}.yaml`), text);
  return loadRecipe({
    root: ROOT,
    set,
    env,
    readText: (path) => texts.get(path),
    files: filesOf(data),
    ...(profile !== undefined && { profile }),
  });
}

function filesOf(data: readonly string[]): DataFiles {
  const paths = data.map((name) => join(ROOT, name));
  return {
    kind: (path) => (paths.includes(path) ? 'file' : paths.some((file) => file.startsWith(`${path}/`)) ? 'folder' : undefined),
    names: (path) =>
      [
        ...new Set(paths.filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1).split('/')[0] ?? '')),
      ].sort(),
  };
}

/** The recipe, or a failure that shows what was reported. */
export function loadedMemory(project: MemoryProject): LoadedRecipe {
  const result = loadMemory(project);
  if (!result.ok) throw new Error(`the recipe does not load:\n${reports(result).join('\n')}`);
  return result.value;
}

/** Everything reported, a line each. */
export function reports(result: LoadResult): readonly string[] {
  const found = result.ok ? result.warnings : result.diagnostics;
  return found.map((diagnostic) => renderConcise(diagnostic, (file) => result.files.get(file)));
}
