/** Tables and queries of a real PostgreSQL server: what is read, when it is asked, and what is told when it cannot be. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import { PASSWORD, type PostgreSql, startPostgreSql } from '../support/postgresql.ts';
import { RecipeRig } from '../support/recipe-rig.ts';

let server: PostgreSql;
let rig: RecipeRig;
beforeAll(async () => {
  server = await startPostgreSql();
  server.run(`CREATE TABLE trips (id bigint, fare numeric(10, 2), km double precision, zip text, note text, paid boolean, day date, at timestamptz, kind varchar);
    INSERT INTO trips SELECT 9007199254740993 + i, i * 1.25, CASE WHEN i % 10 = 0 THEN NULL ELSE i / 3.0 END, '0' || (i % 7), CASE i % 3 WHEN 0 THEN 'a, "b"' WHEN 1 THEN 'NA' ELSE NULL END,
      i % 2 = 0, DATE '2024-01-01' + i, TIMESTAMPTZ '2024-01-01 12:00:00+02' + i * INTERVAL '1 hour', 'kind ' || (i * 7 % 5) FROM generate_series(1, 300) AS s(i);
    CREATE SCHEMA sales; CREATE TABLE sales.hidden (x int); GRANT SELECT ON trips TO reader; GRANT USAGE ON SCHEMA sales TO reader`);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of a profile
  const profile = 'steps:\n  ingest:\n    location: ${env:DATABASE_URL}\n';
  rig = new RecipeRig({ 'recipe.yaml': recipe('table: trips'), 'profiles/local.yaml': profile });
});
afterAll(() => {
  rig.remove();
  server.remove();
});

function recipe(what: string): string {
  return `recipe: regression/v1\ntarget_col: fare\nsteps:\n  ingest:\n    using: postgresql\n    ${what}\n`;
}

const run = async (...args: readonly string[]) => {
  const result = await rig.run([...args], { DATABASE_URL: server.url });
  return { ...result, text: `${result.stdout}${result.stderr}` };
};

async function dataset(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const engine = await openDuckDb({ threads: 2 });
  try {
    return await engine.query(`SELECT * FROM '${join(rig.root, '.recipe/outputs/ingest/dataset.parquet')}'`);
  } finally {
    await engine.close();
  }
}

test('a table comes with its types, whatever the settings of the server', async () => {
  const { exitCode, text } = await run('run', '--to', 'split');
  expect(exitCode, text).toBe(0);
  const rows = await dataset();
  expect(rows).toHaveLength(300);
  expect(rows[0]).toEqual({
    id: '9007199254740994',
    fare: 1.25,
    km: 1 / 3,
    zip: '01',
    note: 'NA',
    paid: false,
    day: new Date('2024-01-02'),
    at: new Date('2024-01-01T11:00:00Z'),
    kind: 'kind 2',
  });
  expect(rows[1]).toMatchObject({ note: null });
  expect(rows[2]).toMatchObject({ note: 'a, "b"' });
  expect(rows[9]).toMatchObject({ km: null });
  expect(text).not.toContain(PASSWORD);
});

test('it is asked once, and again when the run is told to', async () => {
  server.run('INSERT INTO trips SELECT * FROM trips WHERE id > 9007199254741283');
  expect((await run('plan', '--check')).exitCode).toBe(5);
  expect((await run('run', '--to', 'split')).text).toContain('300 rows');
  expect((await run('run', '--to', 'split', '--refresh')).text).toContain('310 rows');
});

test('a query is another thing than the table, and a changed one is read anew', async () => {
  rig.write('recipe.yaml', recipe('sql: "select fare, km, kind from trips where paid;"'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the words of the profile
  expect((await run('run', '--to', 'split')).text).toContain('155 rows × 3 columns from a query of ${env:DATABASE_URL}');
  rig.write('recipe.yaml', recipe('sql: "select fare, km, kind from trips where not paid"'));
  expect((await run('run', '--to', 'split')).text).toContain('155 rows × 3 columns');
});

test('what goes wrong is told at its place', async () => {
  const said = async (what: string, url = server.url): Promise<string> => {
    rig.write('recipe.yaml', recipe(what));
    const { exitCode, stderr, stdout } = await rig.run(['run', '--to', 'split'], { DATABASE_URL: url });
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain(PASSWORD);
    return stderr;
  };
  expect(await said('table: trip')).toContain('relation "trip" does not exist');
  expect(await said('table: sales.hidden')).toContain('GRANT SELECT');
  expect(await said('sql: select fre from trips')).toContain('column "fre" does not exist');
  expect(await said('sql: "select setval(\'x\', 1)"')).toContain('cannot be read');
  expect(await said('table: trips', server.url.replace(PASSWORD, 'wrong'))).toContain('check user and password');
  expect(await said('table: trips', server.url.replace('/postgres', '/shop'))).toContain('check the name of the database');
  expect(await said('table: trips', 'postgresql://reader@127.0.0.1:1/postgres')).toContain('nothing listens at');
});

test('a query cannot change anything', async () => {
  server.run('GRANT INSERT, DELETE ON trips TO reader');
  rig.write('recipe.yaml', recipe('sql: "with gone as (delete from trips returning *) select * from gone"'));
  const { exitCode, stderr } = await run('run', '--to', 'split');
  expect(exitCode, stderr).toBe(2);
  rig.write('recipe.yaml', recipe('sql: "select avg(fare) as fare, count(*) as n from trips group by kind"'));
  const counted = await run('run', '--to', 'ingest');
  expect(counted.exitCode, counted.text).toBe(0);
  expect((await dataset()).reduce((sum, row) => sum + Number(row['n']), 0)).toBe(310);
});

test('no file of the project holds the password', () => {
  const walk = (folder: string): readonly string[] =>
    readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? walk(join(folder, name)) : [join(folder, name)]));
  for (const path of walk(rig.root)) expect(readFileSync(path).includes(PASSWORD), path).toBe(false);
});
