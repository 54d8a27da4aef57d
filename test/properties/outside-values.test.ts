// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the recipe's own form
/**
 * Wherever the recipe takes a value from outside, another value changes no step that makes something,
 * and no task but `register`. The places come from the schema, so that a new key is tried as well.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeTasks } from '../../src/app/compose.ts';
import { openProject } from '../../src/app/project.ts';
import { STEPS } from '../../src/recipe/vocabulary.ts';
import type { Json, JsonObject } from '../../src/schema/json.ts';
import { housesCsv } from '../support/small-projects.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const SCHEMA = join(fileURLToPath(new URL('../..', import.meta.url)), 'schema/recipe.schema.json');
const RECIPE = 'recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest:\n    using: csv\n    location: data/a.csv\n';

let root: string;
beforeAll(() => {
  root = makeTempFolder();
  mkdirSync(join(root, 'data'));
  mkdirSync(join(root, 'profiles'));
  writeFileSync(join(root, 'recipe.yaml'), RECIPE);
  for (const name of ['a', 'b']) writeFileSync(join(root, 'data', `${name}.csv`), housesCsv(40));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every key of the schema down to single values; free names are called `any`. */
function places(schema: JsonObject, path: readonly string[] = []): readonly (readonly string[])[] {
  const forms = (schema['anyOf'] as readonly JsonObject[] | undefined) ?? [schema];
  return forms.flatMap((form) => {
    const inner = Object.entries((form['properties'] ?? {}) as Record<string, JsonObject>);
    const free = form['additionalProperties'];
    const named = typeof free === 'object' && free !== null ? [['any', free as JsonObject] as const] : [];
    const below = [...inner, ...named].flatMap(([name, child]) => places(child, [...path, name]));
    const type = form['type'];
    const isSingle = type !== 'object' && type !== 'array' && form['$ref'] === undefined;
    return isSingle && path.length > 0 ? [path, ...below] : below;
  });
}

const PLACES = [...new Map(places(JSON.parse(readFileSync(SCHEMA, 'utf8')) as JsonObject).map((path) => [path.join('.'), path])).values()];

/** What the tasks are made from, or `undefined` when a reference may not stand there. */
async function tasksWith(path: readonly string[], value: string): Promise<Readonly<Record<string, string>> | undefined> {
  let profile: Json = '${env:OUTSIDE}';
  for (const name of [...path].reverse()) profile = { [name]: profile };
  // A cache asks for a place as well.
  if (path[0] === 'cache' && path[1] !== 'location') (profile as { cache: Record<string, Json> }).cache['location'] = './shared';
  writeFileSync(join(root, 'profiles', 'local.yaml'), JSON.stringify(profile));
  const opened = openProject({ from: root, env: { OUTSIDE: value } });
  if (!opened.ok) {
    // A text from outside is no number and no truth value.
    if (opened.diagnostics.some(({ code }) => code === 'secret-not-allowed' || code === 'wrong-type')) return undefined;
    // A cache, and a query over named files, ask for more keys than the one that is tried.
    expect(path[0] === 'cache' || path.includes('inputs'), path.join('.') + JSON.stringify(opened.diagnostics)).toBe(true);
    return {};
  }
  const composed = await composeTasks(opened.value);
  if (!composed.ok) throw new Error(JSON.stringify(composed.diagnostics));
  return Object.fromEntries(
    composed.value.tasks.map(({ name, payload: _payload, revalidate: _revalidate, inputs, ...rest }) => [
      name,
      JSON.stringify([rest, inputs.map((input) => (input.kind === 'file' ? [input.role, readFileSync(input.path, 'utf8')] : input))]),
    ]),
  );
}

test('some places take a value from outside, and every other one refuses it', async () => {
  const taken: string[] = [];
  for (const path of PLACES) {
    const isLocation = (path.at(-1) === 'location' || path.includes('inputs')) && path[0] === 'steps';
    const [first, second] = isLocation
      ? ['data/a.csv', 'data/b.csv']
      : path[0] === 'cache'
        ? ['./one', './two']
        : ['sqlite:///one.db', 'sqlite:///two.db'];
    const one = await tasksWith(path, first);
    const other = await tasksWith(path, second);
    expect(other === undefined, path.join('.')).toBe(one === undefined);
    if (one === undefined || other === undefined) continue;
    taken.push(path.join('.'));
    for (const step of STEPS) if (step !== 'register') expect(other[step], `${path.join('.')} changes ${step}`).toEqual(one[step]);
    for (const task of Object.values(one)) if (path[0] === 'cache') expect(task).not.toContain(first);
  }
  expect(PLACES.length).toBeGreaterThan(100);
  expect(taken.sort()).toMatchInlineSnapshot(`
    [
      "cache.access_key_id",
      "cache.endpoint",
      "cache.location",
      "cache.password",
      "cache.region",
      "cache.secret",
      "cache.secret_access_key",
      "cache.session_token",
      "cache.token",
      "cache.user",
      "experiment.artifact_location",
      "experiment.id",
      "experiment.name",
      "experiment.run_name_prefix",
      "experiment.tags.any",
      "experiment.tracking_uri",
      "model_registry.registry_uri",
      "steps.ingest.inputs.any",
      "steps.ingest.location",
      "steps.ingest_scoring.inputs.any",
      "steps.ingest_scoring.location",
      "steps.register.registry_uri",
    ]
  `);
});
