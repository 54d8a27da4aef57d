/** Beyond their sizes associations and drift come from samples: near the truth, the same for any number of threads, and said. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { heldRows } from '../../../src/data/profile/coded-columns.ts';
import { type ColumnProfile, profileRelation } from '../../../src/data/profile.ts';
import { findAssociations } from '../../../src/steps/ingest/association.ts';
import { findDrift } from '../../../src/steps/split/drift.ts';
import { driftSection } from '../../../src/steps/split/drift-section.ts';

const ROWS = 200_000;
// Period 8 in the rows, of which a sample of every eighth row would see one phase alone.
const relation = `(SELECT i % 8 AS phase, sin(i) AS wave, 'k' || (i % 8) // 2 AS word, (i % 8) + sin(i) / 4 AS y FROM range(${ROWS}) r(i))`;
let engines: readonly DataEngine[];
beforeAll(async () => {
  engines = [await openDuckDb({ threads: 2 }), await openDuckDb({ threads: 8 })];
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

test('what columns tell of the target', async () => {
  const found = [];
  for (const engine of engines) {
    const profiles = await profileRelation(engine, relation);
    const target = profiles.find(({ name }) => name === 'y') as ColumnProfile;
    found.push(
      await findAssociations(
        engine,
        { relation, rows: ROWS, isWhole: true },
        profiles.filter((profile) => profile !== target),
        target,
        'regression',
        25_000,
      ),
    );
  }
  expect(found[1]).toEqual(found[0]);
  expect(Math.abs((found[0]?.sampledRows ?? 0) - 25_000)).toBeLessThan(5);
  const strengths = [...(found[0]?.columns ?? [])].map(([name, { strength }]) => [name, strength?.toFixed(2)]);
  // The whole table gives the same: var(phase) / var(y) and so on.
  expect(strengths).toEqual([
    ['phase', '0.99'],
    ['wave', '0.01'],
    ['word', '0.95'],
  ]);
});

test('drift', async () => {
  const parts = [
    `(SELECT * FROM ${relation} LIMIT 150000)`,
    `(SELECT * FROM ${relation} OFFSET 150000)`,
    `(SELECT * FROM ${relation} WHERE y > 2)`,
  ];
  const found = [];
  for (const engine of engines) {
    const columns = (await profileRelation(engine, relation, { shapes: false })).map(({ name, type, sqlType }) => ({
      name,
      type,
      sqlType,
    }));
    found.push(await findDrift(engine, parts, [150_000, 50_000, 137_500], columns, 5_000));
  }
  expect(found[1]).toEqual(found[0]);
  const drift = found[0];
  expect(drift?.sampledRows?.every((rows) => Math.abs(rows - 5000) < 5)).toBe(true);
  for (const { name, parts: compared } of drift?.columns ?? []) {
    expect(compared[0]?.psi, name).toBeLessThan(0.02);
    expect(compared[0]?.adjusted, name).toBeGreaterThan(0.05);
    if (name !== 'wave') expect(compared[1]?.psi, name).toBeGreaterThan(0.2);
  }
  expect(drift === undefined ? undefined : driftSection(drift, {})?.note).toContain(
    'from a sample of 5,000 rows of train, 4,999 rows of validation, 5,000 rows of test',
  );
});

test('many columns are looked at with fewer rows', () => {
  expect([1, 50, 300, 10_000].map(heldRows)).toEqual([50_000, 50_000, 16_666, 5_000]);
});
