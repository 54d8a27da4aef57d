/**
 * The registry half of the embedded store: registered models, their versions, aliases and stages.
 * The six tables here got a `workspace` column in MLflow 3.10; its default fills it, and names are
 * looked up inside it.
 */
import { isAbsolute } from 'node:path';
import { LIMITS, refuse, requireAlias, requireLength, requireModelName, requireTags } from './limits.ts';
import { type ModelRegistry, type ModelStage, type ModelVersion, TrackingError } from './ports.ts';
import type { SqliteConnection, SqlRow, SqlValue } from './sqlite-connection.ts';
import { inDefaultWorkspace, type SqliteFile } from './sqlite-file.ts';
import { joinUri, localArtifactPath } from './uri.ts';

/** MLflow keeps the row of a deleted version, so that its number is never given again. */
const DELETED = 'Deleted_Internal';
const STAGES: readonly string[] = ['None', 'Staging', 'Production', 'Archived'];

export class SqliteRegistry implements ModelRegistry {
  readonly uri: string;
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.uri = file.uri;
  }

  async createVersion(request: Parameters<ModelRegistry['createVersion']>[0]): Promise<ModelVersion> {
    const { name, source, runId, description, tags } = request;
    requireModelName(name);
    requireTags(tags, LIMITS.registryTagValue);
    requireLength('the description', description ?? '', LIMITS.description);
    const db = await this.#file.writing();
    return db.transaction(() => {
      const now = this.#file.now();
      if (findModel(db, name) === undefined) {
        db.run('INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (?, ?, ?, NULL)', [
          name,
          now,
          now,
        ]);
      }
      const highest = db.get(
        `SELECT MAX(version) AS highest FROM model_versions WHERE name = ?${inDefaultWorkspace(db, 'model_versions')}`,
        [name],
      );
      const version = Number(highest?.['highest'] ?? 0) + 1;
      const user = db.get('SELECT user_id FROM runs WHERE run_uuid = ?', [runId])?.['user_id'] ?? null;
      db.run(
        `INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id,
         status, status_message, run_link, storage_location) VALUES (?, ?, ?, ?, ?, ?, 'None', ?, ?, 'READY', NULL, NULL, ?)`,
        [name, version, now, now, description ?? null, user, source, runId, this.#storageLocation(db, source)],
      );
      for (const [key, value] of Object.entries(tags)) {
        db.run('INSERT INTO model_version_tags (key, value, name, version) VALUES (?, ?, ?, ?)', [key, value, name, version]);
      }
      touchModel(db, name, now);
      const created = findVersion(db, name, String(version));
      if (created === undefined) throw new Error(`version ${version} of ${name} is gone right after it was written`);
      return created;
    });
  }

  async findVersion(name: string, version: string): Promise<ModelVersion | undefined> {
    const db = await this.#file.reading();
    return db === undefined ? undefined : findVersion(db, name, version);
  }

  async findLatest(name: string, stage?: ModelStage): Promise<ModelVersion | undefined> {
    const db = await this.#file.reading();
    const wanted = stage === undefined ? '' : ' AND current_stage = ?';
    const row = db?.get(
      `SELECT MAX(version) AS highest FROM model_versions WHERE name = ? AND current_stage <> '${DELETED}'${wanted}${inDefaultWorkspace(db, 'model_versions')}`,
      stage === undefined ? [name] : [name, stage],
    );
    const highest = row?.['highest'];
    return db === undefined || highest === undefined || highest === null ? undefined : findVersion(db, name, String(highest));
  }

  async setAlias(name: string, alias: string, version: string): Promise<void> {
    requireModelName(name);
    requireAlias(alias);
    const db = await this.#file.writing();
    db.transaction(() => {
      const number = Number(requireVersion(db, name, version).version);
      const workspace = inDefaultWorkspace(db, 'registered_model_aliases');
      const found = db.get(`SELECT 1 AS found FROM registered_model_aliases WHERE name = ? AND alias = ?${workspace}`, [name, alias]);
      if (found) db.run(`UPDATE registered_model_aliases SET version = ? WHERE name = ? AND alias = ?${workspace}`, [number, name, alias]);
      else db.run('INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?)', [alias, number, name]);
      touchModel(db, name, this.#file.now());
    });
  }

  async findAlias(name: string, alias: string): Promise<ModelVersion | undefined> {
    const db = await this.#file.reading();
    const row = db?.get(
      `SELECT version FROM registered_model_aliases WHERE name = ? AND alias = ?${inDefaultWorkspace(db, 'registered_model_aliases')}`,
      [name, alias],
    );
    return db === undefined || row === undefined ? undefined : findVersion(db, name, String(row['version']));
  }

  async setStage(name: string, version: string, stage: ModelStage, options: { readonly archiveOthers?: boolean } = {}): Promise<void> {
    if (!STAGES.includes(stage)) refuse(`the stage \`${stage}\` is none of ${STAGES.join(', ')}`);
    const db = await this.#file.writing();
    db.transaction(() => {
      const number = Number(requireVersion(db, name, version).version);
      const now = this.#file.now();
      const workspace = inDefaultWorkspace(db, 'model_versions');
      if (options.archiveOthers === true && (stage === 'Staging' || stage === 'Production')) {
        const values = [now, name, stage, number];
        db.run(
          `UPDATE model_versions SET current_stage = 'Archived', last_updated_time = ? WHERE name = ? AND current_stage = ? AND version <> ?${workspace}`,
          values,
        );
      }
      db.run(`UPDATE model_versions SET current_stage = ?, last_updated_time = ? WHERE name = ? AND version = ?${workspace}`, [
        stage,
        now,
        name,
        number,
      ]);
      touchModel(db, name, now);
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Where the files are, for readers that cannot ask the run: the absolute place behind `runs:/`. */
  #storageLocation(db: SqliteConnection, source: string): SqlValue {
    const run = /^runs:\/+([^/]+)\/?(.*)$/.exec(source);
    if (run !== null) {
      const artifacts = db.get('SELECT artifact_uri FROM runs WHERE run_uuid = ?', [run[1] ?? ''])?.['artifact_uri'];
      if (typeof artifacts !== 'string')
        throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no run for the model source \`${source}\``);
      return joinUri(artifacts, run[2] ?? '');
    }
    if (isAbsolute(source)) return source;
    return localArtifactPath(source, this.#file.options.root ?? process.cwd()) ?? source;
  }
}

function findModel(db: SqliteConnection, name: string): SqlRow | undefined {
  return db.get(`SELECT name FROM registered_models WHERE name = ?${inDefaultWorkspace(db, 'registered_models')}`, [name]);
}

function touchModel(db: SqliteConnection, name: string, now: number): void {
  db.run(`UPDATE registered_models SET last_updated_time = ? WHERE name = ?${inDefaultWorkspace(db, 'registered_models')}`, [now, name]);
}

function requireVersion(db: SqliteConnection, name: string, version: string): ModelVersion {
  const found = findVersion(db, name, version);
  if (found === undefined) throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no version ${version} of the model \`${name}\``);
  return found;
}

function findVersion(db: SqliteConnection, name: string, version: string): ModelVersion | undefined {
  if (!/^\d+$/.test(version)) return undefined;
  const key = [name, Number(version)];
  const row = db.get(
    `SELECT version, source, run_id, current_stage, description FROM model_versions
     WHERE name = ? AND version = ? AND current_stage <> '${DELETED}'${inDefaultWorkspace(db, 'model_versions')}`,
    key,
  );
  if (row === undefined) return undefined;
  const workspace = inDefaultWorkspace(db, 'model_version_tags');
  const tags = db.all(`SELECT key, value FROM model_version_tags WHERE name = ? AND version = ?${workspace} ORDER BY key`, key);
  return {
    name,
    version: String(row['version']),
    source: String(row['source'] ?? ''),
    ...(typeof row['run_id'] === 'string' && row['run_id'] !== '' && { runId: row['run_id'] }),
    stage: row['current_stage'] as ModelStage,
    ...(typeof row['description'] === 'string' && row['description'] !== '' && { description: row['description'] }),
    tags: Object.fromEntries(tags.map((tag) => [String(tag['key']), String(tag['value'] ?? '')])),
  };
}
