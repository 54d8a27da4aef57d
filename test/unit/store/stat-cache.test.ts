import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { FileDigests } from '../../../src/engine/ports.ts';
import { openStatCache } from '../../../src/store/stat-cache.ts';
import { type FakeClock, fakeClock, type MemoryFileSystem, memoryFileSystem, systemError } from '../../support/memory-fs.ts';

let clock: FakeClock;
let fs: MemoryFileSystem;
const open = (): FileDigests => openStatCache({ file: '/w/store/stat-cache', fs, clock });
const hashes = (): number => fs.reads.filter((path) => path === '/w/a.csv').length;

beforeEach(() => {
  clock = fakeClock();
  fs = memoryFileSystem(clock);
  fs.makeFolder('/w');
  fs.edit('/w/a.csv', 'a,b');
});

/** Hash the file and remember it, at a moment when it is no longer young. */
async function remembered(): Promise<void> {
  clock.advance(10_000);
  const cache = open();
  await cache.digest('/w/a.csv');
  cache.save();
}

describe('the stat cache', () => {
  test('reads a file once, and the next command not at all', async () => {
    await remembered();
    const cache = open();
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('a,b'));
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('a,b'));
    expect(hashes()).toBe(1);
  });

  test('does not trust a file that changed within two seconds before it was hashed', async () => {
    clock.advance(1_999);
    const young = open();
    await young.digest('/w/a.csv');
    young.save();
    fs.edit('/w/a.csv', 'x,y');
    expect(await young.digest('/w/a.csv')).toBe(sha256Hex('x,y'));
    expect(await open().digest('/w/a.csv')).toBe(sha256Hex('x,y'));
  });

  test('sees an edit of the same size within one tick of the clock', async () => {
    const cache = open();
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('a,b'));
    fs.edit('/w/a.csv', 'x,y');
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('x,y'));
  });

  test('nor one whose time of modification was set back meanwhile: the change time is young', async () => {
    clock.advance(60_000);
    const past = clock.now() - 60_000;
    const editAsOf = (text: string): void => {
      fs.edit('/w/a.csv', text);
      fs.setTime('/w/a.csv', past);
    };
    editAsOf('a,c');
    const cache = open();
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('a,c'));
    editAsOf('x,y');
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('x,y'));
  });

  test('trusts a file that is two seconds old', async () => {
    clock.advance(2_000);
    const cache = open();
    await cache.digest('/w/a.csv');
    await cache.digest('/w/a.csv');
    expect(hashes()).toBe(1);
  });

  test('sees an edit of the same size whose time of modification was set back', async () => {
    await remembered();
    const before = Number((fs.stat('/w/a.csv')?.mtimeNs ?? 0n) / 1_000_000n);
    fs.edit('/w/a.csv', 'x,y');
    fs.setTime('/w/a.csv', before);
    expect(await open().digest('/w/a.csv')).toBe(sha256Hex('x,y'));
  });

  test('sees an edit after the clock was set back', async () => {
    await remembered();
    clock.advance(-3_600_000);
    fs.edit('/w/a.csv', 'x,y');
    expect(await open().digest('/w/a.csv')).toBe(sha256Hex('x,y'));
  });

  test('does not trust times that lie in the future', async () => {
    fs.setTime('/w/a.csv', clock.now() + 3_600_000);
    await remembered();
    await open().digest('/w/a.csv');
    expect(hashes()).toBe(2);
  });

  test('sees another file under the same name', async () => {
    await remembered();
    fs.edit('/w/b.csv', 'x,y');
    fs.setTime('/w/b.csv', Number((fs.stat('/w/a.csv')?.mtimeNs ?? 0n) / 1_000_000n));
    fs.rename('/w/b.csv', '/w/a.csv');
    expect(await open().digest('/w/a.csv')).toBe(sha256Hex('x,y'));
  });

  test('follows a file to another name: identity is not the path', async () => {
    await remembered();
    // Renaming changes the change time, so this costs a read; a folder above it does not.
    fs.makeFolder('/w/data');
    fs.rename('/w/a.csv', '/w/data/a.csv');
    expect(await open().digest('/w/data/a.csv')).toBe(sha256Hex('a,b'));
  });

  test('isUnchanged tells of any change since the digest was given out', async () => {
    const cache = open();
    expect(cache.isUnchanged('/w/a.csv')).toBe(false);
    await cache.digest('/w/a.csv');
    expect(cache.isUnchanged('/w/a.csv')).toBe(true);
    clock.advance(1);
    fs.edit('/w/a.csv', 'a,b');
    expect(cache.isUnchanged('/w/a.csv')).toBe(false);
    await cache.digest('/w/a.csv');
    fs.remove('/w/a.csv');
    expect(cache.isUnchanged('/w/a.csv')).toBe(false);
  });

  test('in doubt about the file system, every file is read, and what was read is still remembered', async () => {
    await remembered();
    const forge = (): void => {
      const before = fs.stat('/w/a.csv');
      fs.edit('/w/a.csv', 'x,y');
      fs.statTarget = () => before;
    };
    forge();
    expect(await open().digest('/w/a.csv')).toBe(sha256Hex('a,b'));
    const cache = openStatCache({ file: '/w/store/stat-cache', fs, clock, paranoid: true });
    expect(await cache.digest('/w/a.csv')).toBe(sha256Hex('x,y'));
    expect(hashes()).toBe(2);
    cache.save();
    expect(fs.files('/w/store')['stat-cache']).toBeDefined();
  });

  test('writes only when it learned something', async () => {
    await remembered();
    const written: string[] = [];
    fs.beforeWrite = (operation, path) => written.push(`${operation} ${path}`);
    const cache = open();
    await cache.digest('/w/a.csv');
    cache.save();
    expect(written).toEqual([]);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['cut', (bytes) => bytes.slice(0, -1)],
    ['cut in its head', (bytes) => bytes.slice(0, 20)],
    ['empty', () => new Uint8Array()],
    ['flipped in a digest', (bytes) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)],
    ['flipped in its checksum', (bytes) => bytes.with(10, (bytes[10] ?? 0) ^ 1)],
    ['of another format', (bytes) => bytes.with(7, 0)],
  ])('a memory that is %s costs a read, nothing else', async (_what, spoil) => {
    await remembered();
    fs.writeFile('/w/store/stat-cache', spoil(fs.readFile('/w/store/stat-cache')));
    expect(await open().digest('/w/a.csv')).toBe(sha256Hex('a,b'));
    expect(hashes()).toBe(2);
  });

  test('a disk that takes no writes does not fail the command', async () => {
    fs.beforeWrite = (_operation, path) => {
      throw systemError('EROFS', 'open', path);
    };
    clock.advance(10_000);
    const cache = open();
    await cache.digest('/w/a.csv');
    expect(() => cache.save()).not.toThrow();
  });

  test('a file that does not exist is an error of the system', async () => {
    await expect(open().digest('/w/none.csv')).rejects.toThrow("ENOENT: open '/w/none.csv'");
  });
});
