/**
 * What must hold before anything is learned from the data. Each check throws the diagnostic
 * that names the column and what to do.
 */
import { columnsOfRole, roleOf, unusedRules } from '../../data/column-rules.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { isPattern } from '../../schema/name-pattern.ts';
import { problem } from '../problem.ts';
import { formatCount } from '../wording.ts';
import type { ClassCount } from './classes.ts';
import { delimiterInName } from './csv.ts';
import type { IngestParams } from './params.ts';

/** More different values than this, and a numeric target is a quantity. */
const MOST_NUMERIC_CLASSES = 100;
const MOST_FRACTIONAL_CLASSES = 20;
const MOST_CLASSES = 1000;

/** The target and every column that a role names exist. */
export function checkColumns(names: readonly string[], params: IngestParams, label: string): void {
  const { target } = params;
  if (target !== undefined && !names.includes(target)) throw unknownColumn(`the target column \`${target}\``, target, names, label);
  for (const name of unusedRules({ ...params.roles, ...params.types, ...params.formats, ...params.sensitive }, names)) {
    // A pattern may be there for columns of other days.
    if (!isPattern(name)) throw unknownColumn(`column \`${name}\`, of which \`columns\` speaks,`, name, names, label);
  }
}

function unknownColumn(what: string, name: string, names: readonly string[], label: string): Error {
  const message = `${what} is not in ${label}; the data have ${listNames(names)}`;
  const delimiter = names.length === 1 ? delimiterInName(names[0] as string) : undefined;
  if (delimiter !== undefined)
    return problem('unknown-column', message, `the header is one column: set \`delimiter: ${JSON.stringify(delimiter)}\``);
  const near = closest(name, names);
  return problem('unknown-column', message, near === undefined ? undefined : `did you mean \`${near}\`?`);
}

/** At most one column orders the rows and one weighs them, and both can. */
export function checkRoles(profiles: readonly ColumnProfile[], params: Pick<IngestParams, 'target' | 'roles'>): void {
  const names = profiles.map(({ name }) => name);
  for (const role of ['time', 'weight'] as const) {
    const columns = columnsOfRole(params.roles, role, names, params.target);
    if (columns.length > 1)
      throw problem(
        'bad-column',
        `${listNames(columns)} all have the role \`${role}\`; one column can have it`,
        'name one in `columns`, and narrow the pattern',
      );
  }
  for (const profile of profiles) {
    if (profile.name === params.target) continue;
    const role = roleOf(params.roles, profile.name);
    if (role === 'weight') checkWeight(profile);
    if (role === 'time' && (profile.range === undefined || profile.distinct < 2))
      throw problem(
        'bad-column',
        `\`${profile.name}\` has the role \`time\` and does not order the rows: it is ${profile.range === undefined ? KINDS[profile.type] : 'the same everywhere'}`,
        profile.type === 'string'
          ? 'give it `type: date` or `type: timestamp` when its texts are dates'
          : 'choose a column of dates or numbers',
      );
  }
}

function checkWeight({ name, missing, range, rows, type }: ColumnProfile): void {
  const isNumber = type === 'number' || type === 'integer';
  const fault =
    range === undefined || !isNumber
      ? `it is ${rows === missing ? 'missing everywhere' : KINDS[type]}`
      : missing > 0
        ? `it is missing in ${formatCount(missing)} of ${formatCount(rows)} rows`
        : range.min < 0
          ? `its smallest value is ${range.min}`
          : range.max === 0
            ? 'it is 0 everywhere'
            : undefined;
  if (fault === undefined) return;
  throw problem(
    'bad-column',
    `\`${name}\` has the role \`weight\` and cannot weigh rows: ${fault}`,
    'a weight is a number of 0 or more in every row; a row of weight 0 counts for nothing',
  );
}

/** The target has values of the kind that the task needs. */
export function checkTarget(
  { name, type, rows, missing, distinct, range }: ColumnProfile,
  task: IngestParams['task'],
  isWhole: boolean,
): void {
  const present = rows - missing;
  if (present === 0)
    throw problem(
      'bad-target',
      `the target \`${name}\` is missing in all ${formatCount(rows)} rows`,
      'choose another `target_col`, or check how missing values are written',
    );
  if (task === 'regression' && type !== 'number' && type !== 'integer') {
    throw problem(
      'bad-target',
      `the target \`${name}\` of a regression must be numeric; it is ${KINDS[type]} with ${formatCount(distinct)} different values`,
      'use `recipe: classification/v1`, or another `target_col`',
    );
  }
  if (distinct === 1)
    throw problem(
      'constant-target',
      `the target \`${name}\` has the same value in all ${formatCount(present)} rows`,
      'check `target_col` and any filter before it',
    );
  if (task === 'regression') return;
  const most = range === undefined ? MOST_CLASSES : isWhole ? MOST_NUMERIC_CLASSES : MOST_FRACTIONAL_CLASSES;
  if (distinct <= most) return;
  if (range === undefined)
    throw problem(
      'bad-target',
      `the target \`${name}\` has ${formatCount(distinct)} different texts, too many to be classes`,
      'choose another `target_col`',
    );
  throw problem(
    'bad-target',
    `the target \`${name}\` has ${formatCount(distinct)} different numbers, which looks like a quantity and not like classes`,
    'use `recipe: regression/v1`',
  );
}

/** Every class has at least two rows: one to learn from and one to test on. */
export function checkClasses(classes: readonly ClassCount[], target: string): void {
  const rare = classes.filter(({ rows }) => rows < 2).map(({ label }) => label);
  if (rare.length === 0) return;
  const what =
    rare.length === 1
      ? `class ${listNames(rare)} of \`${target}\` has 1 row`
      : `${rare.length} classes of \`${target}\` have 1 row each: ${listNames(rare)}`;
  throw problem('rare-class', what, 'collect more rows, merge the class into another, or filter it out');
}

const KINDS = { number: 'numeric', integer: 'numeric', boolean: 'true or false', string: 'text', timestamp: 'a date' } as const;
