import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRestClient, type RestClient, type RestOptions } from '../../../src/tracking/rest-client.ts';
import { openRestStore } from '../../../src/tracking/rest-store.ts';
import { type FakeMlflowServer, type FakeServerOptions, startFakeMlflow } from '../../support/fake-mlflow-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface Subject {
  readonly server: FakeMlflowServer;
  readonly client: RestClient;
  readonly waits: readonly number[];
}

async function subject(options: Partial<RestOptions> = {}, serverOptions: FakeServerOptions = {}): Promise<Subject> {
  const server = await startFakeMlflow(serverOptions);
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  const client = openRestClient({ uri: server.uri, wait, random: () => 0.25, ...options });
  onTestFinished(async () => {
    client.close();
    await server.close();
  });
  return { server, client, waits };
}

const failure = (promise: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> =>
  promise.then(
    () => ({ code: 'none', message: 'no error' }),
    (error) => error,
  );

describe('retries', () => {
  it('waits longer each time, and then succeeds', async () => {
    const { server, client, waits } = await subject();
    server.failNext({ status: 500 }, { status: 502 }, { status: 504, body: '<html>gateway</html>' }, { status: 429 });
    expect(await client.send('POST', 'experiments/create', { name: 'a' })).toEqual({ experiment_id: '1' });
    expect(waits).toEqual([1250, 2250, 4250, 8250]);
  });

  it('waits as long as the server asks, in seconds or until a date', async () => {
    const { server, client, waits } = await subject();
    server.failNext(
      { status: 503, headers: { 'retry-after': '7' } },
      { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } },
      { status: 503, headers: { 'retry-after': '86400' } },
    );
    await client.send('POST', 'experiments/create', { name: 'a' });
    expect(waits).toEqual([7000, 0, 120_000]);
  });

  it('gives up after the last retry and tells what the server said', async () => {
    const { server, client, waits } = await subject({ maxRetries: 2 });
    const body = JSON.stringify({ error_code: 'INTERNAL_ERROR', message: 'disk full' });
    server.failNext({ status: 500, body }, { status: 500, body }, { status: 500, body });
    expect(await failure(client.get('runs/get', { run_id: 'a' }))).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: `the MLflow server at ${server.uri} refused GET runs/get with status 500: disk full`,
    });
    expect(waits).toHaveLength(2);
  });

  it('does not repeat what must not happen twice, unless the server cannot have acted', async () => {
    const { server, client } = await subject();
    server.failNext({ status: 500, act: true });
    const create = () => client.send('POST', 'registered-models/create', { name: 'a' }, { once: true });
    expect((await failure(create())).code).toBe('INTERNAL_ERROR');
    expect(server.requests).toHaveLength(1);
    server.failNext({ status: 503 }, { status: 429 });
    // The first try was carried out after all, which only a repetition can show.
    expect((await failure(create())).code).toBe('RESOURCE_ALREADY_EXISTS');
    expect(server.requests).toHaveLength(4);
    server.failNext({ status: 0, hangUp: true });
    await client.get('experiments/get-by-name', { experiment_name: 'x' }).catch(() => undefined);
  });

  it('does not repeat a refusal', async () => {
    const { server, client, waits } = await subject();
    expect((await failure(client.get('runs/get', { run_id: 'a' }))).code).toBe('RESOURCE_DOES_NOT_EXIST');
    expect([server.requests.length, waits]).toEqual([1, []]);
  });

  it('sends again when a connection that was kept turns out to be closed', async () => {
    // A server that closes each connection after its first answer without saying so before.
    let answered = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        answered++;
        if (answered === 2) request.socket.destroy();
        else response.writeHead(200, { 'content-type': 'application/json' }).end('{"n":1}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = openRestClient({ uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, wait: async () => undefined });
    onTestFinished(() => {
      client.close();
      server.close();
    });
    await client.send('POST', 'runs/create', {}, { once: true });
    expect(await client.send('POST', 'runs/create', {}, { once: true })).toEqual({ n: 1 });
    expect(answered).toBe(3);
  });

  it('makes no second experiment when the answer to the first was lost', async () => {
    const server = await startFakeMlflow();
    const store = openRestStore({ uri: server.uri, wait: async () => undefined });
    onTestFinished(async () => {
      await store.close();
      await server.close();
    });
    server.failNext({ status: 404, body: '{"error_code":"RESOURCE_DOES_NOT_EXIST"}' }, { status: 502, act: true });
    expect(await store.tracking.experiment('houses')).toBe('1');
  });
});

describe('failures', () => {
  it('names the address that does not answer', async () => {
    const { server, client, waits } = await subject();
    await server.close();
    expect(await failure(client.get('runs/get', { run_id: 'a' }))).toMatchObject({
      code: 'UNREACHABLE',
      message: `cannot reach the MLflow server at ${server.uri}: the connection was refused`,
    });
    expect(waits).toHaveLength(2);
  });

  it('gives up on a server that says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const client = openRestClient({ uri, timeoutMs: 20, maxRetries: 0 });
    onTestFinished(() => {
      client.close();
      silent.closeAllConnections();
      silent.close();
    });
    expect(await failure(client.get('runs/get', {}))).toMatchObject({
      code: 'UNREACHABLE',
      message: `cannot reach the MLflow server at ${uri}: no answer within 0.02 s`,
    });
  });

  it('copes with answers that are no JSON', async () => {
    const { server, client } = await subject({ maxRetries: 0 });
    expect(await failure(client.get('no/such/route', {}))).toMatchObject({
      code: 'ENDPOINT_NOT_FOUND',
      message: `the MLflow server at ${server.uri} refused GET no/such/route with status 404; is it the address of an MLflow server?`,
    });
    server.failNext({ status: 500, body: '<html>oops</html>' });
    expect((await failure(client.get('runs/get', {}))).code).toBe('INTERNAL_ERROR');
    server.failNext({ status: 200, body: '<html>login</html>' });
    expect(await failure(client.get('runs/get', {}))).toMatchObject({
      message: `${server.uri} did not answer GET runs/get with JSON; is it the address of an MLflow server?`,
    });
    server.failNext({ status: 200, body: '' });
    expect(await client.get('runs/get', {})).toEqual({});
  });
});

describe('credentials', () => {
  const authorization = `Basic ${Buffer.from('ada:sécret').toString('base64')}`;

  it('are sent as Basic, or as Bearer when there is no user', async () => {
    const { client } = await subject({ username: 'ada', password: 'sécret', token: 'unused' }, { authorization });
    expect(await client.send('POST', 'experiments/create', { name: 'a' })).toEqual({ experiment_id: '1' });
    const second = await subject({ token: 't0k3n' }, { authorization: 'Bearer t0k3n' });
    expect(await second.client.send('POST', 'experiments/create', { name: 'a' })).toEqual({ experiment_id: '1' });
  });

  it('are in no message', async () => {
    const { server, client } = await subject({ username: 'ada', password: 'wr0ng' }, { authorization });
    const refused = await failure(client.get('runs/get', {}));
    expect(refused).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: `the MLflow server at ${server.uri} does not accept the credentials; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN`,
    });
    expect(JSON.stringify(refused) + String((refused as { stack?: string }).stack)).not.toContain('wr0ng');
    const none = await subject({}, { authorization });
    expect((await failure(none.client.get('runs/get', {}))).message).toContain('asks for credentials');
  });

  it('do not follow a redirect to another origin', async () => {
    const first = await subject({ token: 'secret' });
    const second = await startFakeMlflow();
    onTestFinished(() => second.close());
    first.server.failNext({ status: 307, headers: { location: `${second.uri}/api/2.0/mlflow/experiments/create` } });
    expect(await first.client.send('POST', 'experiments/create', { name: 'a' })).toEqual({ experiment_id: '1' });
    expect(first.server.requests[0]?.headers.authorization).toBe('Bearer secret');
    expect(second.requests[0]?.headers.authorization).toBeUndefined();
    first.server.failNext({ status: 307, headers: { location: '/api/2.0/mlflow/experiments/get-by-name?experiment_name=a' } });
    const stubborn = openRestClient({ uri: first.server.uri, followRedirects: false });
    expect((await failure(stubborn.get('runs/get', {}))).message).toContain(`redirects to ${first.server.uri}`);
    stubborn.close();
  });
});

describe('the wire', () => {
  it('carries NaN and infinities as words and text as UTF-8', async () => {
    const { server, client } = await subject();
    await failure(
      client.send('POST', 'runs/log-batch', { values: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1], text: 'größe' }),
    );
    const [request] = server.requests;
    expect(request?.bytes.toString('utf8')).toBe('{"values":["NaN","Infinity","-Infinity",1],"text":"größe"}');
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': String(request?.bytes.length) });
  });

  it('uploads files to the artifact proxy, again from the start after a failure', async () => {
    const server = await startFakeMlflow();
    const store = openRestStore({ uri: server.uri, wait: async () => undefined });
    onTestFinished(async () => {
      await store.close();
      await server.close();
    });
    const file = join(tempFolder(), 'a.bin');
    writeFileSync(file, 'x'.repeat(300_000));
    const { runId } = await store.tracking.createRun({
      experimentId: await store.tracking.experiment('e'),
      runName: 'r',
      startTime: 1,
      tags: {},
    });
    server.failNext({ status: 503 }, { status: 500 });
    await store.tracking.logArtifact(runId, file, 'train/größe 1%.bin');
    expect(server.requests.at(-1)?.path).toBe(`/api/2.0/mlflow-artifacts/artifacts/1/${runId}/artifacts/train/gr%C3%B6%C3%9Fe%201%25.bin`);
    expect(server.artifacts.get(`1/${runId}/artifacts/train/größe 1%.bin`)?.length).toBe(300_000);
  });

  it('says so when the server wants its clients to write to a bucket', async () => {
    const server = await startFakeMlflow({ artifactRoot: 's3://bucket' });
    const store = openRestStore({ uri: server.uri });
    onTestFinished(async () => {
      await store.close();
      await server.close();
    });
    const file = join(tempFolder(), 'a.bin');
    writeFileSync(file, 'x');
    const { runId } = await store.tracking.createRun({
      experimentId: await store.tracking.experiment('e'),
      runName: 'r',
      startTime: 1,
      tags: {},
    });
    await expect(store.tracking.logArtifact(runId, file, 'a.bin')).rejects.toMatchObject({
      code: 'NOT_IMPLEMENTED',
      message: `the server at ${server.uri} keeps artifacts at \`s3://bucket/1/${runId}/artifacts\` and expects its clients to write there, which is not supported; start it with \`--serve-artifacts\``,
    });
  });
});
