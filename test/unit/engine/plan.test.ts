import { describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import type { DecidedPlan } from '../../../src/engine/plan.ts';
import type { Task } from '../../../src/engine/task.ts';
import { openFileStore } from '../../../src/store/file-store.ts';
import { fakeProcesses, fakeTask, named, type Rig, rig } from '../../support/fake-task.ts';
import { faultyFileSystem } from '../../support/faulty-file-system.ts';

const recipe = (change: { readonly ratio?: number; readonly depth?: number } = {}): readonly Task[] => [
  fakeTask({ name: 'ingest', reads: ['data/a.csv'] }),
  fakeTask({ name: 'split', reads: ['ingest out.txt'], outputs: ['train.txt', 'test.txt'], params: { ratio: change.ratio ?? 0.75 } }),
  fakeTask({ name: 'train', reads: ['split train.txt'], params: { depth: change.depth ?? 6 } }),
  fakeTask({ name: 'evaluate', reads: ['train out.txt', 'split test.txt'] }),
];

const states = (plan: DecidedPlan): readonly string[] =>
  plan.tasks.map(({ name, state, waitsFor }) => `${name} ${state}${waitsFor.length > 0 ? ` until ${waitsFor}` : ''}`);

async function finished(): Promise<Rig> {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  await work.run(recipe());
  return work;
}

describe('planTasks', () => {
  test('in an empty store everything runs, and each says that it never ran', async () => {
    const work = rig();
    work.fs.edit('/w/data/a.csv', 'a,b');
    const plan = await work.plan(recipe());
    expect(states(plan)).toEqual(['ingest run', 'split run', 'train run', 'evaluate run']);
    expect(plan.tasks.map((task) => task.reasons)).toEqual(Array(4).fill([{ kind: 'never-ran' }]));
    expect(plan.tasks.map((task) => task.key !== undefined)).toEqual([true, false, false, false]);
  });

  test('after a run everything is fresh', async () => {
    const work = await finished();
    expect(states(await work.plan(recipe()))).toEqual(['ingest fresh', 'split fresh', 'train fresh', 'evaluate fresh']);
  });

  test('what lies behind a task that runs is unknown until it has run', async () => {
    const work = await finished();
    const plan = await work.plan(recipe({ ratio: 0.8 }));
    expect(states(plan)).toEqual(['ingest fresh', 'split run', 'train unknown until split', 'evaluate unknown until split']);
    expect(plan.tasks[1]?.reasons).toEqual([{ kind: 'params-changed', changes: [{ path: 'ratio', old: 0.75, new: 0.8 }] }]);
    expect(plan.tasks[2]).toEqual({ name: 'train', state: 'unknown', reasons: [], waitsFor: ['split'] });
  });

  test('a changed file is named by its label', async () => {
    const work = await finished();
    work.fs.edit('/w/data/a.csv', 'a,c');
    expect((await work.plan(recipe())).tasks[0]?.reasons).toEqual([{ kind: 'input-changed', changes: [{ path: 'data/a.csv' }] }]);
  });

  test('a result of an earlier state is brought back, and what reads it is decided at once', async () => {
    const work = await finished();
    await work.run(recipe({ ratio: 0.8 }));
    expect(states(await work.plan(recipe()))).toEqual(['ingest fresh', 'split restore', 'train restore', 'evaluate restore']);
  });

  test('plans a target alone', async () => {
    const work = await finished();
    expect(states(await work.plan(recipe(), { target: named('split') }))).toEqual(['ingest fresh', 'split fresh']);
  });

  test('forced tasks run, known or not', async () => {
    const work = await finished();
    const some = await work.plan(recipe(), { force: [named('split'), named('evaluate')] });
    expect(states(some)).toEqual(['ingest fresh', 'split run', 'train unknown until split', 'evaluate run']);
    expect(some.tasks[1]?.reasons).toEqual([{ kind: 'forced' }]);
    expect(some.tasks[3]?.reasons).toEqual([{ kind: 'forced' }]);
    expect(states(await work.plan(recipe(), { force: 'all' }))).toEqual(['ingest run', 'split run', 'train run', 'evaluate run']);
  });

  test('behind a running task, one with a result under any key may yet be restored, even when its pointer is lost', async () => {
    const work = await finished();
    work.fs.remove('/w/.recipe/store/current/train.json');
    expect(states(await work.plan(recipe({ ratio: 0.8 })))[2]).toBe('train unknown until split');
  });

  test('asks a task whether what it left elsewhere is still there, only when it could be reused', async () => {
    const work = await finished();
    const reason = { kind: 'output-missing', output: 'version 3' } as const;
    const asked: unknown[] = [];
    const objecting = (params: object): readonly Task[] => [
      fakeTask({
        name: 'ingest',
        reads: ['data/a.csv'],
        params: params as Task['params'],
        extra: {
          revalidate: async (result) => {
            asked.push(result);
            return reason;
          },
        },
      }),
    ];
    expect((await work.plan(objecting({}))).tasks[0]).toMatchObject({ state: 'run', reasons: [reason] });
    expect(asked).toEqual([{ summary: 'ingest done' }]);
    await work.plan(objecting({ changed: 1 }));
    expect(asked).toHaveLength(1);
  });

  test('moves no data and writes nothing but the memory of file digests', async () => {
    const work = await finished();
    work.fs.remove('/w/.recipe/outputs/train');
    work.fs.remove('/w/.recipe/store/stat-cache');
    const written: string[] = [];
    work.fs.beforeWrite = (_operation, path) => written.push(path);
    expect(states(await work.plan(recipe()))).toEqual(['ingest fresh', 'split fresh', 'train restore', 'evaluate fresh']);
    expect([...new Set(written)].filter((path) => !path.startsWith('/w/.recipe/store/stat-cache'))).toEqual(['/w/.recipe/store']);
  });

  test('reads no data file when nothing changed', async () => {
    const work = await finished();
    // The first plan later than two seconds after the edit may remember the digest.
    await work.plan(recipe());
    work.fs.reads.length = 0;
    await work.plan(recipe());
    expect(work.fs.reads.filter((path) => !path.startsWith('/w/.recipe/store/current/'))).toEqual(['/w/.recipe/store/stat-cache']);
  });

  test('a store that cannot be read is told as such', async () => {
    const work = await finished();
    const { fs } = faultyFileSystem(work.fs, ({ operation, path }) =>
      operation === 'readFile' && path.includes('/current/') ? 'EIO' : undefined,
    );
    const store = openFileStore({
      root: '/w/.recipe/store',
      outputs: '/w/.recipe/outputs',
      fs,
      clock: work.clock,
      onWarning: () => {},
      processes: fakeProcesses,
    });
    const error = await work.plan(recipe(), { store }).catch((thrown: unknown) => thrown);
    expect((error as DiagnosticError).diagnostic).toEqual({
      code: 'cache-unusable',
      severity: 'error',
      message: "the stored results cannot be read: EIO: readFile '/w/.recipe/store/current/ingest.json'",
      hint: 'check space, permissions and health of the disk that holds `.recipe/`',
    });
  });

  test('an input that does not exist is a mistake to show', async () => {
    const error = await rig()
      .plan(recipe())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect((error as DiagnosticError).diagnostic).toEqual({
      code: 'file-not-found',
      severity: 'error',
      message: '`data/a.csv` does not exist',
    });
  });
});
