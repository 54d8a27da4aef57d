/** Keys are added to a YAML text, and what stands there stays as it is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Addition, insertKeys } from '../../../src/recipe/insert.ts';
import { type LocatedMap, toValue } from '../../../src/recipe/located.ts';
import { parseYaml } from '../../../src/recipe/parse-yaml.ts';

function added(text: string, additions: readonly Addition[]): string {
  return insertKeys(text, parseYaml(text, 'r.yaml').tree as LocatedMap, additions, (name) => name);
}

const one = (path: string, value = '1'): Addition => ({ path: path.split('.'), value });

test.each([
  ['a: 0\n', ['b'], 'a: 0\nb: 1\n'],
  ['a: 0', ['b'], 'a: 0\nb: 1\n'],
  ['a: 0\r\n# end\r\n', ['b'], 'a: 0\r\nb: 1\r\n# end\r\n'],
  ['a:\n    x: 0 # kept\n\nz: 2\n', ['a.y', 'b.c', 'b.d'], 'a:\n    x: 0 # kept\n    y: 1\n\nz: 2\nb:\n  c: 1\n  d: 1\n'],
  ['a:\nz: 2\n', ['a.b.c', 'a.b.d'], 'a:\n  b:\n    c: 1\n    d: 1\nz: 2\n'],
  ['a: {x: 0} # kept\n', ['a.y', 'a.b.c', 'a.b.d'], 'a: {x: 0, y: 1, b: {c: 1, d: 1}} # kept\n'],
  ['a: {}\n', ['a.y'], 'a: {y: 1}\n'],
  ['a: { x: [1, 2] }\n', ['a.y'], 'a: { x: [1, 2], y: 1 }\n'],
  ['a:\n  - x\n  - y\n', ['b'], 'a:\n  - x\n  - y\nb: 1\n'],
  ['a: |\n  text\n  more\nz: 0\n', ['b'], 'a: |\n  text\n  more\nz: 0\nb: 1\n'],
  ['a: 0\n', ['a', 'a.b'], 'a: 0\n'],
  ['a:\n  b:\n    c: 0\n  # said of d\n  d: 0\n', ['a.b.x', 'a.e'], 'a:\n  b:\n    c: 0\n    x: 1\n  # said of d\n  d: 0\n  e: 1\n'],
])('%j and %j', (text, paths, expected) =>
  expect(
    added(
      text,
      paths.map((path) => one(path)),
    ),
  ).toBe(expected),
);

test('whatever stands there, every line stays and every key is there afterwards', () => {
  const value: fc.Arbitrary<string> = fc.constantFrom('0', '"x # y"', '[1, 2]', '{p: 0}', '', '|\n    long\n    text');
  const file = fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
    .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), value, fc.constantFrom('', '\n', '# note\n')))));
  fc.assert(
    fc.property(file, fc.uniqueArray(fc.constantFrom('n', 'a.n', 'b.n.m', 'c.q', 'm.n'), { minLength: 1 }), (parts, paths) => {
      const text = parts.map(([name, said, after]) => `${name}: ${said}\n${after}`).join('');
      const before = toValue(parseYaml(text, 'r.yaml').tree as LocatedMap) as Record<string, unknown>;
      const result = added(
        text,
        paths.map((path) => one(path)),
      );
      const parsed = parseYaml(result, 'r.yaml');
      expect(parsed.diagnostics).toEqual([]);
      const after = toValue(parsed.tree as LocatedMap) as Record<string, unknown>;
      for (const [name, was] of Object.entries(before)) {
        if (typeof was === 'object' && !Array.isArray(was)) expect(after[name]).toMatchObject(was as object);
        else expect(after[name]).toEqual(was);
      }
      for (const path of paths) {
        const [top = '', ...rest] = path.split('.');
        const isFree = before[top] === undefined || (typeof before[top] === 'object' && !Array.isArray(before[top]));
        if (rest.length === 0 || isFree) expect(after).toHaveProperty(path.split('.'), 1);
      }
    }),
    { numRuns: 500 },
  );
});

test('a list stands on lines of its own where there is room, and in brackets within braces', () => {
  const list: Addition = { path: ['steps', 'transform', 'operations'], value: '[scale, {drop: [a]}]', items: ['scale', 'drop: [a]'] };
  const insert = (text: string) => added(text, [list, one('steps.transform.z')]);
  expect(insert('steps:\n  # here\n  transform:\n')).toBe(
    'steps:\n  # here\n  transform:\n    operations:\n      - scale\n      - drop: [a]\n    z: 1\n',
  );
  expect(insert('steps: {a: 1}\n')).toBe('steps: {a: 1, transform: {operations: [scale, {drop: [a]}], z: 1}}\n');
});
