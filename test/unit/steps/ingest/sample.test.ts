import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../../src/data/sql.ts';
import { keepSample } from '../../../../src/steps/ingest/sample.ts';

let folder: string;
let engines: DataEngine[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlrecipe sample '));
  engines = [await openDuckDb({ threads: 1 }), await openDuckDb({ threads: 2 })];
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The numbers of the rows that are kept of 2,000. */
async function sample(rows: number, { seed = 0, engine = engines[0] as DataEngine } = {}): Promise<readonly number[]> {
  const path = join(folder, 'dataset.parquet');
  await engine.execute(copyToParquet("SELECT i AS n, 'text ' || i AS t FROM range(2000) AS r(i)", path));
  expect(await keepSample(engine, path, { rows, seed })).toEqual({ total: 2000 });
  expect(existsSync(`${path}.whole`)).toBe(false);
  const kept = await engine.query(`SELECT * FROM ${parquetRelation(path)}`);
  for (const { n, t } of kept) expect(t).toBe(`text ${n}`);
  return kept.map(({ n }) => Number(n));
}

test('so many rows, in their order, the same each time and with any number of threads', async () => {
  const rows = await sample(100);
  expect(rows).toHaveLength(100);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  expect(await sample(100)).toEqual(rows);
  expect(await sample(100, { engine: engines[1] as DataEngine })).toEqual(rows);
  expect(await sample(100, { seed: 1 })).not.toEqual(rows);
});

test('a smaller sample is part of a larger one', async () => {
  const [small, large] = [await sample(50), await sample(500)];
  expect(small.every((row) => large.includes(row))).toBe(true);
});

test('rows from everywhere', async () => {
  const rows = await sample(400);
  for (const quarter of [0, 500, 1000, 1500])
    expect(rows.filter((row) => row >= quarter && row < quarter + 500).length).toBeGreaterThan(70);
});

test('all rows when there are fewer', async () => {
  expect(await sample(5000)).toHaveLength(2000);
});
