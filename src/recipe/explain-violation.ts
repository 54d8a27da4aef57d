/**
 * Turns what the compiled validator found into diagnostics: one for each cause, at its place, in the
 * words of a recipe.
 */
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { describeParam } from '../schema/param.ts';
import { isUnknownStep } from './checks/custom-steps.ts';
import { explainOperation, placeOfOperation } from './explain-operation.ts';
import { describeFound, findNode, type Path, pathText } from './located.ts';
import { otherWord } from './other-words.ts';
import type { Violation } from './validator.ts';
import { valueHint } from './value-hint.ts';
import type { RecipeView } from './view.ts';
import { AUTOML, ESTIMATORS, OUR_WORD } from './vocabulary.ts';

/** Understood, but never proposed. */
const UNAVAILABLE: readonly Json[] = [AUTOML, ...OUR_WORD.keys(), 'delta', 'table', 'regression@v1', 'classification@v1'];

/** No-break and zero-width blanks, as they are copied from web pages. */
const INVISIBLE = /[\u00a0\u200b-\u200d\u2060\ufeff]/u;

/** The pattern of every text that must say something. */
const NOT_BLANK = '\\S';

const HOW_TO_WRITE: Readonly<Record<string, string>> = {
  recipe: 'write `recipe: regression/v1` or `recipe: classification/v1`',
  target_col: 'write `target_col:` and the name of the column to predict',
  steps: 'write `steps: {ingest: {location: data.csv}}`',
  'steps.ingest': 'write `ingest: {location: data.csv}`',
  positive_class: 'write the class that counts as positive, or remove the line: the data decide',
  primary_metric: 'write a metric such as `root_mean_squared_error` or `f1_score`, or remove the line',
  'steps.ingest.using': 'write the format, such as `csv` or `parquet`, and the path of the data as `location`',
  'steps.train.using': `write ${ESTIMATORS.map((name) => `\`${name}\``).join(', ')} or \`custom\`, or remove the line`,
  'experiment.name': 'write a name, or remove the line: the experiment is called like the folder',
  'model_registry.model_name': 'write a name, or remove the line: the model is called like the folder',
};

export function explainViolations(view: RecipeView, violations: readonly Violation[], schema: JsonObject): void {
  const misspelt = new Set<string>();
  const valuesDone = new Set<string>();
  const ordered = [...violations].sort((a, b) => Number(a.keyword === 'required') - Number(b.keyword === 'required'));
  for (const violation of ordered) {
    // `if` only says that one of the branches failed; the branch reports what it was.
    if (violation.keyword === 'if') continue;
    const path = pointerToPath(view, violation.instancePath);
    if (view.isUnknown(...path)) continue;
    // Told by name; what else is wrong with it does not matter.
    if (path[0] === 'steps' && typeof path[1] === 'string' && isUnknownStep(view, path[1])) continue;
    if (explainOperation(view, violation, path)) continue;
    const { additionalProperty, missingProperty } = violation.params;
    if (additionalProperty !== undefined) {
      const near = unknownKey(view, violation, path, additionalProperty, schema);
      if (near !== undefined) misspelt.add(pathText([...path, near]));
    } else if (missingProperty !== undefined) {
      // A misspelt key is why it is missing.
      const isToldAlready = misspelt.has(pathText([...path, missingProperty])) || hasItsKeysOutside(view, path, missingProperty, schema);
      if (!isToldAlready) missingKey(view, path, missingProperty);
    } else if (!valuesDone.has(violation.instancePath)) {
      valuesDone.add(violation.instancePath);
      badValue(view, violation, path, schema);
    }
  }
}

function unknownKey(view: RecipeView, violation: Violation, path: Path, name: string, schema: JsonObject): string | undefined {
  const parent = resolvePointer(schema, violation.schemaPath.replace(/\/additionalProperties$/u, ''));
  const known = Object.keys(asObject(parent?.['properties']));
  const present = view.names(...path);
  const absent = known.filter((key) => !present.includes(key));
  // What is called so elsewhere is surer than what is spelt almost so.
  const near = otherWord(name, absent) ?? closest(name, absent) ?? closest(name, known) ?? otherWord(name, known);
  const elsewhere = near === undefined ? [...placesOf(name, schema), ...ofEstimator(view, path, name, schema)] : [];
  view.report({
    code: 'unknown-key',
    path: [...path, name],
    at: 'key',
    message: `\`${name}\` is not ${belonging(path, violation.schemaPath)}`,
    label: known.length === 0 ? 'there are no keys here' : `the keys here are ${listNames(known, near === undefined ? 12 : 5)}`,
    hint:
      near !== undefined && INVISIBLE.test(name)
        ? `a blank that cannot be seen is in the name; write \`${near}\``
        : near !== undefined
          ? `did you mean \`${near}\`?`
          : elsewhere.length > 0
            ? `\`${name}\` belongs to ${listNames(elsewhere)}`
            : undefined,
  });
  return near;
}

/** The keys of a missing section stand beside it: their indentation was lost, and that is told at each of them. */
function hasItsKeysOutside(view: RecipeView, path: Path, name: string, schema: JsonObject): boolean {
  const here = propertiesAt(schema, path);
  const inside = Object.keys(propertiesAt(schema, [...path, name]));
  // A key without a value counts as absent, and nothing is told of it.
  return view.names(...path).some((key) => !Object.hasOwn(here, key) && inside.includes(key) && view.has(...path, key));
}

function schemaAt(schema: JsonObject, path: Path): JsonObject {
  return path.reduce<JsonObject>((at, segment) => asObject(asObject(at['properties'])[String(segment)]), schema);
}

function propertiesAt(schema: JsonObject, path: Path): JsonObject {
  return asObject(schemaAt(schema, path)['properties']);
}

function belonging(path: Path, schemaPath: string): string {
  const rule = /\/allOf\/(\d+)\/then\//u.exec(schemaPath);
  if (rule !== null) return `a parameter of \`${[...ESTIMATORS, AUTOML][Number(rule[1])]}\``;
  if (path.length === 0) return 'a key of a recipe';
  const ofOperation = placeOfOperation(path);
  if (ofOperation !== undefined) return ofOperation;
  return path.length === 1 && path[0] === 'steps' ? 'a step' : `a key of \`${pathText(path)}\``;
}

function missingKey(view: RecipeView, path: Path, name: string): void {
  const full = [...path, name];
  if (view.isUnknown(...full)) return;
  const text = pathText(full);
  const isEmpty = findNode(view.tree, full) !== undefined;
  view.report({
    code: isEmpty ? 'fill-me-in' : 'missing-key',
    path: full,
    at: 'key',
    message: isEmpty ? `\`${text}\` has no value` : `\`${text}\` is missing`,
    label: isEmpty ? undefined : path.length === 0 ? `\`${name}\` belongs on this level` : `\`${name}\` belongs in here`,
    hint: HOW_TO_WRITE[text],
  });
}

function badValue(view: RecipeView, { keyword, schemaPath }: Violation, path: Path, schema: JsonObject): void {
  const rule = resolvePointer(schema, schemaPath.slice(0, schemaPath.lastIndexOf('/')));
  const node = findNode(view.tree, path);
  const choices = asList(rule?.['enum']).filter((word) => !UNAVAILABLE.includes(word));
  const text = node?.kind === 'scalar' ? node.source : undefined;
  const isRecipe = path.length === 1 && path[0] === 'recipe';
  if (text?.trim() === '' && (choices.length > 0 || rule?.['pattern'] === NOT_BLANK)) {
    fillMeIn(view, path, choices);
    return;
  }
  view.report({
    code: isRecipe ? 'unknown-recipe' : keyword === 'type' ? 'wrong-type' : 'bad-value',
    path,
    at: 'value',
    message: `\`${pathText(path)}\` must be ${expectation(rule)}; found ${describeFound(node)}`,
    hint: valueHint(path, node, rule, [...choices.map(String), ...wordsOf(rule ?? {})]),
  });
}

/** What a scaffold leaves open. A scoring section that is not filled in stops no training run. */
function fillMeIn(view: RecipeView, path: Path, choices: readonly Json[]): void {
  const name = pathText(path);
  view.report({
    code: 'fill-me-in',
    path,
    at: 'value',
    severity: path[1] === 'ingest_scoring' || path[1] === 'predict' ? 'warning' : 'error',
    message: `\`${name}\` is empty`,
    hint:
      HOW_TO_WRITE[name] ??
      (choices.length > 0 ? `write ${listNames(choices.map(String), 12, 'or')}` : 'write a value, or remove the line'),
  });
}

/** What a schema accepts, in words. */
export function expectation(rule: JsonObject | undefined): string {
  if (rule === undefined) return 'something else';
  const choices = asList(rule['enum']).filter((word) => !UNAVAILABLE.includes(word));
  if (choices.length > 0) return `${choices.length > 2 ? 'one of ' : ''}${listNames(choices.map(String), 12, 'or')}`;
  const types = Array.isArray(rule['type']) ? (rule['type'] as readonly Json[]) : [rule['type'] ?? null];
  return listed(types.map((type) => expectedType(type, rule)));
}

function listed(words: readonly string[]): string {
  return words.length > 2 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join(' or ');
}

function expectedType(type: Json, rule: JsonObject): string {
  switch (type) {
    case 'string':
      return rule['pattern'] === '^.$'
        ? 'a single character'
        : wordsOf(rule).length > 0
          ? listed(wordsOf(rule).map((word) => `\`${word}\``))
          : 'a text';
    case 'boolean':
      return '`true` or `false`';
    case 'object':
      return expectedMapping(rule);
    case 'array':
      return expectedList(rule);
    case 'integer':
    case 'number':
      return describeParam({ kind: type, doc: '', ...bounds(rule) });
    default:
      return 'a value';
  }
}

function expectedMapping(rule: JsonObject): string {
  const { type, ...limits } = asObject(rule['additionalProperties']);
  if (type === 'integer' || type === 'number') return `a mapping from names to ${expectedType(type, limits)}`;
  return rule['minProperties'] === undefined ? 'a mapping' : 'a mapping that is not empty';
}

/** Words that stand beside values of another type: a pattern of nothing but them. */
function wordsOf(rule: JsonObject): readonly string[] {
  return /^\^([a-z_|]+)\$$/u.exec(String(rule['pattern']))?.[1]?.split('|') ?? [];
}

function expectedList(rule: JsonObject): string {
  const items = asObject(rule['items']);
  const count = rule['minItems'] !== undefined && rule['minItems'] === rule['maxItems'] ? `${rule['minItems']} ` : '';
  if (items['type'] === 'number')
    return `a list of ${count}numbers${items['exclusiveMinimum'] === undefined ? '' : ` above ${items['exclusiveMinimum']}`}`;
  if (items['type'] === 'string') return `a list of ${count}texts`;
  return items['type'] === 'object' ? `a list of ${count}mappings` : 'a list that is not empty';
}

function bounds(rule: JsonObject): { readonly [name: string]: number } {
  const found: Record<string, number> = {};
  for (const name of ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum']) {
    const value = rule[name];
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

/** Sections that have a key of this name. */
function placesOf(name: string, schema: JsonObject, path: Path = []): readonly string[] {
  const properties = asObject(schema['properties']);
  const here = path.length > 0 && Object.hasOwn(properties, name) ? [pathText(path)] : [];
  return [...here, ...Object.entries(properties).flatMap(([key, inner]) => placesOf(name, asObject(inner), [...path, key]))];
}

/** A parameter of the estimator, written beside `using`. */
function ofEstimator(view: RecipeView, path: Path, name: string, schema: JsonObject): readonly string[] {
  if (pathText(path) !== 'steps.train') return [];
  const using = view.text(...path, 'using') ?? ESTIMATORS[0];
  const rule = asList(schemaAt(schema, path)['allOf'])[([...ESTIMATORS, AUTOML] as readonly string[]).indexOf(using)];
  const params = asObject(asObject(asObject(asObject(rule)['then'])['properties'])['estimator_params']);
  return Object.hasOwn(asObject(params['properties']), name) ? ['steps.train.estimator_params'] : [];
}

/** The pointer's segments, with indices as numbers where the tree has a list. */
function pointerToPath(view: RecipeView, pointer: string): Path {
  const path: (string | number)[] = [];
  for (const raw of pointer.split('/').slice(1)) {
    const segment = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(findNode(view.tree, path)?.kind === 'list' ? Number(segment) : segment);
  }
  return path;
}

function resolvePointer(schema: JsonObject, pointer: string): JsonObject | undefined {
  let at: Json | undefined = schema;
  for (const raw of pointer.replace(/^#/u, '').split('/').slice(1)) {
    const segment = decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~');
    at = Array.isArray(at) ? (at as readonly Json[])[Number(segment)] : asObject(at)[segment];
  }
  return at === undefined ? undefined : asObject(at);
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
