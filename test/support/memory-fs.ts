/**
 * The FileSystem port in memory, with inodes, times of a clock that the test moves, a log of what
 * was read, and a hook before each call through which a test fails or stops any of them.
 */
import { sha256Hex } from '../../src/engine/digest.ts';
import type { FileStat, FileSystem } from '../../src/engine/ports.ts';

export interface FakeClock {
  now(): number;
  advance(ms: number): void;
}

export function fakeClock(startMs = 1_700_000_000_000): FakeClock {
  let time = startMs;
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}

/** Thrown by a hook in place of a process that is killed. A torn write leaves the first half. */
export class Crash extends Error {
  readonly isTorn: boolean;

  constructor(isTorn: boolean) {
    super('killed');
    this.isTorn = isTorn;
  }
}

interface Node {
  readonly kind: 'file' | 'folder' | 'link';
  readonly ino: bigint;
  bytes: Uint8Array;
  mode: number;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

export interface MemoryFileSystem extends FileSystem {
  /** Called before each operation that changes something. What it throws, the operation throws. */
  beforeWrite: ((operation: string, path: string) => void) | undefined;
  /** Every path whose content was read, in order. */
  readonly reads: string[];
  text(path: string): string;
  /** Overwrite in place: the inode stays, as with an editor that does not rename. */
  edit(path: string, text: string): void;
  link(path: string): void;
  /** Every file with its content, for comparison. */
  files(folder: string): Readonly<Record<string, string>>;
}

export function memoryFileSystem(clock: { now(): number }): MemoryFileSystem {
  const nodes = new Map<string, Node>();
  let lastIno = 0n;
  const nowNs = (): bigint => BigInt(clock.now()) * 1_000_000n;
  const parent = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  const make = (kind: Node['kind'], bytes: Uint8Array): Node => ({
    kind,
    ino: ++lastIno,
    bytes,
    mode: 0o644,
    mtimeNs: nowNs(),
    ctimeNs: nowNs(),
  });
  const needFile = (path: string, syscall: string): Node => {
    const node = nodes.get(path);
    if (node === undefined) throw systemError('ENOENT', syscall, path);
    if (node.kind !== 'file') throw systemError('EISDIR', syscall, path);
    return node;
  };
  const needParent = (path: string, syscall: string): void => {
    if (parent(path) !== '' && nodes.get(parent(path))?.kind !== 'folder') throw systemError('ENOENT', syscall, path);
  };
  const before = (operation: string, path: string): void => fs.beforeWrite?.(operation, path);
  const beforeContent = (operation: string, path: string, bytes: Uint8Array): void => {
    try {
      before(operation, path);
    } catch (error) {
      if (error instanceof Crash && error.isTorn) put(path, bytes.slice(0, bytes.length / 2));
      throw error;
    }
  };
  const below = (path: string): string[] => [...nodes.keys()].filter((name) => name.startsWith(`${path}/`));
  const put = (path: string, bytes: Uint8Array): void => {
    needParent(path, 'open');
    const node = nodes.get(path);
    if (node === undefined) nodes.set(path, make('file', bytes.slice()));
    else if (node.kind !== 'file') throw systemError('EISDIR', 'open', path);
    else Object.assign(node, { bytes: bytes.slice(), mtimeNs: nowNs(), ctimeNs: nowNs() });
  };
  const toStat = (node: Node): FileStat => ({
    kind: node.kind,
    sizeBytes: node.bytes.length,
    mode: node.mode,
    dev: 1n,
    ino: node.ino,
    mtimeNs: node.mtimeNs,
    ctimeNs: node.ctimeNs,
  });

  const fs: MemoryFileSystem = {
    beforeWrite: undefined,
    reads: [],
    stat(path) {
      const node = nodes.get(path);
      return node && toStat(node);
    },
    statTarget: (path) => fs.stat(path),
    readFile(path) {
      const node = needFile(path, 'open');
      fs.reads.push(path);
      return node.bytes.slice();
    },
    readRange: (path, offset, length) => fs.readFile(path).slice(offset, offset + length),
    readFolder(path) {
      return below(path)
        .filter((name) => parent(name) === path)
        .map((name) => name.slice(path.length + 1))
        .sort();
    },
    writeFile(path, bytes) {
      beforeContent('writeFile', path, bytes);
      put(path, bytes);
    },
    appendFile(path, bytes) {
      before('appendFile', path);
      put(path, Buffer.concat([nodes.get(path)?.bytes ?? new Uint8Array(), bytes]));
    },
    copyFile(from, to) {
      beforeContent('copyFile', to, needFile(from, 'copyfile').bytes);
      put(to, needFile(from, 'copyfile').bytes);
    },
    rename(from, to) {
      before('rename', to);
      const node = nodes.get(from);
      if (node === undefined) throw systemError('ENOENT', 'rename', from);
      needParent(to, 'rename');
      if (node.kind === 'file' && nodes.get(to)?.kind === 'folder') throw systemError('EISDIR', 'rename', to);
      if (node.kind === 'folder' && below(to).length > 0) throw systemError('ENOTEMPTY', 'rename', to);
      for (const name of [from, ...below(from)]) {
        nodes.set(to + name.slice(from.length), nodes.get(name) as Node);
        nodes.delete(name);
      }
      node.ctimeNs = nowNs();
    },
    makeFolder(path) {
      before('makeFolder', path);
      let folder = '';
      for (const part of path.split('/').slice(1)) {
        folder = `${folder}/${part}`;
        const node = nodes.get(folder);
        if (node === undefined) nodes.set(folder, make('folder', new Uint8Array()));
        else if (node.kind === 'file') throw systemError('EEXIST', 'mkdir', folder);
      }
    },
    remove(path) {
      before('remove', path);
      for (const name of [path, ...below(path)]) nodes.delete(name);
    },
    syncFile: (path) => before('syncFile', path),
    syncFolder: (path) => before('syncFolder', path),
    setMode(path, mode) {
      before('setMode', path);
      Object.assign(needFile(path, 'chmod'), { mode, ctimeNs: nowNs() });
    },
    setTime(path, timeMs) {
      before('setTime', path);
      Object.assign(needFile(path, 'utime'), { mtimeNs: BigInt(timeMs) * 1_000_000n, ctimeNs: nowNs() });
    },
    createFile(path, bytes) {
      before('createFile', path);
      if (nodes.has(path)) return false;
      put(path, bytes);
      return true;
    },
    async hashFile(path) {
      const node = needFile(path, 'open');
      fs.reads.push(path);
      return { digest: sha256Hex(node.bytes), stat: toStat(node) };
    },
    text: (path) => Buffer.from(needFile(path, 'open').bytes).toString(),
    edit: (path, text) => put(path, Buffer.from(text)),
    link(path) {
      nodes.set(path, make('link', new Uint8Array()));
    },
    files(folder) {
      const names = below(folder)
        .filter((name) => nodes.get(name)?.kind === 'file')
        .sort();
      return Object.fromEntries(names.map((name) => [name.slice(folder.length + 1), fs.text(name)]));
    },
  };
  return fs;
}

/** Looks like what Node throws. */
export function systemError(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
}
