/** A transformer keeps rows and their order, writes no NaN, and is the same after its way through JSON. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { Table } from '../../src/data/table.ts';
import { transformSql } from '../../src/data/transform/compile.ts';
import { fitTransformer } from '../../src/data/transform/fit.ts';
import { type PipelineTransformer, parseTransformer } from '../../src/data/transform/transformer.ts';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.ts';
import { runs } from '../support/runs.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

const name = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !text.includes('\0') && !/^(?:y|at)$/iu.test(text));
const cell = {
  number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  text: fc.option(fc.string({ maxLength: 3 }).filter((text) => !text.includes('\0'))),
  date: fc.option(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })),
  flag: fc.option(fc.boolean()),
};
const tables = fc
  .uniqueArray(fc.tuple(name, fc.constantFrom('number', 'text', 'date', 'flag')), {
    minLength: 1,
    maxLength: 5,
    selector: ([column]) => column.toLowerCase(),
  })
  .chain((columns) =>
    fc.tuple(
      fc.constant(columns.map(([column]) => column)),
      fc.array(fc.tuple(...columns.map(([, kind]) => cell[kind as keyof typeof cell] as fc.Arbitrary<unknown>)), {
        minLength: 2,
        maxLength: 12,
      }),
      fc.constantFrom<'median' | 'none'>('median', 'none'),
      fc.constantFrom<'one_hot' | 'ordinal'>('one_hot', 'ordinal'),
    ),
  );

test('any table, any names: one row for each, in order, finite or missing', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ([columns, rows, impute, encode]) => {
      const records = rows.map((values, row) => ({
        ...Object.fromEntries(columns.map((column, index) => [column, values[index]])),
        y: row,
      }));
      await engine.load(Table.fromRows(records), 'data');
      const fitted = await fitTransformer(engine, 'data', { target: 'y', roles: {}, plan: { kind: 'auto', impute, encode } }).catch(
        (error: unknown) => {
          // Tables of constants alone are refused, which is right.
          if (error instanceof DiagnosticError && error.diagnostic.code === 'empty-data') return undefined;
          throw error;
        },
      );
      fc.pre(fitted !== undefined);
      const restored = parseTransformer(JSON.stringify(fitted)) as PipelineTransformer;
      expect(restored).toEqual(fitted);
      const table = await engine.table(transformSql(restored, 'data', { keep: ['y'] }));
      expect([...table.column('y').data]).toEqual(rows.map((_, row) => row));
      expect(table.columnNames).toEqual([...restored.features.map((feature) => feature.name), 'y']);
      for (const { name: feature, kind, levels = 0 } of restored.features) {
        const column = table.column(feature);
        if (column.type === 'string') throw new Error('a feature is text');
        if (kind === 'categorical') expect([...column.data].every((code) => Number.isNaN(code) || (code >= 0 && code < levels))).toBe(true);
        if (impute === 'median' && encode === 'one_hot') expect(column.missing).toBe(undefined);
      }
      const [nan] = await engine.query(
        `SELECT ${restored.features.map((_, index) => `count(*) FILTER (NOT isfinite(c${index}::DOUBLE)) AS n${index}`).join(', ')} FROM (${transformSql(restored, 'data')}) t(${restored.features.map((_, index) => `c${index}`).join(', ')})`,
      );
      expect(Object.values(nan ?? {}).every((count) => count === 0)).toBe(true);
    }),
    { numRuns: runs(40) },
  );
});
