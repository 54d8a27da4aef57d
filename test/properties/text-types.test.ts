/** The types of CSV columns: the order of the rows does not matter, and reading once gives what reading twice gives. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { csvSource, csvTexts } from '../../src/steps/ingest/csv.ts';
import type { IngestParams } from '../../src/steps/ingest/params.ts';
import type { Source } from '../../src/steps/ingest/source.ts';
import { writeQuickly, writeSource } from '../../src/steps/ingest/write.ts';
import { tempFolder } from '../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** What a column is mostly of, and now and then something else. */
const WORDS = {
  whole: ['1', '-20', '300', '0'],
  number: ['1', '1.5', '-2e3', '0.25', 'inf'],
  flag: ['true', 'False'],
  date: ['2024-02-29', '2023-12-31'],
  time: ['2024-02-29', '2024-02-29 13:05:00', '2024-02-29T13:05:00+02:00'],
  slash: ['1/2/2024', '03/04/2024', '11/12/2023'],
  dayFirst: ['1/2/2024', '31/12/2024'],
  text: ['a', 'b c', '"q, r"', '007', '?', '-', '1_000'],
  empty: ['', 'NA', 'null'],
} as const;
const odd = fc.constantFrom('', 'NA', '?', '-', 'x', '5', '1.5', '2024-02-29', '31/12/2024', 'true', '007', 'inf', 'NaN');

const column = fc.constantFrom(...Object.values(WORDS)).chain((words) =>
  fc.array(fc.oneof({ weight: 60, arbitrary: fc.constantFrom<string>(...words) }, { weight: 1, arbitrary: odd }), {
    minLength: 150,
    maxLength: 150,
  }),
);

const params = { format: 'csv', csv: { bad_lines: 'error' }, task: 'regression', roles: {} } as IngestParams;
const asFound = (source: Source): Promise<Source> => Promise.resolve(source);

function describeSource(source: Source): unknown {
  return source.columns.map(({ name, type, formats = [], infinite = 0, unread, candidates = [], ambiguous }) => ({
    name,
    type,
    formats,
    infinite,
    unread,
    candidates,
    ambiguous,
  }));
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test('one reading or two, rows in order or shuffled: the same types, and the same bytes for the same rows', async () => {
  let quick = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(column, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.nat()), async (columns, random) => {
      const folder = tempFolder();
      const header = columns.map((_, index) => `c${index}`).join(',');
      const lines = columns[0]?.map((_, row) => columns.map((values) => values[row] || '""').join(',')) ?? [];
      const write = (name: string, rows: readonly string[]): { path: string; label: string }[] => {
        writeFileSync(join(folder, name), `${header}\n${rows.join('\n')}\n`);
        return [{ path: join(folder, name), label: name }];
      };
      const files = write('a.csv', lines);
      const [slowPath, quickPath] = [join(folder, 'slow.parquet'), join(folder, 'quick.parquet')];
      const slow = await writeSource(engine, await csvSource(engine, files, params.csv), slowPath, files);
      const once = await writeQuickly(engine, csvTexts(files, params.csv), quickPath, asFound);
      if (once !== undefined) {
        quick++;
        expect(describeSource(once)).toEqual(describeSource(slow));
        expect(digest(quickPath)).toBe(digest(slowPath));
      }
      const shuffled = lines.map((line) => ({ line, at: random.next().value as number })).sort((a, b) => a.at - b.at);
      const other = await csvSource(
        engine,
        write(
          'b.csv',
          shuffled.map(({ line }) => line),
        ),
        params.csv,
      );
      expect(describeSource(other)).toEqual(describeSource(slow));
    }),
    { numRuns: 25 },
  );
  expect(quick).toBeGreaterThan(3);
});
