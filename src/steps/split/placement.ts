/**
 * Where a row goes: by a hash of its own content and not by its position, so that appended rows
 * never move earlier ones, the order does not matter, and equal rows never straddle two parts.
 *
 * Any engine can compute it. The key of a row is the text
 *
 *     SEED, then for each key column in code-unit order of its name: U+001F, VALUE
 *
 * with the seed in decimal digits, VALUE as told in `canonicalText`, and U+001E for a missing value.
 * Take the MD5 of its UTF-8 bytes, the first 13 hex digits of that as a number `h` of 52 bits, and
 * place the row in train when h < round(2^52 · r₁), in validation when h < round(2^52 · (r₁ + r₂)),
 * else in test, where r are the shares divided by their sum.
 *
 * Where a column orders the rows in time its order places them instead: the earliest train, the last
 * test, and rows of one time stay together.
 *
 * Key columns are those that `key` names; without it, those with the role group; without any, all features and times, so that a corrected
 * label or a new id moves nothing. When nothing else is left the ids are the key, and at last the target.
 */

import { canonicalText } from '../../data/canonical-text.ts';
import { compareCodeUnits } from '../../data/code-units.ts';
import { columnsOfRole, type Roles, roleOf } from '../../data/column-rules.ts';
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier, quoteNumber, quoteText, ROW_NUMBER } from '../../data/sql.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { problem } from '../problem.ts';
import type { GivenColumn, SplitParams } from './params.ts';

const HEX_DIGITS = 13;
const RANGE = 2 ** (4 * HEX_DIGITS);

/** `named` are those that the recipe names, which come before all roles. */
export function keyColumns(
  columns: readonly ColumnInfo[],
  target: string,
  roles: Roles,
  named: readonly string[] = [],
): readonly ColumnInfo[] {
  const missing = named.find((name) => columns.every((column) => column.name !== name));
  if (missing !== undefined)
    throw problem(
      'unknown-column',
      `the key column \`${missing}\` of \`steps.split\` is not in the data`,
      `the columns are ${listNames(columns.map(({ name }) => name))}`,
    );
  const others = columns.filter(({ name }) => name !== target);
  const groups = others.filter(({ name }) => roleOf(roles, name) === 'group');
  const features = others.filter(({ name }) => ['feature', 'time'].includes(roleOf(roles, name)));
  const keys = columns.filter(({ name }) => named.includes(name));
  const chosen = [keys, groups, features, others, columns].find(({ length }) => length > 0) ?? [];
  return [...chosen].sort((a, b) => compareCodeUnits(a.name, b.name));
}

/** An SQL expression of the row's MD5 in 32 hex digits. */
export function keyHash(columns: readonly ColumnInfo[], seed: number): string {
  const values = columns.flatMap(({ name, sqlType }) => ['chr(31)', `coalesce(${canonicalText(quoteIdentifier(name), sqlType)}, chr(30))`]);
  return `md5(concat(${[quoteText(String(seed)), ...values].join(', ')}))`;
}

/** An SQL expression for the part, 0, 1 or 2, of a hash expression. Hex digits of one length order as their numbers do. */
export function partOf(hash: string, ratios: readonly [number, number, number]): string {
  const [train, validation] = thresholds(ratios);
  return `CASE WHEN ${hash} < ${quoteText(train)} THEN 0 WHEN ${hash} < ${quoteText(validation)} THEN 1 ELSE 2 END`;
}

/** What the hash of a row is called beside its columns, and its part: 0, 1 or 2. */
const HASH = quoteIdentifier('__mlrecipe_hash');
export const PART: string = quoteIdentifier('__mlrecipe_part');

/** How rows find their part. */
export interface Placement {
  /**
   * `key` hashes the features or the columns that the recipe names, `group` those that rows have in common, `exact`
   * ranks the hashes of each class, `time` cuts the rows in their order, `column` and `files` obey what is given.
   */
  readonly by: 'key' | 'group' | 'exact' | 'time' | 'column' | 'files';
  readonly columns: readonly string[];
  /** The columns in which rows that cannot be told apart are equal. */
  readonly keys: readonly string[];
  /**
   * An SQL relation of the same rows, in any order, with `PART` beside their columns. The relation that is
   * given has `ROW_NUMBER`.
   */
  placed(relation: string): string;
  /** `time` only: the first times that are not in train, and neither in train nor validation, as text. */
  readonly cuts?: readonly [string, string];
  /** Validation was not given and is taken from the training rows by their hash. */
  readonly takesValidation?: true;
}

export interface PlacementInput {
  readonly columns: readonly ColumnInfo[];
  readonly params: SplitParams;
  /** Rows of train, validation and test in the dataset, where files say so. */
  readonly parts?: readonly number[];
}

/** `relation` holds the rows that have a target. Nothing else is needed of it when the rows are hashed. */
export async function placement(engine: DataEngine, relation: string, { columns, params, parts }: PlacementInput): Promise<Placement> {
  const names = columns.map(({ name }) => name);
  const { given, ratios, seed, target } = params;
  const columnsOfKey = keyColumns(columns, target, params.roles, params.key);
  const keys = columnsOfKey.map(({ name }) => name);
  const hash = keyHash(columnsOfKey, seed);
  if (given?.kind === 'files') return { by: 'files', columns: [], keys, ...placedByFile(parts ?? [], hash, ratios) };
  if (given?.kind === 'column') return { columns: [given.column], keys, ...placedByColumn(columns, given, hash, ratios) };
  const [time] = columnsOfRole(params.roles, 'time', names, target);
  if (time !== undefined) return { ...(await placementInTime(engine, relation, time, ratios)), keys };
  if (params.stratify === 'exact') {
    const label = columns.find(({ name }) => name === target) as ColumnInfo;
    return { by: 'exact', columns: keys, keys, placed: (rows) => exactly(rows, hash, label, ratios) };
  }
  const isGroup = params.key === undefined && columnsOfRole(params.roles, 'group', names, target).length > 0;
  return { by: isGroup ? 'group' : 'key', columns: keys, keys, placed: (rows) => withPart(withHash(rows, hash), partOf(HASH, ratios)) };
}

function withHash(relation: string, hash: string): string {
  return `(SELECT *, ${hash} AS ${HASH} FROM ${relation})`;
}

function withPart(relation: string, part: string): string {
  return `(SELECT *, ${part} AS ${PART} FROM ${relation})`;
}

/** Among training rows, what validation would get if test were not there. */
function partOfTrain([train, validation]: SplitParams['ratios']): string {
  return `CASE WHEN ${HASH} < ${quoteText(thresholds([train, validation, 0])[0])} THEN 0 ELSE 1 END`;
}

/**
 * The same share of every class in each part, to one row. The keys of a class are put in the order of their
 * hashes and cut at round(n · r₁) and round(n · (r₁ + r₂)) of its n rows; a key with several rows goes where
 * its middle lies. A key with rows of several classes belongs to the one that it has most rows of, of equal ones to the
 * first in code-unit order, since it must not straddle.
 */
function exactly(rows: string, hash: string, { name, sqlType }: ColumnInfo, ratios: SplitParams['ratios']): string {
  const hashed = withHash(rows, hash);
  const label = canonicalText(quoteIdentifier(name), sqlType);
  const counted = `(SELECT ${HASH} AS h, ${label} AS label, count(*) AS n FROM ${hashed} GROUP BY 1, 2)`;
  const keys = `(SELECT h, arg_min(label, (-n, label)) AS label, sum(n) AS n FROM ${counted} GROUP BY 1)`;
  const ranked = `(SELECT h, n, sum(n) OVER (PARTITION BY label ORDER BY h) - n AS before, sum(n) OVER (PARTITION BY label) AS total FROM ${keys})`;
  const sum = ratios[0] + ratios[1] + ratios[2];
  const [first, second] = [ratios[0] / sum, (ratios[0] + ratios[1]) / sum].map((share) => `round(total * ${quoteNumber(share)})`);
  const middle = 'before + (n - 1) / 2';
  const part = `CASE WHEN ${middle} < ${first} THEN 0 WHEN ${middle} < ${second} THEN 1 ELSE 2 END`;
  return `(SELECT r.*, k.part AS ${PART} FROM ${hashed} AS r JOIN (SELECT h, ${part} AS part FROM ${ranked}) AS k ON r.${HASH} = k.h)`;
}

function placedByFile(
  [train = 0, validation = 0]: readonly number[],
  hash: string,
  ratios: SplitParams['ratios'],
): Pick<Placement, 'placed' | 'takesValidation'> {
  const isTest = `${ROW_NUMBER} >= ${train + validation}`;
  if (validation > 0)
    return { placed: (rows) => withPart(rows, `CASE WHEN ${isTest} THEN 2 WHEN ${ROW_NUMBER} >= ${train} THEN 1 ELSE 0 END`) };
  return {
    takesValidation: true,
    placed: (rows) => withPart(withHash(rows, hash), `CASE WHEN ${isTest} THEN 2 ELSE ${partOfTrain(ratios)} END`),
  };
}

function placedByColumn(
  columns: readonly ColumnInfo[],
  { column, values: [train, validation, test] }: GivenColumn,
  hash: string,
  ratios: SplitParams['ratios'],
): Pick<Placement, 'by' | 'placed' | 'takesValidation'> {
  const text = givenText(columns, column);
  const isIn = (values: readonly string[]): string => `${text} IN (${list(values.map(quoteText))})`;
  if (validation.length > 0)
    return {
      by: 'column',
      placed: (rows) => withPart(rows, `CASE WHEN ${isIn(test)} THEN 2 WHEN ${isIn(validation)} THEN 1 WHEN ${isIn(train)} THEN 0 END`),
    };
  return {
    by: 'column',
    takesValidation: true,
    placed: (rows) => withPart(withHash(rows, hash), `CASE WHEN ${isIn(test)} THEN 2 WHEN ${isIn(train)} THEN ${partOfTrain(ratios)} END`),
  };
}

/** The column that says where a row belongs, as the recipe writes its values. */
export function givenText(columns: readonly ColumnInfo[], column: string): string {
  const found = columns.find(({ name }) => name === column);
  if (found === undefined)
    throw problem(
      'unknown-column',
      `\`${column}\`, by which the rows are split, is not in the data`,
      `the columns are ${listNames(columns.map(({ name }) => name))}`,
    );
  return canonicalText(quoteIdentifier(column), found.sqlType);
}

/**
 * The earliest rows train and the last test. Of n rows the first round(n · r₁) would train; rows of one
 * time stay together, in the later part. A row without a time is as early as can be.
 */
async function placementInTime(
  engine: DataEngine,
  relation: string,
  column: string,
  [train, validation, test]: SplitParams['ratios'],
): Promise<Omit<Placement, 'keys'>> {
  const time = quoteIdentifier(column);
  const [counted] = await engine.query(`SELECT count(*) AS n, count(${time}) AS present FROM ${relation}`);
  const [rows, present] = [Number(counted?.['n']), Number(counted?.['present'])];
  const total = train + validation + test;
  const positions = [train / total, (train + validation) / total].map((share) =>
    Math.min(Math.max(Math.round(rows * share) - (rows - present), 0), Math.max(present - 1, 0)),
  );
  // The text of a time or number that the engine writes is read back as the same value.
  const found = await engine.query(
    `SELECT CAST(t AS VARCHAR) AS at, typeof(t) AS type FROM (SELECT t, row_number() OVER (ORDER BY t) - 1 AS position FROM (SELECT ${time} AS t FROM ${relation} WHERE ${time} IS NOT NULL)) WHERE position IN (${positions.join(', ')}) ORDER BY position`,
  );
  if (found.length === 0)
    throw problem(
      'bad-column',
      `\`${column}\` has the role \`time\` and is missing in every row that has a target`,
      'choose another column',
    );
  const cuts = [found[0], found.at(-1)].map((row) => String(row?.['at'])) as [string, string];
  const [first, second] = cuts.map((cut) => `CAST(${quoteText(cut)} AS ${String(found[0]?.['type'])})`) as [string, string];
  const part = `CASE WHEN ${time} IS NULL OR ${time} < ${first} THEN 0 WHEN ${time} < ${second} THEN 1 ELSE 2 END`;
  return { by: 'time', columns: [column], placed: (rows) => withPart(rows, part), cuts };
}

/** The first hashes that are not in train, and neither in train nor validation. */
export function thresholds(ratios: readonly [number, number, number]): readonly [string, string] {
  const [train, validation, test] = ratios;
  const total = train + validation + test;
  const hex = (share: number): string =>
    Math.min(RANGE - 1, Math.round(RANGE * share))
      .toString(16)
      .padStart(HEX_DIGITS, '0');
  return [hex(train / total), hex((train + validation) / total)];
}
