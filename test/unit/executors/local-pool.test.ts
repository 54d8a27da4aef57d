import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/engine/ports.ts';
import type { LocalPool } from '../../../src/executors/local-pool.ts';
import type { JsonObject } from '../../../src/schema/json.ts';
import { type Asked, PoolRig } from './pool-rig.ts';

let rig: PoolRig;
let pool: LocalPool;
beforeAll(() => {
  rig = new PoolRig();
  pool = rig.pool();
});
afterAll(() => rig.close());

function facts({ outcome }: Asked): JsonObject {
  if (!outcome.ok) expect.fail(JSON.stringify(outcome.failure));
  return (outcome.result as { facts: JsonObject }).facts;
}

function failure({ outcome }: Asked): Failure {
  if (outcome.ok) expect.fail('the step succeeded');
  return outcome.failure;
}

describe('a step that succeeds', () => {
  it('gives its result without the card, and files beside its outputs', async () => {
    const { outcome, staging } = await rig.ask(pool, 'nothing');
    expect(outcome).toEqual({
      ok: true,
      result: { summary: 'did nothing', metrics: { good: 1 }, params: {}, findings: [], facts: {} },
      attachments: ['card.json', 'card.html', 'card.md', 'step.log'],
    });
    expect(readFileSync(join(staging, 'out/made.txt'), 'utf8')).toBe('made with seed 7\n');
    expect(readFileSync(join(staging, 'step.log'), 'utf8')).toBe('');
    const card = JSON.parse(readFileSync(join(staging, 'card.json'), 'utf8')) as { provenance: { facts: readonly { label: string }[] } };
    expect(card).toMatchObject({
      schemaVersion: 1,
      kind: 'train',
      step: 'train',
      recipe: 'houses',
      status: 'done',
      headline: 'Did nothing',
      findings: [],
    });
    expect(card.provenance.facts.map((fact) => fact.label)).toEqual(['Profile', 'Seed', 'Started', 'Duration']);
  });

  it('has all that it prints in its log and in events, line by line', async () => {
    const { lines, staging } = await rig.ask(pool, 'print');
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout: from the step', 'stdout: no line endtwo', 'stdout: lines']);
    expect(lines.filter((line) => line.startsWith('stderr'))).toEqual(['stderr: a warning']);
    const log = readFileSync(join(staging, 'step.log'), 'utf8');
    expect(log.split('\n').sort()).toEqual(['', 'a warning', 'from the step', 'lines', 'no line endtwo']);
  });

  it('sees a neutral environment with what its task declares, and nothing of the step before', async () => {
    const declared = facts(await rig.ask(pool, 'environment', { env: { REGION: 'eu' } }));
    expect(declared['env']).toMatchObject({ TZ: 'UTC', LC_ALL: 'C', REGION: 'eu', PATH: process.env['PATH'] });
    expect(declared['cwd']).toBe(rig.root);
    const next = facts(await rig.ask(pool, 'environment'));
    expect(next['pid']).toBe(declared['pid']);
    const allowed = new Set(['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'TZ', 'LC_ALL', 'NODE_CHANNEL_SERIALIZATION_MODE']);
    expect(Object.keys(next['env'] as JsonObject).filter((name) => !allowed.has(name))).toEqual([]);
  });

  it('shares one data session with the steps before it', async () => {
    const [first, second] = [facts(await rig.ask(pool, 'data')), facts(await rig.ask(pool, 'data'))];
    expect(second).toEqual(first);
  });

  it('may report progress as often as it likes, and the last report arrives', async () => {
    const { progress } = await rig.ask(pool, 'progress');
    expect(progress[0]).toEqual({ done: 1, total: 1000 });
    expect(progress.at(-1)).toEqual({ done: 1000, total: 1000 });
    expect(progress.length).toBeLessThanOrEqual(21);
  });

  it('calls functions of the user', async () => {
    const asked = await rig.ask(pool, 'user', { code: 'export const estimator_fn = async (): Promise<number> => 42;\n' });
    expect(facts(asked)).toEqual({ value: 42, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('code of the user that fails', () => {
  it('is shown at its place in the TypeScript source, and leaves a card and the log', async () => {
    const code = `interface Options {\n  a: string;\n}\nfunction inner(options?: Options): string {\n  console.log('before');\n  return options!.a;\n}\nexport function estimator_fn() {\n  return inner();\n}\n`;
    const problem = failure(await rig.ask(pool, 'user', { code }));
    expect(problem).toEqual({
      code: 'step-failed',
      message: "`estimator_fn` in steps/train.ts threw TypeError: Cannot read properties of undefined (reading 'a')",
      file: 'steps/train.ts',
      line: 6,
      column: 19,
      stack: expect.stringMatching(
        /^TypeError: Cannot read properties of undefined \(reading 'a'\)\n {4}at inner \(steps\/train\.ts:6:19\)\n {4}at (?:estimator_fn|Module\.estimator_fn) \(steps\/train\.ts:9:10\)\n {4}… \d+ frames of mlrecipe and Node$/,
      ),
    });
    expect(rig.read('.recipe/logs/failed/train/step.log')).toBe('before\n');
    const card = JSON.parse(rig.read('.recipe/logs/failed/train/card.json')) as { status: string; sentence: string };
    expect(card.status).toBe('failed');
    expect(card.sentence).toContain('steps/train.ts:6:19');
  });

  it.each([
    [
      'throws what is no error',
      'export const estimator_fn = () => { throw { reason: 1 }; };',
      '`estimator_fn` in steps/train.ts threw { reason: 1 }',
    ],
    [
      'rejects',
      `export const estimator_fn = async () => { throw new RangeError('far'); };`,
      '`estimator_fn` in steps/train.ts threw RangeError: far',
    ],
    [
      'exits',
      'export function estimator_fn() { try { process.exit(0); } catch { return 1; } }',
      '`estimator_fn` in steps/train.ts called process.exit(0)',
    ],
    [
      'leaves a rejection unhandled',
      `export function estimator_fn() { void background(); return new Promise(() => {}); }\nasync function background() { await null; throw new Error('late'); }`,
      '`background` in steps/train.ts threw Error: late',
    ],
    ['throws while it is loaded', `export const estimator_fn = 1;\nthrow new Error('at once');`, 'steps/train.ts threw Error: at once'],
  ])('when it %s', async (_, code, message) => {
    const problem = failure(await rig.ask(pool, 'user', { code }));
    expect(problem).toMatchObject({ code: 'step-failed', message, file: 'steps/train.ts' });
    expect((await rig.ask(pool, 'nothing')).outcome.ok).toBe(true);
  });

  it('when a method of what it returned throws', async () => {
    const code = `export const estimator_fn = () => ({\n  fit() {\n    throw new Error('no rows', { cause: 'the filter' });\n  },\n});\n`;
    expect(failure(await rig.ask(pool, 'method', { code }))).toMatchObject({
      code: 'step-failed',
      message: '`fit` in steps/train.ts threw Error: no rows',
      line: 3,
      causes: ["'the filter'"],
    });
  });

  it('when the function is not there', async () => {
    expect(failure(await rig.ask(pool, 'user', { code: 'export function estimator() {}\n' }))).toEqual({
      code: 'unknown-function',
      message: '`steps/train.ts` does not export a function `estimator_fn`',
      hint: 'it exports `estimator`',
    });
  });

  it('when it imports a package that is not installed', async () => {
    const code = `export async function estimator_fn() {\n  return (await import('@scope/forest/deep')).default;\n}\n`;
    expect(failure(await rig.ask(pool, 'user', { code }))).toMatchObject({
      code: 'missing-package',
      message: '`steps/train.ts` imports `@scope/forest`, which is not installed',
      hint: 'install it with `npm install @scope/forest`',
      exitCode: 4,
    });
  });
});

describe('a step of ours that fails', () => {
  it('keeps code and hint of a diagnostic', async () => {
    expect(failure(await rig.ask(pool, 'diagnostic'))).toEqual({
      code: 'constant-target',
      message: 'the target `price` has one value only',
      hint: 'check the filter',
    });
    expect(failure(await rig.ask(pool, 'optional'))).toMatchObject({ code: 'missing-package', exitCode: 4 });
  });

  it('is a fault when an output is missing', async () => {
    expect(failure(await rig.ask(pool, 'forget'))).toMatchObject({
      code: 'step-failed',
      message: '`train` failed: Error: the step train has ended without writing out/made.txt',
    });
  });

  it('may crash: the failure tells how and with which last words, and the next step gets a new process', async () => {
    const before = facts(await rig.ask(pool, 'environment'));
    const problem = failure(await rig.ask(pool, 'crash'));
    expect(problem).toEqual({
      code: 'step-crashed',
      message: 'the process of `train` was ended by SIGKILL before the step had finished',
      hint: 'the system ends processes so when memory runs out; try fewer rows or a machine with more memory',
      causes: ['the log ends with:\nabout to crash'],
    });
    expect(rig.read('.recipe/logs/failed/train/step.log')).toBe('about to crash\n');
    expect(JSON.parse(rig.read('.recipe/logs/failed/train/card.json'))).toMatchObject({ status: 'failed', headline: problem.message });
    expect(facts(await rig.ask(pool, 'environment'))['pid']).not.toBe(before['pid']);
  });
});

describe('stopping', () => {
  const stopped = { code: 'interrupted', message: '`train` was stopped before it had finished', exitCode: 130 };

  it('asks the step first, and the worker stays', async () => {
    const before = facts(await rig.ask(pool, 'environment'));
    const abort = new AbortController();
    const asked = await rig.ask(pool, 'wait', { signal: abort.signal, onLine: () => abort.abort() });
    expect(failure(asked)).toEqual(stopped);
    expect(facts(await rig.ask(pool, 'environment'))['pid']).toBe(before['pid']);
  });

  it('ends a worker that does not listen', async () => {
    const abort = new AbortController();
    const stubborn = rig.pool({ graceMs: 50 });
    expect(failure(await rig.ask(stubborn, 'spin', { signal: abort.signal, onLine: () => abort.abort() }))).toEqual(stopped);
    await stubborn.close();
  });

  it('gives the turn of a stopped task to the next, and starts nothing for it', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const running = rig.ask(pool, 'wait', {
      signal: first.signal,
      onLine: () => {
        second.abort();
        first.abort();
      },
    });
    const waiting = rig.ask(pool, 'print', { signal: second.signal });
    const last = rig.ask(pool, 'nothing');
    expect(failure(await waiting)).toEqual(stopped);
    expect((await waiting).lines).toEqual([]);
    expect(failure(await running)).toEqual(stopped);
    expect((await last).outcome.ok).toBe(true);
  });
});

describe('workers', () => {
  it('that died between two steps are replaced, and no step is blamed', async () => {
    const before = facts(await rig.ask(pool, 'environment'));
    process.kill(before['pid'] as number, 'SIGKILL');
    const after = await rig.ask(pool, 'environment');
    expect(facts(after)['pid']).not.toBe(before['pid']);
  });

  it('that cannot start are a failure with the reason', async () => {
    const broken = rig.pool({ entry: join(rig.folder, 'no-such-worker.mjs') });
    const problem = failure(await rig.ask(broken, 'nothing'));
    expect(problem).toMatchObject({
      code: 'step-crashed',
      message: 'the process of `train` ended with exit code 1 before the step had finished',
    });
    expect(problem.causes?.join('\n')).toContain('no-such-worker.mjs');
  });

  it('wait for a debugger when asked to', async () => {
    const abort = new AbortController();
    const debugged = rig.pool({ inspect: '127.0.0.1:0' });
    const listening: string[] = [];
    const asked = await rig.ask(debugged, 'nothing', {
      signal: abort.signal,
      onLine: (line) => {
        listening.push(line);
        abort.abort();
      },
    });
    expect(failure(asked).code).toBe('interrupted');
    expect(listening[0]).toMatch(/^Debugger listening on ws:\/\/127\.0\.0\.1:/);
  });

  it('are as many as allowed, each with one step at a time', async () => {
    const two = rig.pool({ concurrency: 2 });
    two.warm(['train']);
    const seen = await Promise.all([1, 2, 3, 4].map(() => rig.ask(two, 'environment')));
    expect(new Set(seen.map((asked) => facts(asked)['pid'])).size).toBe(2);
    await two.close();
    for (const asked of seen) expect(existsSync(`/proc/${facts(asked)['pid']}`)).toBe(false);
  });
});
