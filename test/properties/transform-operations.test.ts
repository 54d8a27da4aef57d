/**
 * Any pipeline over any rows: a row alone becomes what it becomes among the others, the order of the training rows
 * and the threads change no bit of what is learned, and neither does the way through JSON.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { copyToParquet } from '../../src/data/sql.ts';
import { Table } from '../../src/data/table.ts';
import * as operations from '../../src/data/transform/api.ts';
import { transformSql } from '../../src/data/transform/compile.ts';
import { fitPipelineOf, fitTransformer } from '../../src/data/transform/fit.ts';
import { type PipelineTransformer, parseTransformer } from '../../src/data/transform/transformer.ts';
import { runs } from '../support/runs.ts';
import { tempFolder } from '../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -9, max: 9 }), fc.constant(null));
const text = fc.oneof(
  fc.constantFrom('a', 'b', 'B', 'two words', 'größer als', ''),
  fc.string({ maxLength: 6 }).filter((t) => !t.includes('\0')),
  fc.constant(null),
);
const row = fc.record({
  num: number,
  size: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  text: text,
  words: text,
  flag: fc.option(fc.boolean()),
  moment: fc.option(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })),
  y: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
});

const { bin, dateParts, derive, featureHash, impute, oneHot, ordinal, power, scale, targetEncode, textLength, wordCounts } = operations;
const operation: fc.Arbitrary<operations.Operation> = fc.oneof(
  fc.constantFrom('mean', 'median', 'most_frequent').map((strategy) => impute({ strategy: strategy as 'mean', indicator: true })),
  fc.constantFrom('standard', 'min_max', 'robust').map((method) => scale({ method: method as 'robust' })),
  fc.constantFrom(power({ columns: ['nu*'] }), power({ columns: ['siz*'], method: 'yeo_johnson' })),
  fc
    .record({ nBins: fc.integer({ min: 2, max: 5 }), strategy: fc.constantFrom('quantile', 'uniform') })
    .map((options) => bin({ columns: ['nu*'], ...options })),
  fc
    .record({ maxLevels: fc.integer({ min: 1, max: 4 }), minFrequency: fc.constantFrom(0, 0.3, 2) })
    .map((options) => oneHot({ columns: ['tex*'], ...options })),
  fc.constantFrom(ordinal({ columns: ['w*'], minFrequency: 2 }), ordinal({ order: 'alphabetical' })),
  fc.record({ cv: fc.integer({ min: 2, max: 5 }) }).map((options) => targetEncode({ columns: ['tex*'], ...options })),
  fc.constantFrom(targetEncode({ columns: ['fla*'], smooth: 2 }), featureHash({ columns: ['tex*'], nFeatures: 3 })),
  fc.constantFrom(textLength(), wordCounts({ columns: ['words*'], nFeatures: 3 })),
  fc.constantFrom(dateParts({ parts: ['week', 'hour', 'epoch_days'], cyclic: true }), derive({ n_size: 'size / 2' })),
);

test('one row at a time, in another order, through JSON', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 3, maxLength: 9 }),
      fc.array(operation, { minLength: 1, maxLength: 4 }),
      async (rows, chosen) => {
        await engine.load(
          Table.fromRows([
            { ...rows[0], num: 1.5, text: 'a', words: 'a', flag: true, moment: new Date(0), y: 0.5, place: 0 },
            ...rows.map((values, at) => ({ ...values, place: at + 1 })),
          ]),
          'data',
        );
        const config = { target: 'y', task: 'regression', roles: { place: 'id' }, plan: { kind: 'pipeline', operations: chosen } } as const;
        const fitted = await fitTransformer(engine, 'data', config);
        const restored = parseTransformer(JSON.stringify(fitted)) as PipelineTransformer;
        expect(restored).toEqual(fitted);
        const backwards = await fitTransformer(engine, '(SELECT * FROM data ORDER BY place DESC)', config);
        expect(JSON.stringify(backwards)).toBe(JSON.stringify(fitted));
        const whole = (await engine.query(transformSql(fitted, 'data', { keep: ['place'] }))).map((found) => ({ ...found }));
        for (const expected of whole) {
          const [alone] = await engine.query(
            transformSql(restored, `(SELECT * FROM data WHERE place = ${Number(expected['place'])})`, { keep: ['place'] }),
          );
          expect({ ...alone }).toEqual(expected);
        }
      },
    ),
    { numRuns: runs(15) },
  );
});

test('the same bytes for 1, 2 and 8 threads, out-of-fold values included', async () => {
  const folder = tempFolder();
  const source = join(folder, 'rows.parquet');
  // Small row groups, so that several threads have something to do.
  await engine.execute(
    `COPY (SELECT i * 0.1 + sin(i) AS a, exp(sin(i)) AS size, 'k' || (i * 7919 % 300) AS s, CASE WHEN i % 3 > 0 THEN 'w' || i % 11 || ' words' END AS words,
     TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS moment, sin(i * 3) + i % 7 AS y FROM range(16384) t(i)) TO '${source}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  const plan = operations.pipeline([
    targetEncode({ columns: ['s'] }),
    power({ columns: ['size'], method: 'box_cox' }),
    bin({ columns: ['a'], nBins: 9 }),
    wordCounts({ nFeatures: 4 }),
    dateParts({ cyclic: true }),
    scale({ columns: ['s', 'size'] }),
  ]);
  const digests = new Set<string>();
  for (const threads of [1, 2, 8]) {
    const own = await openDuckDb({ threads });
    const { transformer, training } = await fitPipelineOf(own, `read_parquet('${source}')`, { target: 'y', roles: {}, plan });
    const made = join(folder, `training-${threads}.parquet`);
    await own.execute(copyToParquet(training?.sql(['y']) ?? '', made));
    await training?.release();
    await own.close();
    digests.add(createHash('sha256').update(JSON.stringify(transformer)).update(readFileSync(made)).digest('hex'));
  }
  expect(digests.size).toBe(1);
});
