/**
 * Whether what an earlier run left in the tracking store is still there: the cheap question of a
 * run that may have nothing to do. One SELECT on a file, never a request to a server, and never a
 * change.
 */
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts';
import { DEFAULT_TRACKING_URI, parseTrackingUri } from './uri.ts';

export interface Where {
  /** `sqlite:///mlflow.db` when absent. */
  readonly uri?: string;
  readonly root: string;
}

/** `undefined` when the store is a server, which is not asked. */
export function hasRun(where: Where, runId: string): Promise<boolean | undefined> {
  return ask(where, 'runs', (db) => db.get("SELECT 1 AS found FROM runs WHERE run_uuid = ? AND lifecycle_stage = 'active'", [runId]));
}

/** `undefined` when the registry is a server, which is not asked. */
export function hasVersion(where: Where, name: string, version: string): Promise<boolean | undefined> {
  return ask(where, 'model_versions', (db) =>
    db.get("SELECT 1 AS found FROM model_versions WHERE name = ? AND version = ? AND current_stage <> 'Deleted_Internal'", [
      name,
      Number(version),
    ]),
  );
}

async function ask(where: Where, table: string, question: (db: SqliteConnection) => unknown): Promise<boolean | undefined> {
  const address = parseTrackingUri(where.uri ?? DEFAULT_TRACKING_URI, where.root);
  if (address.kind === 'http') return undefined;
  const db = await openSqlite({ path: address.path, label: address.uri, readOnly: true });
  if (db === undefined) return false;
  try {
    return db.columns(table).size > 0 && question(db) !== undefined;
  } finally {
    db.close();
  }
}
