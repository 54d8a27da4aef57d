/** Time limits, retries and the memory limit, with real worker processes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Failure } from '../../../src/engine/ports.ts';
import { withPolicy } from '../../../src/executors/with-policy.ts';
import { type Asked, PoolRig } from './pool-rig.ts';

let rig: PoolRig;
beforeAll(() => {
  rig = new PoolRig();
});
afterAll(() => rig.close());

function failure({ outcome }: Asked): Failure {
  if (outcome.ok) expect.fail('the step succeeded');
  return outcome.failure;
}

it('asks a step to end when its time is over, and leaves log and card', async () => {
  const pool = withPolicy(rig.pool());
  const asked = await rig.ask(pool, 'wait', { policy: { timeoutMs: 300 } });
  expect(failure(asked)).toEqual({
    code: 'step-timed-out',
    message: '`train` did not end within 300 ms',
    hint: 'raise `timeout` of `train`, or give it less to do',
    causes: ['the log ends with:\nwaiting'],
  });
  expect(rig.read('.recipe/logs/failed/train/step.log')).toBe('waiting\n');
  expect(JSON.parse(rig.read('.recipe/logs/failed/train/card.json'))).toMatchObject({ status: 'failed' });
  // It ended when asked, so the next step finds a living worker.
  expect((await rig.ask(pool, 'nothing', { policy: { timeoutMs: 60_000 } })).outcome.ok).toBe(true);
});

it('ends a step by force that does not listen', async () => {
  const pool = withPolicy(rig.pool({ graceMs: 100 }));
  const asked = await rig.ask(pool, 'spin', { policy: { timeoutMs: 300 } });
  expect(failure(asked).code).toBe('step-timed-out');
  expect((await rig.ask(pool, 'nothing')).outcome.ok).toBe(true);
});

it('is interrupted, and not too slow, when the user stops it', async () => {
  const stop = new AbortController();
  const asked = await rig.ask(withPolicy(rig.pool()), 'wait', {
    policy: { timeoutMs: 60_000, retries: 3 },
    signal: stop.signal,
    onLine: () => stop.abort(),
  });
  expect(failure(asked).code).toBe('interrupted');
  expect(asked.lines).toEqual(['stdout: waiting']);
});

it('tries again, and keeps the log of every attempt beside the result', async () => {
  const inputs = { marks: join(rig.folder, 'marks') };
  const asked = await rig.ask(withPolicy(rig.pool()), 'flaky', { policy: { retries: 2 }, inputs });
  expect(asked.outcome).toMatchObject({
    ok: true,
    attachments: ['card.json', 'card.html', 'card.md', 'step.log', 'step.attempt-1.log', 'step.attempt-2.log'],
  });
  expect(asked.lines).toEqual([
    'stdout: attempt 1',
    'stderr: attempt 1 of 3 failed: `train` failed: Error: not yet',
    'stdout: attempt 2',
    'stderr: attempt 2 of 3 failed: `train` failed: Error: not yet',
    'stdout: attempt 3',
  ]);
  expect(readdirSync(asked.staging).filter((name) => name.endsWith('.log'))).toEqual([
    'step.attempt-1.log',
    'step.attempt-2.log',
    'step.log',
  ]);
  expect(readFileSync(join(asked.staging, 'step.attempt-2.log'), 'utf8')).toBe('attempt 2\n');
});

it('gives up after its last attempt, and leaves the logs of all of them', async () => {
  const inputs = { marks: join(rig.folder, 'other marks') };
  const asked = await rig.ask(withPolicy(rig.pool()), 'flaky', { policy: { retries: 1 }, inputs });
  expect(failure(asked)).toMatchObject({
    code: 'step-failed',
    message: '`train` failed: Error: not yet',
    causes: ['all 2 attempts failed; this is the last one'],
  });
  expect(rig.read('.recipe/logs/failed/train/step.attempt-1.log')).toBe('attempt 1\n');
  expect(rig.read('.recipe/logs/failed/train/step.log')).toBe('attempt 2\n');
});

it('does not try again what is a mistake', async () => {
  const asked = await rig.ask(withPolicy(rig.pool()), 'diagnostic', { policy: { retries: 5 } });
  expect(failure(asked)).toMatchObject({ code: 'constant-target' });
  expect(failure(asked).causes).toBeUndefined();
  expect(asked.lines).toEqual([]);
});

it('ends a step that takes more memory than it may', async () => {
  const pool = rig.pool({ memoryLimitBytes: 400 << 20, memoryPollMs: 20 });
  const asked = await rig.ask(pool, 'hog');
  expect(failure(asked)).toEqual({
    code: 'step-out-of-memory',
    message: expect.stringMatching(/^the process of `train` held \d{3,4} MiB of memory; its limit is 400 MiB$/),
    hint: 'use fewer rows or columns, or raise the limit',
    causes: ['the log ends with:\nfilling memory'],
  });
  expect((await rig.ask(pool, 'nothing')).outcome.ok).toBe(true);
});
