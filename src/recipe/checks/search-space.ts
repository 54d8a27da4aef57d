/** What to try for each parameter: that the numbers make sense together, and that the estimator takes what is drawn. */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { DISTRIBUTION_KEYS, DISTRIBUTIONS, type DistributionKey, type DistributionName } from '../../schema/distributions.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { expectation } from '../explain-violation.ts';
import { type Path, pathText } from '../located.ts';
import { otherWord } from '../other-words.ts';
import type { RecipeView } from '../view.ts';
import { type Drawn, gridCount, supportOf } from './drawn-values.ts';
import { unused } from './sections.ts';

export interface TunedEstimator {
  /** The word after `using`; `undefined` where nothing certain is known. */
  readonly using: string | undefined;
  /** Its parameters by name, as schemas. Absent for a function of the user's. */
  readonly params: JsonObject | undefined;
}

interface Searching {
  readonly algorithm: string;
  readonly estimator: TunedEstimator;
}

export function checkSearchSpace(view: RecipeView, path: Path, searching: Searching): void {
  for (const name of view.names(...path)) {
    const at = [...path, name];
    if (view.isUnknown(...at)) continue;
    const { params } = searching.estimator;
    if (params !== undefined && !Object.hasOwn(params, name)) {
      unknownParam(view, at, name, searching.estimator);
      continue;
    }
    // Of a function of the user's anything may be a parameter.
    const rule = params?.[name] as JsonObject | undefined;
    if (view.find(...at)?.kind !== 'map') continue;
    const hasValues = view.has(...at, 'values');
    if (view.has(...at, 'distribution')) checkDistribution(view, at, { ...searching, name, rule });
    else if (hasValues) checkValues(view, at, rule);
    else if (!view.isUnknown(...at, 'values') && !view.isUnknown(...at, 'distribution') && !isCalledOtherwise(view, at, 'values'))
      nothingToTry(view, at, name);
    if (hasValues)
      for (const key of ['distribution', ...DISTRIBUTION_KEYS])
        if (view.has(...at, key)) unused(view, [...at, key], '`values` are the ones to choose from');
  }
}

/** How many points the grid has of a parameter; absent where that is not known. */
export function gridPoints(view: RecipeView, at: Path): number | undefined {
  if (view.has(...at, 'values')) return view.indices(...at, 'values').length;
  const drawn = drawnAt(view, at);
  return drawn === undefined ? undefined : gridCount(drawn);
}

function unknownParam(view: RecipeView, at: Path, name: string, { using, params = {} }: TunedEstimator): void {
  const known = Object.keys(params);
  const near = closest(name, known) ?? otherWord(name, known);
  view.report({
    code: 'unknown-key',
    path: at,
    at: 'key',
    message: `\`${name}\` is not a parameter of \`${using}\``,
    label: near === undefined ? `it has ${listNames(known, 12)}` : undefined,
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  });
}

function nothingToTry(view: RecipeView, at: Path, name: string): void {
  // `{low: 1, high: 5}` is what other libraries take.
  const hasBounds = view.has(...at, 'low') || view.has(...at, 'high');
  view.report({
    code: 'missing-key',
    path: [...at, 'values'],
    at: 'key',
    message: `\`${pathText(at)}\` says neither \`values\` nor \`distribution\``,
    hint: hasBounds
      ? 'add `distribution: uniform`, or `uniformint` for integers'
      : `write \`${name}: {values: [1, 2, 3]}\`, or \`${name}: {distribution: uniform, low: 0, high: 1}\``,
  });
}

function checkValues(view: RecipeView, at: Path, rule: JsonObject | undefined): void {
  for (const index of view.indices(...at, 'values')) checkValue(view, [...at, 'values', index], at, rule);
}

function checkValue(view: RecipeView, path: Path, at: Path, rule: JsonObject | undefined): void {
  const node = view.find(...path);
  if (rule === undefined || node?.kind !== 'scalar' || accepts(rule, node.value as Json)) return;
  view.report({
    code: 'bad-value',
    path,
    at: 'value',
    message: `\`${String(at.at(-1))}\` must be ${expectation(rule)}; found \`${node.source ?? String(node.value)}\``,
    hint: undefined,
  });
}

interface SearchedHere extends Searching {
  readonly name: string;
  readonly rule: JsonObject | undefined;
}

function checkDistribution(view: RecipeView, at: Path, { name, rule, algorithm }: SearchedHere): void {
  const distribution = view.text(...at, 'distribution') as DistributionName | undefined;
  // A word that is none is told of by the schema.
  if (distribution === undefined || !Object.hasOwn(DISTRIBUTIONS, distribution)) return;
  const { needs, takes } = DISTRIBUTIONS[distribution];
  for (const key of DISTRIBUTION_KEYS)
    if (view.has(...at, key) && !needs.includes(key) && !takes.includes(key)) foreignKey(view, [...at, key], distribution, key);
  // What was meant is not known: the rest would only follow.
  if (view.has(...at, 'q') && !needs.includes('q') && !takes.includes('q')) return;
  if (view.has(...at, 'steps') && algorithm !== 'grid') unused(view, [...at, 'steps'], `\`algorithm\` is \`${algorithm}\``);
  const missing = missingKeys(view, at, distribution, needs);
  for (const key of missing) missingNumber(view, [...at, key], distribution, key);
  if (missing.length > 0) return;
  if (distribution === 'pchoice') {
    checkOptions(view, at, rule);
    return;
  }
  const drawn = drawnAt(view, at);
  if (drawn === undefined || !checkOrder(view, at, drawn)) return;
  if (rule !== undefined) checkSupport(view, at, { drawn, name, rule });
  if (algorithm === 'grid' && gridCount(drawn) === undefined)
    view.report({
      code: 'missing-key',
      path: [...at, 'steps'],
      at: 'key',
      message: `a grid over \`${distribution}\` needs \`steps\`: how many points of \`${name}\` to try`,
      label: '`steps` belongs in here',
      hint: 'add `steps: 5`, or write the `values` to try',
    });
}

/** The key is here by a name of other libraries, which is told there. */
function isCalledOtherwise(view: RecipeView, at: Path, key: string): boolean {
  return view.names(...at).some((name) => otherWord(name, [key]) !== undefined);
}

/** `randint` takes one bound or two. */
function missingKeys(view: RecipeView, at: Path, distribution: string, needs: readonly DistributionKey[]): readonly DistributionKey[] {
  const isAbsent = (key: DistributionKey): boolean =>
    !view.has(...at, key) && !view.isUnknown(...at, key) && !isCalledOtherwise(view, at, key);
  if (distribution !== 'randint') return needs.filter(isAbsent);
  return isAbsent('upper') && isAbsent('high') ? ['upper'] : [];
}

function missingNumber(view: RecipeView, path: Path, distribution: string, key: DistributionKey): void {
  const example = key === 'p_options' ? '`p_options: [[0.8, 1], [0.2, 2]]`' : `\`${key}\` with a number`;
  view.report({
    code: 'missing-key',
    path,
    at: 'key',
    message: `\`${pathText(path)}\` is missing, which \`${distribution}\` needs`,
    label: `\`${key}\` belongs in here`,
    hint: `add ${example}${DISTRIBUTIONS[distribution as DistributionName].isLog && (key === 'low' || key === 'high') ? ', the natural logarithm of the bound: −4.605 for 0.01' : ''}`,
  });
}

function foreignKey(view: RecipeView, path: Path, distribution: DistributionName, key: DistributionKey): void {
  const rounded = `q${distribution}`;
  const better = key === 'q' && Object.hasOwn(DISTRIBUTIONS, rounded) ? rounded : undefined;
  view.report({
    code: 'bad-value',
    path,
    at: 'key',
    message: `\`${distribution}\` takes no \`${key}\``,
    label: `it takes ${listNames([...DISTRIBUTIONS[distribution].needs, ...DISTRIBUTIONS[distribution].takes])}`,
    hint: better === undefined ? `remove \`${key}\`` : `write \`distribution: ${better}\` to draw multiples of \`q\``,
  });
}

function drawnAt(view: RecipeView, at: Path): Drawn | undefined {
  const distribution = view.text(...at, 'distribution');
  if (distribution === undefined || !Object.hasOwn(DISTRIBUTIONS, distribution)) return undefined;
  const read = (key: string): number | undefined => {
    const node = view.find(...at, key);
    return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
  };
  const [low, high, upper, q, mu, sigma, steps] = ['low', 'high', 'upper', 'q', 'mu', 'sigma', 'steps'].map(read);
  const drawn: Drawn = {
    distribution: distribution as DistributionName,
    // The second bound of `randint` alone counts from 0.
    low: distribution === 'randint' ? (upper === undefined ? (low ?? 0) : 0) : low,
    high: distribution === 'randint' ? (upper ?? high) : high,
    q,
    mu,
    sigma,
    steps,
  };
  const isWhole = distribution.endsWith('normal')
    ? mu !== undefined && sigma !== undefined
    : drawn.low !== undefined && drawn.high !== undefined;
  return isWhole ? drawn : undefined;
}

/** Whether the numbers give values at all. */
function checkOrder(view: RecipeView, at: Path, drawn: Drawn): boolean {
  const { distribution, low = 0, high = 0, q } = drawn;
  if (distribution.endsWith('normal')) return true;
  const key = distribution === 'randint' && view.has(...at, 'upper') ? 'upper' : 'high';
  const wrong = (message: string, hint: string): false => {
    view.report({ code: 'bad-value', path: [...at, key], at: 'value', message, hint });
    return false;
  };
  const isInteger = distribution === 'randint' || distribution === 'uniformint';
  for (const [bound, value] of [
    ['low', low],
    [key, high],
  ] as const) {
    if (!isInteger || Number.isInteger(value)) continue;
    view.report({
      code: 'bad-value',
      path: [...at, bound],
      at: 'value',
      message: `\`${bound}\` of \`${distribution}\` must be an integer; found \`${value}\``,
      hint: 'write an integer, or `distribution: uniform`',
    });
    return false;
  }
  if (low > high) return wrong(`\`${key}\` is ${high}, below \`low\`, which is ${low}`, 'exchange the two');
  if (low === high && distribution !== 'uniformint')
    return wrong(
      `\`low\` and \`${key}\` are both ${low}${distribution === 'randint' ? `, and \`${key}\` is exclusive` : ''}: there is nothing to try`,
      distribution === 'randint' ? `write \`${key}: ${high + 1}\` or more` : 'put the value into `estimator_params`, or write two bounds',
    );
  if (DISTRIBUTIONS[distribution].isLog && !Number.isFinite(Math.exp(high)))
    return wrong(
      `the bounds of \`${distribution}\` are natural logarithms, and e^${high} is no number`,
      high > 0 && low > 0
        ? `write \`low: ${logarithm(low)}, high: ${logarithm(high)}\` for ${low} to ${high}`
        : 'write the logarithm of the bound',
    );
  const support = supportOf(drawn);
  if (support.count !== undefined && support.count < 1)
    return wrong(`no multiple of ${q} lies between ${support.least} and ${support.most}`, 'widen the bounds, or write a smaller `q`');
  return true;
}

function logarithm(value: number): string {
  return String(Number(Math.log(value).toFixed(3)));
}

/** What is drawn against what the parameter takes. */
function checkSupport(
  view: RecipeView,
  at: Path,
  { drawn, name, rule }: { readonly drawn: Drawn; readonly name: string; readonly rule: JsonObject },
): void {
  const { distribution, low = 0, high = 0 } = drawn;
  const { least, most, isWhole } = supportOf(drawn);
  const types = [rule['type'] ?? []].flat();
  if (!types.includes('number') && !types.includes('integer')) {
    view.report({
      code: 'bad-value',
      path: [...at, 'distribution'],
      at: 'value',
      message: `\`${name}\` must be ${expectation(rule)}, and \`${distribution}\` draws numbers`,
      hint: 'write the `values` to choose from',
    });
    return;
  }
  if (types.includes('integer') && !types.includes('number') && !isWhole)
    view.report({
      code: 'bad-value',
      path: [...at, 'distribution'],
      at: 'value',
      message: `\`${name}\` must be ${expectation(rule)}, and \`${distribution}\` draws fractions`,
      hint: DISTRIBUTIONS[distribution].isRounded ? 'write a `q` that is an integer' : roundedHint(distribution),
    });
  const numberType = types.includes('number') ? 'number' : 'integer';
  const takes = (value: number): boolean => accepts({ ...rule, type: numberType }, numberType === 'integer' ? Math.round(value) : value);
  if (distribution.endsWith('normal')) {
    const middle = DISTRIBUTIONS[distribution].isLog ? Math.exp(drawn.mu ?? 0) : (drawn.mu ?? 0);
    if (takes(middle) && takes(least) && takes(most)) return;
    view.report({
      code: 'bad-value',
      ...(takes(middle) && { severity: 'warning' }),
      path: [...at, takes(middle) ? 'distribution' : 'mu'],
      at: 'value',
      message: takes(middle)
        ? `\`${distribution}\` has no bounds, and \`${name}\` must be ${expectation(rule)}: trials beyond will fail`
        : `\`${name}\` must be ${expectation(rule)}, and \`${distribution}\` draws around ${shown(middle)}`,
      hint: 'write a distribution with bounds, such as `uniform` or `loguniform`',
    });
    return;
  }
  for (const [key, said, value] of [
    ['low', low, least],
    [distribution === 'randint' && view.has(...at, 'upper') ? 'upper' : 'high', high, most],
  ] as const) {
    if (takes(value)) continue;
    const { isLog } = DISTRIBUTIONS[distribution];
    const meant = isLog && said > 0 && takes(said);
    view.report({
      code: 'bad-value',
      path: view.has(...at, key) ? [...at, key] : at,
      at: 'value',
      message: `\`${name}\` must be ${expectation(rule)}; \`${distribution}\` draws ${key === 'low' ? 'from' : 'up to'} ${isLog ? `e^${said}, which is ${shown(value)}` : shown(value)}`,
      hint: meant ? `the bounds are natural logarithms: write \`${key}: ${logarithm(said)}\` for ${said}` : undefined,
    });
  }
}

function roundedHint(distribution: string): string {
  return distribution === 'uniform' ? 'write `distribution: uniformint`' : `write \`distribution: q${distribution}\` with \`q: 1\``;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function checkOptions(view: RecipeView, at: Path, rule: JsonObject | undefined): void {
  const path = [...at, 'p_options'];
  let sum = 0;
  for (const index of view.indices(...path)) {
    const pair = view.find(...path, index);
    const first = view.find(...path, index, 0);
    const p = first?.kind === 'scalar' && typeof first.value === 'number' ? first.value : undefined;
    if (pair?.kind !== 'list' || pair.items.length !== 2 || p === undefined || !(p >= 0)) {
      view.report({
        code: 'bad-value',
        path: [...path, index],
        at: 'value',
        message: 'an entry of `p_options` must be a pair of a probability and a value',
        hint: 'write `[0.8, value]`',
      });
      return;
    }
    sum += p;
    checkValue(view, [...path, index, 1], at, rule);
  }
  if (Math.abs(sum - 1) > 1e-6)
    view.report({
      code: 'bad-value',
      path,
      at: 'value',
      message: `the probabilities of \`p_options\` must sum to 1; found ${shown(sum)}`,
      hint: undefined,
    });
}

/** Of what a parameter's schema can say; a rule of another kind accepts everything. */
function accepts(rule: JsonObject, value: Json): boolean {
  const types = [rule['type'] ?? []].flat();
  const ofType = (type: Json): boolean => {
    if (type === 'integer') return Number.isInteger(value);
    if (type === 'null') return value === null;
    return type === 'array' ? Array.isArray(value) : typeof value === type;
  };
  if (types.length > 0 && !types.some(ofType)) return false;
  const choices = rule['enum'];
  if (Array.isArray(choices) && !choices.includes(value)) return false;
  if (typeof value !== 'number') return true;
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = rule as Readonly<Record<string, number | undefined>>;
  return (
    value >= (minimum ?? Number.NEGATIVE_INFINITY) &&
    value > (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (maximum ?? Number.POSITIVE_INFINITY) &&
    value < (exclusiveMaximum ?? Number.POSITIVE_INFINITY)
  );
}
