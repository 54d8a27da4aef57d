import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { diagnosticToJson, type Palette, renderConcise, renderDiagnostic, renderDiagnostics } from '../../../src/diagnostics/render.ts';

const recipe = 'recipe: regression/v1\n\n# the houses\ntarget_col: pricee\n';
const sourceOf = (file: string): string | undefined => (file === 'recipe.yaml' ? recipe : undefined);
const unknownColumn: Diagnostic = {
  code: 'unknown-column',
  severity: 'error',
  message: 'column `pricee` is not in the ingested data',
  span: { file: 'recipe.yaml', start: 48, end: 54 },
  label: 'the data has `price`, `area`, `rooms`, `year`, `lat` and 2 more',
  hint: 'did you mean `price`?',
};

/** The marked line and the marks, of one line of source. */
function marks(line: string, marked: string): readonly string[] {
  const start = line.indexOf(marked);
  const span = { file: 'f', start, end: start + marked.length };
  const text = renderDiagnostic({ code: 'bad-value', severity: 'error', message: 'm', span }, () => line);
  return text.split('\n').slice(3);
}

describe('the full block', () => {
  it('looks as the style guide shows it', () => {
    expect(renderDiagnostic(unknownColumn, sourceOf)).toBe(
      [
        'error[unknown-column]: column `pricee` is not in the ingested data',
        ' --> recipe.yaml:4:13',
        '  |',
        '4 | target_col: pricee',
        '  |             ^^^^^^ the data has `price`, `area`, `rooms`, `year`, `lat` and 2 more',
        '',
        'hint: did you mean `price`?',
      ].join('\n'),
    );
  });

  it('widens the gutter for all places', () => {
    const text = `${'x: 1\n'.repeat(11)}last: 2\n`;
    const diagnostic: Diagnostic = {
      code: 'duplicate-key',
      severity: 'warning',
      message: 'twice',
      span: { file: 'f', start: 55, end: 59 },
      related: [{ span: { file: 'f', start: 0, end: 1 }, message: 'first here' }],
    };
    expect(renderDiagnostic(diagnostic, () => text)).toBe(
      [
        'warning[duplicate-key]: twice',
        '  --> f:12:1',
        '   |',
        '12 | last: 2',
        '   | ^^^^',
        '   |',
        '  ::: f:1:1',
        '   |',
        ' 1 | x: 1',
        '   | - first here',
      ].join('\n'),
    );
  });

  it('names eight more places and counts the others', () => {
    const related = Array.from({ length: 11 }, (_, index) => ({
      span: { file: 'f', start: index * 5, end: index * 5 + 1 },
      message: 'part',
    }));
    const block = renderDiagnostic(
      { code: 'duplicate-key', severity: 'warning', message: 'often', span: { file: 'f', start: 55, end: 59 }, related },
      () => `${'x: 1\n'.repeat(11)}last: 2\n`,
    );
    expect(block.match(/:::/g)).toHaveLength(8);
    expect(block.split('\n').at(-1)).toBe('   = and 3 more places');
  });

  it('does without a place, and without the text of the place', () => {
    const { span: _span, label: _label, ...placeless } = unknownColumn;
    expect(renderDiagnostic(placeless, sourceOf)).toBe(
      'error[unknown-column]: column `pricee` is not in the ingested data\nhint: did you mean `price`?',
    );
    expect(renderDiagnostic({ ...unknownColumn, span: { file: 'gone.yaml', start: 3, end: 4 }, label: 'here' }, sourceOf)).toBe(
      'error[unknown-column]: column `pricee` is not in the ingested data\n --> gone.yaml\n  = here\n\nhint: did you mean `price`?',
    );
  });

  it('joins blocks with an empty line', () => {
    const bare: Diagnostic = { code: 'usage', severity: 'info', message: 'm' };
    expect(renderDiagnostics([bare, bare], sourceOf)).toBe('info[usage]: m\n\ninfo[usage]: m');
    expect(renderDiagnostics([], sourceOf)).toBe('');
  });

  it('indents the further lines of a hint', () => {
    expect(renderDiagnostic({ code: 'usage', severity: 'error', message: 'm', hint: 'install:\n  npm i x' }, sourceOf)).toBe(
      'error[usage]: m\nhint: install:\n        npm i x',
    );
  });

  it('colours parts without changing the words', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const palette: Palette = { error: tag('e'), warning: tag('w'), info: tag('i'), strong: tag('b'), frame: tag('f'), hint: tag('h') };
    const coloured = renderDiagnostic(unknownColumn, sourceOf, palette);
    expect(coloured.split('\n')[0]).toBe('<e>error[unknown-column]</e>: <b>column `pricee` is not in the ingested data</b>');
    expect(coloured.replace(/<\/?\w>/gu, '')).toBe(renderDiagnostic(unknownColumn, sourceOf));
  });
});

describe('the marks', () => {
  it.each([
    ['tabs are copied', '\tkey:\tbad', 'bad', '  | \t    \t^^^'],
    ['wide characters take two cells', '価格: bad', 'bad', '  |       ^^^'],
    ['a marked wide character too', 'key: 価格', '価格', '  |      ^^^^'],
    ['an emoji sequence is one character', '👩‍👩‍👧: bad', 'bad', '  |     ^^^'],
    ['a flag and a heart', '🇫🇷❤️: bad', 'bad', '  |       ^^^'],
    ['combining accents take none', 'cafe\u0301: bad', 'bad', '  |       ^^^'],
    ['zero-width characters take none', 'a\u200bb: bad', 'bad', '  |     ^^^'],
    ['half-width katakana take one', 'ｶﾅ: bad', 'bad', '  |     ^^^'],
  ])('%s', (_, line, marked, expected) => {
    expect(marks(line, marked)).toEqual([`1 | ${line}`, expected]);
  });

  it('are one caret for an empty span, also behind the line', () => {
    expect(marks('key: x', '')).toEqual(['1 | key: x', '  | ^']);
    expect(
      renderDiagnostic({ code: 'bad-value', severity: 'error', message: 'm', span: { file: 'f', start: 5, end: 5 } }, () => 'key: '),
    ).toContain('1 | key: \n  |      ^');
    expect(
      renderDiagnostic({ code: 'bad-value', severity: 'error', message: 'm', span: { file: 'f', start: 0, end: 0 } }, () => ''),
    ).toContain('1 |\n  | ^');
  });

  it('show a part of a long line', () => {
    const line = `${'a'.repeat(200)}BAD${'z'.repeat(200)}`;
    const [source = '', caret = ''] = marks(line, 'BAD');
    expect(source).toBe(`1 | …${'a'.repeat(60)}BAD${'z'.repeat(67)}…`);
    expect(caret).toBe(`  | ${' '.repeat(61)}^^^`);
  });

  it('let nothing of the source reach the terminal as a command', () => {
    const [source] = marks('key: \u001b[31mred\u202e', 'red');
    expect(source).toBe('1 | key: \ufffd[31mred\ufffd');
    expect(renderDiagnostic({ code: 'usage', severity: 'error', message: 'a\u001b]0;x\u0007\nb' }, sourceOf)).toBe(
      'error[usage]: a\ufffd]0;x\ufffd b',
    );
  });
});

describe('the other forms', () => {
  it('concise', () => {
    expect(renderConcise(unknownColumn, sourceOf)).toBe(
      'recipe.yaml:4:13 error[unknown-column] column `pricee` is not in the ingested data',
    );
    expect(renderConcise({ code: 'usage', severity: 'error', message: 'm' }, sourceOf)).toBe('error[usage] m');
  });

  it('json has every field', () => {
    expect(diagnosticToJson(unknownColumn, sourceOf)).toEqual({
      code: 'unknown-column',
      severity: 'error',
      message: 'column `pricee` is not in the ingested data',
      file: 'recipe.yaml',
      line: 4,
      column: 13,
      hint: 'did you mean `price`?',
    });
    expect(diagnosticToJson({ code: 'usage', severity: 'error', message: 'm' }, sourceOf)).toEqual({
      code: 'usage',
      severity: 'error',
      message: 'm',
      file: null,
      line: null,
      column: null,
      hint: null,
    });
  });
});
