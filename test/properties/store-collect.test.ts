/**
 * Garbage is collected, with the hardest options, before any change that a running recipe makes to
 * the file system. No run fails or shows anything wrong, and no entry names missing bytes for good.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Task } from '../../src/engine/task.ts';
import { collectGarbage } from '../../src/store/collect.ts';
import { verifyStore } from '../../src/store/inventory.ts';
import { fakeTask, rig } from '../support/fake-task.ts';
import { runs } from '../support/runs.ts';

const recipe = (depth: number, seed: number): readonly Task[] => [
  // `split` leaves the same bytes for many seeds, so blobs lose and find entries all the time.
  fakeTask({ name: 'split', outputs: ['train.txt', 'test.txt'], extra: { seed: seed % 2 } }),
  fakeTask({ name: 'train', reads: ['split train.txt'], params: { depth } }),
  fakeTask({ name: 'eval', reads: ['train out.txt', 'split test.txt'] }),
];

const round = fc.record({
  depth: fc.nat(2),
  seed: fc.nat(2),
  pauseMs: fc.constantFrom(0, 2 * 60 * 60 * 1000, 40 * 24 * 60 * 60 * 1000),
  /** Before which changes of the run, counted from 1. */
  at: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
  maxBytes: fc.option(fc.nat(400), { nil: undefined }),
});

test('collections in the middle of runs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6 }), async (rounds) => {
      const [work, clean] = [rig(), rig()];
      for (const { depth, seed, pauseMs, at, maxBytes } of rounds) {
        work.clock.advance(pauseMs);
        const collect = (): void => {
          const options = { olderThanMs: 24 * 60 * 60 * 1000, pins: new Set<never>(), clock: work.clock };
          collectGarbage({ store: work.store(), ...options, ...(maxBytes !== undefined && { maxBytes }) });
        };
        let count = 0;
        const before = (): void => {
          if (!at.includes(++count)) return;
          work.fs.beforeWrite = undefined;
          collect();
          work.fs.beforeWrite = before;
        };
        work.fs.beforeWrite = before;
        const tasks = recipe(depth, seed);
        const outcome = await work.run(tasks);
        work.fs.beforeWrite = undefined;
        expect(outcome.status).toBe('ok');
        expect(work.events.filter((event) => event.type === 'store-warning')).toEqual([]);
        await clean.run(tasks);
        expect(work.shown()).toEqual(clean.shown());

        collect();
        await work.run(tasks);
        expect(work.shown()).toEqual(clean.shown());
        expect((await work.plan(tasks)).tasks.map((task) => task.state)).toEqual(['fresh', 'fresh', 'fresh']);
        const verified = await verifyStore(work.store());
        expect([verified.badBlobs, verified.badEntries]).toEqual([[], []]);
        const current = new Set(tasks.map((task) => work.store().current(task.name)?.key));
        expect(verified.missing.filter(({ key }) => current.has(key))).toEqual([]);
      }
      expect(work.warnings).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});
