/** `recipe plan --diff`: the present state beside that of an earlier run. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
let first: string;
let second: string;
beforeAll(async () => {
  rig = new RecipeRig(regressionProject());
  first = (await rig.events([])).finished.runId as string;
  second = (await rig.events(['--set', 'steps.split.seed=3', '--to', 'transform'])).finished.runId as string;
});
afterAll(() => rig.remove());

/** The lines after the head, with single blanks. */
async function diff(args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await rig.run(['plan', '--diff', ...args]);
  expect(exitCode, stderr).toBe(0);
  const [head, ...lines] = stdout.trim().split('\n');
  expect(head).toMatch(/^compared with run [0-9a-f]{32} of \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
  return lines.map((line) => line.replace(/ +/g, ' '));
}

test('against the last run, with the values that differ', async () => {
  expect(await diff(['last'])).toEqual([
    'ingest same',
    'split changed parameter changed: seed 3 → 0',
    'transform changed input changed: split train.parquet, split validation.parquet',
    'train added the run has no result of it',
    'evaluate added the run has no result of it',
    'register added the run has no result of it',
  ]);
  expect(await diff([second.slice(0, 8), '--set', 'steps.split.seed=7', '--step', 'split'])).toEqual([
    'ingest same',
    'split changed parameter changed: seed 3 → 7',
  ]);
});

test('against an earlier one, by the beginning of its id', async () => {
  expect(await diff([first.slice(0, 6)])).toEqual(
    ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'].map((step) => `${step} same`),
  );
  rig.edit('steps/numbers.json', '30', '31');
  expect(await diff([first, '--set', 'steps.split.seed=7'])).toEqual([
    'ingest same',
    'split changed parameter changed: seed 0 → 7',
    'transform unknown until split ran',
    'train unknown until split ran; code changed: steps/train.ts',
    'evaluate unknown until split ran',
    'register unknown until split ran',
  ]);
  rig.edit('steps/numbers.json', '31', '30');
});

test('as JSON: the plan, and what differs', async () => {
  const { stdout } = await rig.run(['plan', '--diff', second, '--json', '--to', 'split']);
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    profile: null,
    steps: [
      { name: 'ingest', state: 'fresh', reasons: [] },
      { name: 'split', state: 'restore', reasons: [] },
    ],
    diff: {
      runId: second,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      steps: [
        { name: 'ingest', state: 'same', reasons: [] },
        { name: 'split', state: 'changed', reasons: [{ kind: 'params-changed', changes: [{ path: 'seed', old: 3, new: 0 }] }] },
      ],
    },
  });
});

test('`last` is the run that the last command ended with, also when nothing had to run', async () => {
  await rig.events([]);
  expect((await rig.run(['plan', '--diff', 'last'])).stdout).toContain(`compared with run ${first} `);
  expect((await rig.run(['plan', '--diff', 'last', '--check', '--force', 'train'])).exitCode).toBe(5);
});

test('a run that is not known', async () => {
  const unknown = await rig.run(['plan', '--diff', 'zebra']);
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
  expect(unknown.stderr).toContain('error[unknown-run]: no run `zebra` is recorded in this project');
  expect(unknown.stderr).toMatch(
    new RegExp(`hint: the latest are \`${second}\` \\(.*\\), \`${first}\` \\(.*\\); \`last\` stands for the last one`),
  );
  expect((await rig.run(['plan', '--diff', 'lats'])).stderr).toContain('did you mean `last`?');
  const slip = `${first.slice(0, 10)}${first[10] === '0' ? '1' : '0'}${first.slice(11)}`;
  expect((await rig.run(['plan', '--diff', slip])).stderr).toContain(`did you mean \`${first}\`?`);
  const runs = rig.read('.recipe/store/runs.ndjson');
  rig.write('.recipe/store/runs.ndjson', runs.replaceAll(second, `${first.slice(0, 5)}${second.slice(5)}`));
  expect((await rig.run(['plan', '--diff', first.slice(0, 5)])).stderr).toContain(`2 runs begin with \`${first.slice(0, 5)}\``);
  rig.write('.recipe/store/runs.ndjson', runs);
  const never = new RecipeRig(regressionProject());
  expect((await never.run(['plan', '--diff', 'last'])).stderr).toContain('no run of this project is recorded yet');
  never.remove();
});

test('what was collected meanwhile is said to be no longer stored', async () => {
  const records = rig.read('.recipe/store/runs.ndjson').trim().split('\n');
  const { keys } = JSON.parse(records[1] ?? '') as { keys: Record<string, string> };
  expect((await rig.run(['cache', 'rm', keys['split'] ?? ''])).exitCode).toBe(0);
  expect((await diff([second, '--to', 'transform'])).slice(0, 2)).toEqual([
    'ingest same',
    'split not-stored what the run knew of it is no longer stored',
  ]);
  // What is in view is known all the same.
  expect((await rig.run(['cache', 'rm', 'split'])).exitCode).toBe(0);
  expect(await diff([first, '--to', 'split'])).toEqual(['ingest same', 'split same']);
});
