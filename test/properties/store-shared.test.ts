/**
 * Machines that share a cache, one of which may write, while bytes of the cache are flipped, cut and
 * removed: each shows what a clean run on its own shows, and no run fails.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Task } from '../../src/engine/task.ts';
import { fakeTask, rig } from '../support/fake-task.ts';
import { machine, sharedFolder } from '../support/machines.ts';
import { runs } from '../support/runs.ts';

const recipe = (depth: number, seed: number): readonly Task[] => [
  fakeTask({ name: 'split', outputs: ['train.txt', 'test.txt'], extra: { seed } }),
  fakeTask({ name: 'train', reads: ['split train.txt'], params: { depth } }),
  fakeTask({ name: 'eval', reads: ['train out.txt', 'split test.txt'] }),
];

const round = fc.record({
  who: fc.nat(2),
  depth: fc.nat(1),
  seed: fc.nat(1),
  damage: fc.array(fc.record({ which: fc.nat(), at: fc.nat(), how: fc.constantFrom('flip', 'cut', 'remove', 'swap') }), { maxLength: 3 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
});

test.each([undefined, 'a secret'])('with the secret %s', async (secret) => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      const { fs, remote } = sharedFolder();
      const trust = secret === undefined ? {} : { secret };
      const machines = [
        machine(remote, { mayWrite: true, ...trust }),
        machine(remote, trust),
        machine(remote, { mayWrite: true, ...trust }),
      ];
      const clean = rig();
      for (const { who, depth, seed, damage, concurrency } of rounds) {
        for (const { which, at, how } of damage) {
          const paths = Object.keys(fs.files('/shared')).map((path) => `/shared/${path}`);
          const path = paths[which % Math.max(1, paths.length)];
          if (path === undefined) continue;
          const bytes = fs.readFile(path);
          if (how === 'flip') fs.writeFile(path, bytes.with(at % bytes.length, (bytes[at % bytes.length] ?? 0) ^ 1));
          else if (how === 'cut') fs.writeFile(path, bytes.slice(0, Math.max(1, at % bytes.length)));
          else if (how === 'remove') fs.remove(path);
          else fs.writeFile(path, fs.readFile(paths[at % paths.length] as string));
        }
        const tasks = recipe(depth, seed);
        const subject = machines[who];
        await clean.run(tasks);
        await subject?.run(tasks, { concurrency });
        expect(subject?.rig.shown()).toEqual(clean.shown());
        expect((await subject?.rig.plan(tasks))?.tasks.map((task) => task.state)).toEqual(['fresh', 'fresh', 'fresh']);
      }
    }),
    { numRuns: runs(40) },
  );
});
