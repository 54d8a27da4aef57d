import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, esc, escJson, escMarkdown, escProse, safeUrl, visible } from '../../../src/cards/escape.ts';

describe('escProse', () => {
  it('sets names in backticks as code, and nothing else becomes markup', () => {
    expect(escProse('weighted by `copies`, not `a b`')).toBe('weighted by <code>copies</code>, not <code>a b</code>');
    expect(escProse('`<img onerror=x>` & `"`')).toBe('<code>&lt;img onerror&#61;x&gt;</code> &amp; <code>&quot;</code>');
    expect(escProse('one ` alone')).toBe('one &#96; alone');
    expect(escProse('``')).toBe('&#96;&#96;');
    expect(escProse('`a\nb`')).toBe('&#96;a\nb&#96;');
    expect(escProse('&#96;x&#96;')).toBe('&amp;#96;x&amp;#96;');
  });

  it('has no tag but its own, whatever the text', () => {
    const unit = fc.constantFrom('`', '<', '>', '&', '#', '9', '6', ';', 'a', '"', '\n', '<code>');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        expect(escProse(text).replace(/<code>[^<]*<\/code>/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });
});

describe('esc', () => {
  it('escapes everything that could leave a text or an attribute', () => {
    expect(esc(`<a href="x" onclick='y' title=\`z\`> & co`)).toBe(
      '&lt;a href&#61;&quot;x&quot; onclick&#61;&#39;y&#39; title&#61;&#96;z&#96;&gt; &amp; co',
    );
  });
});

describe('escJson', () => {
  it('keeps the value and cannot end its element', () => {
    const value = { name: '</script><!--', line: '\u2028\u2029' };
    const text = escJson(JSON.stringify(value));
    expect(text).toBe('{"name":"\\u003c/script>\\u003c!--","line":"\\u2028\\u2029"}');
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('escMarkdown', () => {
  it.each([
    ['a|b', 'a\\|b'],
    ['<script>', '&lt;script&gt;'],
    ['`x`', '\\`x\\`'],
    ['two\nlines', 'two lines'],
    ['*bold* [link](x)', '\\*bold\\* \\[link\\](x)'],
    ['root_mean_squared_error', 'root_mean_squared_error'],
    ['_private_', '\\_private\\_'],
    ['# title', '\\# title'],
    ['1. first', '\\1. first'],
    ['@everyone', '&#64;everyone'],
  ])('writes %j as %j', (text, escaped) => {
    expect(escMarkdown(text)).toBe(escaped);
  });
});

describe('safeUrl', () => {
  it.each(['train/card.html', '#part', 'https://example.org/x?y=1', 'http://localhost:5000', '../a b'.replace(' ', '%20'), './a:b'])(
    'lets %s through',
    (address) => {
      expect(safeUrl(address)).toBe(address);
    },
  );
  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:x',
    'data:text/html,x',
    '//evil.example',
    '\\\\evil',
    'vbscript:x',
    'file:///etc/passwd',
  ])('refuses %j', (address) => {
    expect(safeUrl(address)).toBeUndefined();
  });
});

describe('visible', () => {
  it('shows what would hide or reorder, at any depth, and keeps lines', () => {
    expect(
      visible({ a: ['\u202eevil', 'x\u0000y\u001b[31m'], b: { c: '\ud800 \u{1f600}', d: 'one\r\ntwo\tthree' }, e: 1, f: null }),
    ).toEqual({
      a: ['\ufffdevil', 'x\ufffdy\ufffd[31m'],
      b: { c: '\ufffd \u{1f600}', d: 'one\ntwo\tthree' },
      e: 1,
      f: null,
    });
  });
});

describe('cutMiddle and cutEnd', () => {
  it('keep both ends or the beginning, and whole characters', () => {
    expect(cutMiddle('measurement_of_the_left_wing', 11)).toBe('measu…_wing');
    expect(cutMiddle('short', 11)).toBe('short');
    expect(cutMiddle('😀😀😀😀😀😀', 3)).toBe('😀…😀');
    expect(cutEnd('the model was rejected', 15)).toBe('the model was…');
    expect(cutEnd('x'.repeat(300))).toHaveLength(200);
  });
});
