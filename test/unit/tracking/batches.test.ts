import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptBatch, splitBatch } from '../../../src/tracking/batches.ts';

const record = (count: number, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]));
const points = (count: number) => Array.from({ length: count }, (_, step) => ({ key: 'm', value: step, step, timestamp: 1 }));
const sizes = (batch: Parameters<typeof acceptBatch>[0]): readonly (readonly number[])[] =>
  splitBatch(acceptBatch(batch)).map(({ params, metrics, tags }) => [params.length, metrics.length, tags.length]);

describe('splitBatch', () => {
  it('keeps what fits into one request together', () => {
    expect(sizes({})).toEqual([]);
    expect(sizes({ params: record(100, 'v'), metrics: points(800), tags: record(100, 'v') })).toEqual([[100, 800, 100]]);
  });

  it('splits at each limit', () => {
    expect(sizes({ params: record(101, 'v') })).toEqual([
      [100, 0, 0],
      [1, 0, 0],
    ]);
    expect(sizes({ metrics: points(1001) })).toEqual([
      [0, 1000, 0],
      [0, 1, 0],
    ]);
    expect(sizes({ tags: record(101, 'v') })).toEqual([
      [0, 0, 100],
      [0, 0, 1],
    ]);
    expect(sizes({ params: record(100, 'v'), metrics: points(901) })).toEqual([
      [100, 900, 0],
      [0, 1, 0],
    ]);
  });

  it('keeps every request within limits and loses nothing, in order', () => {
    const value = fc.oneof(fc.constant('日'.repeat(7000)), fc.constant('"\\'.repeat(3000)), fc.string());
    const arbitrary = fc.tuple(fc.nat(230), fc.nat(2100), fc.nat(230), value);
    fc.assert(
      fc.property(arbitrary, ([params, metrics, tags, text]) => {
        const accepted = acceptBatch({ params: record(params, text), metrics: points(metrics), tags: record(tags, text) });
        const batches = splitBatch(accepted);
        for (const batch of batches) {
          const count = batch.params.length + batch.metrics.length + batch.tags.length;
          const bytes = Buffer.byteLength(JSON.stringify({ run_id: '0'.repeat(32), ...batch }));
          expect([
            batch.params.length <= 100,
            batch.metrics.length <= 1000,
            batch.tags.length <= 100,
            count <= 1000,
            bytes <= 1_000_000,
          ]).toEqual(Array(5).fill(true));
        }
        expect(batches.flatMap((batch) => batch.params)).toEqual(accepted.params);
        expect(batches.flatMap((batch) => batch.metrics)).toEqual(accepted.metrics);
        expect(batches.flatMap((batch) => batch.tags)).toEqual(accepted.tags);
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
