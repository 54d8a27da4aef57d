/**
 * Files to and from a remote, each byte checked against its digest on this side. A large file goes
 * as its chunks and their list, so a part that the other side holds is not sent again.
 */
import { sha256Hex } from '../../engine/digest.ts';
import type { FileSystem, OutputFile } from '../../engine/ports.ts';
import type { Digest } from '../../engine/task.ts';
import { CHUNK_BYTES, type ChunkList, decodeChunkList, digestOfChunkList, encodeChunkList } from '../chunk-list.ts';
import type { RemoteStore } from './remote-store.ts';
import type { SharedEntry } from './shared-entry.ts';

/** Bytes under a digest that are not there, or are others. */
export class BadBlobError extends Error {
  readonly digest: Digest;
  readonly isMissing: boolean;

  constructor(digest: Digest, isMissing: boolean) {
    super(`${isMissing ? 'no bytes' : 'wrong bytes'} under ${digest}`);
    this.name = 'BadBlobError';
    this.digest = digest;
    this.isMissing = isMissing;
  }
}

/** Write the file to `draft`. Throws `BadBlobError`. The whole file still has to be checked by its own digest. */
export async function download(
  remote: RemoteStore,
  fs: FileSystem,
  file: OutputFile,
  lists: SharedEntry['lists'],
  draft: string,
): Promise<void> {
  if (file.sizeBytes <= CHUNK_BYTES) {
    fs.writeFile(draft, await verifiedBlob(remote, file.digest));
    return;
  }
  const place = Object.hasOwn(lists, file.digest) ? lists[file.digest] : undefined;
  if (place === undefined) throw new BadBlobError(file.digest, true);
  const bytes = await verifiedBlob(remote, place);
  const list = decodeChunkList(bytes);
  if (list?.sizeBytes !== file.sizeBytes || digestOfChunkList(bytes) !== file.digest) throw new BadBlobError(place, false);
  fs.writeFile(draft, new Uint8Array());
  for (const chunk of list.chunks) fs.appendFile(draft, await verifiedBlob(remote, chunk));
}

async function verifiedBlob(remote: RemoteStore, digest: Digest): Promise<Uint8Array> {
  const bytes = await remote.getBlob(digest);
  if (bytes === undefined) throw new BadBlobError(digest, true);
  if (sha256Hex(bytes) !== digest) throw new BadBlobError(digest, false);
  return bytes;
}

export interface UploadOptions {
  readonly remote: RemoteStore;
  readonly fs: FileSystem;
  /** Digests whose bytes over there are known to be wrong. */
  readonly bad: ReadonlySet<Digest>;
  readonly onSent: (bytes: number) => void;
}

/** Send the file at `path`. Gives the place of its chunk list if it has one. Throws `BadBlobError` when it is not what it was. */
export async function upload(options: UploadOptions, file: OutputFile, path: string): Promise<Digest | undefined> {
  const { fs } = options;
  if (file.sizeBytes <= CHUNK_BYTES) {
    await send(options, file.digest, () => fs.readFile(path));
    return undefined;
  }
  const chunks: Digest[] = [];
  for (let offset = 0; offset < file.sizeBytes; offset += CHUNK_BYTES) {
    const bytes = fs.readRange(path, offset, CHUNK_BYTES);
    const digest = sha256Hex(bytes);
    await send(options, digest, () => bytes);
    chunks.push(digest);
  }
  const list: ChunkList = { sizeBytes: file.sizeBytes, chunks };
  const bytes = encodeChunkList(list);
  if (digestOfChunkList(bytes) !== file.digest) throw new BadBlobError(file.digest, false);
  const place = sha256Hex(bytes);
  await send(options, place, () => bytes);
  return place;
}

async function send({ remote, bad, onSent }: UploadOptions, digest: Digest, read: () => Uint8Array): Promise<void> {
  if (!bad.has(digest) && (await remote.hasBlob(digest))) return;
  const bytes = read();
  // A bit may have flipped here since it was stored; it must not spread.
  if (sha256Hex(bytes) !== digest) throw new BadBlobError(digest, false);
  await remote.putBlob(digest, bytes);
  onSent(bytes.length);
}
