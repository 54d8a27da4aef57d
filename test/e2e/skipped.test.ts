/** A side step fails: what lies beside it is not begun, and every face of the run says so. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv } from '../support/small-projects.ts';

const AUDIT = `  audit:
    using: custom
    method: audit
    needs: ingest
    outputs: [audit.json]
`;

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig({
    'recipe.yaml': `recipe: regression/v1
target_col: price
resources:
  workers: 1
steps:
  ingest:
    location: data/houses.csv
${AUDIT}  train:
    using: linear
`,
    'package.json': '{ "type": "module" }\n',
    'data/houses.csv': housesCsv(120),
    'steps/audit.ts': `export const audit = () => { throw new Error('the books do not balance'); };\n`,
  });
});
afterAll(() => rig.remove());

/** Whether `split` is before or behind `audit` in the queue does not matter. */
const BEHIND_SPLIT = ['transform', 'train', 'evaluate', 'register'];

test('skipped in events, summary and card; run with --keep-going', async () => {
  const { exitCode, finished, events } = await rig.events([]);
  expect(exitCode).toBe(1);
  expect(finished).toMatchObject({ status: 'failed', blocked: [] });
  expect(finished.executed.slice(0, 2)).toEqual(['ingest', 'audit']);
  expect([...finished.executed, ...finished.skipped]).toEqual(['ingest', 'audit', 'split', ...BEHIND_SPLIT]);
  expect(finished.skipped).toEqual(expect.arrayContaining(BEHIND_SPLIT));
  expect(events.filter(({ type }) => type === 'step-skipped').map(({ step }) => step)).toEqual(finished.skipped);
  expect(rig.read('.recipe/outputs/run/card.md')).toMatch(/\| transform .*skipped.*another step failed/);
  // Now `split` is either known or behind `audit` again.
  const human = await rig.run(['run']);
  expect(human.stderr).toMatch(/^⊘ transform +skipped +another step failed$/m);
  expect(human.stdout).toMatch(
    /^note {2}.*transform, train, evaluate and register were not begun after the failure; `--keep-going` would have$/m,
  );
  const onward = await rig.events(['--keep-going']);
  expect(onward.finished).toMatchObject({ status: 'failed', skipped: [] });
  expect(onward.finished.executed).toEqual(expect.arrayContaining(['audit', ...BEHIND_SPLIT]));
  const { stdout } = await rig.run(['status']);
  expect(stdout).toMatch(/^audit +run +never ran · failed last time: npx mlrecipe logs audit$/m);
});

test('a step that the recipe has no more is told by --diff', async () => {
  rig.write('steps/audit.ts', 'export const audit = () => ({ audit: { balance: 0 } });\n');
  expect((await rig.events([])).finished).toMatchObject({ status: 'ok', executed: ['audit'] });
  rig.edit('recipe.yaml', AUDIT, '');
  const { stdout } = await rig.run(['plan', '--diff', 'last']);
  expect(stdout).toMatch(/^audit +removed +the recipe has it no more$/m);
  expect(stdout).toMatch(/^train +same$/m);
});
