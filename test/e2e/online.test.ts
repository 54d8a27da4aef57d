/**
 * `validate --online` and the beginning of a run ask the servers that the recipe names: each for two seconds at
 * most, all at once, and what is wrong is shown at the address. Without the flag nothing is asked.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment are what is tested
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeMlflowServer, startFakeMlflow } from '../support/fake-mlflow-server.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';
import {
  chattyServer,
  closedHost,
  drippingServer,
  httpServer,
  httpsServer,
  type StrangeServer,
  silentServer,
} from '../support/strange-servers.ts';

const rig = new RecipeRig({ ...regressionProject(), 'profiles/cloud.yaml': 'experiment:\n  tracking_uri: ${env:SERVER}\n' });
const open: StrangeServer[] = [];
let mlflow: FakeMlflowServer;
beforeAll(async () => {
  mlflow = await startFakeMlflow();
});
afterAll(async () => {
  for (const server of open.splice(0)) await server.close();
  await mlflow.close();
  rig.remove();
});

async function started(server: Promise<StrangeServer>): Promise<StrangeServer> {
  const running = await server;
  open.push(running);
  return running;
}
const answering = (status: number, headers: Record<string, string> = {}, body = '<h1>no</h1>') =>
  httpServer((_, response: ServerResponse) => void response.writeHead(status, headers).end(body));

/** What is said of a tracking server, without the frame. */
async function said(command: 'validate' | 'run', uri: string, env: Record<string, string> = {}) {
  const args = command === 'validate' ? ['validate', '--online'] : ['run'];
  const startedAt = performance.now();
  const { exitCode, stderr } = await rig.run([...args, '--profile', 'cloud', '--format', 'concise'], { SERVER: uri, ...env });
  return { exitCode, seconds: (performance.now() - startedAt) / 1000, lines: stderr.split('\n').filter((line) => line.includes('error[')) };
}
const PLACE = 'profiles/cloud.yaml:2:17 error[tracking-failed] runs cannot be recorded: ';

interface Case {
  readonly name: string;
  readonly uri: () => Promise<string>;
  readonly expected: string;
}
const http = (server: Promise<StrangeServer>) => async (): Promise<string> => `http://${(await started(server)).host}`;
const https = (server: Promise<StrangeServer>) => async (): Promise<string> => `https://${(await started(server)).host}`;
const CASES: readonly Case[] = [
  { name: 'silent', uri: () => http(silentServer())(), expected: 'cannot reach the MLflow server at URI: no answer within 2 s' },
  { name: 'dripping', uri: () => http(drippingServer())(), expected: 'cannot reach the MLflow server at URI: no answer within 2 s' },
  {
    name: 'closed',
    uri: async () => `http://${await closedHost()}`,
    expected: 'cannot reach the MLflow server at URI: the connection was refused',
  },
  {
    name: 'another protocol',
    uri: () => http(chattyServer())(),
    expected: 'cannot reach the MLflow server at URI: its answer is no HTTP',
  },
  {
    name: '401',
    uri: () => http(answering(401))(),
    expected:
      'the MLflow server at URI asks for credentials; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN',
  },
  {
    name: '403',
    uri: () => http(answering(403, {}, '{"error_code":"PERMISSION_DENIED","message":"not for you"}'))(),
    expected: 'the MLflow server at URI refused GET experiments/get-by-name with status 403: not for you',
  },
  {
    name: '404 of another server',
    uri: () => http(answering(404))(),
    expected: 'the MLflow server at URI refused GET experiments/get-by-name with status 404; is it the address of an MLflow server?',
  },
  {
    name: 'a page',
    uri: () => http(answering(200, { 'content-type': 'text/html' }))(),
    expected: 'URI did not answer GET experiments/get-by-name with JSON; is it the address of an MLflow server?',
  },
  {
    name: 'led elsewhere',
    uri: () => http(answering(302, { location: 'https://login.example.org/sign-in?next=secret' }))(),
    expected: 'the MLflow server at URI redirects to https://login.example.org/sign-in',
  },
  {
    name: 'TLS where there is none',
    uri: () => https(answering(200))(),
    expected: 'cannot reach the MLflow server at URI: it does not answer in TLS; is it an `http://` address?',
  },
  {
    name: 'no TLS where there is some',
    uri: () => http(httpsServer((_, response) => void response.end('{}')))(),
    expected: 'cannot reach the MLflow server at URI: the connection was closed',
  },
  {
    name: 'a certificate that nobody signed',
    uri: () => https(httpsServer((_, response) => void response.end('{}')))(),
    expected:
      'cannot reach the MLflow server at URI: its certificate is signed by nobody that is known here; name the signer in MLFLOW_TRACKING_SERVER_CERT_PATH',
  },
];

async function refused(command: 'validate' | 'run', { uri: start, expected }: Case): Promise<void> {
  const uri = await start();
  const { exitCode, lines, seconds } = await said(command, uri);
  expect(lines).toEqual([PLACE + expected.replace('URI', uri)]);
  expect(exitCode).toBe(1);
  // Two for the server; the rest is for a machine that has other things to do.
  expect(seconds).toBeLessThan(2 + 8);
}

test.concurrent.each(CASES)('validate: $name', (one) => refused('validate', one));

test.each(CASES.filter(({ name }) => ['silent', 'closed', '401', 'led elsewhere'].includes(name)))(
  'run, before a step has begun: $name',
  async (one) => {
    await refused('run', one);
    expect(rig.has('.recipe/outputs/ingest')).toBe(false);
  },
);

test('a server that is busy is told by validate; a run is patient with it', async () => {
  mlflow.failNext({ status: 500, body: '{"error_code":"INTERNAL_ERROR","message":"busy"}' });
  expect((await said('validate', mlflow.uri)).lines).toEqual([
    `${PLACE}the MLflow server at ${mlflow.uri} refused GET experiments/get-by-name with status 500: busy`,
  ]);
  mlflow.failNext({ status: 503, headers: { 'retry-after': '0' } }, { status: 503, headers: { 'retry-after': '0' } });
  expect(await said('run', mlflow.uri)).toMatchObject({ exitCode: 0, lines: [] });
});

test('who answers is named; several are asked at once, also the registry and the shared cache', async () => {
  rig.write(
    'profiles/three.yaml',
    'experiment:\n  tracking_uri: ${env:SERVER}\nmodel_registry:\n  registry_uri: ${env:OTHER}\ncache:\n  location: ${env:CACHE}\n',
  );
  const args = ['validate', '--online', '--profile', 'three'];
  const cache = await started(answering(404));
  const well = await rig.run(args, { SERVER: mlflow.uri, OTHER: `${mlflow.uri}/`, CACHE: `http://${cache.host}/recipes` });
  expect(well, well.stderr).toMatchObject({ exitCode: 0, stderr: '' });
  expect(well.stdout.split('\n').slice(1)).toEqual([
    `${mlflow.uri} answers`,
    `${mlflow.uri} answers`,
    `http://${cache.host}/recipes/ answers`,
    '',
  ]);
  const silent = await Promise.all([started(silentServer()), started(silentServer()), started(silentServer())]);
  const [one, two, three] = silent.map(({ host }) => `http://${host}`) as [string, string, string];
  const startedAt = performance.now();
  const { exitCode, stderr } = await rig.run([...args, '--format', 'concise'], { SERVER: one, OTHER: two, CACHE: three });
  expect(performance.now() - startedAt).toBeLessThan(5500);
  expect(exitCode).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    `profiles/three.yaml:2:17 error[tracking-failed] runs cannot be recorded: cannot reach the MLflow server at ${one}: no answer within 2 s`,
    `profiles/three.yaml:4:17 error[tracking-failed] models cannot be registered: cannot reach the MLflow server at ${two}: no answer within 2 s`,
    `profiles/three.yaml:6:13 warning[cache-unusable] the shared cache ${three}/ cannot be used: no answer within 2 s`,
  ]);
});

test('a slow server is waited for as long as MLflow says', async () => {
  const slow = await started(httpServer((_, response) => void setTimeout(() => response.writeHead(401).end(), 2500)));
  const { lines } = await said('validate', `http://${slow.host}`, { MLFLOW_HTTP_REQUEST_TIMEOUT: '20' });
  expect(lines[0]).toContain('asks for credentials');
});

test('credentials of the environment are in no word of it', async () => {
  const env = { PASSWORD: 'hunter2-secret', SERVER: (await started(answering(403))).host };
  rig.write('profiles/secret.yaml', 'experiment:\n  tracking_uri: http://ann:${env:PASSWORD}@${env:SERVER}/${env:PASSWORD}/x\n');
  for (const format of ['human', 'json'])
    for (const args of [['validate', '--online'], ['run']]) {
      const { stdout, stderr } = await rig.run([...args, '--profile', 'secret', '--format', format], {
        ...env,
        MLFLOW_TRACKING_TOKEN: 'token-of-the-environment',
      });
      expect(stdout + stderr).toContain('tracking-failed');
      expect(stdout + stderr).not.toMatch(/hunter2-secret|token-of-the-environment/u);
    }
});

test('an address of the environment is told as such', async () => {
  const uri = `http://${await closedHost()}`;
  const { stderr } = await rig.run(['validate', '--online', '--format', 'concise'], { MLFLOW_TRACKING_URI: uri });
  expect(stderr).toBe(
    `error[tracking-failed] runs cannot be recorded: cannot reach the MLflow server at ${uri}: the connection was refused (from \`MLFLOW_TRACKING_URI\`)\n`,
  );
});

test('without the flag nothing is asked', async () => {
  const silent = await started(silentServer());
  const { exitCode } = await rig.run(['validate', '--profile', 'three'], {
    SERVER: `http://${silent.host}`,
    OTHER: `http://${silent.host}`,
    CACHE: `http://${silent.host}`,
  });
  expect(exitCode).toBe(0);
  expect(silent.connections()).toBe(0);
});
