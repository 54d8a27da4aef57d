/** A process killed at any change of the file system: the next run is as good as a first one. */
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { Task } from '../../../src/engine/task.ts';
import { fakeTask, type Rig, rig } from '../../support/fake-task.ts';
import { Crash } from '../../support/memory-fs.ts';

const recipe = (depth: number): readonly Task[] => [
  fakeTask({ name: 'split', reads: ['data/a.csv'], outputs: ['train.txt', 'test.txt'] }),
  fakeTask({ name: 'train', reads: ['split train.txt'], outputs: ['model.txt'], params: { depth } }),
];

async function prepared(runs: readonly number[]): Promise<Rig> {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  for (const depth of runs) await work.run(recipe(depth));
  return work;
}

/** Stop at the given change and at all after it, as a dead process does. */
async function killedAt(work: Rig, change: number, isTorn: boolean, depth: number): Promise<boolean> {
  let count = 0;
  work.fs.beforeWrite = () => {
    count++;
    if (count >= change) throw new Crash(isTorn && count === change);
  };
  const wasKilled = await work.run(recipe(depth), { concurrency: 1 }).then(
    () => false,
    () => true,
  );
  work.fs.beforeWrite = undefined;
  return wasKilled;
}

function expectSoundStore(work: Rig): void {
  for (const [path, text] of Object.entries(work.fs.files('/w/.recipe/store/blobs'))) expect(path.slice(3)).toBe(sha256Hex(text));
}

describe.each<[string, readonly number[], number]>([
  ['the first run', [], 6],
  ['a run after an edit', [6], 9],
  ['a run that restores', [6, 9], 6],
])('%s', (_what, before, depth) => {
  test.each([false, true])('killed at each change, torn: %s', async (isTorn) => {
    const clean = await prepared([depth]);
    let change = 1;
    for (; ; change++) {
      const work = await prepared(before);
      if (!(await killedAt(work, change, isTorn, depth))) break;
      expectSoundStore(work);
      const outcome = await work.run(recipe(depth));
      expect(outcome.status).toBe('ok');
      expect(work.shown()).toEqual(clean.shown());
      expectSoundStore(work);
      await work.run(recipe(depth));
      expect(work.began).toEqual([]);
    }
    // The loop must have killed something.
    expect(change).toBeGreaterThan(10);
  });
});
