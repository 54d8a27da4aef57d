import { expect, test } from 'vitest';
import { encodeChecksummed } from '../../../src/store/checksummed.ts';
import { openFileStore } from '../../../src/store/file-store.ts';
import { stepHolders } from '../../../src/store/holders.ts';
import { openStepLocks } from '../../../src/store/step-lock.ts';
import { fakeProcesses, named } from '../../support/fake-task.ts';
import { fakeClock, memoryFileSystem } from '../../support/memory-fs.ts';

test('who holds what: the dead are left out and left alone, those out of sight are marked', async () => {
  const fs = memoryFileSystem(fakeClock());
  const clock = fakeClock();
  const store = openFileStore({ root: '/w/store', outputs: '/w/outputs', fs, clock, onWarning: () => undefined, processes: fakeProcesses });
  expect(stepHolders(store, fakeProcesses)).toEqual([]);
  const { signal } = new AbortController();
  const locks = openStepLocks({ store, processes: fakeProcesses, purpose: 'recipe run', onWait: () => undefined });
  const holds = [await locks.acquire(named('train'), signal), await locks.share(named('split.v2'), signal)];
  const put = (file: string, pid: number): void =>
    fs.writeFile(`/w/store/locks/${file}`, encodeChecksummed({ ...fakeProcesses.self, pid, purpose: 'recipe run', since: 0 }));
  put('dead.lock', 7);
  put('far.lock', 8);
  fs.writeFile('/w/store/locks/odd.lock', Buffer.from('no lock'));
  fs.writeFile('/w/store/locks/train.lock.takeover', Buffer.from('on its way'));
  const processes = { ...fakeProcesses, lives: ({ pid }: { pid: number }) => (pid === 7 ? 'no' : pid === 8 ? 'unknown' : 'yes') as 'no' };
  expect(stepHolders(store, processes).map(({ task, how, isSeen, holder }) => [task, how, isSeen, holder.purpose])).toEqual([
    ['far', 'changes', false, 'recipe run'],
    ['split.v2', 'reads', true, 'recipe run'],
    ['train', 'changes', true, 'recipe run'],
  ]);
  for (const hold of holds) hold.release();
  expect(fs.readFolder('/w/store/locks')).toContain('dead.lock');
});
