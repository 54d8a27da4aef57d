import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/tracking/sqlite-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** What MLflow 2.8 makes, as its documentation of the schema says: table → columns, `!` for NOT NULL. */
const COLUMNS: Readonly<Record<string, string>> = {
  alembic_version: 'version_num VARCHAR(32)!',
  datasets:
    'dataset_uuid VARCHAR(36)!, experiment_id INTEGER!, name VARCHAR(500)!, digest VARCHAR(36)!, dataset_source_type VARCHAR(36)!, dataset_source TEXT!, dataset_schema TEXT, dataset_profile TEXT',
  experiment_tags: 'key VARCHAR(250)!, value VARCHAR(5000), experiment_id INTEGER!',
  experiments:
    'experiment_id INTEGER!, name VARCHAR(256)!, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT',
  input_tags: 'input_uuid VARCHAR(36)!, name VARCHAR(255)!, value VARCHAR(500)!',
  inputs:
    'input_uuid VARCHAR(36)!, source_type VARCHAR(36)!, source_id VARCHAR(36)!, destination_type VARCHAR(36)!, destination_id VARCHAR(36)!',
  latest_metrics: 'key VARCHAR(250)!, value FLOAT!, timestamp BIGINT, step BIGINT!, is_nan BOOLEAN!, run_uuid VARCHAR(32)!',
  metrics: "key VARCHAR(250)!, value FLOAT!, timestamp BIGINT!, run_uuid VARCHAR(32)!, step BIGINT!='0', is_nan BOOLEAN!='0'",
  model_version_tags: 'key VARCHAR(250)!, value VARCHAR(5000), name VARCHAR(256)!, version INTEGER!',
  model_versions:
    'name VARCHAR(256)!, version INTEGER!, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500)',
  params: 'key VARCHAR(250)!, value VARCHAR(8000)!, run_uuid VARCHAR(32)!',
  registered_model_aliases: 'alias VARCHAR(256)!, version INTEGER!, name VARCHAR(256)!',
  registered_model_tags: 'key VARCHAR(250)!, value VARCHAR(5000), name VARCHAR(256)!',
  registered_models: 'name VARCHAR(256)!, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000)',
  runs: 'run_uuid VARCHAR(32)!, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500), entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER, deleted_time BIGINT',
  tags: 'key VARCHAR(250)!, value VARCHAR(5000), run_uuid VARCHAR(32)!',
};

/** Table → primary key with its name, then foreign keys. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  alembic_version: ['alembic_version_pkc (version_num)'],
  datasets: ['dataset_pk (experiment_id, name, digest)', 'experiments (experiment_id)'],
  experiment_tags: ['experiment_tag_pk (key, experiment_id)', 'experiments (experiment_id)'],
  experiments: ['experiment_pk (experiment_id)'],
  input_tags: ['input_tags_pk (input_uuid, name)'],
  inputs: ['inputs_pk (source_type, source_id, destination_type, destination_id)'],
  latest_metrics: ['latest_metric_pk (key, run_uuid)', 'runs (run_uuid)'],
  metrics: ['metric_pk (key, timestamp, step, run_uuid, value, is_nan)', 'runs (run_uuid)'],
  model_version_tags: ['model_version_tag_pk (key, name, version)', 'model_versions (name, version) update CASCADE'],
  model_versions: ['model_version_pk (name, version)', 'registered_models (name) update CASCADE'],
  params: ['param_pk (key, run_uuid)', 'runs (run_uuid)'],
  registered_model_aliases: ['registered_model_alias_pk (name, alias)', 'registered_models (name) update CASCADE delete CASCADE'],
  registered_model_tags: ['registered_model_tag_pk (key, name)', 'registered_models (name) update CASCADE'],
  registered_models: ['registered_model_pk (name)'],
  runs: ['run_pk (run_uuid)', 'experiments (experiment_id)'],
  tags: ['tag_pk (key, run_uuid)', 'runs (run_uuid)'],
};

const INDEXES = [
  'index_datasets_dataset_uuid: datasets (dataset_uuid)',
  'index_datasets_experiment_id_dataset_source_type: datasets (experiment_id, dataset_source_type)',
  'index_inputs_destination_type_destination_id_source_type: inputs (destination_type, destination_id, source_type)',
  'index_inputs_input_uuid: inputs (input_uuid)',
  'index_latest_metrics_run_uuid: latest_metrics (run_uuid)',
  'index_metrics_run_uuid: metrics (run_uuid)',
  'index_params_run_uuid: params (run_uuid)',
  'index_tags_run_uuid: tags (run_uuid)',
];

type Row = Readonly<Record<string, string | number | null>>;

async function newStore(): Promise<{ readonly rows: (sql: string) => readonly Row[]; readonly folder: string }> {
  const folder = tempFolder();
  const path = join(folder, 'mlflow.db');
  const store = openSqliteStore({ path, artifactRoot: join(folder, 'mlartifacts'), now: () => 1_700_000_000_000 });
  await store.tracking.experiment('Default');
  await store.close();
  const db = new Database(path);
  return { folder, rows: (sql) => db.prepare(sql).all() as Row[] };
}

describe('the schema of a new store', () => {
  it('has the columns of MLflow and no other table', async () => {
    const { rows } = await newStore();
    const tables = rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map((row) => String(row['name']));
    const columns = (table: string): string =>
      rows(`SELECT * FROM pragma_table_info('${table}')`)
        .map(
          (row) =>
            `${row['name']} ${row['type']}${row['notnull'] === 1 ? '!' : ''}${row['dflt_value'] === null ? '' : `=${row['dflt_value']}`}`,
        )
        .join(', ');
    expect(Object.fromEntries(tables.map((table) => [table, columns(table)]))).toEqual(COLUMNS);
  });

  it('has the keys of MLflow under their names', async () => {
    const { rows } = await newStore();
    const keys = (table: string): readonly string[] => {
      const sql = String(rows(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '${table}'`)[0]?.['sql']);
      const primary = /CONSTRAINT (\w+) PRIMARY KEY \(([^)]*)\)/.exec(sql);
      const foreign = new Map<string, Row[]>();
      for (const row of rows(`SELECT * FROM pragma_foreign_key_list('${table}') ORDER BY seq`)) {
        foreign.set(String(row['table']), [...(foreign.get(String(row['table'])) ?? []), row]);
      }
      const described = [...foreign].map(([target, list]) => {
        const [first] = list;
        const actions = `${first?.['on_update'] === 'CASCADE' ? ' update CASCADE' : ''}${first?.['on_delete'] === 'CASCADE' ? ' delete CASCADE' : ''}`;
        return `${target} (${list.map((row) => row['to']).join(', ')})${actions}`;
      });
      return [`${primary?.[1]} (${primary?.[2]})`, ...described];
    };
    expect(Object.fromEntries(Object.keys(KEYS).map((table) => [table, keys(table)]))).toEqual(KEYS);
  });

  it('leaves the foreign key of datasets without a name, and names that of aliases', async () => {
    const { rows } = await newStore();
    const sql = (table: string): string => String(rows(`SELECT sql FROM sqlite_master WHERE name = '${table}'`)[0]?.['sql']);
    const named = Object.keys(KEYS).filter((table) => /CONSTRAINT \w+\s+FOREIGN KEY/.test(sql(table)));
    expect(named).toEqual(['registered_model_aliases']);
    expect(sql('registered_model_aliases')).toContain('CONSTRAINT registered_model_alias_name_fkey FOREIGN KEY');
    expect(sql('datasets')).toContain('FOREIGN KEY(experiment_id)');
  });

  it('has the indexes of MLflow', async () => {
    const { rows } = await newStore();
    const indexes = rows("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name");
    const columns = (index: Row): string =>
      rows(`SELECT name FROM pragma_index_info('${index['name']}')`)
        .map((row) => row['name'])
        .join(', ');
    expect(indexes.map((index) => `${index['name']}: ${index['tbl_name']} (${columns(index)})`)).toEqual(INDEXES);
  });

  it('is at its revision and has the default experiment with the id 0', async () => {
    const { rows, folder } = await newStore();
    expect(rows('SELECT * FROM alembic_version')).toEqual([{ version_num: 'acf3f17fdcc7' }]);
    expect(rows('SELECT * FROM experiments')).toEqual([
      {
        experiment_id: 0,
        name: 'Default',
        artifact_location: join(folder, 'mlartifacts', '0'),
        lifecycle_stage: 'active',
        creation_time: 1_700_000_000_000,
        last_update_time: 1_700_000_000_000,
      },
    ]);
  });

  it('refuses states that MLflow does not know', async () => {
    const { rows } = await newStore();
    const insert =
      (status: string, stage: string): (() => void) =>
      () =>
        void rows(`INSERT INTO runs (run_uuid, status, lifecycle_stage) VALUES ('${status}', '${status}', '${stage}') RETURNING 1`);
    expect(insert('DONE', 'active')).toThrow('CHECK constraint failed');
    expect(insert('FAILED', 'gone')).toThrow('CHECK constraint failed: runs_lifecycle_stage');
    expect(insert('SCHEDULED', 'deleted')).not.toThrow();
  });
});
