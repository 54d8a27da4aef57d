/** What YAML, placeholders and terminals stumble over, to be put into texts. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment are what is tested
import type { Random } from './random.ts';

// biome-ignore format: a table of pieces
const PUNCTUATION: readonly string[] = [
  '\n', '\n\n', '\r\n', '\r', '\t', ' ', '  ', '    ', ': ', ':', '- ', '-', '? ', ', ', '"', "'", '[', ']', '{', '}', '(', ')', '|', '|\n', '>-\n', '|2+\n',
  '#', ' # ', '%', '@', '`', '~', '!', '&', '*', '=', '\\', '/', '<<', '<<: ', '---\n', '...\n', '%YAML 1.1\n---\n', '%TAG ! x:\n', '\u0085', '\u2028', '\u2029',
];

// biome-ignore format: a table of pieces
const YAML: readonly string[] = [
  '&a ', '*a', '*b', '&a [*a]', '<<: *a', '<<: [*a, *a]', '<<: {seed: 1}', '!!str ', '!!binary aGk=', '!!int ', '!!set {a, b}', '!!omap [a: 1]', '!!timestamp 2001-01-01',
  '!x ', '!<tag:yaml.org,2002:str> ', '!!null ', '? a\n: b', '{? a : b}', '{a, b}', '[a: 1, b]', '[[[[[[]]]]]]', '{a: {b: {c: {d: 1}}}}', '"\\ud83d"', '"\\ue000"', '"\\U0000e000"',
  '"\\u0000"', '"\\x07"', '"\\', "''", '""', '{}', '[]', '{{', '}}', '.inf', '-.inf', '.nan', '1e999', '-0', '0x1F', '0o17', '010', '1_000', '12:30:45', '9007199254740993',
  `${'9'.repeat(400)}`, `1e${'9'.repeat(20)}`, '1.7976931348623157e308', '5e-324', 'yes', 'off', 'null', 'Null', '2024-01-01', 'true', 'TRUE', '“price”',
];

// biome-ignore format: a table of pieces
const PLACEHOLDERS: readonly string[] = [
  '{{X}}', '{{ X }}', '"{{X}}"', '{{X|default(1)}}', '{{X|default([1, 2])}}', '{{X|default({a: {b: 1}})}}', '{{X|default("}}")}}', '{{X|default(*a)}}', '{{X|default(})}}',
  '{{X|default()}}', '{{X|default(None)}}', '{{X.Y.Z}}', '{{X.0}}', '{{__proto__}}', '{{constructor.name}}', '{{MAP}}', '{{LIST}}', '{{EMPTY}}', '{{TEXT}}', 'a{{TEXT}}b{{TEXT}}', '{{MAP.inner}}',
  '{{', '}}', '{{}}', '{{ {{X}} }}', '{ { X } }', '{% if x %}', '{%', '{{#if}}', '{{X|default(', '{{X|upper}}', '\ue000', '\ue001\ue001', '\uf8ff', '{{X|default({{Y}})}}', '{{\u0000}}',
  '${env:A}', '${env:A:-b}', '${env:}', '${env:', '${env:NOPE}', '${env:__proto__}', '${A}', '$A', '"${env:SECRET}"', '${env:A}${env:SECRET}', '${file:a.txt}', '${file:a.txt:-b}', '${file:', '${file:}', '{{"a.json"|from_json}}', '{{X|from_json}}', '{{X|default("a.json")|from_json}}', 'extends: base', 'extends: [base, local]',
];

// biome-ignore format: a table of pieces
const CHARACTERS: readonly string[] = [
  '\ufeff', '\u0000', '\u0007', '\u001b[31m', '\u007f', '\u009b', '\u00a0', '\u200b', '\u200d', '\u202e', '\u2066', '\ufffd', '\ufffe', '\ud83d', '\udc69', '\ud83d\ud83d', '\udc69\ud83d',
  '価格', 'ｶﾅ', '한글', 'cafe\u0301', '\u0301', '\u0301\u0302\u0303', '👩‍👩‍👧', '🇫🇷', '🇫', '❤️', '👍🏽', '😀', '𝒳', '\u{20000}', 'ﷺ', 'ß', 'İ', '\u1100\u1161', '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
];

// biome-ignore format: a table of pieces
export const NAMES: readonly string[] = [
  'recipe', 'target_col', 'positive_class', 'primary_metric', 'columns', 'steps', 'ingest', 'split', 'transform', 'train', 'evaluate', 'register', 'predict', 'ingest_scoring', 'experiment',
  'model_registry', 'cache', 'resources', 'using', 'location', 'seed', 'timeout', 'retries', 'tuning', 'estimator_params', 'validation_criteria', 'metric', 'threshold', 'tags', 'custom', 'custom_metrics',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'length', '0', '1', '-1', '', ' ', '*', 'null', 'true',
];

const POOLS: readonly (readonly string[])[] = [PUNCTUATION, PUNCTUATION, YAML, YAML, PLACEHOLDERS, PLACEHOLDERS, CHARACTERS, NAMES];

/** A short text that may break what is around it. */
export function piece(random: Random): string {
  if (random.chance(6)) return anyText(random, 12);
  return random.pick(random.pick(POOLS));
}

/** Any UTF-16 units, mostly those that terminals and parsers know. */
export function anyText(random: Random, most: number): string {
  return random
    .many(random.below(most + 1), () => {
      const kind = random.below(10);
      if (kind < 6) return String.fromCharCode(random.between(0x20, 0x7e));
      if (kind < 7) return String.fromCharCode(random.below(0x20));
      if (kind < 9) return String.fromCharCode(random.below(0x10000));
      return String.fromCodePoint(random.below(0x110000));
    })
    .join('');
}
