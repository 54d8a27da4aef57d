/** `recipe sql` with the real command: what it prints where, what it says to mistakes. `test/all/sql-runs.test.ts` asks several runs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig({ ...regressionProject(), 'data/houses.csv': housesCsv(120), 'steps/numbers.json': '{ "trees": 3 }\n' });
  expect((await rig.run(['run'])).exitCode).toBe(0);
});
afterAll(() => rig.remove());

test('an answer is CSV for programs and a table when that is asked for', async () => {
  const query = 'select district, count(*) as n, avg(abs(error)) > 0 as has_errors from predicted_test_data group by 1 order by 1';
  const csv = await rig.run(['sql', query]);
  expect(csv).toMatchObject({ exitCode: 0, stderr: '' });
  expect(csv.stdout).toMatch(/^district,n,has_errors\nharbour,\d+,true\n/);
  const table = await rig.run(['sql', query, '--format', 'table']);
  expect(table.stdout).toMatch(/^district +n {2}has_errors\n─+ {2}─+ {2}─+\nharbour +\d+ {2}true\n/);
});

test('a file is written whole or not at all, in the format of its ending', async () => {
  expect((await rig.run(['sql', 'select id, error from predicted_validation_data order by id', '-o', 'out/answer.json'])).exitCode).toBe(0);
  const rows = JSON.parse(rig.read('out/answer.json')) as { id: string; error: number }[];
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.every(({ error }) => Number.isFinite(error))).toBe(true);
  expect((await rig.run(['sql', 'select cast(id as int) from ingested_data', '-o', 'out/bad.csv'])).exitCode).toBe(2);
  expect(readdirSync(join(rig.root, 'out'))).toEqual(['answer.json']);
});

test('a query from a file; a mistake in it is shown there', async () => {
  rig.write('worst.sql', 'select id,\n  eror\nfrom predicted_test_data\n');
  expect(await rig.run(['sql', '--file', 'worst.sql'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `error[unknown-column]: \`predicted_test_data\` has no column \`eror\`
 --> worst.sql:2:3
  |
2 |   eror
  |   ^^^^ there are \`id\`, \`area\`, \`rooms\`, \`district\`, \`price\`, \`predicted_data\` and \`error\`

hint: did you mean \`error\`?
`,
  });
});

test('the tables, with their columns', async () => {
  const { stdout } = await rig.run(['sql', '--list', '--json']);
  const views = JSON.parse(stdout) as { name: string; step: string; rows: number; columns: { name: string }[] }[];
  expect(views.map(({ name }) => name)).toEqual([
    'ingested_data',
    'training_data',
    'validation_data',
    'test_data',
    'transformed_training_data',
    'transformed_validation_data',
    'predicted_training_data',
    'predicted_validation_data',
    'predicted_test_data',
    'feature_contributions',
  ]);
  expect(views[0]).toMatchObject({ step: 'ingest', rows: 120 });
});

test('what is asked for and not said, or not known, is told', async () => {
  expect((await rig.run(['sql'])).stderr).toContain('error[usage]: there is no query\n');
  expect((await rig.run(['sql', 'select 1', '--run', 'zzz'])).stderr).toContain(
    'error[unknown-run]: no run `zzz` is recorded in this project\n',
  );
});

test('before the first run a table is named with the step that makes it', async () => {
  const fresh = new RecipeRig(regressionProject());
  const { exitCode, stderr } = await fresh.run(['sql', 'select * from test_data']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `error[artifact-missing]: the artifact \`test_data\` has not been made
 --> query:1:15
  |
1 | select * from test_data
  |               ^^^^^^^^^

hint: run \`npx mlrecipe run --step split\`
`,
  });
  fresh.remove();
});
