/**
 * Writes into recipe.yaml what defaults decided: readers, ratios, parameters, and the types and roles
 * that were found in the data. The recipe then says all that it does, and gives the same model.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeColumns } from '../data/column-type.ts';
import { openDuckDb } from '../data/duckdb.ts';
import { findIdLike } from '../data/id-like.ts';
import { profileRelation } from '../data/profile.ts';
import { parquetRelation } from '../data/sql.ts';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import { type Addition, insertKeys } from '../recipe/insert.ts';
import { loadRecipe, RECIPE_FILE } from '../recipe/load.ts';
import { findNode, type LocatedMap } from '../recipe/located.ts';
import { readSource } from '../recipe/source.ts';
import { STEPS } from '../recipe/vocabulary.ts';
import type { Json } from '../schema/json.ts';
import { ruleOf } from '../schema/name-pattern.ts';
import { readDataSchema } from '../steps/data-schema.ts';
import { metricTask, primaryMetric } from '../steps/headline-metrics.ts';
import { configOf } from './config.ts';
import type { Project } from './project.ts';
import { stepSettings } from './step-settings.ts';
import { writeWhole } from './write-file.ts';

export interface Ejected {
  readonly file: string;
  /** Dotted paths of the keys that were added, in the order of the file. */
  readonly added: readonly string[];
  /** What could not be written, and why. */
  readonly left: readonly string[];
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
  const wanted = [
    ...(step === undefined || step === 'ingest' ? await columnsOf(project, tree, yaml.value, left) : []),
    ...defaultsFor(project, step, yaml.value),
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
  return ok({ file: RECIPE_FILE, added, left, text: ejected });
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

async function columnsOf(
  project: Project,
  written: LocatedMap,
  write: (value: Json) => string,
  left: string[],
): Promise<readonly Addition[]> {
  const { recipe } = project.loaded;
  const dataset = join(project.paths.outputs, 'ingest', 'dataset.parquet');
  const schemaFile = join(project.paths.outputs, 'ingest', 'schema.json');
  if (statSync(dataset, { throwIfNoEntry: false }) === undefined || statSync(schemaFile, { throwIfNoEntry: false }) === undefined) {
    left.push('types and roles of the columns: `ingest` has not run; `npx mlrecipe run --step ingest`, then eject again');
    return [];
  }
  const schema = readDataSchema(schemaFile);
  const engine = await openDuckDb();
  try {
    const relation = parquetRelation(dataset);
    const columns = await describeColumns(engine, relation);
    const profiles = await profileRelation(engine, relation, { shapes: false });
    const ids = await findIdLike(
      engine,
      relation,
      profiles.filter(({ name }) => name !== recipe.target_col),
    );
    const additions: Addition[] = [];
    for (const { name, type, sqlType } of columns) {
      const purpose = { role: ruleOf(aspect(recipe.columns, 'role'), name), type: ruleOf(aspect(recipe.columns, 'type'), name) };
      const found: Record<string, string> = {};
      if (purpose.type === undefined)
        found['type'] = type === 'string' ? 'category' : type === 'timestamp' && sqlType === 'DATE' ? 'date' : type;
      const id = ids.get(name);
      if (name !== recipe.target_col && purpose.role === undefined) {
        // Said to be an id it would leave the key of the split as well, and rows would move.
        if (id !== undefined) left.push(`the role of \`${name}\`: transform leaves it out by itself (${id})`);
        else found['role'] = 'feature';
      }
      const entry = findNode(written, ['columns', name]);
      if (entry !== undefined) for (const [key, value] of Object.entries(found)) additions.push({ path: ['columns', name, key], value });
      else if (Object.keys(found).length > 0) additions.push({ path: ['columns', name], value: write(found) });
    }
    if (recipe.positive_class === undefined && schema.positive_class !== undefined)
      additions.unshift({ path: ['positive_class'], value: write(schema.positive_class) });
    if (recipe.primary_metric === undefined)
      additions.unshift({ path: ['primary_metric'], value: primaryMetric(metricTask(recipe.task, schema.classes?.length), undefined) });
    return additions;
  } finally {
    await engine.close();
  }
}

function aspect<K extends 'role' | 'type'>(columns: Project['loaded']['recipe']['columns'], key: K): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, purpose]) => (purpose[key] === undefined ? [] : [[name, purpose[key] as string]])),
  );
}
