/** Switching between laptop and cloud: the same results, another store; credentials stay out of everything. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeMlflowServer, startFakeMlflow } from '../support/fake-mlflow-server.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const TOKEN = 'canary-8f3a51c0';
let rig: RecipeRig;
let server: FakeMlflowServer;

beforeAll(async () => {
  server = await startFakeMlflow({ authorization: `Bearer ${TOKEN}` });
  rig = new RecipeRig({
    ...regressionProject(),
    'profiles/local.yaml': 'experiment:\n  name: houses\n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the recipe's own form
    'profiles/cloud.yaml': 'experiment:\n  name: houses\n  tracking_uri: ${env:MLFLOW_TRACKING_URI}\n',
  });
});
afterAll(async () => {
  rig.remove();
  await server.close();
});

const cloud = () => ({ MLFLOW_TRACKING_URI: server.uri, MLFLOW_TRACKING_TOKEN: TOKEN });

test('local, then cloud: only register runs again, and the server has the complete record', async () => {
  expect((await rig.events([])).exitCode).toBe(0);
  const { exitCode, finished } = await rig.events(['--profile', 'cloud'], cloud());
  expect(exitCode).toBe(0);
  expect(finished).toMatchObject({
    status: 'ok',
    executed: ['register'],
    reused: ['ingest', 'split', 'transform', 'train', 'evaluate'],
    verdict: 'VALIDATED',
  });
  const uploaded = [...server.artifacts.keys()].map((path) => path.replace(/^.*?artifacts\//, '')).sort();
  for (const path of ['ingest/card.html', 'train/card.html', 'evaluate/card.html', 'model/MLmodel', 'model/model.json', 'run/card.html']) {
    expect(
      uploaded.some((name) => name.endsWith(path)),
      path,
    ).toBe(true);
  }
  expect(server.requests.filter(({ path }) => path.endsWith('/runs/create'))).toHaveLength(7);
  expect(server.requests.some(({ path }) => path.endsWith('/model-versions/create'))).toBe(true);
});

test('again in the cloud: nothing runs, and the server is not asked', async () => {
  const before = server.requests.length;
  const { finished } = await rig.events(['--profile', 'cloud'], cloud());
  expect(finished).toMatchObject({ executed: [], verdict: 'VALIDATED' });
  expect(server.requests.length).toBe(before);
});

test('back to local: register alone, from the results that are there', async () => {
  const { finished } = await rig.events(['--profile', 'local']);
  expect(finished).toMatchObject({ executed: [], reused: ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'] });
});

test('wrong credentials: told at once, and in no file', async () => {
  rig.edit('recipe.yaml', '50000', '60000');
  const { exitCode, stderr } = await rig.run(['run', '--profile', 'cloud'], { ...cloud(), MLFLOW_TRACKING_TOKEN: `${TOKEN}-wrong` });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error[tracking-failed]');
  expect(stderr).not.toContain(TOKEN);
});

test('the token is in no file of the project', () => {
  const files = readdirSync(rig.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(20);
  for (const entry of files) expect(readFileSync(join(entry.parentPath, entry.name)).includes(TOKEN), entry.name).toBe(false);
});
