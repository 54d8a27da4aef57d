import { openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/engine/digest.ts';
import type { OutputFile } from '../../../../src/engine/ports.ts';
import type { Digest } from '../../../../src/engine/task.ts';
import { CHUNK_BYTES } from '../../../../src/store/chunk-list.ts';
import { nodeFileSystem as fs } from '../../../../src/store/node-file-system.ts';
import type { RemoteStore } from '../../../../src/store/shared/remote-store.ts';
import { BadBlobError, download, upload } from '../../../../src/store/shared/transfer.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

function remoteOf(blobs: Map<Digest, Uint8Array>): RemoteStore {
  return {
    name: 'memory',
    getEntry: async () => undefined,
    putEntry: async () => 'created',
    hasBlob: async (digest) => blobs.has(digest),
    getBlob: async (digest) => blobs.get(digest),
    putBlob: async (digest, bytes) => void blobs.set(digest, bytes.slice()),
  };
}

test('a file above 64 MiB goes in chunks, comes back the same, and only changed chunks go again', async () => {
  const folder = tempFolder();
  const blobs = new Map<Digest, Uint8Array>();
  const remote = remoteOf(blobs);
  const sent: number[] = [];
  const options = { remote, fs, bad: new Set<Digest>(), onSent: (bytes: number) => void sent.push(bytes) };
  const measure = async (): Promise<OutputFile> => {
    const { digest, stat } = await fs.hashFile(`${folder}/large`);
    return { path: 'large', digest, sizeBytes: stat.sizeBytes };
  };
  writeFileSync(`${folder}/large`, 'begin');
  truncateSync(`${folder}/large`, CHUNK_BYTES + 5);
  const file = await measure();
  const list = await upload(options, file, `${folder}/large`);
  if (list === undefined) throw new Error('it has a list');
  expect(sent.slice(0, 2)).toEqual([CHUNK_BYTES, 5]);
  await download(remote, fs, file, { [file.digest]: list }, `${folder}/copy`);
  expect((await fs.hashFile(`${folder}/copy`)).digest).toBe(file.digest);

  const descriptor = openSync(`${folder}/large`, 'r+');
  writeSync(descriptor, Buffer.from('ended'), 0, 5, CHUNK_BYTES);
  sent.length = 0;
  await upload(options, await measure(), `${folder}/large`);
  expect(sent[0]).toBe(5);
  expect(sent).toHaveLength(2);

  // A list that describes another file, under a digest that is right for its bytes.
  await expect(download(remote, fs, await measure(), { [(await measure()).digest]: list }, `${folder}/copy`)).rejects.toThrow(BadBlobError);
  await expect(download(remote, fs, file, {}, `${folder}/copy`)).rejects.toThrow(`no bytes under ${file.digest}`);
});

test('bytes that changed here since they were stored are not sent', async () => {
  const path = `${tempFolder()}/a`;
  writeFileSync(path, 'flipped');
  const blobs = new Map<Digest, Uint8Array>();
  const file = { path: 'a', digest: sha256Hex('as it was'), sizeBytes: 7 };
  const work = upload({ remote: remoteOf(blobs), fs, bad: new Set(), onSent: () => {} }, file, path);
  await expect(work).rejects.toThrow(`wrong bytes under ${file.digest}`);
  expect(blobs.size).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('flipped');
});
