import { describe, expect, it } from 'vitest';
import { toValue } from '../../../src/recipe/located.ts';
import { parseYaml } from '../../../src/recipe/parse-yaml.ts';

function value(text: string): unknown {
  const { tree, diagnostics } = parseYaml(text, 'f');
  expect(diagnostics).toEqual([]);
  return tree === undefined ? undefined : toValue(tree);
}

function mistakes(text: string): readonly string[] {
  return parseYaml(text, 'f').diagnostics.map(({ code, message, span }) => `${span?.start}-${span?.end} ${code}: ${message}`);
}

describe('parseYaml', () => {
  it('reads YAML 1.2', () => {
    expect(value('a: yes\nb: 012\nc: 1_000\nd: 2024-01-31\ne: "007"\nf: True\n')).toEqual({
      a: 'yes',
      b: 12,
      c: '1_000',
      d: '2024-01-31',
      e: '007',
      f: true,
    });
  });

  it('keeps keys as they are written', () => {
    expect(value('012: a\n"x y": b\ntrue: c\n')).toEqual({ '012': 'a', 'x y': 'b', true: 'c' });
  });

  it('leaves out keys without a value, and is an empty mapping without text', () => {
    expect(value('a:\nb: ~\nc: {d: }\n')).toEqual({ c: {} });
    expect(value('')).toEqual({});
    expect(value('# only a comment\n')).toEqual({});
  });

  it('follows aliases and merge keys', () => {
    expect(value('base: &b {x: 1, y: 2}\nuse: *b\nmerged: {<<: *b, y: 3}\n')).toEqual({
      base: { x: 1, y: 2 },
      use: { x: 1, y: 2 },
      merged: { y: 3, x: 1 },
    });
  });

  it('cannot be used to reach the prototype', () => {
    const parsed = value('__proto__: {polluted: 1}\n') as object;
    expect(Object.keys(parsed)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  it.each([
    ['a: 1\na: 2\n', '5-6 duplicate-key: the key `a` stands twice in one mapping'],
    ['a: *x\n', '3-5 yaml-syntax: there is no anchor `&x` before this alias'],
    ['a: &x [*x]\n', '7-9 yaml-syntax: the alias `*x` contains itself'],
    ['? {a: 1}\n: 2\n', '2-8 yaml-syntax: a key must be a text'],
    [
      'a: b: c\n',
      '3-4 yaml-syntax: a mapping cannot begin on the line of a value; check the indentation, or quote a value that contains `: `',
    ],
    ['a: 1\nfoo\n', '5-8 yaml-syntax: this line is neither `key: value` nor a list item; check the indentation'],
    ['a: "x\n', '3-4 yaml-syntax: a quoted text is not closed'],
    ['a: {b: 1\n', '8-9 yaml-syntax: a `{` is not closed with `}`'],
    ['a: 1\n---\nb: 1\n', '5-14 yaml-syntax: the file has a second document after `---`; keep one'],
    ['a: !!python/object:os.system ls\n', '3-28 yaml-syntax: tags such as `!!python/object:os.system` are not supported'],
  ])('refuses %j', (text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });

  it('refuses a file that grows without end', () => {
    const lines = ['a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]'];
    for (let level = 1; level < 9; level++)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(mistakes(lines.join('\n'))[0]).toContain('the file has more than 20000 values, aliases counted');
  });
});
