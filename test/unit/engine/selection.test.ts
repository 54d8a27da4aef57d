import { describe, expect, test } from 'vitest';
import { type Diagnostic, DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { Task } from '../../../src/engine/task.ts';
import { fakeTask, named, type Rig, rig } from '../../support/fake-task.ts';

const recipe = (change: { readonly ratio?: number; readonly depth?: number } = {}): readonly Task[] => [
  fakeTask({ name: 'ingest', reads: ['data/a.csv'] }),
  fakeTask({ name: 'split', reads: ['ingest out.txt'], outputs: ['train.txt', 'test.txt'], params: { ratio: change.ratio ?? 0.75 } }),
  fakeTask({ name: 'transform', reads: ['split train.txt'] }),
  fakeTask({ name: 'train', reads: ['transform out.txt', 'split train.txt'], params: { depth: change.depth ?? 6 } }),
  fakeTask({ name: 'evaluate', reads: ['train out.txt', 'split test.txt'] }),
  fakeTask({ name: 'audit', reads: ['ingest out.txt'] }),
];

async function finished(): Promise<Rig> {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  await work.run(recipe());
  return work;
}

async function refusal(attempt: Promise<unknown>): Promise<Diagnostic> {
  const error = await attempt.then(
    () => expect.fail('it was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  return error.diagnostic;
}

describe('from a step', () => {
  test('what lies before is taken as it is, even when it is out of date', async () => {
    const work = await finished();
    work.fs.edit('/w/data/a.csv', 'other rows');
    const plan = await work.plan(recipe({ ratio: 0.8, depth: 9 }), { from: named('train') });
    expect(plan.tasks.map(({ name, state, isTaken }) => [name, state, isTaken ?? false])).toEqual([
      ['ingest', 'fresh', true],
      ['split', 'fresh', true],
      ['transform', 'fresh', true],
      ['train', 'run', false],
      ['evaluate', 'unknown', false],
    ]);
    const outcome = await work.run(recipe({ ratio: 0.8, depth: 9 }), { from: named('train') });
    expect(outcome).toMatchObject({ status: 'ok', executed: ['train', 'evaluate'], reused: ['ingest', 'split', 'transform'] });
    expect(work.shown()['train/out.txt']).toContain('a,b');
    expect(work.events.flatMap((event) => (event.type === 'step-reused' ? [[event.step, event.isTaken]] : []))).toEqual([
      ['ingest', true],
      ['split', true],
      ['transform', true],
    ]);
  });

  test('the result is remembered under the bytes that it was made from, and never served for others', async () => {
    const work = await finished();
    work.fs.edit('/w/data/a.csv', 'other rows');
    await work.run(recipe({ depth: 9 }), { from: named('train') });
    await work.run(recipe({ depth: 9 }));
    expect(work.began).toEqual(['ingest', 'audit', 'split', 'transform', 'train', 'evaluate']);
    work.fs.edit('/w/data/a.csv', 'a,b');
    await work.run(recipe({ depth: 9 }));
    expect(work.began).toEqual([]);
  });

  test('up to another step', async () => {
    const work = await finished();
    const selected = { from: named('transform'), target: named('train') };
    const plan = await work.plan(recipe(), selected);
    expect(plan.tasks.map(({ name, isTaken }) => (isTaken ? `(${name})` : name))).toEqual(['(ingest)', '(split)', 'transform', 'train']);
    await work.run(recipe({ depth: 9 }), selected);
    expect(work.began).toEqual(['train']);
  });

  test('a taken result that was deleted from the workspace is brought back', async () => {
    const work = await finished();
    work.fs.remove('/w/.recipe/outputs/split');
    await work.run(recipe({ depth: 9 }), { from: named('train') });
    expect(work.events.filter((event) => event.type === 'step-reused').map((event) => `${event.step} ${event.state}`)).toEqual([
      'ingest fresh',
      'transform fresh',
      'split restore',
    ]);
  });

  test('names what has no result and must run first', async () => {
    const work = rig();
    work.fs.edit('/w/data/a.csv', 'a,b');
    expect(await refusal(work.plan(recipe(), { from: named('train') }))).toEqual({
      code: 'step-not-run',
      severity: 'error',
      message: '`split` and `transform` have no result that `train` can start from',
      hint: 'run `split` and `transform` first, or start from the first of them',
    });
    await work.run(recipe(), { target: named('split') });
    expect(await refusal(work.run(recipe(), { from: named('train') }))).toMatchObject({
      message: '`transform` has no result that `train` can start from',
      hint: 'run `transform` first, or start from it',
    });
    expect(work.began).toEqual([]);
  });

  test('a result that is not read directly may be missing', async () => {
    const work = await finished();
    work.fs.remove('/w/.recipe/store/current/ingest.json');
    const plan = await work.plan(recipe(), { from: named('transform') });
    expect(plan.tasks.map(({ name }) => name)).toEqual(['split', 'transform', 'train', 'evaluate']);
  });

  test('a result without an output that is read today does not do', async () => {
    const work = await finished();
    const [ingest, split, ...rest] = recipe();
    const tasks = [ingest as Task, { ...(split as Task), outputs: ['train.txt', 'test.txt', 'rest.txt'] }, ...rest];
    expect((await refusal(work.plan(tasks, { from: named('train') }))).message).toBe('`split` has no result that `train` can start from');
  });

  test('bad bytes of a taken result end the run at the steps that need them', async () => {
    const work = await finished();
    const digest = sha256Hex(work.shown()['split/train.txt'] ?? '');
    work.fs.remove('/w/.recipe/outputs/split/train.txt');
    const blob = `/w/.recipe/store/blobs/${digest.slice(0, 2)}/${digest}`;
    work.fs.writeFile(blob, Buffer.from(work.fs.text(blob).replace('a', 'b')));
    const outcome = await work.run(recipe({ depth: 9 }), { from: named('train') });
    expect(outcome).toMatchObject({ status: 'failed', executed: [], blocked: ['train', 'evaluate'] });
    expect([...outcome.failures]).toEqual([
      [
        'split',
        {
          code: 'step-not-run',
          message: '`split` has no result that the run can start from',
          hint: 'run `split` first, or start from it',
        },
      ],
    ]);
  });

  test('refuses what makes no sense', async () => {
    const work = await finished();
    expect(await refusal(work.plan(recipe(), { from: named('evaluate'), target: named('train') }))).toEqual({
      code: 'usage',
      severity: 'error',
      message: 'nothing lies between `evaluate` and `train`',
      hint: '`evaluate` does not lead to `train`',
    });
    expect((await refusal(work.plan(recipe(), { from: named('train'), force: [named('split')] }))).message).toBe(
      '`split` cannot be forced, because it is not among the steps to run',
    );
    expect((await refusal(work.plan(recipe(), { target: named('split'), force: [named('train')] }))).message).toBe(
      '`train` cannot be forced, because it is not among the steps to run',
    );
  });
});
