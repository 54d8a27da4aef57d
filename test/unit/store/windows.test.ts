/** The store under the path rules of Windows. */
import { describe, expect, test, vi } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { FileSystem, KeyFields } from '../../../src/engine/ports.ts';
import { collectGarbage } from '../../../src/store/collect.ts';
import { type FileStore, openFileStore } from '../../../src/store/file-store.ts';
import { verifyStore } from '../../../src/store/inventory.ts';
import { openFolderRemote } from '../../../src/store/shared/folder-remote.ts';
import { storeContract } from '../../contracts/store.ts';
import { fakeProcesses, named } from '../../support/fake-task.ts';
import { fakeClock, memoryFileSystem } from '../../support/memory-fs.ts';
import { windowsFileSystem } from '../../support/windows-fs.ts';

vi.mock('node:path', async (original) => {
  const { win32 } = await original<typeof import('node:path')>();
  return { ...win32, default: win32 };
});

const clock = fakeClock();
const open = (fs: FileSystem): FileStore =>
  openFileStore({
    root: 'C:\\my work\\.recipe\\store',
    outputs: 'C:\\my work\\.recipe\\outputs',
    fs,
    clock,
    onWarning: () => {},
    processes: fakeProcesses,
  });

storeContract('the file store under the rules of Windows', () => {
  const fs = windowsFileSystem(memoryFileSystem(clock));
  return { fs, open: () => open(fs) };
});

const fields: KeyFields = { implementation: sha256Hex('i'), params: {}, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 };
const draft = { key: sha256Hex('k'), task: named('train'), fields, result: {}, startedAt: 0, durationMs: 0 };

describe('outputs', () => {
  // On the plain file system in memory, so that a name that Windows refuses can come to be.
  const commit = (names: readonly string[]) => {
    const fs = memoryFileSystem(clock);
    const store = openFileStore({ root: '/w/store', outputs: '/w/outputs', fs, clock, onWarning: () => {}, processes: fakeProcesses });
    const staging = store.stage(draft.task).replaceAll('\\', '/');
    fs.makeFolder(`${staging}/plots`);
    for (const name of names) fs.writeFile(`${staging}/plots/${name}`, Buffer.from(name));
    return store.commit(draft, staging, ['plots'], []);
  };

  test.each(['a:b', 'aux.png', 'a.', 'a?'])('a file named %j is refused before it is stored', async (name) => {
    const unslashed = vi.spyOn(await import('node:path'), 'join');
    unslashed.mockImplementation((...parts) => parts.join('/'));
    await expect(commit([name])).rejects.toThrow(`the output \`plots\` of \`train\` holds \`${name}\`, which is no file name on Windows`);
  });
});

test('a damaged blob, read-only as all are, is replaced; collection and check work', async () => {
  const memory = memoryFileSystem(clock);
  const fs = windowsFileSystem(memory);
  const commit = (text: string) => {
    const store = open(fs);
    const staging = store.stage(draft.task);
    fs.writeFile(`${staging}/a.txt`, Buffer.from(text));
    return store.commit({ ...draft, key: sha256Hex(text) }, staging, ['a.txt'], []);
  };
  await commit('text');
  const digest = sha256Hex('text');
  memory.edit(`/c/my work/.recipe/store/blobs/${digest.slice(0, 2)}/${digest}`, 'damaged');
  await commit('text');
  expect(await verifyStore(open(fs))).toMatchObject({ entries: 1, blobs: 1, badBlobs: [], badEntries: [], missing: [] });
  await commit('other');
  clock.advance(40 * 24 * 60 * 60 * 1000);
  expect(collectGarbage({ store: open(fs), olderThanMs: 30 * 24 * 60 * 60 * 1000, pins: new Set(), clock })).toMatchObject({
    blobs: 1,
    kept: { entries: 1 },
  });
});

test('a shared folder', async () => {
  const remote = openFolderRemote({
    folder: '\\\\server\\share'.replace('\\\\server', 'Z:'),
    fs: windowsFileSystem(memoryFileSystem(clock)),
  });
  const key = sha256Hex('k');
  await remote.putBlob(key, Buffer.from('k'));
  expect(await remote.putEntry(key, Buffer.from('one'), { replace: false })).toBe('created');
  expect(await remote.putEntry(key, Buffer.from('two'), { replace: false })).toBe('exists');
  expect([await remote.getBlob(key), await remote.getEntry(key)].map(String)).toEqual(['k', 'one']);
});
