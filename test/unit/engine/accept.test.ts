import { describe, expect, test } from 'vitest';
import { type Diagnostic, DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import { acceptTask } from '../../../src/engine/accept.ts';
import type { Task } from '../../../src/engine/task.ts';
import { openStatCache } from '../../../src/store/stat-cache.ts';
import { fakeTask, named, type Rig, rig } from '../../support/fake-task.ts';

const recipe = (code = 'v1', depth = 6): readonly Task[] => [
  fakeTask({ name: 'split', reads: ['data/a.csv'], code }),
  fakeTask({ name: 'train', reads: ['split out.txt'], params: { depth }, code }),
];

async function finished(): Promise<Rig> {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  await work.run(recipe());
  return work;
}

const stores = (work: Rig) => ({
  store: work.store(),
  digests: openStatCache({ file: '/w/.recipe/store/stat-cache', fs: work.fs, clock: work.clock }),
});

const accept = (work: Rig, task: string, tasks: readonly Task[]) => acceptTask(named(task), { ...stores(work), tasks });

async function refused(attempt: Promise<unknown>): Promise<Pick<Diagnostic, 'message' | 'hint'>> {
  const error = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof DiagnosticError)) throw error;
  const { message, hint } = error.diagnostic;
  return { message, ...(hint !== undefined && { hint }) };
}

describe('acceptTask', () => {
  test('the results that are there stand for the new key: nothing runs, and the entry says so', async () => {
    const work = await finished();
    const before = work.shown();
    expect(await accept(work, 'split', recipe('v2'))).toMatchObject({
      kind: 'accepted',
      reasons: [{ kind: 'code-changed', changes: [{ path: 'mlrecipe split step' }] }],
      entry: { acceptedByHand: true, sequence: 3, result: { summary: 'split done' } },
    });
    await accept(work, 'train', recipe('v2'));
    expect((await work.plan(recipe('v2'))).tasks).toMatchObject([
      { name: 'split', state: 'fresh', acceptedByHand: true },
      { name: 'train', state: 'fresh', acceptedByHand: true },
    ]);
    const outcome = await work.run(recipe('v2'));
    expect(outcome).toMatchObject({ executed: [], reused: ['split', 'train'] });
    expect(outcome.entries.get(named('train'))).toMatchObject({ acceptedByHand: true });
    expect(work.shown()).toEqual(before);
  });

  test('the accepted result can be brought back like any other', async () => {
    const work = await finished();
    const before = work.shown();
    await accept(work, 'split', recipe('v2'));
    work.fs.remove('/w/.recipe/outputs/split');
    await work.run(recipe('v2'), { target: named('split') });
    expect(work.began).toEqual([]);
    expect(work.shown()).toEqual(before);
  });

  test('what lies beside the outputs may be written anew, and comes back so', async () => {
    const work = await finished();
    const before = work.shown();
    const accepted = await acceptTask(named('split'), {
      ...stores(work),
      tasks: recipe('v2'),
      amend: async (shown, reasons, folder) => {
        const text = `accepted ${shown.task}: ${reasons.map(({ kind }) => kind).join(', ')}`;
        work.fs.writeFile(`${folder}/step.log`, Buffer.from(text));
        // Neither an output nor an attachment: not looked at.
        work.fs.writeFile(`${folder}/out.txt`, Buffer.from('mine'));
        work.fs.writeFile(`${folder}/more.txt`, Buffer.from('mine'));
      },
    });
    const after = { ...before, 'split/step.log': 'accepted split: code-changed' };
    expect(accepted.kind).toBe('accepted');
    expect(work.shown()).toEqual(after);
    expect(work.fs.readFolder('/w/.recipe/store/staging')).toEqual([]);
    work.fs.remove('/w/.recipe/outputs/split');
    await work.run(recipe('v2'), { target: named('split') });
    expect(work.began).toEqual([]);
    expect(work.shown()).toEqual(after);
    await work.run(recipe(), { target: named('split') });
    expect(work.began).toEqual([]);
    expect(work.shown()).toEqual(before);
  });

  test('a result that was never stored is stored now', async () => {
    const work = rig();
    work.fs.edit('/w/data/a.csv', 'a,b');
    await work.run(recipe(), { cache: 'off' });
    await accept(work, 'split', recipe());
    work.fs.remove('/w/.recipe/outputs/split');
    await work.run(recipe(), { target: named('split') });
    expect(work.began).toEqual([]);
  });

  test('has nothing to do when the present state is known', async () => {
    const work = await finished();
    expect(await accept(work, 'train', recipe())).toMatchObject({ kind: 'fresh', entry: { sequence: 2 } });
  });

  test('refuses what it cannot know', async () => {
    const empty = rig();
    empty.fs.edit('/w/data/a.csv', 'a,b');
    expect(await refused(accept(empty, 'split', recipe()))).toEqual({
      message: '`split` has no result to accept',
      hint: 'run `split` first',
    });
    const work = await finished();
    expect(await refused(accept(work, 'train', recipe('v2')))).toEqual({
      message: '`train` reads from `split`, which would run',
      hint: 'run or accept `split` first',
    });
    const more = recipe('v2').map((task) => (task.name === 'split' ? { ...task, outputs: ['out.txt', 'rest.txt'] } : task));
    expect(await refused(accept(work, 'split', more))).toEqual({
      message: 'the result of `split` has no `rest.txt`, which it makes today',
      hint: 'run `split`',
    });
    const gone = recipe('v2').map((task) => ({
      ...task,
      revalidate: async () => ({ kind: 'output-missing' as const, output: 'version' }),
    }));
    expect(await refused(accept(work, 'split', gone))).toEqual({
      message: 'what `split` left elsewhere is gone',
      hint: 'run `split`',
    });
    work.fs.edit('/w/.recipe/outputs/split/out.txt', 'mine');
    expect(await refused(accept(work, 'split', recipe('v2')))).toEqual({
      message: 'the outputs of `split` are not as it left them',
      hint: 'they were edited or removed; run the step instead',
    });
  });
});
