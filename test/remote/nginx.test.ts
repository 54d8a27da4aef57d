/**
 * The shared cache behind a real nginx. Its WebDAV takes `If-None-Match: *` and ignores it, so
 * nothing may be written there; what was put there by other means is read like any other cache.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Hex } from '../../src/engine/digest.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { openFolderRemote } from '../../src/store/shared/folder-remote.ts';
import { openRemote } from '../../src/store/shared/open-remote.ts';
import { honoursConditionalCreate } from '../../src/store/shared/probe.ts';
import type { RemoteStore } from '../../src/store/shared/remote-store.ts';
import { fakeTask, named, usualWork } from '../support/fake-task.ts';
import { machine } from '../support/machines.ts';
import { memoryFileSystem } from '../support/memory-fs.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const clock = { now: Date.now };
const tasks = (depth = 1) => [
  fakeTask({ name: 'split', outputs: ['train.txt', 'test.txt'] }),
  fakeTask({ name: 'train', reads: ['split train.txt'], params: { depth } }),
  fakeTask({ name: 'eval', reads: ['train out.txt', 'split test.txt'] }),
];

let nginx: Nginx;
let rigs: RecipeRig[] = [];
beforeEach(async () => {
  nginx = await startNginx();
});
afterEach(async () => {
  for (const rig of rigs) rig.remove();
  rigs = [];
  await nginx.remove();
});

const remoteAt = (location: string): RemoteStore => openRemote({ location, root: '/', fs: memoryFileSystem(clock), clock });

/** Fill the folder that nginx serves, as a trusted machine does that reaches it as a folder. */
async function fill(): Promise<void> {
  const writer = machine(openFolderRemote({ folder: nginx.shared, fs: nodeFileSystem }), { mayWrite: true });
  expect((await writer.run(tasks())).summary.notWritten).toEqual([]);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

test('the probe finds out that a second conditional create replaces the first', async () => {
  const remote = remoteAt(nginx.davUrl);
  const key = sha256Hex('some key');
  expect(await remote.putEntry(key, Buffer.from('first'), { replace: false })).toBe('created');
  expect(await remote.putEntry(key, Buffer.from('second'), { replace: false })).toBe('created');
  expect(await remote.getEntry(key)).toEqual(Buffer.from('second'));
  expect(await honoursConditionalCreate(remote)).toBe(false);
  expect(await honoursConditionalCreate(remote)).toBe(false);
});

test('a writer writes no result, says so once, and its run is whole', async () => {
  const writer = machine(remoteAt(nginx.davUrl), { mayWrite: true });
  const { executed, summary } = await writer.run(tasks());
  expect(executed).toEqual(['split', 'train', 'eval']);
  expect(summary).toMatchObject({ written: [], notWritten: ['split', 'train', 'eval'], sentBytes: 0 });
  expect(writer.rig.warnings).toEqual([
    `the shared cache \`${nginx.davUrl}/\` ignores conditional requests (If-None-Match), so results could replace each other; nothing is written to it`,
  ]);
  expect(filesIn(nginx.folder)).toEqual([join(nginx.folder, 'ac', sha256Hex('mlrecipe conditional create'))]);
});

test('bytes and entries that are there are read; those that are not are none', async () => {
  await fill();
  const reader = machine(remoteAt(nginx.sharedUrl));
  expect(await reader.run(tasks())).toMatchObject({ executed: [], summary: { restored: ['split', 'train', 'eval'] } });
  expect((await reader.run(tasks(2))).executed).toEqual(['train', 'eval']);
  expect(reader.rig.warnings).toEqual([]);
});

test('a flipped byte is a miss: the step runs, and is told', async () => {
  await fill();
  const clean = machine(openFolderRemote({ folder: nginx.shared, fs: nodeFileSystem }));
  await clean.run(tasks());
  for (const file of filesIn(nginx.shared)) {
    const bytes = readFileSync(file);
    if (bytes.toString().startsWith('mlrecipe: shows')) continue;
    writeFileSync(file, bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1));
    const reader = machine(remoteAt(nginx.sharedUrl));
    expect((await reader.run(tasks())).executed.length).toBeGreaterThan(0);
    expect(reader.rig.shown()).toEqual(clean.rig.shown());
    expect(reader.rig.warnings.length).toBeGreaterThan(0);
    writeFileSync(file, bytes);
  }
});

test('killed in the middle of a run: the run goes on locally, and says so once', async () => {
  await fill();
  const reader = machine(remoteAt(nginx.sharedUrl));
  // `split` runs, and while it does the server goes; what was known of `train` and `eval` cannot be fetched any more.
  reader.rig.work.set('split', ({ task }, inputs) => {
    nginx.kill();
    return usualWork(task, inputs);
  });
  const { executed } = await reader.run(tasks(), { force: [named('split')] });
  expect(executed).toEqual(['split', 'train', 'eval']);
  expect(reader.rig.warnings).toHaveLength(1);
  expect(reader.rig.warnings[0]).toMatch(/^the shared cache `http:\/\/127\.0\.0\.1:\d+\/shared\/` is not used in this run: GET /);
});

test('the real command: reads through it, writes nothing to it, and runs without it', async () => {
  const project = { ...regressionProject(), 'profiles/team.yaml': `cache:\n  location: \${env:CACHE}\n` };
  const [one, two] = [new RecipeRig(project), new RecipeRig(project)];
  rigs = [one, two];
  const team = ['--profile', 'team'];
  await one.events([...team, '--set', 'cache.write=true'], { CACHE: nginx.shared });
  const before = filesIn(nginx.shared);

  const read = await two.events(team, { CACHE: nginx.sharedUrl });
  expect(read.finished).toMatchObject({ status: 'ok', executed: ['register'] });
  expect(read.finished.sharedCache?.restored).toEqual(['ingest', 'split', 'transform', 'train', 'evaluate']);

  two.edit('steps/numbers.json', '30', '31');
  const write = await two.events([...team, '--set', 'cache.write=true'], { CACHE: nginx.davUrl });
  expect(write.finished).toMatchObject({ status: 'ok', executed: ['train', 'evaluate', 'register'], sharedCache: { written: [] } });
  expect(write.finished.findings.filter(({ message }) => message.includes('ignores conditional requests'))).toHaveLength(1);
  expect(filesIn(nginx.shared)).toEqual(before);

  nginx.kill();
  two.edit('steps/numbers.json', '31', '32');
  const alone = await two.events(team, { CACHE: nginx.sharedUrl });
  expect(alone.finished).toMatchObject({ status: 'ok', executed: ['train', 'evaluate', 'register'] });
  expect(alone.finished.findings.filter(({ message }) => message.includes('is not used in this run'))).toHaveLength(1);
});
