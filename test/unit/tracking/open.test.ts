import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTracking } from '../../../src/tracking/open.ts';
import { startFakeMlflow } from '../../support/fake-mlflow-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('openTracking', () => {
  it('uses mlflow.db and mlartifacts in the root, and makes neither before they are needed', async () => {
    const root = tempFolder();
    const { tracking, registry, close } = await openTracking({ root, env: {} });
    expect([tracking.uri, registry.uri]).toEqual(['sqlite:///mlflow.db', 'sqlite:///mlflow.db']);
    expect(readdirSync(root)).toEqual([]);
    const run = await tracking.createRun({ experimentId: await tracking.experiment('e'), runName: 'r', startTime: 1, tags: {} });
    expect(existsSync(join(root, 'mlflow.db'))).toBe(true);
    expect(run.artifactUri).toBe(join(root, 'mlartifacts', '1', run.runId, 'artifacts'));
    await close();
  });

  it('can keep the registry elsewhere', async () => {
    const root = tempFolder();
    const { tracking, registry, close } = await openTracking({ root, registryUri: 'sqlite:///registry.db', env: {} });
    const source = join(root, 'model');
    await registry.createVersion({ name: 'houses', source, runId: 'a'.repeat(32), tags: {} });
    expect([tracking.uri, registry.uri]).toEqual(['sqlite:///mlflow.db', 'sqlite:///registry.db']);
    expect(readdirSync(root)).toEqual(['registry.db']);
    await close();
  });

  it('gives a server the credentials of the environment, and an experiment its artifact location', async () => {
    const server = await startFakeMlflow({ authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}` });
    onTestFinished(() => server.close());
    const env = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'secret' };
    const { tracking, close } = await openTracking({ root: '/', trackingUri: server.uri, artifactLocation: 's3://bucket', env });
    await tracking.experiment('houses');
    const created = server.requests.find(({ path }) => path.endsWith('experiments/create'));
    expect(JSON.parse(created?.bytes.toString('utf8') ?? '')).toEqual({ name: 'houses', artifact_location: 's3://bucket', tags: [] });
    await close();
  });

  it('refuses settings that it cannot honour', async () => {
    const open = (env: Record<string, string>) => openTracking({ root: '/', trackingUri: 'http://127.0.0.1:9', env });
    await expect(open({ MLFLOW_TRACKING_AWS_SIGV4: 'true' })).rejects.toMatchObject({
      code: 'NOT_IMPLEMENTED',
      message:
        'MLFLOW_TRACKING_AWS_SIGV4 is not supported; use MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN',
    });
    await expect(open({ MLFLOW_HTTP_REQUEST_TIMEOUT: 'soon' })).rejects.toThrow(
      'MLFLOW_HTTP_REQUEST_TIMEOUT must be a number that is not negative',
    );
    await expect(open({ MLFLOW_TRACKING_SERVER_CERT_PATH: '/none/ca.pem' })).rejects.toThrow(
      'the file that MLFLOW_TRACKING_SERVER_CERT_PATH names cannot be read',
    );
    await expect(openTracking({ root: '/', trackingUri: 'databricks://x', env: {} })).rejects.toMatchObject({
      code: 'INVALID_PARAMETER_VALUE',
    });
  });
});
