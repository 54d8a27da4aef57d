/** What was probably meant by a value of the wrong kind: the way out for values that were right but for their notation. */
import { closest, listNames } from '../diagnostics/suggest.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { LocatedList, LocatedNode, Path } from './located.ts';
import { otherWord } from './other-words.ts';
import { AUTOML, ESTIMATORS, ROLES } from './vocabulary.ts';

/** `rule` is the schema that the value does not meet, `choices` the words of its `enum` that are proposed. */
export function valueHint(
  path: Path,
  node: LocatedNode | undefined,
  rule: JsonObject | undefined,
  choices: readonly string[],
): string | undefined {
  if (node === undefined || rule === undefined) return undefined;
  const types: readonly (Json | undefined)[] = Array.isArray(rule['type']) ? rule['type'] : [rule['type']];
  if (node.kind === 'map') return types.includes('array') ? 'begin the item with `- `: it belongs to a list' : undefined;
  if (node.kind === 'list' && path[2] === 'expect' && path[3] === 'columns' && path.length === 4)
    return 'write each column as a key, such as `price: {}` for one that only has to be there';
  if (node.kind === 'list' && isSearched(path)) return `write \`${path.at(-1)}: {values: ${written(node) ?? '[…]'}}\``;
  if (node.kind === 'list') return forList(types, choices);
  if (node.kind !== 'scalar') return undefined;
  const text = node.source;
  const chosen = choiceFor(text, choices);
  if (chosen !== undefined) return `did you mean \`${chosen}\`?`;
  if (types.includes('boolean') && !types.includes('integer')) return booleanHint(text);
  if (types.includes('number') || types.includes('integer'))
    return typeof node.value === 'string' ? numberHint(text, node.isQuoted) : undefined;
  if (types.includes('object')) return mappingHint(path, text);
  if (rule['pattern'] === ONE_CHARACTER) return characterHint(text);
  if (types.includes('array') && typeof node.value === 'string' && text.includes(',')) return `write a list: \`[${text}]\``;
  if (types.includes('array') && path.at(-1) === 'in') return `write a list: \`[${text}]\``;
  if (types.includes('string') && choices.length === 0 && node.value !== null && typeof node.value !== 'string')
    return `put quotes around it: \`"${text}"\``;
  return undefined;
}

const ONE_CHARACTER = '^.$';

/** The place of one parameter of a search. */
function isSearched(path: Path): boolean {
  return path.length === 5 && path[1] === 'train' && path[2] === 'tuning' && path[3] === 'parameters';
}

/** A short list of single values, as it is written. */
function written({ items }: LocatedList): string | undefined {
  const sources = items.map((item) => (item.kind === 'scalar' && item.isSecret !== true ? item.source : undefined));
  return sources.length > 8 || sources.includes(undefined) ? undefined : `[${sources.join(', ')}]`;
}

/** The nearest word; else the only one that the text is a part of, or that is a part of the text. */
function choiceFor(text: string, choices: readonly string[]): string | undefined {
  const near = closest(text, choices) ?? otherWord(text, choices);
  if (near !== undefined || text.length < 3) return near;
  const parts = choices.filter((word) => word.includes(text) || text.includes(word));
  return parts.length === 1 ? parts[0] : undefined;
}

function forList(types: readonly (Json | undefined)[], choices: readonly string[]): string | undefined {
  if (types.includes('object')) return 'write keys and values, without `- ` or brackets';
  if (types.includes('array')) return undefined;
  return choices.length > 0 ? `choose one of them: ${listNames(choices, 12, 'or')}` : 'write one value, without `- ` or brackets';
}

function booleanHint(text: string): string | undefined {
  if (/^(?:yes|on|y|t|true|1)$/iu.test(text)) return 'did you mean `true`?';
  return /^(?:no|off|n|f|false|0)$/iu.test(text) ? 'did you mean `false`?' : undefined;
}

function numberHint(text: string, isQuoted: boolean): string | undefined {
  const bare = text.trim();
  if (isQuoted && bare !== '' && Number.isFinite(Number(bare))) return 'remove the quotes to make it a number';
  const percent = /^(\d+(?:\.\d+)?)\s*%$/u.exec(bare)?.[1];
  if (percent !== undefined) return `did you mean \`${Number((Number(percent) / 100).toPrecision(12))}\`?`;
  if (/^[-+]?\d{1,3}(?:,\d{3})+$/u.test(bare) || /^[-+]?\d[\d_]*$/u.test(bare)) return `did you mean \`${bare.replace(/[,_]/gu, '')}\`?`;
  return /^[-+]?\d+,\d+$/u.test(bare) ? `did you mean \`${bare.replace(',', '.')}\`?` : undefined;
}

/** Sections with a switch of their own. */
const SWITCHED: readonly string[] = ['tuning', 'explain'];

/** A section that was given the one word that matters in it. */
function mappingHint(path: Path, text: string): string | undefined {
  const name = String(path.at(-1) ?? '');
  const glued = /^([\w-]+):(\S.*)$/u.exec(text);
  if (glued !== null && !glued[2]?.startsWith('//')) return `write a blank behind the colon: \`${glued[1]}: ${glued[2]}\``;
  if (path[0] === 'columns' && (ROLES as readonly string[]).includes(text)) return `write \`${name}: {role: ${text}}\``;
  if (path[0] !== 'steps') return undefined;
  if (isSearched(path)) return `write \`${name}: {values: [${text}]}\`, or move it to \`estimator_params\``;
  if (path[2] === 'expect' && path[3] === 'rows' && /^\d+$/u.test(text)) return `write \`rows: {min: ${text}}\``;
  if (path[2] === 'expect' && path[3] === 'checks') return `write \`${name}: {sql: ${text}}\``;
  if (path[2] === 'expect' && path[3] === 'columns' && /^(?:not_null|unique)$/u.test(text)) return `write \`${name}: {${text}: true}\``;
  if (name === 'train' && [...ESTIMATORS, AUTOML].some((word) => word === text)) return `write \`train: {using: ${text}}\``;
  if ((name === 'ingest' || name === 'ingest_scoring') && /[./]/u.test(text)) return `write \`${name}: {location: ${text}}\``;
  return SWITCHED.includes(name) && /^(?:true|false)$/u.test(text) ? `write \`${name}: {enabled: ${text}}\`` : undefined;
}

const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\\t',
  '\\t': '\\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
  space: ' ',
  colon: ':',
};

function characterHint(text: string): string | undefined {
  const character = CHARACTERS[text.toLowerCase()];
  return character === undefined ? undefined : `write \`"${character}"\``;
}
