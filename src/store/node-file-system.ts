/**
 * The FileSystem port over `node:fs`. Calls are synchronous where one call is short: a stat costs
 * microseconds this way and several times that through a promise. Only hashing is asynchronous.
 */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { FileDigest, FileStat, FileSystem } from '../engine/ports.ts';
import type { Digest } from '../engine/task.ts';
import { persist } from './persist.ts';
import { isSameStat } from './stat-record.ts';
import { hasCode } from './system-error.ts';

const read = promisify(fs.read);

/** Large enough that the cost of a call vanishes, small enough to stay in the cache of a processor. */
const CHUNK_BYTES = 1 << 20;
/** Files above this are hashed in threads; below, starting one takes as long as hashing. */
const THREAD_BYTES = 32 << 20;
/** How often a file that changes while it is read is tried again. */
const HASH_ATTEMPTS = 3;

export const nodeFileSystem: FileSystem = {
  stat(path) {
    const stat = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && toFileStat(stat);
  },
  statTarget(path) {
    const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && toFileStat(stat);
  },
  readFile: (path) => fs.readFileSync(path),
  readRange(path, offset, length) {
    const descriptor = fs.openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, fs.fstatSync(descriptor).size - offset)));
      return buffer.subarray(0, readFully(descriptor, buffer, offset));
    } finally {
      fs.closeSync(descriptor);
    }
  },
  readFolder(path) {
    try {
      return fs.readdirSync(path).sort();
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  },
  writeFile(path, bytes, options) {
    fs.writeFileSync(path, bytes, { flush: options?.durable === true });
  },
  appendFile: (path, bytes) => fs.appendFileSync(path, bytes),
  copyFile(from, to, options) {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
    if (options?.durable === true) {
      // The copy has the mode of its source, which may be read-only; the flush needs a writable descriptor on some systems.
      fs.chmodSync(to, 0o644);
      flush(to, 'r+');
    }
  },
  rename: (from, to) => persist(() => fs.renameSync(from, to)),
  makeFolder,
  remove: (path) => persist(() => remove(path)),
  syncFile: (path) => flush(path, 'r+'),
  syncFolder(path) {
    // Windows has no descriptors of folders.
    if (process.platform !== 'win32') flush(path, 'r');
  },
  setMode: (path, mode) => fs.chmodSync(path, mode),
  setTime: (path, timeMs) => fs.utimesSync(path, timeMs / 1000, timeMs / 1000),
  createFile,
  hashFile,
};

/** With all folders above it. */
function makeFolder(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true });
  } catch (error) {
    // What Node says of a disk that may not be written. One folder at a time it gives the true cause.
    if (!hasCode(error, 'ENOENT') || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    fs.mkdirSync(path);
  }
}

function remove(path: string): void {
  try {
    fs.rmSync(path, { recursive: true, force: true });
  } catch (error) {
    // Windows removes no read-only file, such as a blob.
    if (!hasCode(error, 'EPERM', 'EACCES') || !fs.lstatSync(path, { throwIfNoEntry: false })?.isFile()) throw error;
    fs.chmodSync(path, 0o644);
    fs.rmSync(path, { force: true });
  }
}

/** A link to a complete file, so that nobody ever sees it half written. */
function createFile(path: string, bytes: Uint8Array): boolean {
  // Not the process number: two containers that share the folder may have the same.
  const draft = `${path}.${randomUUID()}.tmp`;
  fs.writeFileSync(draft, bytes);
  try {
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    return createWithoutLink(path, bytes);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Some file systems have no hard links (exFAT, some network shares). */
function createWithoutLink(path: string, bytes: Uint8Array): boolean {
  try {
    fs.writeFileSync(path, bytes, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** One descriptor for stat and content: a path may name another file a moment later. */
async function hashFile(path: string): Promise<FileDigest> {
  const descriptor = fs.openSync(path, 'r');
  try {
    for (let attempt = 0; attempt < HASH_ATTEMPTS; attempt++) {
      const before = toFileStat(fs.fstatSync(descriptor, { bigint: true }));
      const digest = await hashDescriptor(descriptor, before.sizeBytes);
      const after = toFileStat(fs.fstatSync(descriptor, { bigint: true }));
      if (isSameStat(before, after)) return { digest, stat: after };
    }
  } finally {
    fs.closeSync(descriptor);
  }
  throw Object.assign(new Error(`EBUSY: the file keeps changing while it is read, hash '${path}'`), {
    code: 'EBUSY',
    syscall: 'hash',
    path,
  });
}

async function hashDescriptor(descriptor: number, sizeBytes: number): Promise<Digest> {
  if (sizeBytes > THREAD_BYTES) {
    // Loaded for the first large file: a run that changes nothing reads none.
    const { hashLarge } = await import('./hash-large.ts');
    return hashLarge(descriptor, sizeBytes);
  }
  const hash = createHash('sha256');
  if (sizeBytes <= CHUNK_BYTES) {
    const buffer = Buffer.allocUnsafe(sizeBytes + 1);
    const count = readFully(descriptor, buffer);
    return hash.update(buffer.subarray(0, count)).digest('hex') as Digest;
  }
  // Two buffers: the next chunk is read while this one is hashed.
  let [current, next] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
  let position = 0;
  let pending = read(descriptor, current, 0, CHUNK_BYTES, position);
  for (;;) {
    const { bytesRead } = await pending;
    if (bytesRead === 0) return hash.digest('hex') as Digest;
    position += bytesRead;
    pending = read(descriptor, next, 0, CHUNK_BYTES, position);
    hash.update(current.subarray(0, bytesRead));
    [current, next] = [next, current];
  }
}

function readFully(descriptor: number, buffer: Buffer, offset = 0): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = fs.readSync(descriptor, buffer, filled, buffer.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function flush(path: string, flag: 'r' | 'r+'): void {
  const descriptor = fs.openSync(path, flag);
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function toFileStat(stat: fs.BigIntStats): FileStat {
  return {
    kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other',
    sizeBytes: Number(stat.size),
    mode: Number(stat.mode & 0o777n),
    dev: stat.dev,
    ino: stat.ino,
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
  };
}
