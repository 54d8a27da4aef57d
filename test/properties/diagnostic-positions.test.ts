/**
 * Where a mistake is shown: line and column that an editor jumps to, and marks that stand below what is meant on a
 * terminal, whatever the text before it is made of.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionOf } from '../../src/diagnostics/position.ts';
import { diagnosticToJson, renderConcise, renderDiagnostic } from '../../src/diagnostics/render.ts';
import { loadMemory } from '../support/memory-recipe.ts';
import { runs } from '../support/runs.ts';

/** What a text is made of, and how many cells a terminal takes for it, by the tables of Unicode and not by ours. */
const CLUSTERS: readonly (readonly [string, number])[] = [
  ['a', 1],
  [' ', 1],
  ['é', 1],
  ['e\u0301', 1],
  ['o\u0302\u0323', 1],
  ['ｶ', 1],
  ['価', 2],
  ['Ａ', 2],
  ['한', 2],
  ['\u1112\u1161\u11ab', 2],
  ['😀', 2],
  ['👍🏽', 2],
  ['👩‍👩‍👧', 2],
  ['🇫🇷', 2],
  ['❤️', 2],
  ['\u{20000}', 2],
  ['𝒳', 1],
];
const cluster = fc.constantFrom(...CLUSTERS);
/** Blanks keep flags, accents and syllables of neighbours apart: together they would be other characters. */
const words = fc.array(cluster, { maxLength: 12 }).map((all) => all.flatMap((one) => [one, [' ', 1] as const]));
const lineEnd = fc.constantFrom('\n', '\r\n');
const textOf = (all: readonly (readonly [string, number])[]): string => all.map(([text]) => text).join('');
const cellsOf = (all: readonly (readonly [string, number])[]): number => all.reduce((sum, [, cells]) => sum + cells, 0);

const mistake = (start: number, end: number) =>
  ({ code: 'bad-value', severity: 'error', message: 'm', span: { file: 'f', start, end } }) as const;

describe('line and column', () => {
  it('are those of an editor: a line ends with \\n or \\r\\n, a column is a UTF-16 unit, a byte order mark is none', () => {
    const lines = fc.array(fc.tuple(words.map(textOf), lineEnd), { maxLength: 6 });
    fc.assert(
      fc.property(lines, words.map(textOf), fc.boolean(), (before, prefix, hasMark) => {
        const head = `${hasMark ? '\ufeff' : ''}${before.map(([text, end]) => text + end).join('')}${prefix}`;
        const source = `${head}HERE and more\r\nlast\n`;
        const expected = { line: before.length + 1, column: prefix.length + 1 };
        expect(positionOf(source, { file: 'f', start: head.length, end: head.length + 4 })).toEqual(expected);
        const { line, column } = diagnosticToJson(mistake(head.length, head.length + 4), () => source);
        expect({ line, column }).toEqual(expected);
        expect(renderConcise(mistake(head.length, head.length + 4), () => source)).toBe(
          `f:${expected.line}:${expected.column} error[bad-value] m`,
        );
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('the marks', () => {
  it('stand below what is meant, cell by cell', () => {
    fc.assert(
      fc.property(words, fc.array(cluster, { minLength: 1, maxLength: 6 }), words, lineEnd, (before, marked, after, end) => {
        const apart = marked.flatMap((one, at) => (at === 0 ? [one] : [[' ', 1] as const, one]));
        const [head, middle] = [textOf(before), textOf(apart)];
        const source = `x${end}${head}${middle} ${textOf(after)}${end}y${end}`;
        const start = 1 + end.length + head.length;
        const block = renderDiagnostic(mistake(start, start + middle.length), () => source).split('\n');
        expect(block[3]).toBe(`2 | ${head}${middle} ${textOf(after)}`);
        expect(block[4]).toBe(`  | ${' '.repeat(cellsOf(before))}${'^'.repeat(cellsOf(apart))}`);
      }),
      { numRuns: runs(200) },
    );
  });

  it('are shifted by the tabs of the line, wherever the stops are', () => {
    const piece = fc.constantFrom('\t', 'a', 'bc', ' ');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
        fc.integer({ min: 1, max: 8 }),
        (head, stop) => {
          const block = renderDiagnostic(mistake(head.length, head.length + 3), () => `${head}BAD`).split('\n');
          const [source = '', marks = ''] = [block[3]?.slice(4), block[4]?.slice(4)];
          expect(expanded(marks, stop).indexOf('^')).toBe(expanded(source, stop).indexOf('BAD'));
          expect(marks.endsWith('^^^')).toBe(true);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('stay below what is meant in a line of which a part is shown', () => {
    fc.assert(
      fc.property(fc.array(cluster, { minLength: 300, maxLength: 900 }), fc.nat(), (all, at) => {
        const apart = all.flatMap((one) => [one, [' ', 1] as const]);
        const cut = at % apart.length;
        const [head, tail] = [textOf(apart.slice(0, cut)), textOf(apart.slice(cut))];
        const block = renderDiagnostic(mistake(head.length, head.length + 3), () => `${head}BAD ${tail}`).split('\n');
        const [source = '', marks = ''] = [block[3]?.slice(4), block[4]?.slice(4)];
        const shown = source.slice(0, source.indexOf('BAD')).replace(/^…/u, '');
        const whole = apart
          .slice(0, cut)
          .reduceRight(
            (sum, [text, cells]) =>
              sum.left >= text.length ? { left: sum.left - text.length, cells: sum.cells + cells } : { left: -1, cells: sum.cells },
            { left: shown.length, cells: 0 },
          );
        expect(head.endsWith(shown)).toBe(true);
        expect(marks).toBe(`${' '.repeat(whole.cells + (source.startsWith('…') ? 1 : 0))}^^^`);
        expect(source).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: runs(60) },
    );
  });
});

describe('of a recipe', () => {
  it('a bad value is marked where it stands, whatever is written around it', () => {
    const name = fc
      .array(cluster, { minLength: 1, maxLength: 5 })
      .map((all) => textOf(all).trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(name, name, lineEnd, fc.boolean(), (column, tag, end, hasMark) => {
        const lines = [
          'recipe: regression/v1',
          'target_col: price',
          `columns: {"${column}": {role: id}, "${tag}x": {role: nothing}}`,
          'steps: {ingest: {location: data/houses.csv}}',
          '',
        ];
        const recipe = (hasMark ? '\ufeff' : '') + lines.join(end);
        const result = loadMemory({ recipe });
        const [found, ...others] = result.ok ? [] : result.diagnostics;
        expect(others).toEqual([]);
        expect(found?.span === undefined ? '' : recipe.slice(found.span.start, found.span.end)).toBe('nothing');
        const { line, column: at } = diagnosticToJson(found ?? mistake(0, 0), () => recipe);
        expect([line, at]).toEqual([3, (lines[2]?.indexOf('nothing') ?? -1) + 1]);
      }),
      { numRuns: runs(100) },
    );
  });
});

/** As a terminal with a stop at every so many columns shows it. */
function expanded(text: string, stop: number): string {
  let shown = '';
  for (const character of text) shown += character === '\t' ? ' '.repeat(stop - (shown.length % stop)) : character;
  return shown;
}
