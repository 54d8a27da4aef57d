import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastExecution } from '../../../src/app/last-execution.ts';
import { projectPaths } from '../../../src/app/paths.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mlrecipe test '));
  mkdirSync(join(root, '.recipe/logs/failed'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const log = (name: string, lines: readonly unknown[], more = ''): void =>
  writeFileSync(join(root, '.recipe/logs', name), `${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}${more}`);

const started = { type: 'run-started', time: '2026-01-02T03:04:05.000Z', profile: 'local', runId: null };
const finished = {
  type: 'run-finished',
  runId: 'r2',
  status: 'rejected',
  exitCode: 3,
  verdict: 'REJECTED',
  durationMs: 7,
  executed: ['train'],
};
const told = {
  startedAt: started.time,
  profile: 'local',
  status: 'rejected',
  exitCode: 3,
  verdict: 'REJECTED',
  durationMs: 7,
  executed: ['train'],
  runId: 'r2',
};

test('there is none', () => {
  expect(lastExecution(projectPaths(root))).toBeUndefined();
  expect(lastExecution(projectPaths(join(root, 'elsewhere')))).toBeUndefined();
});

test('the newest, whose middle is not read: multi-byte text cut anywhere does no harm', () => {
  log('2026-01-01.ndjson', [started, { ...finished, runId: 'r1' }]);
  const talk = Array.from({ length: 9001 }, (_, line) => ({ type: 'step-log', line: `${'é'.repeat(line % 7)}✓ ${line}` }));
  log('2026-01-02.ndjson', [started, ...talk, finished]);
  expect(lastExecution(projectPaths(root))).toEqual(told);
});

test('a killed one knows what its last whole line knew, and one without a whole line says nothing', () => {
  log('2026-01-01.ndjson', [started, { type: 'step-log', line: 'x', runId: 'r9' }], '{"type":"run-fin');
  const killed = { ...told, status: 'unfinished', exitCode: null, verdict: null, durationMs: null, executed: [], runId: 'r9' };
  expect(lastExecution(projectPaths(root))).toEqual(killed);
  log('2026-01-02.ndjson', [], '{"type":"run-sta');
  expect(lastExecution(projectPaths(root))).toEqual(killed);
});
