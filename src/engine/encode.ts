/**
 * One text for each JSON value, to be hashed: every part carries its type and its length, so
 * that no two different values share a text (`["ab","c"]` and `["a","bc"]` do not). The text
 * depends on nothing but the value: not on insertion order, locale or platform.
 */
import type { Json } from '../schema/json.ts';

// With the `u` flag a whole pair is one character, so this finds halves only.
const LONE_SURROGATE = /\p{Surrogate}/u;

export function canonicalText(value: Json): string {
  if (value === null) return 'n';
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (isList(value)) return `a${value.length}:${value.map(canonicalText).join('')}`;
  if (typeof value === 'object') return objectText(value);
  throw new TypeError(`a ${typeof value} cannot be part of a key`);
}

// `Array.isArray` does not narrow readonly arrays.
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function objectText(value: { readonly [key: string]: Json }): string {
  // Sorting by code units, which is what `sort` does without a comparator; `localeCompare` would
  // give two users two keys. A property that is `undefined` is absent, as it is in JSON text.
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  return `o${names.length}:${names.map((name) => stringText(name) + canonicalText(value[name] as Json)).join('')}`;
}

/**
 * The shortest decimal that reads back as the same number, which ECMAScript fixes for all
 * engines. `-0` is written `0`, as JSON text does on its way to a step, so both are one value.
 */
function numberText(value: number): string {
  const text = String(value === 0 ? 0 : value);
  return `d${text.length}:${text}`;
}

/** The length counts UTF-8 bytes. Half a surrogate pair has no UTF-8 form, so such a string goes in as hex of its units. */
function stringText(value: string): string {
  if (!LONE_SURROGATE.test(value)) return `s${Buffer.byteLength(value)}:${value}`;
  const hex = Buffer.from(value, 'utf16le').toString('hex');
  return `u${hex.length}:${hex}`;
}
