import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';

/** Makes the store, if it is the first, and writes ten runs to it. */
const WRITER = `
import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, '../../../src/tracking/sqlite-store.ts'))};
const [path, name] = process.argv.slice(2);
const { tracking, registry, close } = openSqliteStore({ path, artifactRoot: '/nowhere' });
process.stdout.write('ready');
await new Promise((resolve) => process.stdin.once('data', resolve));
for (let i = 0; i < 10; i++) {
  const { runId } = await tracking.createRun({ experimentId: await tracking.experiment('shared'), runName: name, startTime: i, tags: {} });
  await tracking.logBatch(runId, { params: { i: String(i) }, metrics: [{ key: 'm', value: i, step: 0, timestamp: 1 }] });
  await registry.createVersion({ name: 'model', source: '/nowhere', runId, tags: {} });
  await tracking.finishRun(runId, 'FINISHED', 1);
}
await close();
process.exit(0);
`;

describe('several processes', () => {
  it('make and write one store without an error, and every row is there once', async () => {
    const folder = tempFolder();
    const entry = join(folder, 'writer.ts');
    const script = join(folder, 'writer.mjs');
    writeFileSync(entry, WRITER);
    const libsql = createRequire(import.meta.url).resolve('libsql');
    await build({
      entryPoints: [entry],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      alias: { libsql },
      external: [libsql],
      logLevel: 'error',
    });
    const path = join(folder, 'mlflow.db');
    const writers = ['a', 'b', 'c'].map((name) => spawn(process.execPath, [script, path, name], { stdio: ['pipe', 'pipe', 'pipe'] }));
    const errors: string[] = [];
    for (const writer of writers) writer.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
    // All three wait at the same line, so that they meet in the empty file.
    await Promise.all(writers.map((writer) => new Promise((resolve) => writer.stdout.once('data', resolve))));
    const ends = writers.map((writer) => new Promise((resolve) => writer.once('close', resolve)));
    for (const writer of writers) writer.stdin.write('go');
    expect([await Promise.all(ends), errors]).toEqual([[0, 0, 0], []]);
    const db = new Database(path);
    const one = (sql: string): unknown => (db.prepare(sql).raw().all() as unknown[][])[0]?.[0];
    expect(
      one(
        "SELECT group_concat(name || count) FROM (SELECT name, COUNT(*) AS count FROM runs WHERE status = 'FINISHED' GROUP BY name ORDER BY name)",
      ),
    ).toBe('a10,b10,c10');
    expect([
      one('SELECT COUNT(*) FROM experiments'),
      one('SELECT COUNT(*) FROM metrics'),
      one('SELECT MAX(version) FROM model_versions'),
    ]).toEqual([2, 30, 30]);
    expect(one('PRAGMA integrity_check')).toBe('ok');
    db.close();
  });
});
