import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { EngineEvent } from '../../../src/engine/events.ts';
import type { Task } from '../../../src/engine/task.ts';
import { failWith, fakeTask, named, type Rig, rig, usualWork } from '../../support/fake-task.ts';
import { systemError } from '../../support/memory-fs.ts';

const recipe = (change: { readonly ratio?: number; readonly depth?: number; readonly ingestCode?: string } = {}): readonly Task[] => [
  fakeTask({ name: 'ingest', reads: ['data/a.csv'], code: change.ingestCode ?? 'v1' }),
  fakeTask({ name: 'split', reads: ['ingest out.txt'], outputs: ['train.txt', 'test.txt'], params: { ratio: change.ratio ?? 0.75 } }),
  fakeTask({ name: 'train', reads: ['split train.txt'], params: { depth: change.depth ?? 6 } }),
  fakeTask({ name: 'evaluate', reads: ['train out.txt', 'split test.txt'] }),
];
const all = ['ingest', 'split', 'train', 'evaluate'];

function fresh(): Rig {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  return work;
}

async function finished(): Promise<Rig> {
  const work = fresh();
  await work.run(recipe());
  return work;
}

/** One line an event, without what other tests look at. */
function story(events: readonly EngineEvent[]): readonly string[] {
  return events.map((event) => {
    if (event.type === 'run-started') return 'run';
    if (event.type === 'store-warning') return `warning ${event.message}`;
    if (event.type === 'step-reused') return `${event.step} ${event.state}`;
    if (event.type === 'step-started') return `${event.step} started ${event.reasons.map((reason) => reason.kind)}`;
    if (event.type === 'step-skipped') return `${event.step} skipped`;
    if (event.type === 'step-blocked') return `${event.step} blocked by ${event.by}`;
    if (event.type === 'step-finished')
      return `${event.step} ${event.status}${event.status === 'ok' && !event.stored ? ', not stored' : ''}`;
    return event.type;
  });
}

/** No staging folder is left behind. */
function expectTidy(work: Rig): void {
  expect(work.fs.readFolder('/w/.recipe/store/staging')).toEqual([]);
}

describe('a run', () => {
  test('executes everything once, tells of it, and shows outputs and logs', async () => {
    const work = fresh();
    const outcome = await work.run(recipe());
    expect(story(work.events)).toEqual(['run', ...all.flatMap((name) => [`${name} started never-ran`, `${name} ok`])]);
    expect(outcome).toMatchObject({ status: 'ok', executed: all, reused: [], blocked: [] });
    expect(Object.keys(work.shown())).toEqual([
      'evaluate/out.txt',
      'evaluate/step.log',
      'ingest/out.txt',
      'ingest/step.log',
      'split/step.log',
      'split/test.txt',
      'split/train.txt',
      'train/out.txt',
      'train/step.log',
    ]);
    expect(outcome.entries.get(named('train'))).toMatchObject({
      task: 'train',
      result: { summary: 'train done' },
      outputs: [{ name: 'out.txt', digest: sha256Hex(work.shown()['train/out.txt'] ?? ''), files: [{ path: 'out.txt' }] }],
      attachments: [{ path: 'step.log', digest: sha256Hex('log of train'), sizeBytes: 12 }],
      sequence: 3,
    });
    expectTidy(work);
  });

  test('again, with nothing changed, executes nothing and writes nothing', async () => {
    const work = await finished();
    // Remembers the digest of the data, which was too young before.
    await work.plan(recipe());
    const written: string[] = [];
    work.fs.beforeWrite = (operation, path) => written.push(`${operation} ${path}`);
    const outcome = await work.run(recipe());
    expect(story(work.events)).toEqual(['run', ...all.map((name) => `${name} fresh`)]);
    expect(outcome).toMatchObject({ status: 'ok', executed: [], reused: all });
    expect(written).toEqual([]);
  });

  test('follows a plan that was made before', async () => {
    const work = await finished();
    const tasks = recipe({ depth: 9 });
    const plan = await work.plan(tasks);
    await work.run(tasks, { plan });
    expect(work.events[0]).toEqual({ type: 'run-started', plan: { tasks: plan.tasks } });
    expect(work.began).toEqual(['train', 'evaluate']);
  });

  test('runs a target and what it needs', async () => {
    const work = fresh();
    await work.run(recipe(), { target: named('split') });
    expect(work.began).toEqual(['ingest', 'split']);
  });

  test('stops where an upstream step ran again and left the same bytes', async () => {
    const work = await finished();
    work.work.set('ingest', () => ({ 'out.txt': work.shown()['ingest/out.txt'] ?? '' }));
    await work.run(recipe({ ingestCode: 'v2' }));
    expect(story(work.events)).toEqual(['run', 'ingest started code-changed', 'ingest ok', 'split fresh', 'train fresh', 'evaluate fresh']);
  });

  test('does not care about times: rewritten with the same bytes, nothing runs', async () => {
    const work = await finished();
    work.fs.edit('/w/data/a.csv', 'a,b');
    await work.run(recipe());
    expect(work.began).toEqual([]);
  });

  test('sees an edit of the same size', async () => {
    const work = await finished();
    await work.plan(recipe());
    work.fs.edit('/w/data/a.csv', 'x,y');
    await work.run(recipe());
    expect(work.began).toEqual(all);
  });

  test('switching a parameter and back executes nothing the second time', async () => {
    const work = await finished();
    const first = work.shown();
    await work.run(recipe({ depth: 9 }));
    const second = work.shown();
    expect(work.began).toEqual(['train', 'evaluate']);
    await work.run(recipe());
    expect(story(work.events)).toEqual(['run', 'ingest fresh', 'split fresh', 'train restore', 'evaluate restore']);
    expect(work.shown()).toEqual(first);
    await work.run(recipe({ depth: 9 }));
    expect(work.began).toEqual([]);
    expect(work.shown()).toEqual(second);
  });

  test('a forced step runs, and what reads its equal output does not', async () => {
    const work = await finished();
    await work.run(recipe(), { force: [named('split')] });
    expect(story(work.events)).toEqual(['run', 'ingest fresh', 'split started forced', 'split ok', 'train fresh', 'evaluate fresh']);
  });
});

describe('another use of the cache', () => {
  const states = (work: Rig): readonly string[] => story(work.events).filter((line) => line.includes('started') || line.includes('stored'));

  test('`refresh` runs everything and keeps the results', async () => {
    const work = await finished();
    work.work.set('train', () => ({ 'out.txt': 'by chance' }));
    await work.run(recipe(), { cache: 'refresh' });
    expect(work.began).toEqual(all);
    expect(states(work)).toEqual(all.map((name) => `${name} started forced`));
    expect(work.events.filter((event) => event.type === 'store-warning')).toEqual([
      {
        type: 'store-warning',
        message:
          '`train` is not deterministic: run again with nothing changed, it left another `out.txt`; the new result replaces the old one',
      },
    ]);
    await work.run(recipe());
    expect(work.began).toEqual([]);
    expect(work.shown()['train/out.txt']).toBe('by chance');
  });

  test('`off` runs everything, shows the results, and leaves the store as it was', async () => {
    const work = await finished();
    const [stored, shown] = [work.fs.files('/w/.recipe/store/entries'), work.shown()];
    const blobs = work.fs.files('/w/.recipe/store/blobs');
    work.work.set('train', () => ({ 'out.txt': 'by chance' }));
    await work.run(recipe(), { cache: 'off' });
    expect(work.began).toEqual(all);
    expect(states(work)).toEqual(all.flatMap((name) => [`${name} started forced`, `${name} ok, not stored`]));
    expect(work.shown()['train/out.txt']).toBe('by chance');
    expect(work.fs.files('/w/.recipe/store/entries')).toEqual(stored);
    expect(work.fs.files('/w/.recipe/store/blobs')).toEqual(blobs);
    await work.run(recipe());
    expect(work.began).toEqual([]);
    expect(work.shown()).toEqual(shown);
  });

  test('`off` takes nothing in an empty store either', async () => {
    const work = fresh();
    await work.run(recipe(), { cache: 'off' });
    expect(work.fs.files('/w/.recipe/store/entries')).toEqual({});
    await work.run(recipe());
    expect(work.began).toEqual(all);
  });
});

describe('the workspace', () => {
  test.each<[string, (work: Rig) => void, string]>([
    ['a deleted output', (work) => work.fs.remove('/w/.recipe/outputs/split/train.txt'), 'split'],
    ['a deleted folder', (work) => work.fs.remove('/w/.recipe/outputs/ingest'), 'ingest'],
    ['an edited output', (work) => work.fs.edit('/w/.recipe/outputs/train/out.txt', 'mine'), 'train'],
    ['a deleted log', (work) => work.fs.remove('/w/.recipe/outputs/train/step.log'), 'train'],
    [
      'a link in place of the folder',
      (work) => {
        work.fs.remove('/w/.recipe/outputs/train');
        work.fs.link('/w/.recipe/outputs/train');
      },
      'train',
    ],
  ])('%s comes back, and nothing runs', async (_what, spoil, task) => {
    const work = await finished();
    const before = work.shown();
    spoil(work);
    await work.run(recipe());
    expect(story(work.events)).toEqual(['run', ...all.map((name) => `${name} ${name === task ? 'restore' : 'fresh'}`)]);
    expect(work.shown()).toEqual(before);
    expectTidy(work);
  });

  test('an edit of the same size, in the very moment the output appeared, is seen', async () => {
    const work = await finished();
    const text = work.shown()['train/out.txt'] ?? '';
    work.fs.edit('/w/.recipe/outputs/train/out.txt', text.replace('6', '7'));
    await work.run(recipe());
    expect(work.shown()['train/out.txt']).toBe(text);
  });

  test('edits of outputs never reach the store', async () => {
    const work = await finished();
    const before = work.shown();
    for (const path of Object.keys(before)) work.fs.edit(`/w/.recipe/outputs/${path}`, 'spoiled');
    await work.run(recipe());
    expect(work.began).toEqual([]);
    expect(work.shown()).toEqual(before);
  });

  test('a file of the user beside the outputs stays', async () => {
    const work = await finished();
    work.fs.edit('/w/.recipe/outputs/train/notes.md', 'mine');
    await work.run(recipe({ depth: 9 }));
    expect(work.shown()['train/notes.md']).toBe('mine');
  });

  test('a folder output is shown exactly: an added file goes, a lost one comes back', async () => {
    const work = fresh();
    const tasks = [fakeTask({ name: 'train', reads: ['data/a.csv'], outputs: ['model'] })];
    work.work.set('train', () => ({ 'model/MLmodel': 'yaml', 'model/data/trees.bin': 'bits' }));
    await work.run(tasks);
    work.fs.edit('/w/.recipe/outputs/train/model/extra', 'x');
    await work.run(tasks);
    expect(story(work.events)).toEqual(['run', 'train restore']);
    work.fs.remove('/w/.recipe/outputs/train/model/data');
    await work.run(tasks);
    expect(work.shown()).toEqual({ 'train/model/MLmodel': 'yaml', 'train/model/data/trees.bin': 'bits', 'train/step.log': 'log of train' });
  });

  test('what an earlier result showed and the new one has not, goes', async () => {
    const work = fresh();
    await work.run([fakeTask({ name: 'a', outputs: ['one.txt', 'two.txt'] })]);
    await work.run([fakeTask({ name: 'a', outputs: ['two.txt', 'three.txt'] })]);
    expect(Object.keys(work.shown())).toEqual(['a/step.log', 'a/three.txt', 'a/two.txt']);
  });
});

describe('a damaged store', () => {
  /** Flip one bit of the bytes that hold an output. */
  function flip(work: Rig, output: string): string {
    const digest = sha256Hex(work.shown()[output] ?? '');
    const path = `/w/.recipe/store/blobs/${digest.slice(0, 2)}/${digest}`;
    const bytes = work.fs.readFile(path);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    work.fs.writeFile(path, bytes);
    return digest;
  }

  test('a flipped byte is found when it would be served, the step runs, and the store is whole again', async () => {
    const work = await finished();
    const before = work.shown();
    const digest = flip(work, 'train/out.txt');
    work.fs.remove('/w/.recipe/outputs/train/out.txt');
    await work.run(recipe());
    expect(story(work.events)).toEqual([
      'run',
      'ingest fresh',
      'split fresh',
      'train started output-missing',
      'train ok',
      'evaluate fresh',
    ]);
    expect(work.events.find((event) => event.type === 'step-started')).toMatchObject({
      reasons: [{ kind: 'output-missing', output: 'out.txt', detail: 'its stored bytes were damaged' }],
    });
    expect(work.warnings).toEqual([
      'the stored bytes of `train/out.txt` do not match their digest; they were set aside, and the step will run again',
    ]);
    expect(work.fs.stat(`/w/.recipe/store/quarantine/blob-${digest}`)?.kind).toBe('file');
    expect(work.shown()).toEqual(before);
    work.fs.remove('/w/.recipe/outputs/train/out.txt');
    await work.run(recipe());
    expect(work.began).toEqual([]);
  });

  test('what reads from a step that had to run after all is decided again', async () => {
    const work = await finished();
    flip(work, 'train/out.txt');
    work.fs.remove('/w/.recipe/outputs/train/out.txt');
    work.work.set('train', () => ({ 'out.txt': 'not the same twice' }));
    const plan = await work.plan(recipe());
    expect(plan.tasks[3]?.state).toBe('fresh');
    await work.run(recipe(), { plan });
    expect(work.began).toEqual(['train', 'evaluate']);
    expect(work.shown()['evaluate/out.txt']).toContain('not the same twice');
  });

  test('a missing blob is known to the plan', async () => {
    const work = await finished();
    const digest = sha256Hex(work.shown()['train/out.txt'] ?? '');
    work.fs.remove(`/w/.recipe/store/blobs/${digest.slice(0, 2)}/${digest}`);
    const plan = await work.plan(recipe());
    expect(plan.tasks[2]).toMatchObject({
      state: 'run',
      reasons: [{ kind: 'output-missing', output: 'out.txt', detail: 'its stored bytes are gone' }],
    });
    await work.run(recipe());
    expect(work.began).toEqual(['train']);
    await work.run(recipe());
    expect(work.began).toEqual([]);
  });

  test('a cut blob counts as damaged', async () => {
    const work = await finished();
    const digest = sha256Hex(work.shown()['train/out.txt'] ?? '');
    work.fs.edit(`/w/.recipe/store/blobs/${digest.slice(0, 2)}/${digest}`, '');
    expect((await work.plan(recipe())).tasks[2]?.reasons).toEqual([
      { kind: 'output-missing', output: 'out.txt', detail: 'its stored bytes were damaged' },
    ]);
    await work.run(recipe());
    expect(work.fs.text(`/w/.recipe/store/blobs/${digest.slice(0, 2)}/${digest}`)).toBe(work.shown()['train/out.txt']);
  });

  test('a missing entry makes the step run', async () => {
    const work = await finished();
    const key = (await work.plan(recipe())).tasks[2]?.key ?? '';
    work.fs.remove(`/w/.recipe/store/entries/${key.slice(0, 2)}/${key}.json`);
    expect((await work.plan(recipe())).tasks[2]?.reasons).toEqual([
      { kind: 'output-missing', output: 'out.txt', detail: 'no stored entry holds it' },
    ]);
  });

  test('a damaged entry is set aside', async () => {
    const work = await finished();
    const key = (await work.plan(recipe())).tasks[2]?.key ?? '';
    const path = `/w/.recipe/store/entries/${key.slice(0, 2)}/${key}.json`;
    work.fs.edit(path, work.fs.text(path).replace('"train done"', '"train cone"'));
    work.fs.remove('/w/.recipe/store/current/train.json');
    await work.run(recipe());
    expect(work.began).toEqual(['train']);
    expect(work.warnings).toEqual([`the stored entry ${key.slice(0, 12)} is damaged; it was set aside, and its step will run again`]);
    expect(work.fs.stat(`/w/.recipe/store/quarantine/entry-${key}.json`)?.kind).toBe('file');
  });

  test('a whole entry under the wrong key is not taken', async () => {
    const work = await finished();
    const plan = await work.plan(recipe());
    const [train = '', evaluate = ''] = [plan.tasks[2]?.key, plan.tasks[3]?.key];
    const path = (key: string): string => `/w/.recipe/store/entries/${key.slice(0, 2)}/${key}.json`;
    work.fs.edit(path(evaluate), work.fs.text(path(train)));
    work.fs.remove('/w/.recipe/store/current/evaluate.json');
    await work.run(recipe());
    expect(work.began).toEqual(['evaluate']);
  });

  test('a damaged pointer costs a restore', async () => {
    const work = await finished();
    work.fs.edit('/w/.recipe/store/current/train.json', 'nonsense');
    await work.run(recipe());
    expect(work.began).toEqual([]);
    expect(work.warnings).toEqual(['the record of what is in the workspace of `train` is damaged; it was set aside']);
  });
});

describe('inputs that change during a step', () => {
  test('the result is used and not kept, the file is named, and the step runs again', async () => {
    const work = fresh();
    work.work.set('ingest', (request, inputs) => {
      work.fs.edit('/w/data/a.csv', 'c,d');
      return usualWork(request.task, inputs);
    });
    const outcome = await work.run(recipe());
    expect(outcome.status).toBe('ok');
    expect(story(work.events).slice(1, 5)).toEqual([
      'ingest started never-ran',
      'warning `data/a.csv` changed while `ingest` ran; the result is used now and not kept, so the step will run again',
      'ingest ok, not stored',
      'split started never-ran',
    ]);
    expect(work.shown()['ingest/out.txt']).toContain('a,b');
    work.work.clear();
    await work.run(recipe());
    expect(work.events.find((event) => event.type === 'step-started')).toMatchObject({
      step: 'ingest',
      reasons: [{ kind: 'input-changed', changes: [{ path: 'data/a.csv' }] }],
    });
    expect(work.shown()['ingest/out.txt']).toContain('c,d');
  });

  test('also when the file is as it was at the end', async () => {
    const work = fresh();
    work.work.set('ingest', (request, inputs) => {
      work.clock.advance(1);
      work.fs.edit('/w/data/a.csv', 'c,d');
      work.fs.edit('/w/data/a.csv', 'a,b');
      return usualWork(request.task, inputs);
    });
    await work.run(recipe());
    work.work.clear();
    await work.run(recipe());
    expect(story(work.events).slice(1)).toEqual([
      'ingest started output-missing',
      'ingest ok',
      'split fresh',
      'train fresh',
      'evaluate fresh',
    ]);
  });

  test('an edited output of an upstream step counts, and so does code', async () => {
    const work = fresh();
    work.work.set('split', (request, inputs) => {
      work.fs.edit('/w/.recipe/outputs/ingest/out.txt', 'mine');
      return usualWork(request.task, inputs);
    });
    const tasks = recipe().map((task) =>
      task.name === 'train'
        ? { ...task, userCode: [{ file: 'steps/train.ts', digest: sha256Hex('bundle'), isUnchanged: () => false }] }
        : task,
    );
    await work.run(tasks);
    expect(story(work.events).filter((line) => line.startsWith('warning'))).toEqual([
      'warning `ingest out.txt` changed while `split` ran; the result is used now and not kept, so the step will run again',
      'warning `steps/train.ts` changed while `train` ran; the result is used now and not kept, so the step will run again',
    ]);
  });
});

describe('failures', () => {
  const failure = { code: 'step-failed', message: 'train did not converge' };

  test('block what reads from the step, and nothing else', async () => {
    const work = fresh();
    work.work.set('train', failWith(failure));
    const tasks = [
      ...recipe(),
      fakeTask({ name: 'report', reads: ['evaluate out.txt'] }),
      fakeTask({ name: 'audit', reads: ['split test.txt'] }),
    ];
    const outcome = await work.run(tasks, { keepGoing: true });
    expect(outcome).toMatchObject({
      status: 'failed',
      executed: ['ingest', 'split', 'audit', 'train'],
      blocked: ['evaluate', 'report'],
      skipped: [],
    });
    expect([...outcome.failures]).toEqual([['train', failure]]);
    expect(story(work.events)).toContain('evaluate blocked by train');
    expect(story(work.events)).toContain('report blocked by train');
    expect(story(work.events)).toContain('audit ok');
    expectTidy(work);
    work.work.clear();
    await work.run(tasks);
    expect(work.began).toEqual(['train', 'evaluate', 'report']);
  });

  test('begin no further step, unless the run keeps going', async () => {
    const tasks = ['a', 'b', 'c'].map((name) => fakeTask({ name }));
    const chain = [...tasks, fakeTask({ name: 'd', reads: ['b out.txt'] }), fakeTask({ name: 'e', reads: ['a out.txt'] })];
    const work = fresh();
    await work.run([tasks[2] as Task]);
    work.work.set('a', failWith(failure));
    const stopped = await work.run(chain, { concurrency: 1 });
    // What is known costs nothing and is brought into view all the same.
    expect(story(work.events)).toEqual(['run', 'c fresh', 'a started never-ran', 'a failed', 'b skipped', 'e blocked by a', 'd skipped']);
    expect(stopped).toMatchObject({ status: 'failed', executed: ['a'], reused: ['c'], blocked: ['e'], skipped: ['b', 'd'] });
    const onward = await work.run(chain, { concurrency: 1, keepGoing: true });
    expect(onward).toMatchObject({ status: 'failed', executed: ['a', 'b', 'd'], reused: ['c'], blocked: ['e'], skipped: [] });
  });

  test('let the steps that run already end', async () => {
    const work = fresh();
    const held = gate();
    work.hold.set('b', held.opened);
    work.work.set('a', failWith(failure));
    const running = work.run([fakeTask({ name: 'a' }), fakeTask({ name: 'b' }), fakeTask({ name: 'c' })], { concurrency: 2 });
    await until(() => work.events.some((event) => event.type === 'step-finished'));
    held.open();
    expect(await running).toMatchObject({ status: 'failed', executed: ['a', 'b'], skipped: ['c'] });
    expect(work.shown()['b/out.txt']).toBeDefined();
  });

  test('leave the last good result in view', async () => {
    const work = await finished();
    const before = work.shown();
    work.work.set('train', failWith(failure));
    await work.run(recipe({ depth: 9 }));
    expect(work.shown()).toEqual(before);
  });

  test('a missing output is the fault of the step', async () => {
    const work = fresh();
    work.work.set('split', () => ({ 'train.txt': 'rows' }));
    const outcome = await work.run(recipe());
    expect([...outcome.failures]).toEqual([['split', { code: 'step-failed', message: '`split` ended without its output `test.txt`' }]]);
    expectTidy(work);
  });

  test('an input that goes away while the run goes on fails its step', async () => {
    const work = fresh();
    work.fs.edit('/w/data/b.csv', 'late');
    work.work.set('ingest', (request, inputs) => {
      work.fs.remove('/w/data/b.csv');
      return usualWork(request.task, inputs);
    });
    const tasks = [recipe()[0] as Task, fakeTask({ name: 'join', reads: ['ingest out.txt', 'data/b.csv'] })];
    const outcome = await work.run(tasks);
    expect([...outcome.failures]).toEqual([['join', { code: 'file-not-found', message: '`data/b.csv` does not exist' }]]);
  });

  test('a store that takes no writes costs a warning, not the run', async () => {
    const work = fresh();
    work.fs.beforeWrite = (operation, path) => {
      if (path.includes('/store/blobs/') && operation === 'rename') throw systemError('ENOSPC', 'rename', path);
    };
    const outcome = await work.run(recipe());
    expect(outcome.status).toBe('ok');
    expect(story(work.events).filter((line) => line.startsWith('train') || line.includes('`train`'))).toEqual([
      'train started never-ran',
      expect.stringMatching(/^warning the result of `train` could not be kept, so the step will run again: ENOSPC: rename /),
      'train ok, not stored',
    ]);
    const shown = work.shown();
    work.fs.beforeWrite = undefined;
    await work.run(recipe());
    expect(work.began).toEqual(all);
    expect(work.shown()).toEqual(shown);
  });

  test('a disk that fills up while a folder comes into view: half of it is never taken for the result', async () => {
    const work = fresh();
    const tasks = [fakeTask({ name: 'train', reads: ['data/a.csv'], outputs: ['model'] })];
    work.work.set('train', () => ({ 'model/MLmodel': 'yaml', 'model/trees.bin': 'bits' }));
    work.fs.beforeWrite = (operation, path) => {
      if (operation === 'setMode' && path.endsWith('outputs/train/model/MLmodel')) throw systemError('ENOSPC', 'chmod', path);
    };
    expect([...(await work.run(tasks)).failures.values()]).toEqual([
      { code: 'step-failed', message: "`train` could not run to its end: ENOSPC: chmod '/w/.recipe/outputs/train/model/MLmodel'" },
    ]);
    work.fs.beforeWrite = undefined;
    await work.run(tasks);
    // It was kept before it came into view.
    expect(story(work.events)).toEqual(['run', 'train restore']);
    expect(work.shown()).toMatchObject({ 'train/model/MLmodel': 'yaml', 'train/model/trees.bin': 'bits' });
  });

  test('a full disk fails the step and names the cause', async () => {
    const work = fresh();
    work.fs.beforeWrite = (_operation, path) => {
      if (path.startsWith('/w/.recipe/outputs/train')) throw systemError('ENOSPC', 'mkdir', path);
    };
    const outcome = await work.run(recipe());
    expect([...outcome.failures]).toEqual([
      ['train', { code: 'step-failed', message: "`train` could not run to its end: ENOSPC: mkdir '/w/.recipe/outputs/train'" }],
    ]);
    expect(outcome.blocked).toEqual(['evaluate']);
  });

  test('an error of ours goes up, after everything that was running has ended', async () => {
    const work = fresh();
    work.work.set('train', () => {
      throw new RangeError('a bug');
    });
    await expect(work.run(recipe())).rejects.toThrow('a bug');
    expectTidy(work);
  });
});

describe('parallel steps and interruption', () => {
  const wide = [
    fakeTask({ name: 'a' }),
    fakeTask({ name: 'b' }),
    fakeTask({ name: 'c' }),
    fakeTask({ name: 'z', reads: ['a out.txt', 'c out.txt'] }),
  ];

  test('independent steps run side by side, up to the limit', async () => {
    const work = fresh();
    const gates = new Map(['a', 'b', 'c'].map((name) => [name, gate()]));
    for (const [name, { opened }] of gates) work.hold.set(name, opened);
    const running = work.run(wide, { concurrency: 2 });
    await until(() => work.began.length === 2);
    expect(work.began).toEqual(['a', 'b']);
    gates.get('b')?.open();
    await until(() => work.began.length === 3);
    expect(work.began).toEqual(['a', 'b', 'c']);
    gates.get('c')?.open();
    gates.get('a')?.open();
    expect((await running).executed).toEqual(['a', 'b', 'c', 'z']);
  });

  test('an abort ends what runs, starts nothing more, and keeps what was finished', async () => {
    const work = fresh();
    const controller = new AbortController();
    work.work.set('b', () => {
      controller.abort();
      return { ok: false, failure: { code: 'step-failed', message: 'killed' } };
    });
    const outcome = await work.run(wide, { concurrency: 1, signal: controller.signal });
    expect(outcome).toMatchObject({ status: 'interrupted', executed: ['a', 'b'], blocked: [] });
    expect(outcome.failures.size).toBe(0);
    expect(story(work.events)).toEqual(['run', 'a started never-ran', 'a ok', 'b started never-ran', 'b interrupted']);
    expectTidy(work);
    work.work.clear();
    await work.run(wide);
    expect(work.began).toEqual(['b', 'c', 'z']);
  });

  test('an executor that throws because of the abort is no bug', async () => {
    const work = fresh();
    const controller = new AbortController();
    work.work.set('a', () => {
      controller.abort();
      throw new Error('aborted');
    });
    expect((await work.run(wide, { concurrency: 1, signal: controller.signal })).status).toBe('interrupted');
  });
});

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Let promises settle until the claim holds. No time passes. */
async function until(claim: () => boolean): Promise<void> {
  for (let turn = 0; !claim(); turn++) {
    if (turn > 10_000) throw new Error('it did not come to that');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
