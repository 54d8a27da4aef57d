import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { ActionEntry } from '../../../src/engine/ports.ts';
import { type CollectOptions, collectGarbage, type GarbageReport } from '../../../src/store/collect.ts';
import type { FileStore } from '../../../src/store/file-store.ts';
import { listPins, pinEntries, pinnedKeys } from '../../../src/store/pins.ts';
import { fakeTask, named, type Rig, rig } from '../../support/fake-task.ts';
import { systemError } from '../../support/memory-fs.ts';

const DAY = 24 * 60 * 60 * 1000;
let work: Rig;
let store: FileStore;
beforeEach(() => {
  work = rig();
  store = work.store();
});

const fields = { implementation: sha256Hex('i'), params: {}, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 };

/** A result of `task` whose only file holds this text. */
async function commit(task: string, text: string): Promise<ActionEntry> {
  const staging = store.stage(named(task));
  work.fs.writeFile(`${staging}/a.txt`, Buffer.from(text));
  const draft = { key: sha256Hex(`${task} ${text}`), task: named(task), fields, result: {}, startedAt: 0, durationMs: 0 };
  return store.commit(draft, staging, ['a.txt'], []);
}

const collect = (options: Partial<CollectOptions> = {}): GarbageReport =>
  collectGarbage({ store: work.store(), pins: new Set(), clock: work.clock, ...options });
const blobs = (): readonly string[] => Object.values(work.fs.files('/w/.recipe/store/blobs')).sort();
const isHeld = (entry: ActionEntry): boolean => work.store().find(entry.key) !== undefined;

describe('by age', () => {
  test('results that nobody used for long go with their bytes; the one in view stays', async () => {
    const one = await commit('train', 'one');
    const two = await commit('train', 'three');
    work.clock.advance(31 * DAY);
    expect(collect({ olderThanMs: 30 * DAY })).toEqual({
      dryRun: false,
      entries: [{ task: 'train', key: one.key, lastUsed: work.clock.now() - 31 * DAY, why: 'old' }],
      blobs: 1,
      bytes: 3,
      kept: { entries: 1, blobs: 1, bytes: 5 },
      youngBytes: 0,
      overBytes: 0,
    });
    expect(blobs()).toEqual(['three']);
    expect([isHeld(one), isHeld(two)]).toEqual([false, true]);
  });

  test('a result is in use as long as the workspace shows it', async () => {
    const one = await commit('train', 'one');
    work.clock.advance(29 * DAY);
    await commit('train', 'two');
    work.clock.advance(29 * DAY);
    collect({ olderThanMs: 30 * DAY });
    expect(isHeld(one)).toBe(true);
  });

  test('a restore is a use', async () => {
    const one = await commit('train', 'one');
    const two = await commit('train', 'two');
    work.clock.advance(29 * DAY);
    await store.restore(one);
    await store.restore(two);
    work.clock.advance(29 * DAY);
    collect({ olderThanMs: 30 * DAY });
    expect(isHeld(one)).toBe(true);
  });

  test('a pinned result stays', async () => {
    const one = await commit('train', 'one');
    await commit('train', 'two');
    pinEntries(store, 'release 1', [one.key]);
    work.clock.advance(31 * DAY);
    expect(collect({ olderThanMs: 30 * DAY, pins: pinnedKeys(listPins(store)) }).entries).toEqual([]);
    expect(isHeld(one)).toBe(true);
  });

  test('without an age every result stays', async () => {
    const one = await commit('train', 'one');
    await commit('train', 'two');
    work.clock.advance(1000 * DAY);
    expect(collect().entries).toEqual([]);
    expect(isHeld(one)).toBe(true);
  });

  test('a dry run tells the same and removes nothing', async () => {
    await commit('train', 'one');
    await commit('train', 'two');
    work.clock.advance(31 * DAY);
    const before = work.fs.files('/w');
    const report = collect({ olderThanMs: 30 * DAY, dryRun: true });
    expect(work.fs.files('/w')).toEqual(before);
    expect(report).toEqual({ ...collect({ olderThanMs: 30 * DAY }), dryRun: true });
    expect(report.blobs).toBe(1);
  });

  test('bytes that a kept result also names stay', async () => {
    await commit('train', 'same');
    await commit('train', 'other');
    await commit('evaluate', 'same');
    work.clock.advance(31 * DAY);
    expect(collect({ olderThanMs: 30 * DAY }).blobs).toBe(0);
    expect(blobs()).toEqual(['other', 'same']);
  });
});

describe('by size', () => {
  test('the least recently used go first, until the rest fits; shared bytes count once', async () => {
    const entries: ActionEntry[] = [];
    for (const text of ['aaaa', 'bbbb', 'cccc']) {
      entries.push(await commit('train', text));
      work.clock.advance(DAY);
    }
    await commit('copy', 'cccc');
    await store.restore(entries[0] as ActionEntry);
    work.clock.advance(DAY);
    await store.restore(entries[2] as ActionEntry);
    work.clock.advance(DAY);
    expect(collect({ maxBytes: 8 }).entries.map(({ key, why }) => [key, why])).toEqual([[entries[1]?.key, 'size']]);
    expect(blobs()).toEqual(['aaaa', 'cccc']);
  });

  test('what is in view stays, and the report says by how much it is too large', async () => {
    await commit('train', 'aaaa');
    work.clock.advance(DAY);
    expect(collect({ maxBytes: 1 })).toMatchObject({ entries: [], kept: { bytes: 4 }, overBytes: 3 });
  });
});

describe('bytes without an entry', () => {
  test('go when they are older than the grace period', async () => {
    const one = await commit('train', 'one');
    store.clean({ task: named('train') });
    work.clock.advance(10 * 60 * 1000);
    expect(collect()).toMatchObject({ blobs: 0, youngBytes: 3 });
    work.clock.advance(DAY);
    expect(collect()).toMatchObject({ blobs: 1, bytes: 3, youngBytes: 0 });
    expect(isHeld(one)).toBe(false);
  });

  test('old ones become young when a step makes the same bytes again', async () => {
    await commit('train', 'one');
    store.clean({ task: named('train') });
    work.clock.advance(DAY);
    work.fs.beforeWrite = (operation, path) => {
      if (operation === 'rename' && path.includes('/entries/')) throw systemError('ENOSPC', 'rename', path);
    };
    await expect(commit('train', 'one')).rejects.toThrow('ENOSPC');
    work.fs.beforeWrite = undefined;
    expect(collect()).toMatchObject({ blobs: 0, youngBytes: 3 });
  });

  test('a damaged entry keeps no bytes alive, and goes when it is old', async () => {
    const one = await commit('train', 'one');
    await commit('train', 'two');
    work.fs.edit(`/w/.recipe/store/entries/${one.key.slice(0, 2)}/${one.key}.json`, 'damaged');
    work.clock.advance(31 * DAY);
    expect(collect({ olderThanMs: 30 * DAY })).toMatchObject({ entries: [], blobs: 1, kept: { entries: 1, blobs: 1 } });
  });
});

describe('beside a running recipe', () => {
  /** Do this once, right before the first change that matches. */
  function meanwhile(matches: (operation: string, path: string) => boolean, action: () => void): void {
    work.fs.beforeWrite = (operation, path) => {
      if (!matches(operation, path)) return;
      work.fs.beforeWrite = undefined;
      action();
    };
  }
  const takesAside = (operation: string, path: string): boolean => operation === 'rename' && path.includes('/staging/');

  test('bytes that a writer refreshed between the look and the removal stay', async () => {
    await commit('train', 'one');
    store.clean({ task: named('train') });
    work.clock.advance(DAY);
    const blob = `/w/.recipe/store/blobs/${sha256Hex('one').slice(0, 2)}/${sha256Hex('one')}`;
    meanwhile(takesAside, () => work.fs.setTime(blob, work.clock.now()));
    expect(collect()).toMatchObject({ blobs: 0 });
    expect(blobs()).toEqual(['one']);
  });

  test('a result that is restored between the look and the removal stays', async () => {
    const one = await commit('train', 'one');
    await commit('train', 'two');
    work.clock.advance(31 * DAY);
    const entry = `/w/.recipe/store/entries/${one.key.slice(0, 2)}/${one.key}.json`;
    meanwhile(takesAside, () => work.fs.setTime(entry, work.clock.now()));
    expect(collect({ olderThanMs: 30 * DAY })).toMatchObject({ entries: [], blobs: 0 });
    expect(isHeld(one)).toBe(true);
  });

  test('a writer that finds its bytes gone in this moment writes them anew', async () => {
    await commit('train', 'one');
    const blob = `/w/.recipe/store/blobs/${sha256Hex('one').slice(0, 2)}/${sha256Hex('one')}`;
    meanwhile(
      (operation, path) => operation === 'setTime' && path === blob,
      () => work.fs.remove(blob),
    );
    const again = await commit('evaluate', 'one');
    expect(isHeld(again)).toBe(true);
  });

  test('a restore that meets vanished bytes is a miss, and the step runs', async () => {
    const tasks = (depth: number) => [fakeTask({ name: 'train', params: { depth } })];
    await work.run(tasks(1));
    await work.run(tasks(2));
    work.clock.advance(31 * DAY);
    const plan = await work.plan(tasks(1));
    expect(plan.tasks[0]?.state).toBe('restore');
    collect({ olderThanMs: 30 * DAY });
    const outcome = await work.run(tasks(1), { plan });
    expect([outcome.status, outcome.executed]).toEqual(['ok', ['train']]);
    await work.run(tasks(1));
    expect(work.began).toEqual([]);
  });

  test('a process that dies in the middle leaves no entry without its bytes', async () => {
    for (let change = 1; ; change++) {
      work = rig();
      store = work.store();
      const one = await commit('train', 'one');
      await commit('train', 'two');
      work.clock.advance(31 * DAY);
      let count = 0;
      work.fs.beforeWrite = () => {
        if (++count === change) throw new Error('killed');
      };
      let isComplete = true;
      try {
        collect({ olderThanMs: 30 * DAY });
      } catch {
        isComplete = false;
      }
      work.fs.beforeWrite = undefined;
      if (work.fs.stat(`/w/.recipe/store/entries/${one.key.slice(0, 2)}/${one.key}.json`) !== undefined) expect(isHeld(one)).toBe(true);
      if (isComplete) {
        expect(change).toBeGreaterThan(4);
        return;
      }
    }
  });
});
