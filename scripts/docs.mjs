// npm run docs: writes docs/diagnostics.md from src/diagnostics/codes.ts, and docs/recipe-reference.md from
// schema/recipe.schema.json and src/ml/metrics/registry.ts, and the table in docs/estimators.md. The same sources give the same bytes. With --check it
// writes nothing and exits with 1 when a file is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSources, root } from './bundle.mjs';

const NOUNS = { string: 'a text', number: 'a number', integer: 'an integer', boolean: '`true` or `false`' };
const NOTE = (sources) => `<!-- Written by \`npm run docs\` from ${sources}. Edit those. -->`;

const { CODES, METRICS } = await loadSources({
  'src/diagnostics/codes.ts': ['CODES'],
  'src/ml/metrics/registry.ts': ['METRICS'],
});
const schema = JSON.parse(readFileSync(join(root, 'schema/recipe.schema.json'), 'utf8'));
const files = [
  ['docs/diagnostics.md', diagnosticsPage()],
  ['docs/recipe-reference.md', referencePage()],
  ['docs/estimators.md', estimatorsPage()],
];

const isCheck = process.argv.includes('--check');
for (const [path, text] of files) {
  const current = readIfPresent(join(root, path)) === text;
  if (isCheck && !current) {
    process.stderr.write(`${path} is out of date; run \`npm run docs\`\n`);
    process.exitCode = 1;
  }
  if (!isCheck && !current) writeFileSync(join(root, path), text);
  if (!isCheck) process.stdout.write(`${path}${current ? ' is current' : ' written'}\n`);
}

function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function diagnosticsPage() {
  const entries = Object.entries(CODES).map(([code, { what, fix }]) => `## ${code}\n\n${what}\n\n**Way out.** ${fix}`);
  return `${[
    '# Diagnostics',
    NOTE('`src/diagnostics/codes.ts`'),
    'Every mistake that `mlrecipe` reports has one of these codes. A diagnostic names the place, what is there, and what to do when that is likely right. All mistakes of a recipe are reported at once, before anything runs. Errors cannot be switched off.',
    'What a step finds in the data is not a mistake of yours: those are [findings](findings.md).',
    ...entries,
  ].join('\n\n')}\n`;
}

function referencePage() {
  return `${[
    '# recipe.yaml reference',
    NOTE('`schema/recipe.schema.json` and `src/ml/metrics/registry.ts`'),
    'Every key of a recipe. A profile may set the same keys. Each value may also be a placeholder, `"{{NAME}}"` or `"{{NAME|default(value)}}"`, that a profile fills.',
    'Editors that speak the YAML language server check and complete the file when it begins with this line:',
    '```yaml\n# yaml-language-server: $schema=./node_modules/mlrecipe/schema/recipe.schema.json\n```',
    '"Not available yet" marks what MLflow Recipes has and this version refuses. [Coming from MLflow Recipes](coming-from-mlflow-recipes.md) says more.',
    ...mappingSections(schema, '', 'Top level'),
    ...metricSections(),
  ].join('\n\n')}\n`;
}

/** The page as it is, with the table between its two notes made anew. */
function estimatorsPage() {
  const text = readIfPresent(join(root, 'docs/estimators.md')) ?? '';
  const [begin, end] = [
    /<!-- Written by `npm run docs`[^\n]*-->\n/u.exec(text),
    text.indexOf('<!-- End of what `npm run docs` writes. -->'),
  ];
  if (begin === null || end < 0) throw new Error('docs/estimators.md has lost the notes around its table');
  return `${text.slice(0, begin.index + begin[0].length)}\n${parameterTable()}\n\n${text.slice(end)}`;
}

/** Which estimator has which parameter, and with which default. */
function parameterTable() {
  const rules = unwrap(unwrap(schema.properties.steps).value.properties.train).value.allOf;
  const estimators = rules.map((rule) => ({
    name: constants(rule.if)[0],
    params: unwrap(rule.then.properties.estimator_params).value.properties,
  }));
  const names = [...new Set(estimators.flatMap(({ params }) => Object.keys(params)))];
  const links = estimators.map(
    ({ name }) => `[\`${name}\`](recipe-reference.md#${slug(`steps.train.estimator_params with using: ${name}`)})`,
  );
  return [
    `| parameter | ${links.join(' | ')} |`,
    `| --- |${' --- |'.repeat(links.length)}`,
    ...names.map((name) => {
      const cells = estimators.map(({ params }) => (name in params ? defaultText(params[name].default) || '·' : ''));
      return `| \`${name}\` | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

/** A section for a mapping, then one for each mapping inside it, in the order of the schema. */
function mappingSections(mapping, path, title, seen = new Map()) {
  const required = new Set(mapping.required ?? []);
  const rows = [];
  const inner = [];
  for (const [name, wrapped] of Object.entries(mapping.properties)) {
    const key = path === '' ? name : `${path}.${name}`;
    const { description = '', value } = unwrap(wrapped);
    const nested = nestedMapping(key, value);
    let type = typeText(value);
    if (nested !== undefined) {
      // Sections with the same keys, such as `ingest` and `ingest_scoring`, are described once.
      const keys = JSON.stringify(nested.mapping.properties);
      const twin = seen.get(keys);
      if (twin === undefined) {
        seen.set(keys, nested.path);
        inner.push(...mappingSections(nested.mapping, nested.path, `\`${nested.path}\``, seen));
      }
      type = `${type}, see [\`${twin ?? nested.path}\`](#${slug(twin ?? nested.path)})`;
    }
    rows.push(`| \`${name}\` | ${type} | ${required.has(name) ? '**required**' : defaultText(wrapped.default)} | ${cell(description)} |`);
  }
  // Sections of the user's own beside those that have a name here.
  const free = unwrap(mapping.additionalProperties || {}).value;
  if (free.properties !== undefined) {
    const key = `${path}.NAME`;
    inner.push(...mappingSections(free, key, `\`${key}\``));
    rows.push(
      `| NAME | ${typeText(free)}, see [\`${key}\`](#${slug(key)}) | | ${cell(unwrap(mapping.additionalProperties).description ?? 'A step of your own.')} |`,
    );
  }
  const table = ['| key | value | default | |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return [`## ${title}`, table, ...variantSections(mapping, path), ...inner];
}

/** What an `if`/`then` of the schema adds: the parameters of each estimator. */
function variantSections(mapping, path) {
  return (mapping.allOf ?? []).flatMap((rule) =>
    Object.entries(rule.then?.properties ?? {}).flatMap(([name, wrapped]) => {
      const key = path === '' ? name : `${path}.${name}`;
      const [, ...body] = mappingSections(unwrap(wrapped).value, key, '');
      return [`### \`${key}\` with \`using: ${constants(rule.if)[0]}\``, ...body];
    }),
  );
}

/** Every `const` in a condition. */
function constants(condition) {
  if (typeof condition !== 'object' || condition === null) return [];
  return [...('const' in condition ? [condition.const] : []), ...Object.values(condition).flatMap(constants)];
}

/** The mapping behind a key: its own, that of its items, or that of its free names. */
function nestedMapping(path, value) {
  if (value.properties !== undefined) return { path, mapping: value };
  if (value.type === 'array') {
    const item = unwrap(value.items ?? {}).value;
    return item.properties === undefined ? undefined : { path: `${path}[]`, mapping: item };
  }
  if (typeof value.additionalProperties === 'object') {
    const named = unwrap(value.additionalProperties).value;
    return named.properties === undefined ? undefined : { path: `${path}.NAME`, mapping: named };
  }
  return undefined;
}

/** The schema for editors allows a placeholder beside each value; here the value counts. */
function unwrap(wrapped) {
  const { description, anyOf } = wrapped;
  return { description, value: anyOf?.at(-1)?.$ref === undefined ? wrapped : anyOf[0] };
}

function typeText(value) {
  const { type } = value;
  if (value.enum !== undefined) return value.enum.map((word) => `\`${word}\``).join(', ');
  if (Array.isArray(type)) {
    const [last, ...rest] = type.map((one) => typeText({ ...value, type: one })).reverse();
    return rest.length === 0 ? last : `${rest.reverse().join(', ')} or ${last}`;
  }
  if (type === 'array') {
    const item = unwrap(value.items ?? {}).value;
    const noun =
      item.enum !== undefined
        ? item.enum.map((word) => `\`${word}\``).join(', ')
        : item.properties === undefined
          ? item.type === undefined || Array.isArray(item.type)
            ? 'values'
            : `${item.type === 'string' ? 'texts' : 'numbers'}${boundsText(item)}`
          : 'mappings';
    const { minItems, maxItems } = value;
    return minItems !== undefined && minItems === maxItems ? `a list of ${minItems} ${noun}` : `a list of ${noun}`;
  }
  if (type === 'object') return mappingText(value);
  if (value.pattern === '^.$') return 'one character';
  const words = type === 'string' ? /^\^([a-z_|]+)\$$/u.exec(value.pattern ?? '')?.[1] : undefined;
  if (words !== undefined)
    return words
      .split('|')
      .map((word) => `\`${word}\``)
      .join(', ');
  // Of several types only numbers have bounds.
  return `${NOUNS[type] ?? 'any value'}${isNumeric(type) ? boundsText(value) : ''}`;
}

function mappingText({ additionalProperties }) {
  if (typeof additionalProperties !== 'object') return 'a mapping';
  const { value } = unwrap(additionalProperties);
  return value.type === 'integer' || value.type === 'number' ? `a mapping from name to ${typeText(value)}` : 'a mapping by name';
}

function isNumeric(type) {
  return type === 'number' || type === 'integer';
}

function boundsText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }) {
  const bounds = [];
  if (minimum !== undefined) bounds.push(`≥ ${minimum}`);
  if (exclusiveMinimum !== undefined) bounds.push(`> ${exclusiveMinimum}`);
  if (maximum !== undefined) bounds.push(`≤ ${maximum}`);
  if (exclusiveMaximum !== undefined) bounds.push(`< ${exclusiveMaximum}`);
  return bounds.length === 0 ? '' : ` ${bounds.join(', ')}`;
}

function defaultText(value) {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => `\`${JSON.stringify(item)}\``).join(' ');
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function metricSections() {
  const tasks = [
    ['regression', 'Metrics of a regression'],
    ['binary', 'Metrics with two classes'],
    ['multiclass', 'Metrics with three or more classes'],
  ];
  return tasks.flatMap(([task, title]) => [
    `## ${title}`,
    [
      '| metric | better | |',
      '| --- | --- | --- |',
      ...METRICS.filter((metric) => metric.task === task).map(
        ({ name, greaterIsBetter, needsProbabilities, usableInCriteria, doc }) =>
          `| \`${name}\` | ${usableInCriteria ? (greaterIsBetter ? 'higher' : 'lower') : 'not for criteria'} | ${cell(doc)}${needsProbabilities ? ' Needs probabilities.' : ''} |`,
      ),
    ].join('\n'),
  ]);
}

/** Text inside a table: a bar would end the cell. */
function cell(text) {
  return text.replaceAll('|', '\\|');
}

/** The anchor that GitHub and most renderers make of a heading. */
function slug(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
