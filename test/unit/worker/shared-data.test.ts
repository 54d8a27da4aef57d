import { expect, it } from 'vitest';
import type { DataEngine } from '../../../src/data/engine.ts';
import { SharedData } from '../../../src/worker/shared-data.ts';

it('opens one session, again after it was closed or could not be opened', async () => {
  const opened: string[] = [];
  let closed = 0;
  let broken = true;
  const data = new SharedData(async (folder) => {
    if (broken) throw new Error('no memory');
    opened.push(folder);
    return { close: async () => void closed++ } as unknown as DataEngine;
  }, '/no/such/folder');
  await expect(data.get()).rejects.toThrow('no memory');
  broken = false;
  expect(await data.get()).toBe(await data.get());
  expect(opened).toEqual(['/no/such/folder']);
  await data.close();
  await data.close();
  expect(closed).toBe(1);
  await data.get();
  expect(opened).toHaveLength(2);
});
