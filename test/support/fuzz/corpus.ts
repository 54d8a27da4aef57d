/** Texts to begin from: every recipe, profile and `--set` that the tests, the examples and the templates have. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from '../literate.ts';

export interface Corpus {
  readonly recipes: readonly string[];
  readonly profiles: readonly string[];
  readonly overrides: readonly string[];
  readonly tables: readonly string[];
  /** In base64, since a corpus is passed on as JSON. */
  readonly parquet: readonly string[];
}

const PLACES = ['.', 'examples', 'test/fixtures', 'src/templates/regression', 'src/templates/classification'];

export function readCorpus(root: string): Corpus {
  const recipes: string[] = [];
  const profiles: string[] = [];
  const overrides: string[] = ['steps.train.seed=7', 'steps.split.split_ratios=[0.5, 0.25, 0.25]', 'columns."a.b"={role: id}'];
  const tables: string[] = ['a,b\n1,2\n', '{"a": 1, "b": "x"}\n{"a": 2}\n', '[{"a": 1}, {"a": {"c": []}}]'];
  const diagnostics = join(root, 'test/diagnostics');
  for (const file of names(diagnostics).filter((name) => name.endsWith('.md'))) {
    for (const { files, args } of readCases(join(diagnostics, file))) {
      for (const [name, text] of files) {
        if (name === 'recipe.yaml') recipes.push(text);
        else if (name.startsWith('profiles/')) profiles.push(text);
        else if (name.startsWith('data/')) tables.push(text);
      }
      overrides.push(...args.filter((line) => line.startsWith('--set ')).map((line) => line.slice('--set '.length)));
    }
  }
  for (const folder of PLACES.flatMap((place) => [place, ...names(join(root, place)).map((name) => join(place, name))])) {
    for (const [name, texts] of [['recipe.yaml', recipes]] as const)
      if (names(join(root, folder)).includes(name)) texts.push(readFileSync(join(root, folder, name), 'utf8'));
    for (const name of names(join(root, folder, 'profiles'))) profiles.push(readFileSync(join(root, folder, 'profiles', name), 'utf8'));
  }
  return { recipes, profiles, overrides, tables, parquet: [] };
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
