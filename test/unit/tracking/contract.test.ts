import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { openRestStore } from '../../../src/tracking/rest-store.ts';
import { openSqliteStore } from '../../../src/tracking/sqlite-store.ts';
import { type TrackingSubject, trackingStoreContract } from '../../contracts/tracking-store.ts';
import { type FakeServerOptions, startFakeMlflow } from '../../support/fake-mlflow-server.ts';
import { widenStore } from './widened-store.ts';

const readLocal = (artifactUri: string, path: string): string | undefined =>
  existsSync(join(artifactUri, path)) ? readFileSync(join(artifactUri, path), 'utf8') : undefined;

async function sqliteSubject(folder: string, isWide: boolean): Promise<TrackingSubject> {
  const path = join(folder, 'mlflow.db');
  const options = { path, artifactRoot: join(folder, 'mlartifacts') };
  if (isWide) {
    const first = openSqliteStore(options);
    await first.tracking.experiment('earlier');
    await first.close();
    widenStore(path);
  }
  const store = openSqliteStore(options);
  const execute = async (sql: string): Promise<void> => {
    const db = new Database(path);
    db.exec(sql);
    db.close();
  };
  return {
    ...store,
    deleteRun: (runId) => execute(`UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = '${runId}'`),
    deleteExperiment: (name) => execute(`UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = '${name}'`),
    readArtifact: readLocal,
  };
}

async function restSubject(options: FakeServerOptions): Promise<TrackingSubject> {
  const server = await startFakeMlflow(options);
  const store = openRestStore({ uri: server.uri, maxRetries: 0 });
  return {
    ...store,
    deleteRun: async (runId) => server.deleteRun(runId),
    deleteExperiment: async (name) => server.deleteExperiment(name),
    readArtifact: (uri, path) =>
      uri.startsWith('mlflow-artifacts:/')
        ? server.artifacts.get(`${uri.slice('mlflow-artifacts:/'.length)}/${path}`)?.toString('utf8')
        : readLocal(uri, path),
    close: async () => {
      await store.close();
      await server.close();
    },
  };
}

trackingStoreContract('SQLite', (folder) => sqliteSubject(folder, false));
trackingStoreContract('SQLite, widened by a newer MLflow', (folder) => sqliteSubject(folder, true));
trackingStoreContract('REST, artifacts through the server', () => restSubject({ historyPage: 1000 }));
trackingStoreContract('REST, artifacts in a local folder, integers as text', (folder) =>
  restSubject({ artifactRoot: join(folder, 'shared'), integers: 'string' }),
);
