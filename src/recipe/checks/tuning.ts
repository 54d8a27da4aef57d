/** `tuning`: what each search needs, and what does not go together. Only of a search that is enabled. */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { JsonObject } from '../../schema/json.ts';
import { type Path, pathText } from '../located.ts';
import { otherWord } from '../other-words.ts';
import type { RecipeView } from '../view.ts';
import { AUTOML, DEFAULTS, ESTIMATORS, OUR_WORD, SEARCHES } from '../vocabulary.ts';
import { checkSearchSpace, gridPoints, type TunedEstimator } from './search-space.ts';
import { unused, usingOf } from './sections.ts';

const TUNING = ['steps', 'train', 'tuning'] as const;
/** As many trials are proposed at a time, see `ml/tuning/trial.ts`. */
const BATCH = 4;
const MOST_POINTS = 100_000;

export function checkTuning(view: RecipeView, schema: () => JsonObject): void {
  if (view.flag(...TUNING, 'enabled') !== true) return;
  const word = view.text(...TUNING, 'algorithm') ?? DEFAULTS.tuning.algorithm;
  const algorithm = OUR_WORD.get(word) ?? word;
  const using = usingOf(view, 'train');
  if (using !== undefined && (OUR_WORD.get(using) ?? using) === AUTOML) {
    unused(view, TUNING, `\`using: ${AUTOML}\` searches by itself`);
    return;
  }
  const estimator: TunedEstimator = { using, params: paramsOf(using, schema) };
  const isSaid = (key: string): boolean => view.has(...TUNING, key) || view.isUnknown(...TUNING, key);
  if (!isSaid('parameters') || view.names(...TUNING, 'parameters').length === 0) missingParameters(view, isSaid('parameters'));
  if (!isSaid('max_trials') && (SEARCHES as readonly string[]).includes(algorithm) && !isEndMisspelt(view))
    checkEnd(view, algorithm, isSaid('time_budget_secs'));
  if (algorithm === 'successive_halving') checkResource(view, estimator);
  else for (const key of ['resource', 'factor']) if (isSaid(key)) unused(view, [...TUNING, key], `\`algorithm\` is \`${algorithm}\``);
  checkSearchSpace(view, [...TUNING, 'parameters'], { algorithm, estimator });
  if (algorithm === 'grid') checkGrid(view);
  checkParallelism(view);
  checkEarlyStop(view);
}

/** By the word after `using`. The rules of the schema stand in the order of the estimators. */
function paramsOf(using: string | undefined, schema: () => JsonObject): JsonObject | undefined {
  const index = (ESTIMATORS as readonly (string | undefined)[]).indexOf(using);
  if (index < 0) return undefined;
  let at: unknown = schema();
  for (const key of ['properties', 'steps', 'properties', 'train', 'allOf', index, 'then', 'properties', 'estimator_params', 'properties'])
    at = (at as Readonly<Record<string | number, unknown>> | undefined)?.[key];
  return at as JsonObject | undefined;
}

function missingParameters(view: RecipeView, isEmpty: boolean): void {
  if (view.isUnknown(...TUNING, 'parameters')) return;
  // An empty value is told of already, when it is no mapping at all.
  view.report({
    code: 'missing-key',
    path: [...TUNING, 'parameters'],
    at: 'key',
    message: `\`${pathText([...TUNING, 'parameters'])}\` ${isEmpty ? 'is empty' : 'is missing'}, and there is nothing to search for`,
    ...(!isEmpty && { label: '`parameters` belongs in here' }),
    hint: 'write `parameters: {learning_rate: {distribution: loguniform, low: -5, high: -1}}`, or `enabled: false`',
  });
}

/** Told where it stands, and no second time as missing. */
function isEndMisspelt(view: RecipeView): boolean {
  return view.names(...TUNING).some((name) => (closest(name, ['max_trials']) ?? otherWord(name, ['max_trials'])) !== undefined);
}

/** A search must know when it ends. A grid does by itself. */
function checkEnd(view: RecipeView, algorithm: string, hasBudget: boolean): void {
  if (algorithm === 'grid' || (hasBudget && algorithm !== 'successive_halving')) return;
  view.report({
    code: 'missing-key',
    path: [...TUNING, 'max_trials'],
    at: 'key',
    message: `\`${pathText([...TUNING, 'max_trials'])}\` is missing, which \`${algorithm}\` needs`,
    label: '`max_trials` belongs in here',
    hint:
      algorithm === 'successive_halving'
        ? 'add `max_trials: 40`: with `factor: 3`, 27 trials begin and one gets all'
        : 'add `max_trials: 30`, or a `time_budget_secs`, whose results depend on the machine',
  });
}

/** Halving shares out training rows, or a count that the estimator has as a parameter. */
function checkResource(view: RecipeView, { using, params }: TunedEstimator): void {
  const path = [...TUNING, 'resource'];
  const resource = view.text(...path);
  if (resource === undefined || resource === DEFAULTS.tuning.resource) return;
  const wrong = (message: string, hint: string): void => view.report({ code: 'bad-value', path, at: 'value', message, hint });
  const integers = Object.entries(params ?? {}).flatMap(([name, rule]) => ((rule as JsonObject)['type'] === 'integer' ? [name] : []));
  if (view.has(...TUNING, 'parameters', resource)) {
    wrong(
      `\`${resource}\` is the resource and cannot be searched for, too`,
      `remove \`parameters.${resource}\`, or write \`resource: n_samples\``,
    );
  } else if (params !== undefined && !integers.includes(resource)) {
    wrong(
      `\`${resource}\` is no integer parameter of \`${using}\``,
      `write \`n_samples\`${integers.length > 0 ? `, or one of ${listNames(integers, 12)}` : ''}`,
    );
  } else if (using !== undefined && !isWhole(view, ['steps', 'train', 'estimator_params', resource])) {
    wrong(
      `how much \`${resource}\` a whole trial has is not known`,
      `write it as an integer below \`estimator_params\`, such as \`${resource}: 200\``,
    );
  }
}

function isWhole(view: RecipeView, path: Path): boolean {
  const node = view.find(...path);
  return view.isUnknown(...path) || (node?.kind === 'scalar' && Number.isInteger(node.value));
}

function checkGrid(view: RecipeView): void {
  const counts = view.names(...TUNING, 'parameters').map((name) => gridPoints(view, [...TUNING, 'parameters', name]));
  if (counts.includes(undefined)) return;
  const points = counts.reduce<number>((product, count) => product * (count ?? 1), 1);
  const trials = view.find(...TUNING, 'max_trials');
  const most = trials?.kind === 'scalar' && typeof trials.value === 'number' ? trials.value : undefined;
  const shown = points.toLocaleString('en-US');
  if (points > MOST_POINTS)
    view.report({
      code: 'bad-value',
      path: [...TUNING, 'parameters'],
      at: 'key',
      message: `the grid has ${shown} points; ${MOST_POINTS.toLocaleString('en-US')} are the most`,
      hint: 'give distributions fewer `steps`, or search with `tpe`',
    });
  else if (most !== undefined && most < points)
    view.report({
      code: 'partial-grid',
      severity: 'warning',
      path: [...TUNING, 'max_trials'],
      at: 'value',
      message: `the grid has ${shown} points, of which \`max_trials\` tries ${most}`,
      hint: `remove \`max_trials\` to try them all, or search with \`tpe\`, which learns from what it has tried`,
    });
}

function checkParallelism(view: RecipeView): void {
  const node = view.find(...TUNING, 'parallelism');
  if (node?.kind !== 'scalar' || typeof node.value !== 'number' || !(node.value > BATCH)) return;
  view.report({
    code: 'unused-key',
    severity: 'warning',
    path: [...TUNING, 'parallelism'],
    at: 'value',
    message: `at most ${BATCH} trials run at once: so many are proposed at a time, on every machine`,
    hint: `write \`parallelism: ${BATCH}\`; each fit uses several threads besides`,
  });
}

/** MLflow Recipes also takes the path of a function in any package of Python. */
function checkEarlyStop(view: RecipeView): void {
  const path = [...TUNING, 'early_stop_fn'];
  const name = view.text(...path);
  // An empty text is told of as one to be filled in.
  if (name === undefined || name.trim() === '' || /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name.trim())) return;
  view.report({
    code: 'bad-value',
    path,
    at: 'value',
    message: `\`early_stop_fn\` must be the name of a function in \`steps/train.ts\`; found \`${name}\``,
    hint: 'export a function `(trials) => boolean` from `steps/train.ts`, and write its name',
  });
}
