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
 * Key columns are those with the role group; without any, all features and times, so that a corrected
 * label or a new id moves nothing. When nothing else is left the ids are the key, and at last the target.
 */

import { canonicalText } from '../../data/canonical-text.ts';
import { compareCodeUnits } from '../../data/code-units.ts';
import { columnsOfRole, type Roles, roleOf } from '../../data/column-rules.ts';
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { quoteIdentifier, quoteText } from '../../data/sql.ts';
import { problem } from '../problem.ts';
import type { SplitParams } from './params.ts';

const HEX_DIGITS = 13;
const RANGE = 2 ** (4 * HEX_DIGITS);

export function keyColumns(columns: readonly ColumnInfo[], target: string, roles: Roles): readonly ColumnInfo[] {
  const others = columns.filter(({ name }) => name !== target);
  const groups = others.filter(({ name }) => roleOf(roles, name) === 'group');
  const features = others.filter(({ name }) => ['feature', 'time'].includes(roleOf(roles, name)));
  const chosen = [groups, features, others, columns].find(({ length }) => length > 0) ?? [];
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

/** What the hash of a row is called beside its columns. */
export const HASH: string = quoteIdentifier('__mlrecipe_hash');

/** How rows find their part. */
export interface Placement {
  /** `key` hashes the features, `group` the columns that rows have in common, `time` cuts the rows in their order. */
  readonly by: 'key' | 'group' | 'time';
  readonly columns: readonly string[];
  /** An SQL expression of the row's hash, to be computed once and named `HASH`; absent where the part needs none. */
  readonly hash?: string;
  /** An SQL expression for the part, 0, 1 or 2, beside the columns of the data and `HASH`. */
  readonly part: string;
  /** The columns in which rows that cannot be told apart are equal. */
  readonly keys: readonly string[];
  /** `time` only: the first times that are not in train, and neither in train nor validation, as text. */
  readonly cuts?: readonly [string, string];
}

export async function placement(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
  params: Pick<SplitParams, 'target' | 'roles' | 'ratios' | 'seed'>,
): Promise<Placement> {
  const names = columns.map(({ name }) => name);
  const columnsOfKey = keyColumns(columns, params.target, params.roles);
  const keys = columnsOfKey.map(({ name }) => name);
  const [time] = columnsOfRole(params.roles, 'time', names, params.target);
  if (time !== undefined) return { ...(await placementInTime(engine, relation, time, params.ratios)), keys };
  return {
    by: columnsOfRole(params.roles, 'group', names, params.target).length > 0 ? 'group' : 'key',
    columns: keys,
    hash: keyHash(columnsOfKey, params.seed),
    part: partOf(HASH, params.ratios),
    keys,
  };
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
  const isEarly = `(${time} IS NULL OR ${time} < ${first})`;
  return {
    by: 'time',
    columns: [column],
    part: `CASE WHEN ${isEarly} THEN 0 WHEN ${time} < ${second} THEN 1 ELSE 2 END`,
    cuts,
  };
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
