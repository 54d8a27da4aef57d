import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/tracking/sqlite-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const START = 1_750_000_000_000;

function place(): { readonly folder: string; readonly path: string; readonly options: Parameters<typeof openSqliteStore>[0] } {
  const folder = tempFolder();
  const path = join(folder, 'deep', 'er', 'mlflow.db');
  return {
    folder,
    path,
    options: { path, uri: 'sqlite:///deep/er/mlflow.db', artifactRoot: join(folder, 'mlartifacts'), now: () => START },
  };
}

describe('the embedded store', () => {
  it('is not made by looking into it', async () => {
    const { folder, options } = place();
    const { tracking, registry, close } = openSqliteStore(options);
    expect(await tracking.findRun('0123456789abcdef0123456789abcdef')).toBeUndefined();
    expect(await tracking.metricHistory('0123456789abcdef0123456789abcdef', 'loss')).toEqual([]);
    expect(await registry.findVersion('houses', '1')).toBeUndefined();
    expect(await registry.findAlias('houses', 'champion')).toBeUndefined();
    await close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('makes its folder, keeps artifacts by experiment and run, and can be used again after closing', async () => {
    const { folder, options } = place();
    const { tracking, close } = openSqliteStore(options);
    const experimentId = await tracking.experiment('houses');
    await close();
    const run = await tracking.createRun({ experimentId, runName: 'r', startTime: START, tags: {} });
    expect(experimentId).toBe('1');
    expect(run.artifactUri).toBe(join(folder, 'mlartifacts', '1', run.runId, 'artifacts'));
    await close();
  });

  it('lets two connections make one file', async () => {
    const { options } = place();
    const [first, second] = [openSqliteStore(options), openSqliteStore(options)];
    const ids = await Promise.all([first.tracking.experiment('houses'), second.tracking.experiment('houses')]);
    expect(ids).toEqual(['1', '1']);
    await first.close();
    await second.close();
  });

  it('writes the columns that MLflow shows', async () => {
    const { path, options } = place();
    const { tracking, registry, close } = openSqliteStore(options);
    const experimentId = await tracking.experiment('houses');
    const { runId, artifactUri } = await tracking.createRun({
      experimentId,
      runName: 'r',
      startTime: START,
      tags: { 'mlflow.user': 'ada' },
    });
    await tracking.logBatch(runId, {
      tags: { 'mlflow.runName': 'renamed' },
      metrics: [{ key: 'm', value: Number.NaN, step: 0, timestamp: START }],
    });
    await registry.createVersion({ name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} });
    await close();
    const db = new Database(path);
    expect(db.prepare('SELECT name, source_type, source_name, entry_point_name, user_id, status, lifecycle_stage FROM runs').all()).toEqual(
      [
        {
          name: 'renamed',
          source_type: 'UNKNOWN',
          source_name: '',
          entry_point_name: '',
          user_id: 'ada',
          status: 'RUNNING',
          lifecycle_stage: 'active',
        },
      ],
    );
    expect(db.prepare('SELECT value, is_nan FROM latest_metrics').all()).toEqual([{ value: 0, is_nan: 1 }]);
    expect(db.prepare('SELECT user_id, current_stage, status, source, storage_location, creation_time FROM model_versions').all()).toEqual([
      {
        user_id: 'ada',
        current_stage: 'None',
        status: 'READY',
        source: `runs:/${runId}/model`,
        storage_location: `${artifactUri}/model`,
        creation_time: START,
      },
    ]);
    expect(db.prepare('SELECT last_updated_time FROM registered_models').all()).toEqual([{ last_updated_time: START }]);
    db.close();
  });

  it('never gives the number of a deleted version again', async () => {
    const { path, options } = place();
    const { tracking, registry, close } = openSqliteStore(options);
    const { runId } = await tracking.createRun({ experimentId: '0', runName: 'r', startTime: START, tags: {} });
    const version = { name: 'houses', source: `runs:/${runId}/model`, runId, tags: {} };
    await registry.createVersion(version);
    const db = new Database(path);
    db.exec("UPDATE model_versions SET current_stage = 'Deleted_Internal'");
    db.close();
    expect(await registry.findVersion('houses', '1')).toBeUndefined();
    expect((await registry.createVersion(version)).version).toBe('2');
    await close();
  });

  it('keeps artifacts where the user wants them', async () => {
    const { folder, options } = place();
    const { tracking, close } = openSqliteStore({ ...options, root: folder, artifactLocation: 'my artifacts' });
    const inOptions = await tracking.createRun({ experimentId: await tracking.experiment('a'), runName: 'r', startTime: START, tags: {} });
    const odd = await tracking.experiment('b', { artifactLocation: join(folder, '100% #1') });
    const inCall = await tracking.createRun({ experimentId: odd, runName: 'r', startTime: START, tags: {} });
    expect(inOptions.artifactUri).toBe(join(folder, 'my artifacts', inOptions.runId, 'artifacts'));
    expect(inCall.artifactUri).toBe(`file://${folder}/100%25%20%231/${inCall.runId}/artifacts`);
    writeFileSync(join(folder, 'a.txt'), 'a');
    await tracking.logArtifact(inCall.runId, join(folder, 'a.txt'), 'x/a.txt');
    expect(existsSync(join(folder, '100% #1', inCall.runId, 'artifacts', 'x', 'a.txt'))).toBe(true);
    await expect(tracking.experiment('c', { artifactLocation: 's3://bucket/x' })).rejects.toThrow(
      'the artifact location `s3://bucket/x` is not a folder; remote locations need an MLflow server as the tracking URI',
    );
    await close();
  });

  it('says so when an experiment keeps its artifacts on a server', async () => {
    const { folder, path, options } = place();
    const { tracking, close } = openSqliteStore(options);
    const experimentId = await tracking.experiment('houses');
    const db = new Database(path);
    db.exec("UPDATE experiments SET artifact_location = 'mlflow-artifacts:/1' WHERE experiment_id = 1");
    db.close();
    const { runId } = await tracking.createRun({ experimentId, runName: 'r', startTime: START, tags: {} });
    writeFileSync(join(folder, 'a.txt'), 'a');
    await expect(tracking.logArtifact(runId, join(folder, 'a.txt'), 'a.txt')).rejects.toMatchObject({
      code: 'NOT_IMPLEMENTED',
      message: `the artifacts of this experiment are kept at \`mlflow-artifacts:/1/${runId}/artifacts\`, which only the MLflow server that made it can write; use its \`http://\` address as the tracking URI, or another experiment`,
    });
    await close();
  });

  it('refuses files that are no store of MLflow, and tells why', async () => {
    const folder = tempFolder();
    const open = (name: string) => openSqliteStore({ path: join(folder, name), uri: `sqlite:///${name}`, artifactRoot: folder });
    writeFileSync(join(folder, 'text.db'), 'not a database, but long enough to look like a file with a header'.repeat(20));
    const make = (name: string, sql: string): void => {
      const db = new Database(join(folder, name));
      db.exec(sql);
      db.close();
    };
    make('other.db', 'CREATE TABLE customers (id INTEGER)');
    make(
      'old.db',
      "CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('0a8213491aaa'); CREATE TABLE experiments (experiment_id INTEGER)",
    );
    mkdirSync(join(folder, 'folder.db'));
    const failure = async (name: string): Promise<string> => {
      const store = open(name);
      const error: { code: string; message: string } = await store.tracking.experiment('x').then(
        () => ({ code: 'none', message: 'no error' }),
        (caught) => caught,
      );
      await store.close();
      return `${error.code}: ${error.message}`;
    };
    expect(await failure('text.db')).toBe('INVALID_STATE: sqlite:///text.db is not an SQLite database');
    expect(await failure('other.db')).toBe(
      'INVALID_STATE: sqlite:///other.db is an SQLite database, but not one of MLflow; name another file as the tracking URI',
    );
    expect(await failure('old.db')).toBe(
      "INVALID_STATE: sqlite:///old.db has MLflow's schema of revision 0a8213491aaa, which lacks `experiments.name`; upgrade it with `mlflow db upgrade`",
    );
    expect(await failure('folder.db')).toBe(
      'PERMISSION_DENIED: the tracking database sqlite:///folder.db cannot be opened: check that its folder exists and may be written',
    );
  });

  it('says who is in the way when another process holds the lock', async () => {
    const { path, options } = place();
    const { tracking, close } = openSqliteStore({ ...options, busyTimeoutMs: 1 });
    await tracking.experiment('houses');
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(tracking.experiment('wines')).rejects.toMatchObject({
      code: 'TEMPORARILY_UNAVAILABLE',
      message: 'the tracking database sqlite:///deep/er/mlflow.db is locked by another process',
    });
    other.exec('ROLLBACK');
    other.close();
    expect(await tracking.experiment('wines')).toBe('2');
    await close();
  });

  it('writes a batch as a whole or not at all', async () => {
    const { options } = place();
    const { tracking, close } = openSqliteStore(options);
    const { runId } = await tracking.createRun({ experimentId: '0', runName: 'r', startTime: START, tags: {} });
    await tracking.logBatch(runId, { params: { b: '1' } });
    const batch = { params: { a: '1', b: '2' }, metrics: [{ key: 'm', value: 1, step: 0, timestamp: START }] };
    await expect(tracking.logBatch(runId, batch)).rejects.toThrow(
      `the param \`b\` of the run \`${runId}\` is \`1\` and cannot be changed to \`2\``,
    );
    const found = await tracking.findRun(runId);
    expect([found?.params, found?.metrics]).toEqual([{ b: '1' }, {}]);
    await close();
  });
});
