/**
 * What changed between the fields of an earlier key and those of the present one, as reasons
 * that a person can act on. Pure. The order of the kinds is the order in which they are shown.
 */
import type { Json } from '../schema/json.ts';
import { canonicalText } from './encode.ts';
import type { KeyFields } from './ports.ts';
import type { Change, Reason, TaskName } from './task.ts';

/** A value whose JSON text is longer than this is left out of a change: it would not be read. */
const LONGEST_VALUE = 160;

/** At least one reason: two different keys always have one. */
export function differences(task: TaskName, old: KeyFields, now: KeyFields): readonly Reason[] {
  const reasons: Reason[] = [];
  const add = (kind: 'code-changed' | 'params-changed' | 'input-changed' | 'environment-changed', changes: readonly Change[]): void => {
    if (changes.length > 0) reasons.push({ kind, changes });
  };
  const code = codeChanges(task, old, now);
  add('code-changed', code);
  add('params-changed', [...valueChanges('', old.params, now.params), ...valueChanges('seed', old.seed, now.seed)]);
  add('input-changed', inputChanges(old, now));
  add('environment-changed', [...valueChanges('', old.environment, now.environment), ...valueChanges('', old.env, now.env)]);
  // The key also holds its own version and the list of outputs. Both change with mlrecipe itself.
  if (reasons.length === 0) add('code-changed', [ownCode(task)]);
  return reasons;
}

function codeChanges(task: TaskName, old: KeyFields, now: KeyFields): readonly Change[] {
  const before = new Map(old.userCode.map((code) => [code.file, code.digest]));
  const after = new Map(now.userCode.map((code) => [code.file, code.digest]));
  const files = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changes: Change[] = files.filter((file) => before.get(file) !== after.get(file)).map((path) => ({ path }));
  if (old.implementation !== now.implementation) changes.push(ownCode(task));
  return changes;
}

function ownCode(task: TaskName): Change {
  return { path: `mlrecipe ${task} step` };
}

/** An input that is new or gone counts as changed. A renamed file with the same bytes does not: the role decides. */
function inputChanges(old: KeyFields, now: KeyFields): readonly Change[] {
  const before = new Map(old.inputs.map((input) => [input.role, input]));
  const after = new Map(now.inputs.map((input) => [input.role, input]));
  const changes: Change[] = [];
  for (const input of now.inputs) {
    const earlier = before.get(input.role);
    if (earlier?.digest === input.digest) continue;
    const wasNamed = earlier !== undefined && earlier.label !== input.label;
    changes.push({ path: input.label, ...(wasNamed && { old: earlier.label, new: input.label }) });
  }
  for (const input of old.inputs) if (!after.has(input.role)) changes.push({ path: input.label });
  return changes;
}

/** The leaves that differ, by dotted path. A list of plain values is one leaf, since people read it as one. */
function valueChanges(path: string, old: Json | undefined, now: Json | undefined): readonly Change[] {
  if (old !== undefined && now !== undefined && canonicalText(old) === canonicalText(now)) return [];
  const [before, after] = withoutSameEnds(children(old), children(now));
  if (before === undefined || after === undefined) {
    return [{ path, ...(isShown(old) && { old }), ...(isShown(now) && { new: now }) }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const earlier = Object.hasOwn(before, name) ? before[name] : undefined;
    const later = Object.hasOwn(after, name) ? after[name] : undefined;
    // Absent on both sides, as far as JSON goes.
    if (earlier === undefined && later === undefined) return [];
    return valueChanges(path === '' ? name : `${path}.${name}`, earlier, later);
  });
}

type Children = { readonly [name: string]: Json };

/** Of two lists of different lengths, what lies between the items that are the same at both ends: one that came or went does not change those behind it. */
function withoutSameEnds(old: Children | undefined, now: Children | undefined): readonly [Children | undefined, Children | undefined] {
  if (old === undefined || now === undefined || !isList(old) || !isList(now)) return [old, now];
  const [before, after] = [Object.values(old), Object.values(now)];
  if (before.length === after.length) return [old, now];
  const shorter = Math.min(before.length, after.length);
  const isSame = (at: number): boolean => canonicalText(before.at(at) as Json) === canonicalText(after.at(at) as Json);
  let start = 0;
  while (start < shorter && isSame(start)) start++;
  let end = 0;
  while (start + end < shorter && isSame(-1 - end)) end++;
  const between = (items: readonly Json[]): Children => Object.fromEntries([...items.entries()].slice(start, items.length - end));
  return [between(before), between(after)];
}

/** Names of items are their places. */
function isList(values: Children): boolean {
  return Object.keys(values).every((name, index) => name === String(index));
}

function children(value: Json | undefined): Children | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return value as Children;
  // Plain values are shown as one list; a list of objects is walked, or one threshold would hide in a page of text.
  const holdsObjects = value.some((item) => typeof item === 'object' && item !== null);
  return holdsObjects ? Object.fromEntries((value as readonly Json[]).entries()) : undefined;
}

function isShown(value: Json | undefined): value is Json {
  return value !== undefined && JSON.stringify(value).length <= LONGEST_VALUE;
}
