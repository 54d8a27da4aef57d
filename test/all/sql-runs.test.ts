/** `recipe sql` of the present results, of stale ones and of an earlier run. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
let firstRun: string | null;
beforeAll(async () => {
  rig = new RecipeRig({ ...regressionProject(), 'data/houses.csv': housesCsv(120), 'steps/numbers.json': '{ "trees": 3 }\n' });
  firstRun = (await rig.events([])).finished.runId;
});
afterAll(() => rig.remove());

test('an edit makes the answer one of the last run, which is said; an earlier run can still be asked', async () => {
  const mean = 'select avg(predicted_data) as mean from predicted_test_data';
  const before = await rig.run(['sql', mean]);
  rig.write('steps/numbers.json', '{ "trees": 40 }\n');
  const stale = await rig.run(['sql', mean]);
  expect(stale.stdout).toBe(before.stdout);
  expect(stale.stderr).toBe(
    'warning[artifact-missing]: `predicted_test_data` is out of date: the answer is of the last run of `evaluate`\nhint: run `npx mlrecipe run --step evaluate`\n',
  );
  expect((await rig.run(['run'])).exitCode).toBe(0);
  const after = await rig.run(['sql', mean]);
  expect(after.stdout).not.toBe(before.stdout);
  expect(await rig.run(['sql', mean, '--run', (firstRun ?? '').slice(0, 8)])).toEqual(before);
});
