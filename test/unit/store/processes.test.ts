import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { spaceOf, systemProcesses } from '../../../src/store/processes.ts';

const processes = systemProcesses();
const { self } = processes;

test('this process lives', () => {
  expect(self.pid).toBe(process.pid);
  expect(processes.lives(self)).toBe('yes');
  expect(processes.answers(process.pid)).toBe(true);
});

test('a process that ended does not', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(processes.lives({ ...self, pid })).toBe('no');
  expect(processes.answers(pid)).toBe(false);
});

test.runIf(process.platform === 'linux')('a number that was given out again does not pass for the earlier process', () => {
  expect(self.startTime).toMatch(/^\d+$/);
  expect(processes.lives({ ...self, startTime: '1' })).toBe('no');
});

test('a process of an earlier boot is dead; one of another host or container cannot be asked', () => {
  expect(processes.lives({ ...self, boot: 'earlier' })).toBe('no');
  expect(processes.lives({ ...self, boot: 'other', host: 'other' })).toBe('unknown');
  expect(processes.lives({ ...self, numbering: 'pid:[1]' })).toBe('unknown');
});

test('a space is the same for all processes of one numbering, and fits into a file name', () => {
  expect(spaceOf(self)).toMatch(/^[0-9a-f]{12}$/);
  expect(spaceOf({ ...self, pid: 1, startTime: '' })).toBe(spaceOf(self));
  expect(spaceOf({ ...self, numbering: 'other' })).not.toBe(spaceOf(self));
});
