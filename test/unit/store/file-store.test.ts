import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { ActionEntry } from '../../../src/engine/ports.ts';
import { type FileStore, openFileStore } from '../../../src/store/file-store.ts';
import { nodeFileSystem } from '../../../src/store/node-file-system.ts';
import { storeContract } from '../../contracts/store.ts';
import { fakeProcesses, fakeTask, named, rig } from '../../support/fake-task.ts';
import { fakeClock, memoryFileSystem } from '../../support/memory-fs.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function onDisk(): { readonly folder: string; open(): FileStore } {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-store-'));
  folders.push(folder);
  const open = (): FileStore =>
    openFileStore({
      root: `${folder}/store`,
      outputs: `${folder}/outputs`,
      fs: nodeFileSystem,
      clock: { now: Date.now },
      onWarning: () => {},
    });
  return { folder, open };
}

storeContract('the file store in memory', () => {
  const clock = fakeClock();
  const fs = memoryFileSystem(clock);
  return {
    fs,
    open: () => openFileStore({ root: '/w/store', outputs: '/w/outputs', fs, clock, onWarning: () => {}, processes: fakeProcesses }),
  };
});

storeContract('the file store on the disk', () => ({ fs: nodeFileSystem, open: onDisk().open }));

const draft = { key: sha256Hex('k'), task: named('train'), result: {}, startedAt: 0, durationMs: 0 };
const fields = { implementation: sha256Hex('i'), params: {}, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 };

async function commitOne(store: FileStore, text: string): Promise<ActionEntry> {
  const staging = store.stage(draft.task);
  writeFileSync(`${staging}/a.txt`, text);
  return store.commit({ ...draft, fields }, staging, ['a.txt'], []);
}

describe('on the disk', () => {
  test('stored bytes are read-only; shown files are writable copies, and no link joins the two', async () => {
    const { folder, open } = onDisk();
    const entry = await commitOne(open(), 'text');
    const digest = sha256Hex('text');
    const blob = statSync(`${folder}/store/blobs/${digest.slice(0, 2)}/${digest}`);
    const shown = statSync(`${folder}/outputs/train/a.txt`);
    expect(blob.mode & 0o777).toBe(0o444);
    expect(shown.mode & 0o777).toBe(0o644);
    expect([blob.nlink, shown.nlink]).toEqual([1, 1]);
    expect(blob.ino).not.toBe(shown.ino);
    rmSync(`${folder}/outputs/train/a.txt`);
    await open().restore(entry);
    expect(statSync(`${folder}/outputs/train/a.txt`).mode & 0o777).toBe(0o644);
  });

  test('an edit of the same size right after the commit is seen and undone', async () => {
    const { folder, open } = onDisk();
    const entry = await commitOne(open(), 'text');
    writeFileSync(`${folder}/outputs/train/a.txt`, 'TEXT');
    const next = open();
    expect(next.isInPlace(entry)).toBe(false);
    expect(await next.restore(entry)).toBe(true);
    expect(readFileSync(`${folder}/outputs/train/a.txt`, 'utf8')).toBe('text');
  });

  test('never writes through a link that leads out', async () => {
    const { folder, open } = onDisk();
    const entry = await commitOne(open(), 'text');
    mkdirSync(`${folder}/elsewhere`);
    writeFileSync(`${folder}/elsewhere/a.txt`, 'precious');
    rmSync(`${folder}/outputs/train`, { recursive: true });
    symlinkSync(`${folder}/elsewhere`, `${folder}/outputs/train`);
    expect(await open().restore(entry)).toBe(true);
    expect(readFileSync(`${folder}/elsewhere/a.txt`, 'utf8')).toBe('precious');
    expect(statSync(`${folder}/outputs/train/a.txt`).isFile()).toBe(true);
  });

  test('a link among the outputs of a step is refused', async () => {
    const store = onDisk().open();
    const staging = store.stage(draft.task);
    symlinkSync('/etc/hostname', `${staging}/a.txt`);
    await expect(store.commit({ ...draft, fields }, staging, ['a.txt'], [])).rejects.toThrow(
      'the output `a.txt` of `train` holds something that is neither file nor folder',
    );
  });

  test('two files that differ in case are refused: elsewhere they are one', async () => {
    const store = onDisk().open();
    const staging = store.stage(draft.task);
    mkdirSync(`${staging}/docs`);
    writeFileSync(`${staging}/docs/README`, 'one');
    writeFileSync(`${staging}/docs/readme`, 'two');
    await expect(store.commit({ ...draft, fields }, staging, ['docs'], [])).rejects.toThrow(
      '`train` left `docs/README` and `docs/readme`, which are one file on Windows and macOS',
    );
  });

  test('a step may leave read-only files', async () => {
    const { folder, open } = onDisk();
    const store = open();
    const staging = store.stage(draft.task);
    writeFileSync(`${staging}/a.txt`, 'text');
    chmodSync(`${staging}/a.txt`, 0o400);
    await store.commit({ ...draft, fields }, staging, ['a.txt'], []);
    expect(readFileSync(`${folder}/outputs/train/a.txt`, 'utf8')).toBe('text');
  });
});

describe('rehashShown', () => {
  const tasks = [fakeTask({ name: 'a', outputs: ['one.txt', 'two.txt'] }), fakeTask({ name: 'b', reads: ['a one.txt'] })];

  test('an edit that the stat records hide is found and undone', async () => {
    const work = rig();
    await work.run(tasks);
    const path = '/w/.recipe/outputs/a/one.txt';
    const good = work.fs.text(path);
    const { stat } = work.fs;
    const before = stat(path);
    work.fs.edit(path, good.toUpperCase());
    work.fs.stat = (asked) => (asked === path && work.fs.text(path) !== good ? before : stat(asked));
    expect((await work.plan(tasks)).tasks.map((task) => task.state)).toEqual(['fresh', 'fresh']);
    const store = work.store();
    expect(await store.rehashShown()).toEqual(['a/one.txt']);
    expect((await work.plan(tasks, { store })).tasks.map((task) => task.state)).toEqual(['restore', 'fresh']);
    await work.run(tasks, { store });
    expect(work.began).toEqual([]);
    expect(work.fs.text(path)).toBe(good);
  });

  test('reads every file in view and finds nothing in a sound workspace; a missing file is left to the stat', async () => {
    const work = rig();
    await work.run(tasks);
    work.fs.remove('/w/.recipe/outputs/a/two.txt');
    work.fs.reads.length = 0;
    expect(await work.store().rehashShown()).toEqual([]);
    expect(work.fs.reads.filter((path) => path.includes('/outputs/'))).toEqual(
      ['a/one.txt', 'a/step.log', 'b/out.txt', 'b/step.log'].map((path) => `/w/.recipe/outputs/${path}`),
    );
  });
});

describe('opening', () => {
  test('clears what dead processes left, and nothing of the living', () => {
    const clock = fakeClock();
    const fs = memoryFileSystem(clock);
    const open = (pid: number, alive: readonly number[]): FileStore =>
      openFileStore({
        root: '/w/store',
        outputs: '/w/outputs',
        fs,
        clock,
        onWarning: () => {},
        processes: { ...fakeProcesses, self: { ...fakeProcesses.self, pid }, answers: (other) => alive.includes(other) },
      });
    const dead = open(7, []).stage(named('train'));
    const alive = open(8, [7]).stage(named('train'));
    fs.makeFolder('/w/store/staging/train.ffffffffffff.9.0');
    open(10, [8]);
    expect(fs.stat(dead)).toBeUndefined();
    expect(fs.stat(alive)?.kind).toBe('folder');
    expect(fs.readFolder('/w/store/staging')).toContain('train.ffffffffffff.9.0');
    clock.advance(25 * 60 * 60 * 1000);
    open(10, [8]);
    expect(fs.readFolder('/w/store/staging')).not.toContain('train.ffffffffffff.9.0');
  });

  test('a lost or damaged counter is counted again from the entries', async () => {
    const work = rig();
    const tasks = [fakeTask({ name: 'a' }), fakeTask({ name: 'b' })];
    await work.run(tasks);
    work.fs.edit('/w/.recipe/store/sequence', 'x');
    const outcome = await work.run([...tasks, fakeTask({ name: 'c' })]);
    expect(outcome.entries.get(named('c'))?.sequence).toBe(3);
  });
});

describe('the order of writes', () => {
  test('bytes are there before the entry that names them, files in view before the pointer', async () => {
    const work = rig();
    const folders = ['blobs', 'entries', 'outputs', 'current'];
    const order: string[] = [];
    work.fs.beforeWrite = (operation, path) => {
      const folder = folders.find((name) => path.startsWith(`/w/.recipe/store/${name}/`) || path.startsWith(`/w/.recipe/${name}/`));
      if (operation === 'rename' && folder !== undefined) order.push(folder);
    };
    await work.run([fakeTask({ name: 'a', outputs: ['one.txt', 'two.txt'] })]);
    expect(order).toEqual(['blobs', 'blobs', 'blobs', 'entries', 'outputs', 'outputs', 'outputs', 'current']);
  });

  test('nothing that others may read is written in place', async () => {
    const work = rig();
    const written: string[] = [];
    work.fs.beforeWrite = (operation, path) => {
      if (['writeFile', 'copyFile', 'appendFile'].includes(operation)) written.push(path);
    };
    const tasks = [fakeTask({ name: 'a' }), fakeTask({ name: 'b', reads: ['a out.txt'] })];
    await work.run(tasks);
    work.fs.remove('/w/.recipe/outputs/a');
    await work.run(tasks);
    expect(written.length).toBeGreaterThan(10);
    expect(written.filter((path) => !path.startsWith('/w/.recipe/store/staging/'))).toEqual([]);
  });
});

describe('a foreign entry', () => {
  test.each(['../../evil.txt', '/etc/evil', 'a/../../evil', 'c:\\evil', 'a//b', ''])('with the path %j is not taken', async (path) => {
    const work = rig();
    await work.run([fakeTask({ name: 'a' })]);
    const entry = work.store().current(named('a'));
    if (entry === undefined) throw new Error('it ran');
    const file = { path, digest: sha256Hex('evil'), sizeBytes: 4 };
    const evil = JSON.stringify({ format: 1, entry: { ...entry, outputs: [{ name: path, digest: file.digest, files: [file] }] } });
    work.fs.remove('/w/.recipe/store/current');
    work.fs.edit(`/w/.recipe/store/entries/${entry.key.slice(0, 2)}/${entry.key}.json`, `${sha256Hex(evil)}\n${evil}`);
    expect(work.store().find(entry.key)).toBeUndefined();
    expect(work.warnings).toHaveLength(1);
  });
});

describe('clean', () => {
  const tasks = [fakeTask({ name: 'a' }), fakeTask({ name: 'b', reads: ['a out.txt'] })];

  test('one task: its outputs and results go, the others stay', async () => {
    const work = rig();
    await work.run(tasks);
    expect(work.store().clean({ task: named('a') })).toEqual([{ task: 'a', folder: '/w/.recipe/outputs/a', entries: 1 }]);
    expect(Object.keys(work.shown())).toEqual(['b/out.txt', 'b/step.log']);
    expect((await work.plan(tasks)).tasks[0]?.reasons).toEqual([{ kind: 'never-ran' }]);
    await work.run(tasks);
    expect(work.began).toEqual(['a']);
  });

  test('all of them, and then there is nothing left to clean', async () => {
    const work = rig();
    await work.run(tasks);
    await work.run(tasks.map((task) => ({ ...task, seed: 1 })));
    expect(work.store().clean()).toEqual([
      { task: 'a', folder: '/w/.recipe/outputs/a', entries: 2 },
      { task: 'b', folder: '/w/.recipe/outputs/b', entries: 2 },
    ]);
    expect(work.shown()).toEqual({});
    expect(work.store().clean()).toEqual([]);
  });

  test('a dry run tells and removes nothing', async () => {
    const work = rig();
    await work.run(tasks);
    const before = work.fs.files('/w');
    expect(
      work
        .store()
        .clean({ dryRun: true })
        .map((cleaned) => cleaned.task),
    ).toEqual(['a', 'b']);
    expect(work.fs.files('/w')).toEqual(before);
  });
});
