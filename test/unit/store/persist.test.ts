import { expect, test } from 'vitest';
import { persist } from '../../../src/store/persist.ts';
import { systemError } from '../../support/memory-fs.ts';

/** Fails so many times, then works. */
function stubborn(times: number, code: string): () => string {
  let count = 0;
  return () => {
    if (count++ < times) throw systemError(code, 'rename', 'a');
    return 'done';
  };
}

test.each(['EPERM', 'EBUSY', 'EACCES'])('%s on Windows is tried again with growing pauses', (code) => {
  const pauses: number[] = [];
  const options = { platform: 'win32', pause: (ms: number) => void pauses.push(ms) } as const;
  expect(persist(stubborn(3, code), options)).toBe('done');
  expect(pauses).toEqual([5, 10, 20]);
  expect(() => persist(stubborn(100, code), options)).toThrow(code);
});

test('other errors, and other systems, fail at once', () => {
  const pause = (): void => expect.unreachable('it waited');
  expect(() => persist(stubborn(1, 'ENOENT'), { platform: 'win32', pause })).toThrow('ENOENT');
  expect(() => persist(stubborn(1, 'EPERM'), { platform: 'linux', pause })).toThrow('EPERM');
});

test('it really pauses', () => {
  expect(persist(stubborn(1, 'EBUSY'), { platform: 'win32' })).toBe('done');
});
