// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the recipe's own form
/** Secrets stay out of everything: canaries at every place where a value from outside may go, then every byte is searched. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeMlflowServer, startFakeMlflow } from '../support/fake-mlflow-server.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const CANARY = /canary-[a-z]+-\d/;
let rig: RecipeRig;
let server: FakeMlflowServer;

const ENV = {
  CACHE_SECRET: 'canary-cache-1',
  ACCESS_TOKEN: 'canary-token-2',
  MLFLOW_TRACKING_PASSWORD: 'canary-password-3',
  MLFLOW_TRACKING_USERNAME: 'canary-user-4',
  UNUSED: 'canary-unused-5',
};

const PROFILE = `experiment:
  name: houses
  tracking_uri: \${env:SERVER}/?token=\${env:ACCESS_TOKEN}
model_registry:
  registry_uri: \${env:SERVER}/?token=\${file:secrets/token.txt}
cache:
  location: ./shared-cache
  write: true
  secret: \${env:CACHE_SECRET}
steps:
  ingest: {location: "\${env:DATA}"}
`;

/** A function that does what a careless person does: print all that it can see, and fail with it. */
const LEAKY = `import { gradientBoosting } from 'mlrecipe';
export function estimator_fn(params: Record<string, unknown>) {
  console.log(process.env, process.argv, params);
  console.error(JSON.stringify(process.env));
  if (FAILS) throw new Error(JSON.stringify({ env: process.env, cwd: process.cwd(), params }));
  return gradientBoosting({ n_estimators: 5 });
}
`;

beforeAll(async () => {
  server = await startFakeMlflow({});
  rig = new RecipeRig({
    ...regressionProject(),
    'profiles/secret.yaml': PROFILE,
    'secrets/token.txt': 'canary-file-6\n',
    'steps/train.ts': LEAKY.replace('FAILS', 'true'),
  });
  // Data whose place is a secret, too.
  rig.write('canary-folder-7/canary-data-8.csv', rig.read('data/houses.csv'));
});
afterAll(async () => {
  rig.remove();
  await server.close();
});

const env = () => ({ ...ENV, SERVER: server.uri, DATA: 'canary-folder-7/canary-data-8.csv' });

async function searched(args: readonly string[], expected: number): Promise<void> {
  for (const more of [[], ...(args[0] === 'run' ? [['--verbose']] : []), ['--json'], ['--format', 'concise']]) {
    const { exitCode, stdout, stderr } = await rig.run([...args, '--profile', 'secret', ...more], env());
    expect(exitCode, stderr + stdout).toBe(expected);
    for (const text of [stdout, stderr]) expect(text.match(CANARY)?.[0], `${args.join(' ')} ${more.join(' ')}:\n${text}`).toBeUndefined();
  }
}

/** Every byte below the project, except what the test itself put there. */
function leaks(): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(rig.root, folder))) {
      const path = join(folder, name);
      if (/^(?:secrets|canary-folder-7)$/.test(path)) continue;
      if (statSync(join(rig.root, path)).isDirectory()) walk(path);
      else {
        const canary = CANARY.exec(readFileSync(join(rig.root, path), 'latin1'))?.[0];
        if (canary !== undefined) found.push(`${path}: ${canary}`);
      }
    }
  };
  walk('.');
  return found;
}

test('a run that fails in user code', async () => {
  await searched(['run'], 1);
  await searched(['logs', 'train'], 0);
  expect(leaks()).toEqual([]);
});

test('a run that succeeds, with what is told afterwards', async () => {
  rig.write('steps/train.ts', LEAKY.replace('FAILS', 'false'));
  await searched(['run', '--force'], 0);
  for (const args of [['plan'], ['status'], ['validate'], ['config'], ['logs', 'train'], ['run', '--force', 'train']])
    await searched(args, 0);
  expect(leaks()).toEqual([]);
  expect(readdirSync(join(rig.root, 'shared-cache')).length).toBeGreaterThan(0);
});

test('the tracking server gets credentials as such and nowhere else', () => {
  const bodies = server.requests.map((request) => JSON.stringify({ ...request, headers: undefined, query: undefined }));
  expect(bodies.length).toBeGreaterThan(10);
  expect(bodies.filter((body) => CANARY.test(body))).toEqual([]);
  for (const [path, content] of server.artifacts) expect(CANARY.test(`${path} ${String(content)}`), path).toBe(false);
});

test('a place that does not exist, and a server that does not answer', async () => {
  rig.write('profiles/secret.yaml', PROFILE.replace('${env:DATA}', '${env:DATA}.lost'));
  await searched(['run'], 2);
  rig.write('profiles/secret.yaml', PROFILE.replaceAll('${env:SERVER}', 'http://127.0.0.1:9'));
  for (const more of [[], ['--json']]) {
    const { stdout, stderr } = await rig.run(['run', '--force', 'register', '--profile', 'secret', ...more], env());
    expect((stdout + stderr).match(CANARY)?.[0], stdout + stderr).toBeUndefined();
  }
  expect(leaks()).toEqual([]);
});
