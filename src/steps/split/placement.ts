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
 * Key columns are all except the target and those with the role id or ignore: a corrected label
 * or a new id moves nothing. When nothing else is left the ids are the key, and at last the target.
 */

import { canonicalText } from '../../data/canonical-text.ts';
import { compareCodeUnits } from '../../data/code-units.ts';
import { roleOf } from '../../data/column-roles.ts';
import type { ColumnInfo } from '../../data/column-type.ts';
import { quoteIdentifier, quoteText } from '../../data/sql.ts';

const HEX_DIGITS = 13;
const RANGE = 2 ** (4 * HEX_DIGITS);

export function keyColumns(columns: readonly ColumnInfo[], target: string, roles: Readonly<Record<string, string>>): readonly ColumnInfo[] {
  const others = columns.filter(({ name }) => name !== target);
  const features = others.filter(({ name }) => roleOf(roles, name) === 'feature');
  const chosen = features.length > 0 ? features : others.length > 0 ? others : columns;
  return [...chosen].sort((a, b) => compareCodeUnits(a.name, b.name));
}

/** An SQL expression of the row's MD5 in 32 hex digits. */
export function keyHash(columns: readonly ColumnInfo[], seed: number): string {
  const values = columns.map(({ name, sqlType }) => `chr(31) || coalesce(${canonicalText(quoteIdentifier(name), sqlType)}, chr(30))`);
  return `md5(${[quoteText(String(seed)), ...values].join(' || ')})`;
}

/** An SQL expression for the part, 0, 1 or 2, of a hash expression. Hex digits of one length order as their numbers do. */
export function partOf(hash: string, ratios: readonly [number, number, number]): string {
  const [train, validation] = thresholds(ratios);
  return `CASE WHEN ${hash} < ${quoteText(train)} THEN 0 WHEN ${hash} < ${quoteText(validation)} THEN 1 ELSE 2 END`;
}

/** An SQL condition for the hashes of one part: the same as `partOf(hash, ratios) = part`, and hashes each row once. */
export function inPart(hash: string, ratios: readonly [number, number, number], part: number): string {
  const [train, validation] = thresholds(ratios).map(quoteText);
  if (part === 0) return `${hash} < ${train}`;
  // An MD5 of 32 digits never equals a bound of 13, so it does not matter that BETWEEN includes both.
  return part === 1 ? `${hash} BETWEEN ${train} AND ${validation}` : `${hash} >= ${validation}`;
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
