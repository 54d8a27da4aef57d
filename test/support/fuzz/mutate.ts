/** A text with some of what people, editors and merges do to it. */
import { NAMES, piece } from './pieces.ts';
import type { Random } from './random.ts';

type Mutation = (text: string, random: Random, corpus: readonly string[]) => string;

const byLine =
  (change: (lines: string[], at: number, random: Random) => void): Mutation =>
  (text, random) => {
    const lines = text.split('\n');
    change(lines, random.below(lines.length), random);
    return lines.join('\n');
  };

const MUTATIONS: readonly Mutation[] = [
  byLine((lines, at) => void lines.splice(at, 1)),
  byLine((lines, at, random) => void lines.splice(at, random.between(1, 6))),
  byLine((lines, at) => void lines.splice(at, 0, lines[at] ?? '')),
  byLine((lines, at, random) => {
    const other = random.below(lines.length);
    [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
  }),
  byLine((lines, at, random) => {
    lines[at] = `${' '.repeat(random.between(1, 5))}${lines[at]}`;
  }),
  byLine((lines, at, random) => {
    lines[at] = (lines[at] ?? '').replace(new RegExp(`^ {1,${random.between(1, 4)}}`, 'u'), '');
  }),
  byLine((lines, at) => {
    lines[at] = (lines[at] ?? '').replace(/^ {2}/u, '\t');
  }),
  byLine((lines, at) => {
    lines[at] = `# ${lines[at]}`;
  }),
  byLine((lines, at) => {
    lines[at] = (lines[at] ?? '').replace(/#.*$/u, '');
  }),
  // Another value, another key.
  byLine((lines, at, random) => {
    lines[at] = (lines[at] ?? '').replace(/:.*$/u, () => `: ${piece(random)}`);
  }),
  byLine((lines, at, random) => {
    lines[at] = (lines[at] ?? '').replace(/[\w-]+(?=:)/u, () => (random.chance(50) ? random.pick(NAMES) : piece(random)));
  }),
  byLine((lines, at, random) => {
    lines[at] = `${lines[at]}${piece(random)}`;
  }),
  // A piece anywhere, with or without what was there.
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + piece(random) + text.slice(at + (random.chance(50) ? 0 : random.between(1, 20)));
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + piece(random) + piece(random) + piece(random) + text.slice(at);
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll('\n', '\r'),
  (text) => `\ufeff${text}`,
  (text, random) => text.replaceAll('  ', random.pick(['\t', ' ', '   ', '\u00a0\u00a0'])),
  (text, random) => text.replaceAll(random.pick([':', '- ', '"', "'", ' ', '{', '}']), () => piece(random)).slice(0, 20_000),
  // A line as nobody writes it.
  byLine((lines, at, random) => {
    lines[at] =
      `${lines[at]}${random.pick(['x', '😀', '価', ' a', '"', '{{X}}', '[', '\u0301', '\ud83d']).repeat(random.between(100, 3000))}`;
  }),
  byLine((lines, at, random) => {
    const levels = random.between(2, random.chance(90) ? 300 : 20_000);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{a: ', '}'],
      ['- ', ''],
      ['{"a": [', ']}'],
    ] as const);
    lines[at] =
      `${(lines[at] ?? '').replace(/:.*$/u, ': ')}${open.repeat(levels)}1${close.repeat(random.chance(80) ? levels : levels - 1)}`;
  }),
  // Half of one file and half of another.
  (text, random, corpus) => {
    const other = random.pick(corpus);
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1));
  },
  (text, random, corpus) => `${text}\n${random.pick(corpus)}`,
];

export function mutated(text: string, random: Random, corpus: readonly string[]): string {
  // Most mistakes are made alone.
  const count = random.chance(50) ? 1 : random.between(2, 8);
  let result = text;
  for (let done = 0; done < count; done++) result = random.pick(MUTATIONS)(result, random, corpus);
  return result.slice(0, 60_000);
}
