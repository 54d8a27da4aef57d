/** Cards of wide tables stay small enough to mail, with every column on them. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card, CardContent } from '../../src/cards/blocks.ts';
import { MAX_CARD_BYTES, renderCardHtml } from '../../src/cards/render-html.ts';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import type { StepResult } from '../../src/steps/define.ts';
import { runIngest } from '../../src/steps/ingest/run.ts';
import { dataInputs, stepContext } from '../support/step-context.ts';
import { tempFolder } from '../support/temp-folder.ts';

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

test('a card of 300 columns can be mailed', async () => {
  const columns = Array.from({ length: 300 }, (_, i) =>
    i % 5 === 4 ? `'level ' || (i * ${i + 3}) % 31 AS "a category ${i}"` : `sin(i * ${i + 1}) * ${i + 0.37} AS "a measurement ${i}"`,
  );
  const { card, findings } = await ingest(`SELECT ${columns.join(', ')}, i * 2.5 AS y FROM range(200) r(i)`, { target: 'y' });
  expect(section(card, 'column-details')?.blocks).toHaveLength(8);
  expect(section(card, 'column-details')?.note).toBe(
    'The target, columns with a finding and those that tell most of the target; 293 other columns are in the table above alone.',
  );
  const html = renderCardHtml({
    ...card,
    schemaVersion: 1,
    kind: 'ingest',
    step: 'ingest',
    recipe: 'wide',
    status: 'done',
    findings,
    provenance: { facts: [] },
  } satisfies Card);
  expect(Buffer.byteLength(html)).toBeLessThan(MAX_CARD_BYTES);
  // Nothing but the embedded copy of the data is left out.
  expect(html).toContain('a measurement 298');
  expect(html).toContain('Pearson');
});
