import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

test.runIf(process.platform === 'linux')('one that was killed and whose parent has not asked for its end does not live', () => {
  // A shell that starts a child and then only waits by doing something else.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise<void>((resolve, reject) => {
    parent.stdout.setEncoding('utf8').once('data', (text: string) => {
      try {
        const pid = Number(text);
        const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const startTime = line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
        expect(processes.lives({ ...self, pid, startTime })).toBe('yes');
        // Before that the shell would ask for the end of its child.
        waitFor(() => statLine(parent.pid ?? 0).includes('(sleep)'));
        process.kill(pid, 'SIGKILL');
        // Killed at once; nobody asks for its end.
        waitFor(() => /\) Z /.test(statLine(pid)));
        expect(processes.answers(pid)).toBe(true);
        expect(processes.lives({ ...self, pid, startTime })).toBe('no');
        resolve();
      } catch (error) {
        reject(error as Error);
      } finally {
        parent.kill('SIGKILL');
      }
    });
  });
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

/** Empty in the moment in which the process dies. */
function statLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}

function waitFor(isTrue: () => boolean): void {
  const end = Date.now() + 5_000;
  while (!isTrue()) if (Date.now() > end) throw new Error('what is waited for did not come');
}
