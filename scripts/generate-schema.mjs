/**
 * Writes what is derived from the recipe's schema: `schema/recipe.schema.json` for editors (committed),
 * and under `src/recipe/generated/` (not committed) the compiled validator and the TypeScript types.
 * Runs from a clean tree; the same sources give the same bytes. `--check` writes nothing and fails
 * when the committed schema is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { loadSources, root } from './bundle.mjs';

const generated = join(root, 'src/recipe/generated');

/** One self-contained module: no package is imported or required at run time. */
async function validatorModule(schema) {
  const ajv = new Ajv({
    allErrors: true,
    // Messages are ours, made from the schema below; without theirs the module has half the size.
    messages: false,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  const code = standaloneCode.default(ajv, ajv.compile(compiledSchema(schema)));
  const result = await build({
    stdin: { contents: `${code}\n`, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'iife',
    globalName: 'compiled',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  const compiled = result.outputFiles[0].text.trim();
  if (/\brequire\(\s*["'][^"']+["']\s*\)/.test(compiled)) throw new Error('the validator still requires a package');
  return [
    '// @ts-nocheck',
    '// Written by scripts/generate-schema.mjs from src/recipe/schema/. Do not edit.',
    "import type { JsonObject } from '../../schema/json.ts';",
    "import type { RecipeValidator } from '../validator.ts';",
    compiled,
    'export const validateRecipe: RecipeValidator = compiled.default;',
    `export const recipeKeys: readonly string[] = ${JSON.stringify(Object.keys(schema.properties))};`,
    // A function, so that it costs nothing until there is something to explain.
    `export const recipeSchema = (): JsonObject => (${JSON.stringify(schema)});`,
    '',
  ].join('\n');
}

async function typesModule(schema) {
  const banner = '// Written by scripts/generate-schema.mjs from src/recipe/schema/. Do not edit.';
  // The rules that pick the parameters of an estimator say nothing that a type could.
  const { title: _title, ...plain } = JSON.parse(JSON.stringify(schema, (key, value) => (key === 'allOf' ? undefined : value)));
  // Steps of the user's own beside the named ones: TypeScript has no word for the rest of the names.
  plain.properties.steps.additionalProperties = false;
  const options = { bannerComment: banner, additionalProperties: true, format: false, ignoreMinAndMaxItems: false };
  return compile(plain, 'RecipeInput', options);
}

/** JSON as the formatter of this repository writes it: a list stays on one line while it fits. */
function prettyJson(value, indent = '', used = 0) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const isFlat = value.every((item) => typeof item !== 'object' || Array.isArray(item));
    const flat = `[${value.map((item) => prettyJson(item)).join(', ')}]`;
    if (isFlat && indent.length + used + flat.length < 140) return flat;
    return `[\n${value.map((item) => `${inner}${prettyJson(item, inner)}`).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${prettyJson(item, inner, name.length)}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

const { recipeSchema, bareSchema, compiledSchema, editorSchema, ...params } = await loadSources({
  'src/recipe/schema/recipe-schema.ts': ['recipeSchema'],
  'src/recipe/schema/variants.ts': ['bareSchema', 'compiledSchema', 'editorSchema'],
  'src/ml/trees/gradient-boosting-params.ts': ['gradientBoostingParams'],
  'src/ml/trees/random-forest-params.ts': ['randomForestParams'],
  'src/ml/trees/extra-trees-params.ts': ['extraTreesParams'],
  'src/ml/trees/decision-tree-params.ts': ['decisionTreeParams'],
  'src/ml/linear/linear-params.ts': ['linearParams'],
  'src/ml/automl/automl-params.ts': ['automlParams'],
  'src/ml/neural/neural-network-params.ts': ['neuralNetworkParams'],
});
const schema = recipeSchema({
  gradient_boosting: params.gradientBoostingParams,
  random_forest: params.randomForestParams,
  extra_trees: params.extraTreesParams,
  decision_tree: params.decisionTreeParams,
  linear: params.linearParams,
  automl: params.automlParams,
  neural_network: params.neuralNetworkParams,
});
const editorFile = join(root, 'schema/recipe.schema.json');
const editorText = `${prettyJson(editorSchema(schema))}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(editorFile, 'utf8') !== editorText) {
    console.error('schema/recipe.schema.json is out of date: run `node scripts/generate-schema.mjs`');
    process.exitCode = 1;
  }
} else {
  const validator = await validatorModule(bareSchema(schema));
  const types = await typesModule(schema);
  mkdirSync(generated, { recursive: true });
  mkdirSync(dirname(editorFile), { recursive: true });
  writeFileSync(join(generated, 'validate-recipe.ts'), validator);
  writeFileSync(join(generated, 'recipe-types.ts'), types);
  writeFileSync(editorFile, editorText);
}
