/** What was found of the columns, as additions to recipe.yaml: types, roles, the class that counts and the metric. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describeColumns } from '../data/column-type.ts';
import { openDuckDb } from '../data/duckdb.ts';
import { findFreeTexts } from '../data/free-text.ts';
import { findIdLike } from '../data/id-like.ts';
import { profileRelation } from '../data/profile.ts';
import { parquetRelation } from '../data/sql.ts';
import type { Addition } from '../recipe/insert.ts';
import { findNode, type LocatedMap } from '../recipe/located.ts';
import type { Json } from '../schema/json.ts';
import { ruleOf } from '../schema/name-pattern.ts';
import { readDataSchema } from '../steps/data-schema.ts';
import { metricTask, primaryMetric } from '../steps/headline-metrics.ts';
import type { Project } from './project.ts';

/** What cannot be written is added to `left`. */
export async function columnsOf(
  project: Project,
  written: LocatedMap,
  write: (value: Json) => string,
  left: string[],
  /** Whether `transform` finds ids by itself. */
  isLeftToAuto: boolean,
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
    const freeTexts = await findFreeTexts(engine, relation, profiles);
    const additions: Addition[] = [];
    for (const { name, type, sqlType } of columns) {
      const purpose = { role: ruleOf(aspect(recipe.columns, 'role'), name), type: ruleOf(aspect(recipe.columns, 'type'), name) };
      const found: Record<string, string> = {};
      if (purpose.type === undefined)
        found['type'] =
          type === 'string' ? (freeTexts.has(name) ? 'text' : 'category') : type === 'timestamp' && sqlType === 'DATE' ? 'date' : type;
      const id = ids.get(name);
      if (name !== recipe.target_col && purpose.role === undefined) {
        // Said to be an id it would leave the key of the split as well, and rows would move.
        if (id === undefined) found['role'] = 'feature';
        else if (isLeftToAuto) left.push(`the role of \`${name}\`: transform leaves it out by itself (${id})`);
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
