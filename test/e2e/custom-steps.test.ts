/** Steps of the user's own, by the real command: what they change, what makes them run again, what they leave. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv } from '../support/small-projects.ts';

const RECIPE = `recipe: regression/v1
target_col: price
steps:
  ingest:
    location: data/houses.csv
  clean:
    using: custom
    method: cleanRows
    needs: ingest
    inputs: data/zones/*.csv
    env: [CITY]
    params: { smallest: 45 }
    timeout: 2m
    retries: 1
  even:
    using: custom
    method: even
    needs: split
  report:
    using: custom
    method: report
    needs: { rows: clean.ingested_data, metrics: train.training_metrics }
    outputs: [report.json, sample.parquet]
`;

const CLEAN = `import { readFileSync } from 'node:fs';
import { defineStep, Table } from 'mlrecipe';

export const cleanRows = defineStep((rows, { params, files, log }) => {
  log(\`\${files.map(({ label }) => label).join(' ')} CITY=\${process.env['CITY'] ?? 'unset'} HIDDEN=\${process.env['HIDDEN'] ?? 'unset'}\`);
  const factor = Number(readFileSync(files[0]!.path, 'utf8').trim());
  return Table.fromRows([...rows.rows()].filter(({ area }) => Number(area) >= Number(params['smallest'])).map((row) => ({ ...row, twice: Number(row['area']) * factor })));
});
`;

const FILES = {
  'recipe.yaml': RECIPE,
  'package.json': '{ "type": "module" }\n',
  'data/houses.csv': housesCsv(240),
  'data/zones/a.csv': '2\n',
  'steps/clean.ts': CLEAN,
  'steps/even.ts': `export const even = ({ training_data }) => ({ training_data: training_data.filter((row) => Number(row['area']) < 1e9) });\n`,
  'steps/report.ts': `export const report = ({ rows, metrics }) => ({ report: { rows: rows.rowCount, kinds: Object.keys(metrics).length > 0 }, sample: [{ a: 1 }, { a: 2 }] });\n`,
};

let rig: RecipeRig;
beforeEach(() => {
  rig = new RecipeRig(FILES);
});
afterEach(() => rig.remove());

const ALL = ['ingest', 'clean', 'split', 'even', 'transform', 'train', 'report', 'evaluate', 'register'];

test('between the steps of the template: run, plan, cards, artifacts', async () => {
  const { exitCode, finished, stderr } = await rig.events([], { CITY: 'Ghent', HIDDEN: 'x' });
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(finished.executed).toEqual(ALL);
  expect((await rig.run(['logs', 'clean'])).stdout).toBe('data/zones/a.csv CITY=Ghent HIDDEN=unset\n');
  expect(JSON.parse(rig.read('.recipe/outputs/report/report.json'))).toEqual({ rows: expect.any(Number), kinds: true });
  const rows = (JSON.parse(rig.read('.recipe/outputs/report/report.json')) as { rows: number }).rows;
  expect(rows).toBeLessThan(240);
  expect((await rig.run(['get-artifact', 'ingested_data'], { CITY: 'Ghent' })).stdout).toContain('outputs/clean/dataset.parquet');
  expect((await rig.run(['get-artifact', 'ingest.ingested_data'], { CITY: 'Ghent' })).stdout).toContain('outputs/ingest/dataset.parquet');
  expect((await rig.run(['inspect', 'clean', '--card', 'md'])).stdout).toMatch(/What changed[\s\S]*twice/);
  expect((await rig.run(['inspect', 'clean', '--card', 'md'])).stdout).not.toContain('Source');
  expect(rig.read('.recipe/outputs/run/card.md')).toContain('clean');
  // The new column has reached the model.
  expect(rig.read('.recipe/outputs/transform/transformer.json')).toContain('twice');

  const again = await rig.events([], { CITY: 'Ghent' });
  expect(again.finished).toMatchObject({ exitCode: 0, executed: [], reused: ALL });
});

test('each declared input is a miss with its reason, and patience is none', async () => {
  await rig.events(['--step', 'split'], { CITY: 'Ghent' });
  const reasons = async (env: Readonly<Record<string, string>>) => {
    const { stdout } = await rig.run(['plan', '--step', 'split'], env);
    return stdout.split('\n').find((line) => line.startsWith('clean'));
  };
  expect(await reasons({ CITY: 'Ghent' })).toBe('clean           fresh');
  expect(await reasons({ CITY: 'Bruges' })).toBe('clean           run      environment changed: CITY "Ghent" → "Bruges"');
  rig.edit('recipe.yaml', 'timeout: 2m\n    retries: 1', 'timeout: 90');
  expect(await reasons({ CITY: 'Ghent' })).toBe('clean           fresh');
  rig.edit('recipe.yaml', 'smallest: 45', 'smallest: 46');
  expect(await reasons({ CITY: 'Ghent' })).toBe('clean           run      parameter changed: params.smallest 45 → 46');
  rig.edit('recipe.yaml', 'smallest: 46', 'smallest: 45');
  rig.write('data/zones/a.csv', '3\n');
  expect(await reasons({ CITY: 'Ghent' })).toBe('clean           run      input changed: data/zones/a.csv');
  rig.write('data/zones/a.csv', '2\n');
  rig.edit('steps/clean.ts', 'factor }', 'factor + 1 }');
  expect(await reasons({ CITY: 'Ghent' })).toBe('clean           run      code changed: steps/clean.ts');
  rig.edit('steps/clean.ts', 'factor + 1 }', 'factor + 0 }');
  // Other code, the same bytes: what follows is not run.
  const cut = await rig.events(['--step', 'split'], { CITY: 'Ghent' });
  expect(cut.finished).toMatchObject({ executed: ['clean'], reused: ['ingest', 'split'] });
});

test('what the function gets wrong is told as its mistake', async () => {
  const failure = async (path: string, text: string, step: string) => {
    rig.write(path, text);
    const { finished } = await rig.events(['--step', step], { CITY: 'x' });
    return (finished as unknown as { failures: { message: string; hint?: string }[] }).failures[0];
  };
  expect(await failure('steps/clean.ts', 'export const cleanRows = () => 7;\n', 'clean')).toMatchObject({
    message: '`cleanRows` in steps/clean.ts returned a number for the rows',
    hint: 'return a Table, an array of rows, or an object of columns',
  });
  expect(await failure('steps/clean.ts', "export const cleanRows = (rows) => rows.select(['area']);\n", 'clean')).toMatchObject({
    message: 'the target column `price` is not in what `cleanRows` in steps/clean.ts returned; the data have `area`',
  });
  rig.write('steps/clean.ts', 'export const cleanRows = (rows) => rows;\n');
  expect(await failure('steps/even.ts', 'export const even = () => [];\n', 'even')).toMatchObject({
    message: '`even` in steps/even.ts returned an empty array',
    hint: 'return an object with the parts that change: `training_data`, `validation_data`, `test_data`',
  });
  rig.write('steps/even.ts', 'export const even = () => ({});\n');
  expect(await failure('steps/report.ts', 'export const report = () => ({ report: 1 });\n', 'report')).toMatchObject({
    message: '`report` in steps/report.ts neither returned nor wrote `sample`; it returned an object',
  });
});

test('a step that takes too long is stopped, and a step that fails is tried again', async () => {
  rig.edit('recipe.yaml', 'timeout: 2m', 'timeout: 0.4s');
  rig.edit('recipe.yaml', 'retries: 1', 'retries: 0');
  rig.write(
    'steps/clean.ts',
    'export const cleanRows = async (rows) => { await new Promise((r) => setTimeout(r, 60_000)); return rows; };\n',
  );
  const slow = await rig.events(['--step', 'clean']);
  expect((slow.finished as unknown as { failures: { code: string }[] }).failures[0]?.code).toBe('step-timed-out');

  rig.edit('recipe.yaml', 'timeout: 0.4s', 'timeout: 1m');
  rig.edit('recipe.yaml', 'retries: 0', 'retries: 2');
  rig.write(
    'steps/clean.ts',
    "import { existsSync, writeFileSync } from 'node:fs';\nexport const cleanRows = (rows) => { if (!existsSync('tried')) { writeFileSync('tried', ''); throw new Error('not yet'); } return rows; };\n",
  );
  expect((await rig.events(['--step', 'clean'])).finished).toMatchObject({ exitCode: 0, executed: ['clean'] });
});
