/** How many arguments a function cannot do without, from its source alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import ts from 'typescript-6';
import { expect, test } from 'vitest';
import { signaturesOf } from '../../../src/user-code/signatures.ts';
import { REPOSITORY } from '../../support/recipe-rig.ts';
import { runs } from '../../support/runs.ts';

/** The required parameters of `f`, as they are written. */
function required(source: string, name = 'f'): readonly string[] | undefined {
  return signaturesOf(source)[name]?.required.map(({ start, end }) => source.slice(start, end));
}

test.each<[string, readonly string[]]>([
  ['export function f() {}', []],
  ['export function f(a, b) {}', ['a', 'b']],
  ['export async function f(a: string, b?: number) {}', ['a: string']],
  ['export async function* f<T extends Map<string, number>>(a: T, b: T) {}', ['a: T', 'b: T']],
  ['export const f = (a, b = 1, ...c) => 1;', ['a']],
  ['export const f = (a = 1, b) => 1', ['a = 1', 'b']],
  [
    'export const f = async (a: Map<string, number>, b: (x: number, y: number) => void): Promise<void> => {};',
    ['a: Map<string, number>', 'b: (x: number, y: number) => void'],
  ],
  ['export const f = a => a;', ['a']],
  ['export const f = async a => a;', ['a']],
  ['export const f = async => async;', ['async']],
  ['export const f = function (a) { return a; };', ['a']],
  ['export const f = async function named(this: void, a, b) {};', ['a', 'b']],
  ['export const f = defineSplit((table) => table);', ['table']],
  ["export const f = defineEstimator<{ trees?: number }>(({ trees = 200 }) => randomForest({ a: '(' }));", ['{ trees = 200 }']],
  ['export const f = defineStep<Table, number>(async (rows, { params }: Context = {}) => 1);', ['rows']],
  ['export const f: (a: string, b?: number) => void = (a, b) => {};', ['a', 'b']],
  ['function g(a) {}\nexport { g as f };', ['a']],
  ['const f = (a) => 1\nexport { f }', ['a']],
  ['export function f({ a, b }: { a: number; b: number }, [c, d] = [1, 2]) {}', ['{ a, b }: { a: number; b: number }']],
  ['export function f({ a }?: { a: number }) {}', []],
  ['export function f(a /* , b */, // c, d\n) {}', ['a']],
  [`export function f(a = x < y, b = "),(" , c = /[),]/.test(\`\${\`)\`},\`)) {}`, []],
  ['const re = /["\'(]/; export function f(a) { return a / 2 / 3; }', ['a']],
  [`const s = \`\${ { a: "}" }.a } (\`; export function f(a) {}`, ['a']],
  ['/** export function f(a, b, c) */ export function f(a) {}', ['a']],
  ['#!/usr/bin/env node\nexport function f(a) {}', ['a']],
])('%s', (source, expected) => {
  expect(required(source)).toEqual(expected);
});

test.each([
  'export const f = wrap((a, b) => 1);',
  'export const f = other;',
  "export { f } from './other.ts';",
  "export * from './other.ts';",
  'export function f(a: string): void;\nexport function f(a: string, b: number): void;\nexport function f(a: string, b?: number) {}',
  'export const f = (1, 2);',
  'export const f = class {};',
  'const text = "never closed; export function f(a, b) {}',
  'export function f(a, b) {',
  'if (x) { function f(a) {} }',
  'function f(a) {}',
])('nothing is claimed of %s', (source) => {
  expect(signaturesOf(source)).toEqual({});
});

test('the bodies of functions hold anything', () => {
  const body = `{ const export_ = { function: 1 }; export_.function; if (a) { return /}/g.exec("}")?.[0]; } return \`}\${"}"}\`; }`;
  const source = `export function g(a) ${body}\nexport const f = (b) => ${body};\nexport function h(c, d) ${body}\n`;
  const counts = Object.entries(signaturesOf(source)).map(([name, { required: all }]) => [name, all.length]);
  expect(Object.fromEntries(counts)).toEqual({ g: 1, f: 1, h: 2 });
});

test('no text makes it stumble', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('export ', 'function f', '(', ')', '{', '}', '`', '$' + '{', '=>', '/', '"', 'const f =', ',', '?', '<', '>', '\n'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => void signaturesOf(pieces.join(''))),
    { numRuns: runs(500) },
  );
});

test('it agrees with TypeScript on all sources of this repository', () => {
  const wrong: string[] = [];
  let [found, all] = [0, 0];
  for (const folder of ['src', 'test', 'scripts', 'bench']) {
    for (const path of readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.m?[jt]s$/.test(path) || path.includes('generated')) continue;
      const source = readFileSync(join(REPOSITORY, folder, path), 'utf8');
      const said = signaturesOf(source);
      for (const [name, count] of byTypeScript(source)) {
        all++;
        const own = said[name]?.required.length;
        if (own !== undefined) found++;
        if (own !== undefined && own !== count) wrong.push(`${folder}/${path}: ${name} requires ${count}, not ${own}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(all).toBeGreaterThan(800);
  expect(found / all).toBeGreaterThan(0.99);
});

/** Exported functions, those with overloads left out. */
function byTypeScript(source: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const overloaded = new Set<string>();
  const isExported = (node: ts.Statement): boolean =>
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const keep = (name: ts.Node | undefined, made: ts.SignatureDeclaration): void => {
    const text = name?.getText() ?? '';
    if (counts.has(text)) overloaded.add(text);
    const last = made.parameters.findLastIndex(
      (one) =>
        one.questionToken === undefined &&
        one.initializer === undefined &&
        one.dotDotDotToken === undefined &&
        one.name.getText() !== 'this',
    );
    counts.set(text, last + 1);
  };
  for (const statement of ts.createSourceFile('x.ts', source, ts.ScriptTarget.ES2023, true).statements) {
    if (!isExported(statement)) continue;
    if (ts.isFunctionDeclaration(statement)) keep(statement.name, statement);
    else if (ts.isVariableStatement(statement)) {
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))) keep(name, initializer);
    }
  }
  for (const name of overloaded) counts.delete(name);
  return counts;
}
