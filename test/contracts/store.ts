/** What every Store must do, whatever it is made of. An implementation's test calls this with a way to open one. */
import { beforeEach, describe, expect, test } from 'vitest';
import { folderDigest, sha256Hex } from '../../src/engine/digest.ts';
import type { ActionEntry, FileSystem, KeyFields, Store } from '../../src/engine/ports.ts';
import { named } from '../support/fake-task.ts';

export interface StoreUnderTest {
  readonly fs: FileSystem;
  /** Open the same store again, as the next command would. */
  open(): Store;
  /** Whether it can never be sure that a task has no result. */
  readonly mayHoldMore?: boolean;
  /** The store of another workspace that can ask for what was committed here so far. */
  elsewhere?(): Promise<Store>;
}

const task = named('train');
const fields: KeyFields = {
  implementation: sha256Hex('i'),
  params: { depth: 6 },
  inputs: [],
  userCode: [],
  environment: {},
  env: {},
  seed: 0,
};

function draft(key: string, name = task) {
  return {
    key: sha256Hex(key),
    task: name,
    fields,
    result: { summary: `made for ${key}`, metrics: { rmse: 0.5 } },
    startedAt: 5,
    durationMs: 3,
  };
}

export function storeContract(name: string, make: () => StoreUnderTest): void {
  describe(name, () => {
    let subject: StoreUnderTest;
    let store: Store;
    beforeEach(() => {
      subject = make();
      store = subject.open();
    });

    const read = (path: string): string => Buffer.from(subject.fs.readFile(path)).toString();
    const stage = (files: Readonly<Record<string, string>>, to = store): string => {
      const staging = to.stage(task);
      for (const [path, text] of Object.entries(files)) {
        const file = `${staging}/${path}`;
        subject.fs.makeFolder(file.slice(0, file.lastIndexOf('/')));
        subject.fs.writeFile(file, Buffer.from(text));
      }
      return staging;
    };
    const commit = (
      key: string,
      files: Readonly<Record<string, string>>,
      outputs: readonly string[] = Object.keys(files),
      attachments: readonly string[] = [],
    ): Promise<ActionEntry> => store.commit(draft(key), stage(files), outputs, attachments);

    test('an empty store knows nothing', () => {
      expect(store.find(sha256Hex('k'))).toBeUndefined();
      expect(store.current(task)).toBeUndefined();
      expect(store.remembers(task)).toBe(subject.mayHoldMore ?? false);
    });

    test('a committed result is found, current, in place and remembered, also by the next command', async () => {
      const entry = await commit('k', { 'model.json': '{}', 'step.log': 'done' }, ['model.json'], ['step.log']);
      expect(entry).toEqual({
        ...draft('k'),
        outputs: [{ name: 'model.json', digest: sha256Hex('{}'), files: [{ path: 'model.json', digest: sha256Hex('{}'), sizeBytes: 2 }] }],
        attachments: [{ path: 'step.log', digest: sha256Hex('done'), sizeBytes: 4 }],
        sequence: 1,
      });
      for (const each of [store, subject.open()]) {
        expect(each.find(entry.key)).toEqual(entry);
        expect(each.current(task)).toEqual(entry);
        expect(each.isInPlace(entry)).toBe(true);
        expect(each.remembers(task)).toBe(true);
        expect(each.findLoss(entry)).toBeUndefined();
      }
      expect(read(`${store.folder(task)}/model.json`)).toBe('{}');
    });

    test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
      ['no output', { 'step.log': 'x' }, []],
      ['one file', { 'a.txt': 'a' }, ['a.txt']],
      ['three files, two of them equal and one empty', { 'a.txt': 'a', 'b.txt': 'a', 'c.txt': '' }, ['a.txt', 'b.txt', 'c.txt']],
      ['a folder', { 'model/MLmodel': 'm', 'model/data/x.bin': 'x', 'model/data/y.bin': 'y' }, ['model']],
      ['a folder of one file', { 'model/MLmodel': 'm' }, ['model']],
      ['a file in a folder', { 'deep/er/a.txt': 'a' }, ['deep/er/a.txt']],
      ['names beyond ASCII', { 'größe 1.txt': 'ä' }, ['größe 1.txt']],
    ])('%s: there and back', async (_what, files, outputs) => {
      const entry = await commit('k', files, outputs);
      subject.fs.remove(store.folder(task));
      const next = subject.open();
      expect(next.isInPlace(entry)).toBe(outputs.length === 0);
      expect(await next.restore(entry)).toBe(true);
      expect(next.isInPlace(entry)).toBe(true);
      for (const [path, text] of Object.entries(files)) if (path !== 'step.log') expect(read(`${store.folder(task)}/${path}`)).toBe(text);
    });

    test('an empty folder is an output', async () => {
      const staging = store.stage(task);
      subject.fs.makeFolder(`${staging}/plots`);
      const entry = await store.commit(draft('k'), staging, ['plots'], []);
      expect(entry.outputs).toEqual([{ name: 'plots', digest: folderDigest([]), files: [] }]);
      subject.fs.remove(`${store.folder(task)}/plots`);
      expect(store.isInPlace(entry)).toBe(false);
      expect(await store.restore(entry)).toBe(true);
      expect(store.isInPlace(entry)).toBe(true);
    });

    test('the digest of a folder is over relative paths, so its name does not matter', async () => {
      const one = await commit('k', { 'one/a.txt': 'a' }, ['one']);
      const two = await commit('l', { 'two/a.txt': 'a' }, ['two']);
      expect(one.outputs[0]?.digest).toBe(folderDigest([{ path: 'a.txt', digest: sha256Hex('a') }]));
      expect(two.outputs[0]?.digest).toBe(one.outputs[0]?.digest);
    });

    test('attachments are no outputs: they change no digest that others see', async () => {
      const one = await commit('k', { 'a.txt': 'a', log: 'first' }, ['a.txt'], ['log']);
      const two = await commit('l', { 'a.txt': 'a', log: 'second' }, ['a.txt'], ['log']);
      expect(two.outputs).toEqual(one.outputs);
      await store.restore(one);
      expect(read(`${store.folder(task)}/log`)).toBe('first');
    });

    test('sequence grows, also across commands; a later result of one key takes the place of the earlier', async () => {
      const first = await commit('k', { 'a.txt': 'first' });
      store = subject.open();
      const second = await commit('k', { 'a.txt': 'second' });
      expect([first.sequence, second.sequence]).toEqual([1, 2]);
      expect(subject.open().find(first.key)).toEqual(second);
      expect(subject.open().isInPlace(first)).toBe(false);
    });

    test('switching between two results moves files and pointer', async () => {
      const one = await commit('k', { 'a.txt': 'one', 'only-one.txt': '1' });
      const two = await commit('l', { 'a.txt': 'two' });
      expect(store.isInPlace(one)).toBe(false);
      expect(subject.fs.stat(`${store.folder(task)}/only-one.txt`)).toBeUndefined();
      expect(await store.restore(one)).toBe(true);
      expect(store.current(task)).toEqual(one);
      expect(store.isInPlace(two)).toBe(false);
      expect(read(`${store.folder(task)}/a.txt`)).toBe('one');
    });

    test('a shown result is in place and cannot be found', async () => {
      const entry = await store.show(draft('k'), stage({ 'a.txt': 'a' }), ['a.txt'], []);
      for (const each of [store, subject.open()]) {
        expect(each.current(task)).toEqual(entry);
        expect(each.isInPlace(entry)).toBe(true);
        expect(each.find(entry.key)).toBeUndefined();
        expect(each.remembers(task)).toBe(subject.mayHoldMore ?? false);
        expect(each.findLoss(entry)).toEqual({ output: 'a.txt', detail: 'no stored entry holds it' });
      }
    });

    test('a shown result does not hide the stored one of its key', async () => {
      const stored = await commit('k', { 'a.txt': 'stored' });
      const shown = await store.show(draft('k'), stage({ 'a.txt': 'shown' }), ['a.txt'], []);
      const next = subject.open();
      expect(next.current(task)).toEqual(shown);
      expect(next.find(stored.key)).toEqual(stored);
      expect(next.isInPlace(stored)).toBe(false);
    });

    describe('adopt', () => {
      const accepted = (key: string) => ({ ...draft(key), acceptedByHand: true as const });

      test('what is in view stands for another key too, and says by whose word', async () => {
        const shown = await commit('k', { 'model/MLmodel': 'm', log: 'l' }, ['model'], ['log']);
        const entry = await store.adopt(accepted('l'), shown);
        const { outputs, attachments } = shown;
        expect(entry).toEqual({ ...accepted('l'), outputs, attachments, sequence: 2 });
        for (const each of [store, subject.open()]) {
          expect(each.find(sha256Hex('l'))).toEqual(entry);
          expect(each.current(task)).toEqual(entry);
          expect(each.isInPlace(entry as ActionEntry)).toBe(true);
          // The result that it was before is as good as it was.
          expect(each.find(shown.key)).toEqual(shown);
        }
      });

      test('the bytes of a result that was only shown are kept from then on', async () => {
        const shown = await store.show(draft('k'), stage({ 'a.txt': 'a' }), ['a.txt'], []);
        const entry = await store.adopt(accepted('l'), shown);
        subject.fs.remove(store.folder(task));
        expect(await subject.open().restore(entry as ActionEntry)).toBe(true);
        expect(read(`${store.folder(task)}/a.txt`)).toBe('a');
        expect(subject.open().find(shown.key)).toBeUndefined();
      });

      test.each<[string, (file: string) => void]>([
        ['edited', (file) => subject.fs.writeFile(file, Buffer.from('b'))],
        ['rewritten with the same bytes', (file) => subject.fs.writeFile(file, Buffer.from('a'))],
      ])('outputs that were %s since are not adopted, and nothing is kept', async (_what, act) => {
        const shown = await commit('k', { 'a.txt': 'a' });
        act(`${store.folder(task)}/a.txt`);
        const next = subject.open();
        expect(await next.adopt(accepted('l'), shown)).toBeUndefined();
        expect(next.find(sha256Hex('l'))).toBeUndefined();
        expect(next.current(task)).toEqual(shown);
      });
    });

    describe('refresh', () => {
      test('another process has shown something else: it is seen after a look', async () => {
        const one = await commit('k', { 'a.txt': 'one' });
        const other = subject.open();
        expect(other.current(task)).toEqual(one);
        const two = await commit('l', { 'a.txt': 'two' });
        other.refresh?.(task);
        expect(other.current(task)).toEqual(two);
        expect(other.isInPlace(two)).toBe(true);
        expect(other.isInPlace(one)).toBe(false);
        expect(other.find(two.key)).toEqual(two);
      });

      test('changes nothing where nothing happened', async () => {
        const entry = await commit('k', { 'a.txt': 'one' });
        store.refresh?.(task);
        expect([store.current(task), store.find(entry.key), store.isInPlace(entry)]).toEqual([entry, entry, true]);
      });
    });

    describe('fetch', () => {
      test('a key that nobody knows stays unknown', async () => {
        expect(await store.fetch?.(sha256Hex('k'))).toBeUndefined();
        expect(store.find(sha256Hex('k'))).toBeUndefined();
      });

      test('moves no outputs, and gives what `find` and `restore` then give', async () => {
        const entry = await commit('k', { 'model/MLmodel': 'm', log: 'l' }, ['model'], ['log']);
        const other = await subject.elsewhere?.();
        // A store on its own knows what it knows.
        if (other?.fetch === undefined) return expect(store.fetch).toBeUndefined();
        expect(other.find(entry.key)).toBeUndefined();
        expect(await other.fetch(entry.key)).toEqual(entry);
        expect(other.find(entry.key)).toEqual(entry);
        expect(other.current(task)).toBeUndefined();
        const fetched = other.find(entry.key) as ActionEntry;
        expect(other.isInPlace(fetched)).toBe(false);
        expect(await other.restore(fetched)).toBe(true);
        expect(other.isInPlace(fetched)).toBe(true);
        expect(other.current(task)).toEqual(entry);
      });
    });

    test('a missing output is an error, and nothing is kept of the result', async () => {
      const staging = stage({ 'a.txt': 'a' });
      await expect(store.commit(draft('k'), staging, ['a.txt', 'b.txt'], [])).rejects.toThrow('`train` ended without its output `b.txt`');
      expect(store.find(sha256Hex('k'))).toBeUndefined();
      expect(subject.fs.stat(`${staging}/a.txt`)?.kind).toBe('file');
    });

    test('an output outside its folder is refused', async () => {
      await expect(store.commit(draft('k'), stage({}), ['../a.txt'], [])).rejects.toThrow(
        'train declares the output ../a.txt, which is no path inside its folder',
      );
    });

    test('bytes are shared: equal files of two tasks restore from one copy', async () => {
      const one = await commit('k', { 'a.txt': 'same' });
      const other = await store.commit(draft('l', named('other')), stage({ 'b.txt': 'same' }), ['b.txt'], []);
      expect(one.outputs[0]?.digest).toBe(other.outputs[0]?.digest);
      subject.fs.remove(store.folder(task));
      expect(await store.restore(one)).toBe(true);
    });

    test('staging folders are empty, apart, and gone when discarded', () => {
      const [one, two] = [store.stage(task), subject.open().stage(task)];
      expect(one).not.toBe(two);
      expect(subject.fs.readFolder(one)).toEqual([]);
      store.discard(one);
      expect(subject.fs.stat(one)).toBeUndefined();
    });
  });
}
