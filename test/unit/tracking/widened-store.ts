/** Widens a store as newer MLflow versions do, in the ways that matter to somebody who writes to it. */
import Database from 'libsql';

/** `workspace` joins the keys of the tables with names; inputs get a step; tables of logged models appear. */
export function widenStore(path: string): void {
  const db = new Database(path);
  db.exec('PRAGMA foreign_keys = OFF');
  const rebuild = (table: string, columns: string, constraints: string): void => {
    const names = columns.split(',').map((column) => column.trim().split(' ')[0]);
    db.exec(`CREATE TABLE wide_${table} (${columns}, workspace VARCHAR(63) DEFAULT 'default' NOT NULL, ${constraints})`);
    db.exec(`INSERT INTO wide_${table} (${names.join(', ')}) SELECT ${names.join(', ')} FROM ${table}`);
    db.exec(`DROP TABLE ${table}`);
    db.exec(`ALTER TABLE wide_${table} RENAME TO ${table}`);
  };
  rebuild(
    'experiments',
    'experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT',
    'CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), UNIQUE (workspace, name)',
  );
  rebuild(
    'registered_models',
    'name VARCHAR(256) NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000)',
    'CONSTRAINT registered_model_pk PRIMARY KEY (workspace, name)',
  );
  rebuild(
    'model_versions',
    `name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), user_id VARCHAR(256),
     current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500)`,
    'CONSTRAINT model_version_pk PRIMARY KEY (workspace, name, version), FOREIGN KEY (workspace, name) REFERENCES registered_models (workspace, name)',
  );
  rebuild(
    'registered_model_tags',
    'key VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL',
    'CONSTRAINT registered_model_tag_pk PRIMARY KEY (workspace, key, name)',
  );
  rebuild(
    'model_version_tags',
    'key VARCHAR(250) NOT NULL, value TEXT, name VARCHAR(256) NOT NULL, version INTEGER NOT NULL',
    'CONSTRAINT model_version_tag_pk PRIMARY KEY (workspace, key, name, version)',
  );
  rebuild(
    'registered_model_aliases',
    'alias VARCHAR(256) NOT NULL, version INTEGER NOT NULL, name VARCHAR(256) NOT NULL',
    'CONSTRAINT registered_model_alias_pk PRIMARY KEY (workspace, name, alias)',
  );
  db.exec("ALTER TABLE inputs ADD COLUMN step BIGINT NOT NULL DEFAULT '0'");
  db.exec('CREATE TABLE logged_models (model_id VARCHAR(36) NOT NULL PRIMARY KEY, experiment_id INTEGER NOT NULL)');
  db.exec("UPDATE alembic_version SET version_num = 'ffffffffffff'");
  // A model and an experiment of the same names in another workspace must not be taken for ours.
  db.exec(
    "INSERT INTO experiments (name, artifact_location, lifecycle_stage, workspace) VALUES ('houses', '/elsewhere', 'active', 'other')",
  );
  db.exec("INSERT INTO registered_models (name, workspace) VALUES ('houses', 'other')");
  db.exec("INSERT INTO model_versions (name, version, current_stage, workspace) VALUES ('houses', 41, 'None', 'other')");
  db.close();
}
