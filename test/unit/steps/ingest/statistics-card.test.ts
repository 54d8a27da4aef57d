/** What the card of `ingest` says of each column, and what it keeps to itself. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CardContent, TableBlock } from '../../../../src/cards/blocks.ts';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import type { StepResult } from '../../../../src/steps/define.ts';
import { runIngest } from '../../../../src/steps/ingest/run.ts';
import { dataInputs, stepContext } from '../../../support/step-context.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

async function ingest(select: string, params: Record<string, unknown>): Promise<StepResult> {
  const path = join(tempFolder(), 'rows.parquet');
  await engine.execute(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  const context = stepContext({
    engine,
    inputs: dataInputs(path),
    params: { format: 'parquet', csv: { bad_lines: 'error' }, task: 'regression', roles: {}, ...params },
  });
  try {
    return await runIngest(context);
  } finally {
    await context.dispose();
  }
}

function section(card: CardContent, id: string) {
  return card.sections.find((one) => one.id === id);
}

function tableOf(card: CardContent): TableBlock {
  return section(card, 'columns')?.blocks[0] as TableBlock;
}

const HOUSES =
  "SELECT i % 40 AS rooms, CASE WHEN i % 3 = 0 THEN 'north' ELSE 'south' END AS region, 'owner ' || i % 50 AS owner, (i * 7919) % 601 AS noise, (i % 40) * 10 + (i * 31) % 7 + CASE WHEN i % 3 = 0 THEN 90 ELSE 0 END AS price FROM range(900) r(i)";

test('numeric targets: how much of the variance each column explains', async () => {
  const { card } = await ingest(HOUSES, { target: 'price' });
  expect(section(card, 'columns')?.note).toBe(
    '“Explains” is the share of the variance of the target that 20 groups of the column’s values explain alone, from all rows.',
  );
  const table = tableOf(card);
  expect(table.columns.map(({ label }) => label)).toEqual([
    'Column',
    'Type',
    'Role',
    'Values',
    'Missing',
    'Distinct',
    'Explains',
    'Min',
    'Median',
    'Mean',
    'Max',
    'Most frequent',
  ]);
  const tells = Object.fromEntries(table.rows.map((row) => [row['name'], row['tells']]));
  expect(tells).toEqual({
    rooms: expect.closeTo(0.876, 2),
    region: expect.closeTo(0.12, 2),
    owner: expect.any(Number),
    noise: expect.any(Number),
    price: null,
  });
  expect(tells['noise'] as number).toBeLessThan(0.05);
});

test('classes: Cramér’s V', async () => {
  const { card } = await ingest(HOUSES, { target: 'region', task: 'classification' });
  expect(section(card, 'columns')?.note).toBe(
    'Cramér’s V is how much 20 groups of the column’s values tell of the class, from 0 for nothing to 1 for everything, from all rows.',
  );
  const table = tableOf(card);
  expect(table.columns[6]?.label).toBe('Cramér’s V');
  expect(table.rows.map((row) => row['tells']).slice(0, 2)).toEqual([0, null]);
});

test('each column opens to its distribution, quantiles and figures', async () => {
  const { card } = await ingest(HOUSES, { target: 'price' });
  const details = section(card, 'column-details');
  expect(details?.note).toBe(undefined);
  expect(details?.blocks.map((block) => block.kind === 'details' && [block.summary, block.blocks.map(({ kind }) => kind)])).toEqual([
    ['rooms: integer', ['figures', 'table', 'table']],
    ['region: text', ['figures', 'table']],
    ['owner: text', ['figures', 'table']],
    ['noise: integer', ['figures', 'table', 'table']],
    ['price: integer', ['figures', 'table', 'table']],
  ]);
  const text = JSON.stringify(details?.blocks[2]);
  expect(text).toContain('owner 0 is in 18 rows; 540 rows have one of 30 other values');
  expect(JSON.stringify(details?.blocks[0])).toContain('Spearman’s ρ with the target');
});

test('of a sensitive column no value is shown', async () => {
  const { card } = await ingest(HOUSES, { target: 'price', sensitive: { owner: true, noise: true } });
  const shown = JSON.stringify(card);
  expect(shown).not.toContain('owner 1');
  expect(section(card, 'column-details')?.blocks.map((block) => block.kind === 'details' && block.summary)).toEqual([
    'rooms: integer',
    'region: text',
    'price: integer',
  ]);
  const row = tableOf(card).rows.find(({ name }) => name === 'noise');
  expect(row).toMatchObject({ missing: 0, distinct: 601, min: null, median: null, mean: null, max: null, shape: null, top: 'sensitive' });
});

test('`skip_data_profiling` leaves the statistics out and keeps what a person has to know', async () => {
  const select = `SELECT *, price * 2 AS double_price, CASE WHEN rooms > 3 THEN NULL ELSE 1 END AS holes FROM (${HOUSES}) UNION ALL SELECT *, price * 2, NULL FROM (${HOUSES})`;
  const full = await ingest(select, { target: 'price' });
  expect(full.findings.map(({ code, column }) => `${code} ${column ?? ''}`.trim())).toEqual([
    'INGEST_DUPLICATE_ROWS',
    'INGEST_TARGET_LEAK double_price',
    'INGEST_CONSTANT_COLUMN holes',
    'INGEST_HIGH_MISSING holes',
  ]);
  const { card, findings } = await ingest(select, { target: 'price', skip_data_profiling: true });
  expect(findings.map(({ code }) => code)).toEqual(['INGEST_CONSTANT_COLUMN', 'INGEST_HIGH_MISSING']);
  expect(card.sections.map(({ id }) => id)).toEqual(['target', 'columns', 'sample', 'source']);
  expect(section(card, 'columns')?.note).toBe('Without statistics, because the recipe says `skip_data_profiling: true`.');
  expect(tableOf(card).columns.map(({ label }) => label)).toEqual(['Column', 'Type', 'Role', 'Missing', 'Distinct']);
});

test('a column of more than a million values: its median is from a sample, and the card says so', async () => {
  const { card } = await ingest('SELECT CAST(i % 1009 AS SMALLINT) AS x FROM range(1100000) r(i)', { target: undefined });
  expect(section(card, 'columns')?.note).toMatch(/^Counted from all rows\. Medians are from a sample of (?:100,00\d|99,99\d) rows\.$/);
  expect(JSON.stringify(section(card, 'column-details'))).toMatch(/Quantiles, from a sample of (?:100,00\d|99,99\d) rows/);
});
