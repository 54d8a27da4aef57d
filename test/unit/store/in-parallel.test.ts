import { expect, test } from 'vitest';
import { inParallel } from '../../../src/store/in-parallel.ts';

test('results are in the order of the things, and no more than so many at a time', async () => {
  let [now, most] = [0, 0];
  const results = await inParallel([5, 3, 4, 1, 2], 2, async (turns) => {
    most = Math.max(most, ++now);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    now--;
    return turns * 10;
  });
  expect(results).toEqual([50, 30, 40, 10, 20]);
  expect(most).toBe(2);
});

test('an error comes out when all that had begun has ended', async () => {
  const ended: number[] = [];
  const work = inParallel([1, 2, 3], 3, async (item) => {
    if (item === 1) throw new Error('one');
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    ended.push(item);
  });
  await expect(work).rejects.toThrow('one');
  expect(ended).toEqual([2, 3]);
});
