/**
 * What a person sees in an editor with yaml-language-server, which `# yaml-language-server: $schema=…` gives the
 * published schema: for every key a completion and its words, no complaint about placeholders, and one
 * about what is wrong.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/schema/json.ts';
import { LanguageServer } from '../support/language-server.ts';
import { REPOSITORY } from '../support/recipe-rig.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const SCHEMA = join(REPOSITORY, 'schema/recipe.schema.json');
// As a URL, since a path may hold a blank.
const MODELINE = `# yaml-language-server: $schema=${pathToFileURL(SCHEMA).href}`;

let server: LanguageServer;
const folder = makeTempFolder();
beforeAll(async () => {
  server = await LanguageServer.start(folder);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A mapping of the recipe: where it stands, what must stand beside it for its keys to hold, and its keys with their words. */
interface Section {
  readonly path: readonly string[];
  readonly beside: readonly string[];
  readonly keys: ReadonlyMap<string, string>;
}

/** `-` in a path is an item of a list, `any_name` a name that the user gives. */
function sections(schema: JsonObject, path: readonly string[] = [], beside: readonly string[] = []): readonly Section[] {
  const form = formOf(schema);
  const properties = object(form['properties']);
  const here = Object.entries(properties);
  const found: Section[] = [];
  if (here.length > 0)
    found.push({ path, beside, keys: new Map(here.map(([name, inner]) => [name, String(object(inner)['description'])])) });
  for (const [name, inner] of here) found.push(...sections(object(inner), [...path, name]));
  if (form['items'] !== undefined) found.push(...sections(object(form['items']), [...path, '-']));
  if (isObject(form['additionalProperties'])) found.push(...sections(form['additionalProperties'], [...path, 'any_name']));
  for (const rule of Array.isArray(form['allOf']) ? (form['allOf'] as readonly JsonObject[]) : []) {
    const using = JSON.stringify(rule['if']).match(/"const":"(\w+)"/)?.[1] ?? '';
    const params = object(object(object(rule['then'])['properties'])['estimator_params']);
    found.push(...sections(params, [...path, 'estimator_params'], [`using: ${using}`]));
  }
  return found;
}

/** The first form of a value; the second is a placeholder. */
function formOf(schema: JsonObject): JsonObject {
  const forms = schema['anyOf'];
  return Array.isArray(forms) ? object(forms[0] as Json) : schema;
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The lines at a path, with those beside it one level above. */
function place(path: readonly string[], body: readonly string[], beside: readonly string[] = []): readonly string[] {
  const [first, ...rest] = path;
  if (first === undefined) return body;
  const inner = place(rest, body, rest.length === 0 ? [] : beside);
  if (first === '-') return inner.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
  return [...(rest.length === 0 ? beside : []), `${first}:`, ...inner.map((line) => `  ${line}`)];
}

/** Words alone: the server escapes what Markdown would take for layout. */
const words = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

const all = sections(JSON.parse(readFileSync(SCHEMA, 'utf8')) as JsonObject);

describe('every section of a recipe', () => {
  it('is looked at', () => {
    expect(all.length).toBeGreaterThan(15);
    expect(all.flatMap(({ keys }) => [...keys.keys()]).length).toBeGreaterThan(120);
  });

  it.each(all.map((section) => [[...section.path, ...section.beside].join('.') || 'the whole', section] as const))(
    '%s: its keys are proposed and explained',
    async (_, { path, beside, keys }) => {
      const empty = [MODELINE, ...place(path, [''], beside)];
      const opened = server.open(empty.join('\n'));
      const proposed = await server.complete(opened.uri, { line: empty.length - 1, character: empty.at(-1)?.length ?? 0 });
      expect(proposed).toEqual(expect.arrayContaining([...keys.keys()]));

      const full = [
        MODELINE,
        ...place(
          path,
          [...keys.keys()].map((key) => `${key}:`),
          beside,
        ),
      ];
      const { uri } = server.open(full.join('\n'));
      const first = full.length - keys.size;
      for (const [index, [key, description]] of [...keys].entries()) {
        const line = full[first + index] ?? '';
        const shown = await server.hover(uri, { line: first + index, character: line.indexOf(`${key}:`) + 1 });
        expect(words(shown), `${path.join('.')}.${key}`).toContain(words(description));
      }
    },
  );
});

describe('values', () => {
  it.each([
    ['recipe: ', ['regression/v1', 'classification/v1']],
    ['steps:\n  train:\n    using: ', ['gradient_boosting', 'random_forest', 'linear', 'neural_network', 'custom', 'automl']],
    ['steps:\n  transform:\n    impute: ', ['auto', 'median', 'none']],
    ['steps:\n  transform:\n    operations:\n      - ', ['derive', 'impute', 'one_hot', 'rest']],
    ['steps:\n  transform:\n    operations:\n      - impute:\n          strategy: ', ['mean', 'median', 'most_frequent', 'constant']],
    ['steps:\n  transform:\n    operations:\n      - scale: {columns: {type: ', ['number', 'boolean', 'category', 'date']],
    ['steps:\n  transform:\n    operations:\n      - rest: ', ['auto', 'drop', 'keep']],
    ['steps:\n  evaluate:\n    validation_criteria:\n      - metric: ', ['root_mean_squared_error', 'f1_score']],
  ])('are proposed after %j', async (text, expected) => {
    const lines = `${MODELINE}\n${text}`.split('\n');
    const { uri } = server.open(lines.join('\n'));
    expect(await server.complete(uri, { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 })).toEqual(
      expect.arrayContaining([...expected]),
    );
  });
});

describe('operations', () => {
  const recipe = (...operations: readonly string[]) =>
    [
      MODELINE,
      'recipe: regression/v1',
      'target_col: price',
      'steps:',
      '  ingest: {location: a.csv}',
      '  transform:',
      '    operations:',
    ].concat(operations.map((line) => `      ${line}`));

  it('may be words, short forms and long ones', async () => {
    const lines = recipe(
      '- impute',
      '- derive: {area: "width * height"}',
      '- drop: [a, "b_*"]',
      '- scale: a',
      '- scale: {columns: {type: number, except: [year]}, method: min_max}',
      '- one_hot: {columns: "{{COLUMNS}}", max_levels: {{LEVELS}}}',
      '- {{ONE_MORE}}',
      '- rest: auto',
    );
    expect(await server.open(lines.join('\n')).diagnostics).toEqual([]);
  });

  it('hide no mistake', async () => {
    const lines = recipe('- imputee', '- scale: {methd: min_max}', '- pca: 3', '- rest: remain');
    const diagnostics = await server.open(lines.join('\n')).diagnostics;
    expect(diagnostics.map(({ range }) => range.start.line)).toEqual([7, 8, 9, 10]);
  });
});

describe('placeholders', () => {
  it('may stand for a text, a number, a list and a section, with quotes and without', async () => {
    const lines = [
      MODELINE,
      'recipe: {{TEMPLATE}}',
      'target_col: "{{TARGET}}"',
      'steps:',
      '  ingest: {{INGEST}}',
      '  split: { split_ratios: {{RATIOS}}, seed: {{SEED}} }',
      '  transform: "{{TRANSFORM}}"',
      '  evaluate:',
      '    validation_criteria: {{CRITERIA}}',
      '  register: { allow_non_validated_model: {{ALLOW}} }',
      '# {{ANYTHING|default([1, 2])}}',
    ];
    expect(await server.open(lines.join('\n')).diagnostics).toEqual([]);
  });

  it('hide no mistake beside them', async () => {
    const lines = [
      MODELINE,
      'recipe: {{TEMPLATE}}',
      'target_col: price',
      'steps:',
      '  ingest: {{INGEST}}',
      '  split:',
      '    sed: {{SEED}}',
      '    seed: { a: 1 }',
    ];
    const diagnostics = await server.open(lines.join('\n')).diagnostics;
    expect(diagnostics.map(({ message, range }) => `${range.start.line} ${message}`).sort()).toEqual([
      '6 Property sed is not allowed.',
      expect.stringMatching(/^7 Incorrect type/),
    ]);
  });
});

it.each([
  'recipe.yaml',
  'examples/penguins/recipe.yaml',
  'examples/olympians/recipe.yaml',
  'src/templates/regression/scaffold/recipe.yaml',
])('%s has no mistake in the editor', async (file) => {
  const text = readFileSync(join(REPOSITORY, file), 'utf8').replace(/^# yaml-language-server.*\n/, '');
  expect(await server.open(`${MODELINE}\n${text}`).diagnostics).toEqual([]);
});
