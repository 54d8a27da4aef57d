/** `.recipe/types.d.ts`: written from the real data, and a misspelt column does not compile. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript-6';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DeclaredColumn, declarationText } from '../../src/app/data-declaration.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { REGRESSION_RECIPE, regressionProject } from '../support/small-projects.ts';
import { installPackages, TSCONFIG, tsc } from '../support/typed-project.ts';

const TYPES = '.recipe/types.d.ts';

/** The columns of `rows`, with the types of their values. */
function rowsOf(text: string): Readonly<Record<string, string>> {
  const body = /\n {4}rows: \{\n([\s\S]*?)\n {4}\};/.exec(text)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/^ {6}("(?:[^"\\]|\\.)*"): (.*);$/gm)].map(([, name, type]) => [JSON.parse(name ?? ''), type]),
  );
}

let rig: RecipeRig;
beforeEach(() => {
  rig = new RecipeRig({ ...regressionProject(), 'tsconfig.json': TSCONFIG });
});
afterEach(() => rig.remove());

const stamp = (): bigint => statSync(join(rig.root, TYPES), { bigint: true }).mtimeNs;

const GOOD = `import { columns, dateParts, defineFilter, defineMetric, defineSplit, defineStep, defineTransformer, derive, impute, oneHot, ordinal, pipeline, rest, scale, Table } from 'mlrecipe';
import type { ColumnName, DataColumns, Operation, Row } from 'mlrecipe/steps';

export const parts = defineSplit((table) => [...table.rows()].map(({ area, rooms }) => (area + (rooms ?? 0) > 50 ? 'TRAINING' : 'TEST')));
export const keep = defineFilter((training) => Array.from(training.column('price').data, (price) => price > 0));
export const texts: readonly (string | null)[] | undefined = undefined as never as ReturnType<typeof districts>;
const districts = (table: Table<DataColumns>) => table.column('district').data;
export const any = defineFilter((table: Table) => [table.column('whatever').data.length > 0]);
export const features = defineTransformer(() =>
  pipeline([
    derive({ per_room: 'area / rooms' }),
    impute({ columns: ['rooms', 'per_room'], indicator: true }),
    ordinal({ columns: ['rooms_missing', 'district'] }),
    oneHot(),
    dateParts(),
  ]),
);
const shared: Operation[] = [oneHot({ columns: ['from elsewhere'] })];
export const others = defineTransformer(() => pipeline([...shared, impute({ columns: ['area'] })]));
export const grouped = defineTransformer(() => pipeline([columns(['area', 'r*'], [impute(), scale()]), scale({ columns: { type: 'number', except: ['area'] } }), rest('auto')]));
export const clean = defineStep((rows) => rows.filter(({ rooms }) => rooms !== null).select(['area', 'price']));
export const error = defineMetric((rows) => Math.max(...rows.column('prediction').data.map((value, row) => value - rows.value(row, 'target'))));
export const name: ColumnName = 'district';
export const half = (row: Row<DataColumns>): number => row.price / 2;
export const made = Table.fromRows([{ a: 1 }]).column('a');
`;

const BAD = `import { columns, defineFilter, defineSplit, defineTransformer, derive, dropColumns, impute, oneHot, pipeline } from 'mlrecipe';

export const a = defineSplit((table) => [table.column('pric') ? 'TRAINING' : 'TEST']);
export const b = defineFilter((table) => [...table.rows()].map((row) => row.aera > 0));
export const c = defineFilter((table) => [...table.rows()].map((row) => row.rooms > 0));
export const d = defineTransformer(() => pipeline([oneHot({ columns: ['distrikt'] })]));
export const e = defineTransformer(() => pipeline([impute({ columns: ['volume'] }), derive({ volume: 'area * 2' })]));
export const f = defineTransformer(() => pipeline([dropColumns('price')]));
export const g = defineFilter((table) => [table.select(['area', 'zip']).rowCount > 0]);
export const h = defineTransformer(() => pipeline([columns(['aera'], [impute()])]));
`;

describe('with TypeScript', () => {
  beforeEach(() => installPackages(rig.root));

  test('a misspelt column is an error where it stands, and what is right compiles', async () => {
    expect((await rig.run(['run', '--step', 'transform'])).exitCode).toBe(0);
    rig.write('steps/good.ts', GOOD);
    expect(await tsc(rig)).toEqual([]);
    rig.write('steps/good.ts', BAD);
    expect(await tsc(rig)).toEqual([
      'steps/good.ts:3:55 TS2345',
      'steps/good.ts:4:77 TS2339',
      'steps/good.ts:5:73 TS18047',
      'steps/good.ts:6:52 TS2322',
      'steps/good.ts:7:52 TS2322',
      'steps/good.ts:8:52 TS2322',
      'steps/good.ts:9:65 TS2322',
      'steps/good.ts:10:52 TS2322',
    ]);
  });

  test('a wide table is checked in full', async () => {
    const rows = Array.from(
      { length: 5000 },
      (_, index): DeclaredColumn => ({ name: `column ${index}`, type: 'number', missing: index % 2 }),
    );
    const text = declarationText({ rows, stages: [], target: 'column 0', roles: {}, task: 'regression', isSample: false });
    rig.write(TYPES, text);
    const operations = Array.from(
      { length: 60 },
      (_, index) => `derive({ d${index}: '1' }), oneHot({ columns: ['column ${index + 1}', 'd${index}'] })`,
    );
    rig.write(
      'steps/wide.ts',
      `import { defineTransformer, derive, impute, oneHot, pipeline } from 'mlrecipe';
export const wide = defineTransformer(() => pipeline([${operations.join(',')}]));
export const wrong = defineTransformer(() => pipeline([${operations.join(',')}, impute({ columns: ['colunm 7'] })]));
`,
    );
    expect(await tsc(rig)).toEqual([expect.stringMatching(/^steps\/wide.ts:3:\d+ TS2322$/)]);
  });

  test('an editor proposes the names of the columns', async () => {
    await rig.run(['run', '--step', 'ingest']);
    const text = `import { defineFilter, defineTransformer, dropColumns, impute, oneHot, pipeline, dateDifference } from 'mlrecipe';
export const a = defineFilter((training) => [training.column('|')]);
export const b = defineFilter((training) => [...training.rows()].map((row) => row.| > 3));
export const c = defineTransformer(() => pipeline([oneHot({ columns: ['|'] })]));
export const d = defineTransformer(() => pipeline([impute({ columns: ['area', '|'] })]));
export const e = defineTransformer(() => pipeline([dropColumns('|')]));
export const f = defineTransformer(() => pipeline([dateDifference('|', 'area')]));
`;
    const all = ['area', 'district', 'id', 'price', 'rooms'];
    const features = ['area', 'district', 'id', 'rooms'];
    expect(proposals(text)).toEqual([all, all, features, features, features, features]);
  });

  test('before the first run any name will do', async () => {
    const loose = BAD.replace('row.aera > 0', 'Number(row.aera) > 0').replace('row.rooms > 0', 'Number(row.rooms) > 0');
    rig.write('steps/good.ts', loose);
    expect(await tsc(rig)).toEqual([]);
  });
});

test('says what the columns are, and is written only when that changes', async () => {
  expect((await rig.run(['run', '--step', 'transform'])).exitCode).toBe(0);
  const first = rig.read(TYPES);
  expect(rowsOf(first)).toEqual({ id: 'string', area: 'number', rooms: 'number | null', district: 'string', price: 'number' });
  expect(first).toContain('    target: "price";\n    notFeatures: "price";\n    prediction: number;\n');
  const written = stamp();
  // Nothing to do, new rows of the same kind, a part of the steps, another seed.
  await rig.run(['run', '--step', 'transform']);
  rig.write('data/houses.csv', `${rig.read('data/houses.csv')}H999,70,2,harbour,99000\n`);
  await rig.run(['run', '--step', 'transform']);
  await rig.run(['run', '--step', 'ingest']);
  await rig.run(['run', '--step', 'transform', '--set', 'steps.split.seed=5']);
  expect([stamp(), rig.read(TYPES)]).toEqual([written, first]);
  // Gone, or edited, it comes back although nothing runs.
  rmSync(join(rig.root, TYPES));
  await rig.run(['run', '--step', 'transform']);
  expect(rig.read(TYPES)).toBe(first);
  rig.write(TYPES, '// mine\n');
  await rig.run(['run', '--step', 'transform']);
  expect(rig.read(TYPES)).toBe(first);
});

test('follows another profile, and an edit that is undone', async () => {
  rig.write('profiles/other.yaml', 'HOUSES: data/flats.csv\n');
  rig.write('data/flats.csv', 'size,price\n1,2\n3,4\n,6\n7,8\n9,10\n11,12\n13,14\n15,16\n17,18\n19,20\n21,22\n');
  rig.write('recipe.yaml', REGRESSION_RECIPE.replace('data/houses.csv', '"{{HOUSES|default(data/houses.csv)}}"'));
  await rig.run(['run', '--step', 'ingest']);
  const houses = rig.read(TYPES);
  await rig.run(['run', '--step', 'ingest', '--profile', 'other']);
  expect(rowsOf(rig.read(TYPES))).toEqual({ size: 'number | null', price: 'number' });
  const back = await rig.events(['--step', 'ingest']);
  expect([back.finished.executed, rig.read(TYPES)]).toEqual([[], houses]);
  rig.edit('data/houses.csv', ',area,', ',surface,');
  await rig.run(['run', '--step', 'ingest']);
  expect(Object.keys(rowsOf(rig.read(TYPES)))).toContain('surface');
  rig.edit('data/houses.csv', ',surface,', ',area,');
  expect((await rig.events(['--step', 'ingest'])).finished.executed).toEqual([]);
  expect(rig.read(TYPES)).toBe(houses);
});

test('a sample does not take turns with all rows', async () => {
  const up = ['run', '--step', 'transform'];
  await rig.run([...up, '--sample', '60']);
  expect(new Set(Object.values(rowsOf(rig.read(TYPES))))).toEqual(new Set(['string | null', 'number | null']));
  await rig.run(up);
  const [whole, written] = [rig.read(TYPES), stamp()];
  expect(rowsOf(whole)).toMatchObject({ area: 'number' });
  await rig.run([...up, '--sample', '60']);
  await rig.run(up);
  expect([rig.read(TYPES), stamp()]).toEqual([whole, written]);
  // Another column is news, also from a sample.
  rig.edit('data/houses.csv', ',area,', ',surface,');
  await rig.run([...up, '--sample', '60']);
  expect(rowsOf(rig.read(TYPES))).toHaveProperty('surface', 'number | null');
});

test('steps that change the rows are seen on both sides, and classes are told', async () => {
  rig.write(
    'recipe.yaml',
    `recipe: classification/v1
target_col: district
columns:
  id: { role: id }
steps:
  ingest:
    location: data/houses.csv
  clean:
    using: custom
    method: cleanRows
    needs: ingest
`,
  );
  rig.write(
    'steps/clean.ts',
    "export const cleanRows = (rows) => [...rows.rows()].map(({ rooms, ...row }) => ({ ...row, 'rooms: *': Number(rooms) + 0.5 }));\n",
  );
  expect((await rig.run(['run', '--step', 'transform'])).exitCode).toBe(0);
  const text = rig.read(TYPES);
  const districts = '"harbour" | "hillside" | "meadows" | "station"';
  expect(rowsOf(text)).toEqual({ id: 'string', area: 'number', district: districts, price: 'number', 'rooms: *': 'number' });
  expect(text).toContain(`    target: "district";\n    notFeatures: "id" | "district";\n    prediction: ${districts};\n`);
  // Only what a role says differs.
  rig.edit('recipe.yaml', 'id: { role: id }', '"*d": { role: ignore, reason: unknown later }');
  await rig.run(['run', '--step', 'transform']);
  expect(rig.read(TYPES)).toContain('      /** A text; ignored. */\n      "id": string;\n');
  expect(text).toMatch(/stepRows: \{[^}]*"rooms": number \| null;[^}]*"rooms: \*": number;/);
  expect(text).toMatch(/transformed: \{[^}]*"rooms: \*": number \| null;[^}]*"district": "harbour"/);
});

/** What an editor proposes at each `|`, beside the empty name that stands there. */
function proposals(marked: string): readonly (readonly string[])[] {
  const parts = marked.split('|');
  const file = join(rig.root, 'steps/editor.ts');
  rig.write('steps/editor.ts', parts.join(''));
  const { options, fileNames } = ts.parseJsonConfigFileContent(JSON.parse(TSCONFIG), ts.sys, rig.root);
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => (ts.sys.fileExists(path) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(path) ?? '') : undefined),
    getCurrentDirectory: () => rig.root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
  });
  const places = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('').length);
  return places.map((place) =>
    (service.getCompletionsAtPosition(file, place, {})?.entries ?? []).flatMap(({ name }) => (name === '' ? [] : [name])).sort(),
  );
}
