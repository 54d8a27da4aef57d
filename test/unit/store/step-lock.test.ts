import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { StepLocks } from '../../../src/engine/ports.ts';
import { type FileStore, openFileStore } from '../../../src/store/file-store.ts';
import type { Processes } from '../../../src/store/processes.ts';
import { openStepLocks } from '../../../src/store/step-lock.ts';
import { fakeProcesses, named } from '../../support/fake-task.ts';
import { type FakeClock, fakeClock, type MemoryFileSystem, memoryFileSystem } from '../../support/memory-fs.ts';

const signal = new AbortController().signal;
const [train, split] = [named('train'), named('split')];
let clock: FakeClock;
let fs: MemoryFileSystem;
let dead: Set<number>;
let waits: string[];
beforeEach(() => {
  clock = fakeClock();
  fs = memoryFileSystem(clock);
  dead = new Set();
  waits = [];
});

interface Process {
  readonly store: FileStore;
  readonly locks: StepLocks;
}

/** A process with its own view of the workspace; it lets the others go on while it sleeps. */
function start(pid: number): Process {
  const processes: Processes = {
    self: { ...fakeProcesses.self, pid },
    answers: (other) => !dead.has(other),
    lives: (other) => (dead.has(other.pid) ? 'no' : 'yes'),
  };
  const store = openFileStore({ root: '/w/store', outputs: '/w/outputs', fs, clock, onWarning: () => {}, processes });
  const locks = openStepLocks({
    store,
    processes,
    purpose: 'recipe run',
    onWait: (task, holder) => waits.push(`${pid} waits for ${task}, held by ${holder.pid} (${holder.purpose})`),
    sleep: async (ms) => {
      clock.advance(ms);
      await new Promise(setImmediate);
    },
  });
  return { store, locks };
}

describe('two processes', () => {
  test('with different steps do not wait for each other', async () => {
    const [one, two] = [start(1), start(2)];
    const held = [await one.locks.acquire(train, signal), await two.locks.acquire(split, signal)];
    expect(fs.readFolder('/w/store/locks')).toEqual(['split.lock', 'train.lock']);
    for (const lock of held) lock.release();
    expect(fs.readFolder('/w/store/locks')).toEqual([]);
    expect(waits).toEqual([]);
  });

  test('with the same step execute it once: the second finds what the first made', async () => {
    const key = sha256Hex('k');
    const fields = { implementation: key, params: {}, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 };
    let executions = 0;
    const work = async ({ store, locks }: Process): Promise<string> => {
      expect(store.current(train)).toBeUndefined();
      const lock = await locks.acquire(train, signal);
      try {
        store.refresh(train);
        const found = store.find(key);
        if (found !== undefined && store.isInPlace(found)) return 'reused';
        executions++;
        const staging = store.stage(train);
        fs.writeFile(`${staging}/a.txt`, Buffer.from('a'));
        await new Promise(setImmediate);
        await store.commit({ key, task: train, fields, result: {}, startedAt: 0, durationMs: 0 }, staging, ['a.txt'], []);
        return 'executed';
      } finally {
        lock.release();
      }
    };
    expect(await Promise.all([work(start(1)), work(start(2))])).toEqual(['executed', 'reused']);
    expect(executions).toBe(1);
    expect(waits).toEqual(['2 waits for train, held by 1 (recipe run)']);
  });

  test('the lock of one that died is taken at once', async () => {
    await start(1).locks.acquire(train, signal);
    dead.add(1);
    const lock = await start(2).locks.acquire(train, signal);
    expect(waits).toEqual([]);
    lock.release();
    expect(fs.readFolder('/w/store/locks')).toEqual([]);
  });
});
