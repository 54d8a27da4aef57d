/**
 * Keys that must fit together within a section: a function needs `using: custom` and the other way
 * round, and a key that has no effect beside the others is said to have none.
 */
import { type Path, pathText } from '../located.ts';
import type { RecipeView } from '../view.ts';
import { AUTOML, ESTIMATORS, foreignWords, SPARK_FORMATS } from '../vocabulary.ts';

/** The key that names a function, and the words after `using` that leave no room for it. */
const METHODS = [
  ['split', 'split_method', ['split_ratios', 'column', 'files']],
  ['transform', 'transformer_method', ['auto', 'operations']],
  ['train', 'estimator_method', ESTIMATORS],
] as const;

/** Keys of a section that only count with these words after `using`. */
const ONLY_WITH: readonly { readonly step: string; readonly keys: readonly string[]; readonly using: readonly string[] }[] = [
  { step: 'split', keys: ['split_ratios', 'seed', 'stratify', 'key'], using: ['split_ratios'] },
  { step: 'split', keys: ['column', 'train'], using: ['column'] },
  { step: 'split', keys: ['validation', 'test'], using: ['column', 'files'] },
  { step: 'transform', keys: ['impute', 'encode'], using: ['auto'] },
  { step: 'train', keys: ['time_budget_secs', 'flaml_params'], using: [AUTOML, ...foreignWords([AUTOML])] },
];

export function checkSections(view: RecipeView): void {
  for (const [step, method, others] of METHODS) checkMethod(view, step, method, others);
  for (const step of ['ingest', 'ingest_scoring']) {
    if (view.text('steps', step, 'using') === 'custom' && !view.has('steps', step, 'loader_method'))
      requireMethod(view, step, 'loader_method');
  }
  for (const { step, keys, using } of ONLY_WITH) {
    const chosen = usingOf(view, step);
    if (chosen === undefined || using.includes(chosen) || chosen === 'operations') continue;
    for (const key of keys)
      if (view.has('steps', step, key)) unused(view, ['steps', step, key], `\`steps.${step}.using\` is \`${chosen}\``);
  }
  if (view.has('steps', 'split', 'post_split_method') && view.has('steps', 'split', 'post_split_filter_method')) {
    unused(view, ['steps', 'split', 'post_split_filter_method'], '`post_split_method` takes its place');
  }
  checkNames(view);
}

/** What a step uses, with the rule that a function alone means `custom`. `undefined` when nothing certain is known. */
export function usingOf(view: RecipeView, step: string): string | undefined {
  if (view.isUnknown('steps', step) || view.isUnknown('steps', step, 'using')) return undefined;
  // Left empty, it says nothing of the other keys.
  if (view.has('steps', step, 'using')) return view.text('steps', step, 'using')?.trim() || undefined;
  const method = METHODS.find(([name]) => name === step)?.[1];
  if (step === 'transform' && view.has('steps', step, 'operations')) return 'operations';
  if (method !== undefined && view.has('steps', step, method)) return 'custom';
  if (step === 'split' && view.has('steps', step, 'column')) return 'column';
  if (step === 'split' && view.has('steps', step, 'test')) return 'files';
  return step === 'split' ? 'split_ratios' : step === 'transform' ? 'auto' : step === 'train' ? 'gradient_boosting' : undefined;
}

function checkMethod(view: RecipeView, step: string, method: string, others: readonly string[]): void {
  const using = view.text('steps', step, 'using');
  if (using === undefined || view.isUnknown('steps', step, method)) return;
  const hasMethod = view.has('steps', step, method);
  if (using === 'custom' && !hasMethod) requireMethod(view, step, method);
  if (others.includes(using) && hasMethod) {
    view.report({
      code: 'bad-value',
      path: ['steps', step, method],
      at: 'key',
      message: `\`${method}\` needs \`using: custom\`; \`steps.${step}.using\` is \`${using}\``,
      hint: `write \`using: custom\`, or remove \`${method}\``,
    });
  }
}

function requireMethod(view: RecipeView, step: string, method: string): void {
  view.report({
    code: 'missing-key',
    path: ['steps', step, method],
    at: 'key',
    message: `\`steps.${step}.${method}\` is missing, which \`using: custom\` needs`,
    label: `\`${method}\` belongs in here`,
    hint: `add \`${method}\` with the name of a function in \`steps/${step === 'ingest_scoring' ? 'ingest' : step}.ts\``,
  });
}

/** Keys that say what to read of a database or by a query. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  sql: ['sql', 'inputs'],
  sqlite: ['sql', 'table'],
  postgresql: ['sql', 'table'],
};

/** Options of one reader that another does not have. Called with the reader once it is known. */
export function checkReaderOptions(view: RecipeView, step: string, reader: string): void {
  const because = `\`steps.${step}\` reads ${reader === 'custom' ? 'with a function' : `\`${reader}\``}`;
  if (reader !== 'csv' && reader !== 'tsv' && reader !== 'sql') {
    for (const key of ['delimiter', 'header', 'null_values', 'bad_lines'])
      if (view.has('steps', step, key)) unused(view, ['steps', step, key], because);
  }
  if (reader === 'postgresql' && !['sql', 'table'].some((key) => view.has('steps', step, key) || view.isUnknown('steps', step, key)))
    view.report({
      code: 'missing-key',
      path: ['steps', step, 'table'],
      at: 'key',
      message: `\`steps.${step}.table\` is missing, which a database needs`,
      label: '`table`, or `sql` with a query, belongs in here',
      hint: 'add `table: orders`, or `sql: select … from orders`',
    });
  if ((reader === 'sqlite' || reader === 'postgresql') && view.has('steps', step, 'sql') && view.has('steps', step, 'table'))
    unused(view, ['steps', step, 'table'], '`sql` takes its place');
  if (!(SPARK_FORMATS as readonly string[]).includes(reader)) {
    for (const key of ['sql', 'table', 'inputs', 'version', 'timestamp'].filter((name) => OPTIONS[reader]?.includes(name) !== true))
      if (view.has('steps', step, key)) unused(view, ['steps', step, key], because);
  }
}

/** Names that can be given in two places, and an old word for one of them. */
function checkNames(view: RecipeView): void {
  if (view.has('experiment', 'name') && view.has('experiment', 'id')) unused(view, ['experiment', 'id'], '`experiment.name` comes first');
  if (view.has('model_registry', 'uri')) {
    view.report({
      code: 'unused-key',
      severity: 'warning',
      path: ['model_registry', 'uri'],
      at: 'key',
      message: '`model_registry.uri` is not read',
      hint: 'did you mean `registry_uri`?',
    });
  }
  for (const key of ['model_name', 'registry_uri']) {
    const first = view.text('model_registry', key);
    const second = view.text('steps', 'register', key);
    if (first !== undefined && second !== undefined && first !== second)
      unused(view, ['steps', 'register', key], `\`model_registry.${key}\` comes first`);
  }
}

export function unused(view: RecipeView, path: Path, because: string): void {
  view.report({
    code: 'unused-key',
    severity: 'warning',
    path,
    at: 'key',
    message: `\`${pathText(path)}\` has no effect: ${because}`,
    hint: 'remove it',
  });
}
