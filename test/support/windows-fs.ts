/**
 * The file system in memory under the rules of Windows: both slashes, names that differ in case are
 * one, reserved names and characters are refused, a read-only file is neither replaced nor removed.
 */
import type { FileSystem } from '../../src/engine/ports.ts';
import { type MemoryFileSystem, systemError } from './memory-fs.ts';

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Wraps a memory file system; `C:\w\a` is `/c/w/a` inside. Every path is checked. */
export function windowsFileSystem(memory: MemoryFileSystem): FileSystem {
  const inside = (path: string): string => {
    const match = /^([a-z]):[\\/](.*)$/i.exec(path);
    if (match === null) throw new Error(`not an absolute path on Windows: ${path}`);
    const parts = (match[2] ?? '').split(/[\\/]/);
    for (const part of parts) {
      if (part === '' || part === '..' || /[. ]$|[<>:"|?*]/.test(part) || RESERVED.test(part)) throw systemError('EINVAL', 'open', path);
    }
    // Case is kept for new names and ignored for known ones.
    let known = `/${(match[1] ?? '').toLowerCase()}`;
    for (const part of parts) {
      const names = memory.readFolder(known);
      known = `${known}/${names.find((name) => name.toLowerCase() === part.toLowerCase()) ?? part}`;
    }
    return known;
  };
  const needWritable = (path: string, syscall: string): void => {
    const stat = memory.stat(path);
    if (stat?.kind === 'file' && (stat.mode & 0o200) === 0) throw systemError('EPERM', syscall, path);
  };
  return {
    stat: (path) => memory.stat(inside(path)),
    statTarget: (path) => memory.statTarget(inside(path)),
    readFile: (path) => memory.readFile(inside(path)),
    readRange: (path, offset, length) => memory.readRange(inside(path), offset, length),
    readFolder: (path) => memory.readFolder(inside(path)),
    writeFile(path, bytes) {
      needWritable(inside(path), 'open');
      memory.writeFile(inside(path), bytes);
    },
    appendFile: (path, bytes) => memory.appendFile(inside(path), bytes),
    copyFile(from, to) {
      needWritable(inside(to), 'copyfile');
      const mode = memory.stat(inside(from))?.mode ?? 0o644;
      const time = Number((memory.stat(inside(from))?.mtimeNs ?? 0n) / 1_000_000n);
      memory.copyFile(inside(from), inside(to));
      // Windows copies both.
      memory.setMode(inside(to), mode);
      memory.setTime(inside(to), time);
    },
    rename(from, to) {
      needWritable(inside(to), 'rename');
      if (memory.stat(inside(to))?.kind === 'folder') throw systemError('EPERM', 'rename', to);
      memory.rename(inside(from), inside(to));
    },
    makeFolder: (path) => memory.makeFolder(inside(path)),
    // The real one clears the attribute first.
    remove: (path) => memory.remove(inside(path)),
    syncFile: (path) => memory.syncFile(inside(path)),
    syncFolder: (path) => memory.syncFolder(inside(path)),
    setMode: (path, mode) => memory.setMode(inside(path), mode),
    setTime: (path, timeMs) => memory.setTime(inside(path), timeMs),
    createFile: (path, bytes) => memory.createFile(inside(path), bytes),
    hashFile: (path) => memory.hashFile(inside(path)),
  };
}
