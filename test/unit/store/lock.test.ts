import { beforeEach, describe, expect, test } from 'vitest';
import { acquireLock, type FileLock, type LockHolder } from '../../../src/store/lock.ts';
import type { Processes, ProcessIdentity } from '../../../src/store/processes.ts';
import { type FakeClock, fakeClock, type MemoryFileSystem, memoryFileSystem } from '../../support/memory-fs.ts';

const file = '/w/.recipe/lock';
let clock: FakeClock;
let fs: MemoryFileSystem;
let waitedFor: string[];
beforeEach(() => {
  clock = fakeClock();
  fs = memoryFileSystem(clock);
  waitedFor = [];
});

const identity = (pid: number, host = 'h'): ProcessIdentity => ({ pid, host, boot: 'b', numbering: 'n', startTime: `${pid}` });

/** Processes of host `h`, of which those in `dead` have ended. Other hosts cannot be asked. */
const processes = (pid: number, dead: readonly number[] = []): Processes => ({
  self: identity(pid),
  answers: (other) => !dead.includes(other),
  lives: (other) => (other.host !== 'h' ? 'unknown' : dead.includes(other.pid) ? 'no' : 'yes'),
});

interface Attempt {
  readonly pid: number;
  readonly dead?: readonly number[];
  /** What happens while the process sleeps, by turn. */
  readonly meanwhile?: (turn: number) => void;
  readonly signal?: AbortSignal;
  readonly self?: ProcessIdentity;
}

function acquire({ pid, dead = [], meanwhile = () => {}, signal = new AbortController().signal, self }: Attempt): Promise<FileLock> {
  let turn = 0;
  return acquireLock({
    file,
    fs,
    clock,
    processes: { ...processes(pid, dead), ...(self && { self }) },
    purpose: `recipe run ${pid}`,
    signal,
    onWait: (holder: LockHolder) => waitedFor.push(`${holder.purpose} (${holder.pid})`),
    sleep: async (ms) => {
      clock.advance(ms);
      if (turn > 10_000) throw new Error('waited for ever');
      meanwhile(turn++);
    },
  });
}

describe('the workspace lock', () => {
  test('is free again when released', async () => {
    const lock = await acquire({ pid: 1 });
    lock.release();
    expect(fs.readFolder('/w/.recipe')).toEqual([]);
    (await acquire({ pid: 2 })).release();
    expect(waitedFor).toEqual([]);
  });

  test('a living holder is waited for, and named once', async () => {
    const lock = await acquire({ pid: 1 });
    await acquire({ pid: 2, meanwhile: (turn) => turn === 5 && lock.release() });
    expect(waitedFor).toEqual(['recipe run 1 (1)']);
  });

  test('each holder is named when there are several', async () => {
    const first = await acquire({ pid: 1 });
    let second: FileLock | undefined;
    await acquire({
      pid: 3,
      meanwhile: (turn) => {
        if (turn === 2) {
          first.release();
          void acquire({ pid: 2 }).then((lock) => {
            second = lock;
          });
        }
        if (turn === 4) second?.release();
      },
    });
    expect(waitedFor).toEqual(['recipe run 1 (1)', 'recipe run 2 (2)']);
  });

  test('a dead holder is replaced at once', async () => {
    await acquire({ pid: 1 });
    const lock = await acquire({ pid: 2, dead: [1], meanwhile: () => expect.unreachable('it waited') });
    expect(waitedFor).toEqual([]);
    expect(fs.readFolder('/w/.recipe')).toEqual(['lock']);
    lock.release();
    expect(fs.readFolder('/w/.recipe')).toEqual([]);
  });

  test('two that find a dead holder do not both take its place', async () => {
    await acquire({ pid: 1 });
    const second = await acquire({ pid: 2, dead: [1] });
    const third = acquire({ pid: 3, dead: [1], meanwhile: (turn) => turn === 3 && second.release() });
    await third;
    expect(waitedFor).toEqual(['recipe run 2 (2)']);
  });

  test('a holder that came between the look and the removal keeps the lock', async () => {
    await acquire({ pid: 1 });
    let second: FileLock | undefined;
    fs.beforeWrite = (operation, path) => {
      if (operation !== 'createFile' || path !== `${file}.takeover`) return;
      fs.beforeWrite = undefined;
      fs.remove(file);
      void acquire({ pid: 2 }).then((lock) => {
        second = lock;
      });
    };
    await acquire({ pid: 3, dead: [1], meanwhile: (turn) => turn === 3 && second?.release() });
    expect(waitedFor).toEqual(['recipe run 2 (2)']);
  });

  test('one that died while it took over does not block the others', async () => {
    await acquire({ pid: 1 });
    fs.createFile(`${file}.takeover`, fs.readFile(file));
    await acquire({ pid: 2, dead: [1] });
    expect(fs.readFolder('/w/.recipe')).toEqual(['lock']);
  });

  test('a holder out of sight is believed dead after twenty silent seconds', async () => {
    await acquire({ pid: 1, self: identity(1, 'elsewhere') });
    const start = clock.now();
    await acquire({ pid: 2 });
    expect(clock.now() - start).toBe(20_000);
    expect(waitedFor).toEqual(['recipe run 1 (1)']);
  });

  test('a holder out of sight that shows signs of life is waited for', async () => {
    const lock = await acquire({ pid: 1, self: identity(1, 'elsewhere') });
    const start = clock.now();
    await acquire({
      pid: 2,
      meanwhile: (turn) => {
        if (turn < 500 && turn % 20 === 0) fs.setTime(file, clock.now());
        if (turn === 500) lock.release();
      },
    });
    expect(clock.now() - start).toBeGreaterThan(50_000);
  });

  test('a file that is no lock does not block for ever', async () => {
    fs.makeFolder('/w/.recipe');
    fs.edit(file, 'nonsense');
    const start = clock.now();
    await acquire({ pid: 2 });
    expect(clock.now() - start).toBe(20_000);
    expect(waitedFor).toEqual([]);
  });

  test('an abort ends the waiting', async () => {
    await acquire({ pid: 1 });
    const controller = new AbortController();
    const waiting = acquire({
      pid: 2,
      signal: controller.signal,
      meanwhile: (turn) => turn === 2 && controller.abort(new Error('interrupted')),
    });
    await expect(waiting).rejects.toThrow('interrupted');
  });

  test('release leaves a lock that somebody else holds by now', async () => {
    const lock = await acquire({ pid: 1 });
    await acquire({ pid: 2, dead: [1] });
    lock.release();
    expect(fs.readFolder('/w/.recipe')).toEqual(['lock']);
  });
});
