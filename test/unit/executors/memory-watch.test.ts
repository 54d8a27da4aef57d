import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryWatch, residentBytes } from '../../../src/executors/memory-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('looks again and again, and tells once', () => {
  let held: number | undefined;
  let calls = 0;
  const watch = new MemoryWatch(
    { bytes: 3 << 20, everyMs: 100 },
    () => held,
    () => calls++,
  );
  // Nobody knows, or it is within the limit.
  vi.advanceTimersByTime(200);
  held = 3 << 20;
  vi.advanceTimersByTime(200);
  expect([calls, watch.failure('train')]).toEqual([0, undefined]);
  held = (3 << 20) + 1;
  vi.advanceTimersByTime(500);
  expect(calls).toBe(1);
  expect(watch.failure('train')?.message).toBe('the process of `train` held 4 MiB of memory; its limit is 3 MiB');
});

test('a watch that was stopped says nothing', () => {
  let calls = 0;
  new MemoryWatch(
    { bytes: 1, everyMs: 100 },
    () => 2,
    () => calls++,
  ).stop();
  vi.advanceTimersByTime(500);
  expect(calls).toBe(0);
});

test.runIf(process.platform === 'linux')('knows the memory of a living process and of no other', () => {
  const ours = process.memoryUsage.rss();
  expect(residentBytes(process.pid)).toBeGreaterThan(ours / 2);
  expect(residentBytes(process.pid)).toBeLessThan(ours * 2);
  expect(residentBytes(0x7fffffff)).toBeUndefined();
});
