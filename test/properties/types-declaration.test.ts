/** Whatever columns are called, the written declaration is TypeScript and declares exactly them. */
import * as fc from 'fast-check';
import ts from 'typescript-6';
import { expect, test } from 'vitest';
import { type Declaration, type DeclaredColumn, declarationText, readDeclaration, shapeOf } from '../../src/app/data-declaration.ts';
import { runs } from '../support/runs.ts';

const nasty = fc.constantFrom(
  '__proto__',
  'constructor',
  '*/ export {} /*',
  "it's",
  '"quoted"',
  'back\\slash',
  'two\nlines',
  'carriage\rreturn',
  'line\u2028separator',
  ['`$', '{price}`'].join(''),
  '//',
  '😀',
  '\ud800',
  '\u202eright to left',
  '\ufeff',
  '\0',
  '',
  ' ',
  'price',
  'declare module',
  '\\u0022',
);
const name = fc.oneof({ weight: 2, arbitrary: nasty }, fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }));
const column: fc.Arbitrary<DeclaredColumn> = fc.record({
  name,
  type: fc.constantFrom('number', 'integer', 'boolean', 'string', 'timestamp'),
  missing: fc.nat(3),
});
const columns = fc.uniqueArray(column, { minLength: 1, maxLength: 12, selector: (one) => one.name });

const declaration: fc.Arbitrary<Declaration> = columns.chain((rows) =>
  fc.record(
    {
      rows: fc.constant(rows),
      stages: fc.oneof(
        fc.constant([]),
        columns.map((before) => [before, rows]),
      ),
      target: fc.constantFrom(...rows.map((one) => one.name), 'absent'),
      roles: fc.constant(Object.fromEntries(rows.slice(0, 2).map((one) => [one.name, 'id']))),
      task: fc.constantFrom('regression', 'classification'),
      classes: fc.uniqueArray(name, { maxLength: 4 }),
      features: fc.uniqueArray(name, { maxLength: 6 }),
      isSample: fc.boolean(),
    },
    { requiredKeys: ['rows', 'stages', 'target', 'roles', 'task', 'isSample'] },
  ),
);

/** Member of `DataTypes` → its type. Fails when the text is not TypeScript, or declares anything else. */
function membersOf(text: string): ReadonlyMap<string, ts.TypeNode> {
  const { diagnostics = [], ...source } = ts.transpileModule(text, { reportDiagnostics: true, fileName: 'types.ts' });
  expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
  expect(source.outputText).toContain('mlrecipe');
  const file = ts.createSourceFile('types.d.ts', text, ts.ScriptTarget.ES2023, true);
  expect(file.statements).toHaveLength(2);
  const body = (file.statements[1] as ts.ModuleDeclaration).body as ts.ModuleBlock;
  expect(body.statements).toHaveLength(1);
  const types = body.statements[0] as ts.InterfaceDeclaration;
  return new Map(
    types.members.map((member) => [(member.name as ts.Identifier).text, (member as ts.PropertySignature).type as ts.TypeNode]),
  );
}

function namesOf(type: ts.TypeNode | undefined): readonly string[] {
  return (type as ts.TypeLiteralNode).members.map((member) => (member.name as ts.StringLiteral).text);
}

function literalsOf(type: ts.TypeNode | undefined): readonly string[] {
  if (type?.kind === ts.SyntaxKind.NeverKeyword) return [];
  const parts = type !== undefined && ts.isUnionTypeNode(type) ? type.types : [type as ts.TypeNode];
  return parts.map((part) => ((part as ts.LiteralTypeNode).literal as ts.StringLiteral).text);
}

test('the declaration has exactly the names of the data', () => {
  fc.assert(
    fc.property(declaration, (said) => {
      const text = declarationText(said);
      const members = membersOf(text);
      expect(namesOf(members.get('rows'))).toEqual(said.rows.map((one) => one.name));
      expect(literalsOf(members.get('target'))).toEqual([said.target]);
      const others = said.rows.filter((one) => one.name === said.target || Object.hasOwn(said.roles, one.name)).map((one) => one.name);
      expect(literalsOf(members.get('notFeatures'))).toEqual(others);
      if (said.stages.length > 0) expect(namesOf(members.get('stepRows'))).toEqual([...new Set(said.stages.flat().map((one) => one.name))]);
      if (said.features !== undefined) {
        const expected = new Set(said.features);
        expect(new Set(namesOf(members.get('transformed')))).toEqual(
          said.rows.some((one) => one.name === said.target) ? expected.add(said.target) : expected,
        );
      }
      expect(readDeclaration(text)).toEqual({ isSample: said.isSample, shape: shapeOf(said) });
    }),
    { numRuns: runs(300) },
  );
});

test('missing values, classes and features do not count in the shape, names, types and roles do', () => {
  fc.assert(
    fc.property(declaration, (said) => {
      const [first, ...others] = said.rows as [DeclaredColumn, ...DeclaredColumn[]];
      expect(shapeOf({ ...said, rows: [{ ...first, missing: first.missing + 1 }, ...others], classes: ['a'], isSample: true })).toBe(
        shapeOf(said),
      );
      for (const changed of [{ name: `${first.name}x` }, { type: first.type === 'number' ? 'string' : 'number' }] as const)
        expect(shapeOf({ ...said, rows: [{ ...first, ...changed }, ...others] })).not.toBe(shapeOf(said));
      expect(shapeOf({ ...said, target: `${said.target}x` })).not.toBe(shapeOf(said));
    }),
    { numRuns: runs(100) },
  );
});
