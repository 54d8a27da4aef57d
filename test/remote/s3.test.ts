/**
 * The shared cache against an S3 server that is not ours: moto, by `MOTO_PYTHON`, a Python that has
 * `moto[server]`. Requests are signed as for Amazon's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '../../src/engine/digest.ts';
import { openRemote } from '../../src/store/shared/open-remote.ts';
import { honoursConditionalCreate } from '../../src/store/shared/probe.ts';
import type { RemoteStore } from '../../src/store/shared/remote-store.ts';
import { fakeTask } from '../support/fake-task.ts';
import { freePort } from '../support/free-port.ts';
import { machine } from '../support/machines.ts';
import { memoryFileSystem } from '../support/memory-fs.ts';

const clock = { now: Date.now };
const credentials = { kind: 'aws', accessKeyId: 'testing', secretAccessKey: 'testing' } as const;
let server: ChildProcess | undefined;
let endpoint: string;

beforeAll(async () => {
  const python = process.env['MOTO_PYTHON'];
  if (python === undefined) throw new Error('set MOTO_PYTHON to a Python that has `moto[server]`: python -m pip install "moto[server]"');
  const port = await freePort();
  endpoint = `http://127.0.0.1:${port}`;
  server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const listen = (part: Buffer): void => {
      said += part.toString();
      if (said.includes('Running on')) resolve();
    };
    server?.stdout?.on('data', listen);
    server?.stderr?.on('data', listen);
    server?.on('error', reject);
    server?.on('exit', (code) => reject(new Error(`moto ended with ${code}:\n${said}`)));
  });
});
afterAll(() => void server?.kill());

async function bucket(name: string): Promise<RemoteStore> {
  const response = await fetch(`${endpoint}/${name}`, { method: 'PUT' });
  expect(response.status).toBe(200);
  return openRemote({ location: `s3://${name}/team/recipes`, root: '/', credentials, endpoint, fs: memoryFileSystem(clock), clock });
}

test('blobs and entries: there and back, the first writer wins, and the probe says so', async () => {
  const remote = await bucket('contract');
  const bytes = Buffer.from('some bytes');
  const digest = sha256Hex(bytes);
  expect([await remote.hasBlob(digest), await remote.getBlob(digest)]).toEqual([false, undefined]);
  await remote.putBlob(digest, bytes);
  expect([await remote.hasBlob(digest), await remote.getBlob(digest)]).toEqual([true, bytes]);
  expect(await remote.getEntry(digest)).toBeUndefined();
  expect(await remote.putEntry(digest, Buffer.from('first'), { replace: false })).toBe('created');
  expect(await remote.putEntry(digest, Buffer.from('second'), { replace: false })).toBe('exists');
  expect(await remote.getEntry(digest)).toEqual(Buffer.from('first'));
  expect(await remote.putEntry(digest, Buffer.from('third'), { replace: true })).toBe('created');
  expect(await remote.getEntry(digest)).toEqual(Buffer.from('third'));
  expect(await honoursConditionalCreate(remote)).toBe(true);
  expect(await honoursConditionalCreate(remote)).toBe(true);
});

test('what one machine wrote, another does not make again', async () => {
  const remote = await bucket('two-machines');
  const tasks = [fakeTask({ name: 'split' }), fakeTask({ name: 'train', reads: ['split out.txt'] })];
  const writer = machine(remote, { mayWrite: true });
  expect((await writer.run(tasks)).summary).toMatchObject({ written: ['split', 'train'], notWritten: [] });
  const reader = machine(remote);
  expect(await reader.run(tasks)).toMatchObject({ executed: [], summary: { restored: ['split', 'train'] } });
  expect(reader.rig.shown()).toEqual(writer.rig.shown());
  expect([...writer.rig.warnings, ...reader.rig.warnings]).toEqual([]);
});

test('a bucket that is not there: the run goes on, and says so once', async () => {
  const remote = openRemote({ location: 's3://nowhere', root: '/', credentials, endpoint, fs: memoryFileSystem(clock), clock });
  const writer = machine(remote, { mayWrite: true });
  const { executed, summary } = await writer.run([fakeTask({ name: 'split' }), fakeTask({ name: 'train' })]);
  expect(executed).toEqual(['split', 'train']);
  expect(summary.notWritten).toEqual(['split', 'train']);
  expect(writer.rig.warnings).toEqual([
    `the result of \`split\` was not written to the shared cache \`${endpoint}/nowhere/\`: PUT ${endpoint}/nowhere/ac/${sha256Hex('mlrecipe conditional create')}: the server answered 404`,
  ]);
});
