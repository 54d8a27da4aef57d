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

  test('read the same result side by side, and whoever wants to change it waits for both', async () => {
    const [one, two, three] = [start(1), start(2), start(3)];
    const readers = [await one.locks.share(train, signal), await two.locks.share(train, signal)];
    expect(waits).toEqual([]);
    const order: string[] = [];
    const writer = three.locks.acquire(train, signal).then((lock) => {
      order.push('changing');
      lock.release();
    });
    for (const reader of readers) {
      await new Promise(setImmediate);
      order.push('read');
      reader.release();
    }
    await writer;
    expect(order).toEqual(['read', 'read', 'changing']);
    expect(waits).toEqual(['3 waits for train, held by 1 (recipe run)', '3 waits for train, held by 2 (recipe run)']);
    expect(fs.readFolder('/w/store/locks')).toEqual([]);
  });

  test('a reader waits for whoever changes the step, except for its own process', async () => {
    const [one, two] = [start(1), start(2)];
    const lock = await one.locks.acquire(train, signal);
    (await one.locks.share(train, signal)).release();
    const reading = two.locks.share(train, signal);
    await new Promise(setImmediate);
    expect(waits).toEqual(['2 waits for train, held by 1 (recipe run)']);
    lock.release();
    (await reading).release();
  });

  test('a reader that died keeps nobody away', async () => {
    await start(1).locks.share(train, signal);
    dead.add(1);
    (await start(2).locks.acquire(train, signal)).release();
    expect(waits).toEqual([]);
    expect(fs.readFolder('/w/store/locks')).toEqual([]);
  });

  test('a wait that is interrupted leaves nothing behind', async () => {
    const reading = await start(1).locks.share(train, signal);
    const abort = new AbortController();
    const waiting = start(2).locks.acquire(train, abort.signal);
    await new Promise(setImmediate);
    abort.abort('SIGINT');
    await expect(waiting).rejects.toBe('SIGINT');
    reading.release();
    expect(fs.readFolder('/w/store/locks')).toEqual([]);
  });
});
