import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { ActionEntry } from '../../../src/engine/ports.ts';
import type { LayeredStore } from '../../../src/store/layered-store.ts';
import { openHttpRemote } from '../../../src/store/shared/http-remote.ts';
import type { RemoteStore } from '../../../src/store/shared/remote-store.ts';
import { storeContract } from '../../contracts/store.ts';
import { type CacheServer, type Fault, startCacheServer } from '../../support/cache-server.ts';
import { fakeTask, named } from '../../support/fake-task.ts';
import { machine, type SharedFolder, sharedFolder } from '../../support/machines.ts';
import { Crash, systemError } from '../../support/memory-fs.ts';

storeContract('the layered store', () => {
  const { remote } = sharedFolder();
  const { rig, store } = machine(remote, { mayWrite: true });
  const opened: LayeredStore[] = [];
  return {
    fs: rig.fs,
    mayHoldMore: true,
    open() {
      const layered = store();
      opened.push(layered);
      return layered;
    },
    async elsewhere() {
      for (const layered of opened) await layered.finish();
      return machine(remote).store();
    },
  };
});

const tasks = (depth = 1) => [
  fakeTask({ name: 'split', outputs: ['train.txt', 'test.txt'] }),
  fakeTask({ name: 'train', reads: ['split train.txt'], params: { depth } }),
  fakeTask({ name: 'eval', reads: ['train out.txt', 'split test.txt'] }),
];

let shared: SharedFolder;
beforeEach(() => {
  shared = sharedFolder();
});
const pathsOf = (part: string): readonly string[] => Object.keys(shared.fs.files('/shared')).filter((path) => path.startsWith(part));

describe('two machines', () => {
  test('what one made the other does not make again; its workspace is the same, and the next run is local', async () => {
    const writer = machine(shared.remote, { mayWrite: true });
    expect((await writer.run(tasks())).summary).toMatchObject({ written: ['split', 'train', 'eval'], notWritten: [], restored: [] });
    const reader = machine(shared.remote);
    const { executed, summary } = await reader.run(tasks());
    expect(executed).toEqual([]);
    expect(summary).toMatchObject({ restored: ['split', 'train', 'eval'], written: [] });
    expect(reader.rig.shown()).toEqual(writer.rig.shown());
    shared.fs.remove('/shared');
    expect((await reader.rig.plan(tasks())).tasks.map((task) => task.state)).toEqual(['fresh', 'fresh', 'fresh']);
    expect([...writer.rig.warnings, ...reader.rig.warnings]).toEqual([]);
  });

  test('a plan moves no outputs and writes nothing', async () => {
    await machine(shared.remote, { mayWrite: true }).run(tasks());
    const { rig, store } = machine(shared.remote);
    const layered = store();
    shared.fs.reads.length = 0;
    const plan = await rig.plan(tasks(), { store: layered });
    expect(plan.tasks.map((task) => task.state)).toEqual(['restore', 'restore', 'restore']);
    // Entries are small and say what there is; the bytes stay where they are.
    expect(shared.fs.reads.length).toBe(3);
    for (const path of shared.fs.reads) expect(path).toMatch(/^\/shared\/ac\//);
    expect(Object.keys(rig.fs.files('/w/.recipe'))).toEqual([]);
  });

  test('a step behind a restored one runs on it, and its result is stored', async () => {
    await machine(shared.remote, { mayWrite: true }).run(tasks(1));
    const other = machine(shared.remote, { mayWrite: true });
    const { executed, summary } = await other.run(tasks(2));
    expect(executed).toEqual(['train', 'eval']);
    expect(summary).toMatchObject({ restored: ['split'], written: ['train', 'eval'] });
  });

  test('with the right to read, nothing is written', async () => {
    shared.fs.beforeWrite = (operation, path) => {
      throw new Error(`it wrote: ${operation} ${path}`);
    };
    const { summary } = await machine(shared.remote).run(tasks());
    expect(summary).toMatchObject({ written: [], notWritten: [], sentBytes: 0 });
  });

  test('all bytes are written before the entry that names them', async () => {
    const order: string[] = [];
    shared.fs.beforeWrite = (operation, path) => {
      if (operation === 'createFile' || operation === 'rename') order.push(path.split('/')[2] ?? '');
    };
    await machine(shared.remote, { mayWrite: true }).run([fakeTask({ name: 'split', outputs: ['train.txt', 'test.txt'] })]);
    // The probe first, which is refused the second time.
    expect(order).toEqual(['ac', 'ac', 'cas', 'cas', 'cas', 'ac']);
  });

  test('bytes that are there are not sent again', async () => {
    await machine(shared.remote, { mayWrite: true }).run(tasks());
    for (const path of pathsOf('ac/')) shared.fs.remove(`/shared/${path}`);
    const { summary } = await machine(shared.remote, { mayWrite: true }).run(tasks());
    expect(summary).toMatchObject({ written: ['split', 'train', 'eval'], sentBytes: 0 });
  });

  test('the first result of a key stands, and the second is told to be another', async () => {
    const [one, two] = [machine(shared.remote, { mayWrite: true }), machine(shared.remote, { mayWrite: true })];
    two.rig.work.set('split', () => ({ 'train.txt': 'by chance', 'test.txt': 'other' }));
    const [first, second] = [one.store(), two.store()];
    const only = [fakeTask({ name: 'split', outputs: ['train.txt', 'test.txt'] })];
    await one.rig.run(only, { store: first });
    await two.rig.run(only, { store: second });
    expect(await first.finish()).toMatchObject({ nondeterministic: [] });
    expect(await second.finish()).toMatchObject({ written: ['split'], nondeterministic: ['split'] });
    const third = machine(shared.remote);
    await third.run(only);
    expect(third.rig.shown()).toEqual(one.rig.shown());
  });

  test('what a person accepted here is not offered to others', async () => {
    const writer = machine(shared.remote, { mayWrite: true });
    await writer.run(tasks());
    const store = writer.store();
    const shown = store.current(named('train')) as ActionEntry;
    const { task, fields, result, startedAt, durationMs } = shown;
    const key = sha256Hex('accepted');
    await store.adopt({ key, task, fields, result, startedAt, durationMs, acceptedByHand: true }, shown);
    expect((await store.finish()).written).toEqual([]);
    expect(store.find(key)).toMatchObject({ acceptedByHand: true });
    expect(await machine(shared.remote).store().fetch(key)).toBeUndefined();
  });

  test.each([false, true])('a writer that dies at any change of the shared folder (torn: %s) leaves nothing wrong', async (isTorn) => {
    const clean = machine(sharedFolder().remote);
    await clean.run(tasks());
    let deaths = 0;
    for (let at = 1; ; at++) {
      shared = sharedFolder();
      let count = 0;
      shared.fs.beforeWrite = () => {
        // What is dead does nothing more.
        if (++count >= at) throw new Crash(isTorn && count === at);
      };
      await machine(shared.remote, { mayWrite: true }).run(tasks());
      shared.fs.beforeWrite = undefined;
      if (count < at) break;
      deaths++;
      for (const mayWrite of [false, true, false]) {
        const next = machine(shared.remote, { mayWrite });
        await next.run(tasks());
        expect(next.rig.shown()).toEqual(clean.rig.shown());
        expect(next.rig.warnings).toEqual([]);
      }
      // The writer after it has put right what was missing.
      expect((await machine(shared.remote).run(tasks())).executed).toEqual([]);
    }
    expect(deaths).toBeGreaterThan(20);
  });

  test('entries that were not signed with the secret are not taken', async () => {
    await machine(shared.remote, { mayWrite: true }).run(tasks());
    const trusting = machine(shared.remote, { mayWrite: true, secret: 'ours' });
    expect((await trusting.run(tasks())).executed).toEqual(['split', 'train', 'eval']);
    expect(trusting.rig.warnings[0]).toMatch(/^the entry [0-9a-f]{12} of the shared cache `\/shared` cannot be trusted; it is not used$/);
    // Its own take the place of the untrusted ones.
    expect((await machine(shared.remote, { secret: 'ours' }).run(tasks())).executed).toEqual([]);
  });
});

describe('a damaged shared cache', () => {
  beforeEach(async () => {
    await machine(shared.remote, { mayWrite: true }).run(tasks());
  });

  test('every file, flipped, cut or removed: nothing wrong is restored, and a writer makes it whole again', async () => {
    const clean = machine(shared.remote);
    await clean.run(tasks());
    const spoil: readonly ((path: string, bytes: Uint8Array) => void)[] = [
      (path, bytes) => shared.fs.writeFile(path, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1)),
      (path, bytes) => shared.fs.writeFile(path, bytes.slice(0, -1)),
      (path) => shared.fs.remove(path),
    ];
    for (const file of [...pathsOf('ac/'), ...pathsOf('cas/')]) {
      if (shared.fs.text(`/shared/${file}`).startsWith('mlrecipe: shows')) continue;
      for (const act of spoil) {
        act(`/shared/${file}`, shared.fs.readFile(`/shared/${file}`));
        const healer = machine(shared.remote, { mayWrite: true });
        await healer.run(tasks());
        expect(healer.rig.shown()).toEqual(clean.rig.shown());
        const reader = machine(shared.remote);
        expect((await reader.run(tasks())).executed).toEqual([]);
        expect(reader.rig.warnings).toEqual([]);
        expect(reader.rig.shown()).toEqual(clean.rig.shown());
      }
    }
  });

  test('wrong bytes are told', async () => {
    for (const path of pathsOf('cas/')) shared.fs.edit(`/shared/${path}`, 'wrong');
    const reader = machine(shared.remote);
    expect((await reader.run(tasks())).executed).toEqual(['split', 'train', 'eval']);
    expect(reader.rig.warnings[0]).toBe('the shared cache `/shared` has wrong bytes of `split`; the step will run');
  });
});

describe('a shared cache that cannot be used', () => {
  const failing = (error: () => Error): RemoteStore => ({
    ...shared.remote,
    getEntry: () => Promise.reject(error()),
  });

  test('the run goes on locally, and says so once', async () => {
    const broken = shared.fs.readFile;
    shared.fs.readFile = (path) => {
      if (path.startsWith('/shared/')) throw systemError('EACCES', 'open', path);
      return broken(path);
    };
    const reader = machine(shared.remote);
    expect((await reader.run(tasks())).executed).toEqual(['split', 'train', 'eval']);
    expect(reader.rig.warnings).toHaveLength(1);
    expect(reader.rig.warnings[0]).toMatch(/^the shared cache `\/shared` is not used in this run: EACCES: open '\/shared\/ac\//);
  });

  test('a bug of ours is no matter of the remote', async () => {
    const reader = machine(failing(() => new TypeError('a bug')));
    await expect(reader.run(tasks())).rejects.toThrow('a bug');
  });

  test.each(['ENOSPC', 'EACCES', 'EROFS'])('%s when writing: told once, counted, and the results are kept here', async (code) => {
    shared.fs.beforeWrite = (operation, path) => {
      throw systemError(code, operation, path);
    };
    const writer = machine(shared.remote, { mayWrite: true });
    const { summary } = await writer.run(tasks());
    expect(summary).toMatchObject({ written: [], notWritten: ['split', 'train', 'eval'] });
    expect(writer.rig.warnings).toHaveLength(1);
    expect(writer.rig.warnings[0]).toMatch(
      new RegExp(`^the result of \`split\` was not written to the shared cache \`/shared\`: ${code}: makeFolder `),
    );
    shared.fs.beforeWrite = undefined;
    expect((await writer.run(tasks())).executed).toEqual([]);
  });

  test('one that ignores conditional requests is not written to', async () => {
    const written: string[] = [];
    const remote: RemoteStore = {
      ...shared.remote,
      putEntry: async () => 'created',
      putBlob: async (digest) => void written.push(digest),
    };
    const writer = machine(remote, { mayWrite: true });
    const { summary } = await writer.run(tasks());
    expect(summary).toMatchObject({ written: [], notWritten: ['split', 'train', 'eval'] });
    expect(written).toEqual([]);
    expect(writer.rig.warnings).toEqual([
      'the shared cache `/shared` ignores conditional requests (If-None-Match), so results could replace each other; nothing is written to it',
    ]);
  });
});

describe('an HTTP server that misbehaves', () => {
  let server: CacheServer;
  const remote = (): RemoteStore =>
    openHttpRemote({
      url: server.url,
      sleep: async () => {},
      // Right after the request has gone out: only a silent server is still waited for then.
      startTimer(_ms, onTimeout) {
        if (server.fault('GET', '') !== 'silent') return () => {};
        const timer = setTimeout(onTimeout, 5);
        return () => clearTimeout(timer);
      },
    });
  beforeEach(async () => {
    server = await startCacheServer();
  });

  test.each<Fault>(['missing', 'broken', 'silent', 'reset', 'truncated', 'flipped', 'wrong-key', 'redirect'])(
    '%s: the run succeeds, and nothing wrong is restored',
    async (fault) => {
      const writer = machine(remote(), { mayWrite: true });
      await writer.run(tasks());
      for (const part of ['/ac/', '/cas/', '']) {
        server.fault = (_method, path) => (path.startsWith(part) || path === '' ? fault : undefined);
        const reader = machine(remote());
        await reader.run(tasks());
        expect(reader.rig.shown()).toEqual(writer.rig.shown());
        expect(reader.rig.warnings.length).toBeLessThanOrEqual(3);
      }
      server.fault = () => undefined;
      expect((await machine(remote()).run(tasks())).executed).toEqual([]);
    },
  );
});
