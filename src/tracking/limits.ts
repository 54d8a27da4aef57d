/**
 * What MLflow accepts: the lengths of keys and values, the rules of names. Both stores ask here
 * before they write, because SQLite enforces none of it and a server refuses the whole batch.
 */
import { TrackingError } from './ports.ts';

export const LIMITS = {
  batchMetrics: 1000,
  batchParams: 100,
  batchTags: 100,
  batchEntities: 1000,
  batchBytes: 1_000_000,
  key: 250,
  paramValue: 6000,
  tagValue: 8000,
  experimentName: 500,
  experimentTagValue: 5000,
  artifactLocation: 2048,
  modelName: 256,
  registryTagValue: 100_000,
  alias: 255,
  description: 5000,
  datasetName: 500,
  datasetDigest: 36,
  datasetSource: 65_535,
  datasetSchema: 1_048_575,
  datasetProfile: 16_777_215,
  inputTagValue: 500,
} as const;

const NOT_IN_KEYS = /[^\p{L}\p{N}_\-. :/]/u;

export function refuse(message: string): never {
  throw new TrackingError('INVALID_PARAMETER_VALUE', message);
}

/** Length in characters as Python counts them; a surrogate pair is one. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Cut as MLflow cuts over-long values: to so many characters, never through the middle of one. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  let count = 0;
  for (const character of text) {
    if (count === limit) break;
    end += character.length;
    count++;
  }
  return text.slice(0, end);
}

export function requireLength(what: string, text: string, limit: number): void {
  if (text.length > limit && characters(text) > limit) refuse(`${what} \`${cut(text, 40)}…\` is longer than ${limit} characters`);
}

/** The rule for keys of metrics, params and tags: no odd characters, and a path that is already normal. */
export function requireKey(kind: 'metric' | 'param' | 'tag', key: string): void {
  if (key === '') refuse(`the key of a ${kind} is empty`);
  requireLength(`the ${kind} key`, key, LIMITS.key);
  if (NOT_IN_KEYS.test(key)) {
    refuse(
      `the ${kind} key \`${key}\` has a character that MLflow does not accept; letters, digits, \`_\`, \`-\`, \`.\`, \`:\`, \`/\` and spaces are fine`,
    );
  }
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    refuse(`the ${kind} key \`${key}\` must not begin or end with \`/\`, or contain \`//\`, \`./\` or \`../\``);
  }
}

/** A key that MLflow accepts and that resembles `text`, for names that come from data. */
export function acceptableKey(text: string): string {
  const replaced = text.replace(new RegExp(NOT_IN_KEYS, 'gu'), '_');
  const parts = replaced.split('/').map((part) => (part === '.' || part === '..' ? part.replaceAll('.', '_') : part));
  return cut(parts.filter((part) => part !== '').join('/'), LIMITS.key).replace(/\/$/, '') || '_';
}

export function requireTags(tags: Readonly<Record<string, string>>, valueLimit: number): void {
  for (const [key, value] of Object.entries(tags)) {
    requireKey('tag', key);
    requireLength(`the value of the tag \`${key}\``, value, valueLimit);
  }
}

export function requireExperimentName(name: string): void {
  if (name.trim() === '') refuse('the name of an experiment must not be empty');
  requireLength('the experiment name', name, LIMITS.experimentName);
}

export function requireModelName(name: string): void {
  if (name.trim() === '') refuse('the name of a registered model must not be empty');
  requireLength('the model name', name, LIMITS.modelName);
  if (/[/:]/.test(name) || name === '.' || name === '..') refuse(`the model name \`${name}\` must not contain \`/\` or \`:\``);
}

export function requireAlias(alias: string): void {
  requireLength('the alias', alias, LIMITS.alias);
  if (!/^[\p{L}\p{N}_-]+$/u.test(alias)) refuse(`the alias \`${alias}\` must consist of letters, digits, \`_\` and \`-\``);
  if (alias.toLowerCase() === 'latest') refuse('the alias `latest` is reserved');
  if (/^v\d+$/i.test(alias)) refuse(`the alias \`${alias}\` could be mistaken for a version number`);
}

/** A path inside a run's artifacts: relative, forward slashes, and nowhere upwards. Empty is the root. */
export function requireArtifactPath(path: string): void {
  if (path === '') return;
  if (/[\\#\0]/.test(path) || path.split('/').some((part) => part === '' || part === '.' || part === '..') || /^[A-Za-z]:/.test(path)) {
    refuse(`\`${path}\` is not a path inside the artifacts of a run`);
  }
}
