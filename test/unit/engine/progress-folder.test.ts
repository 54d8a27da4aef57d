import { expect, test } from 'vitest';
import { collectGarbage } from '../../../src/store/collect.ts';
import { fakeTask, named, type Rig, rig, usualWork } from '../../support/fake-task.ts';

const DAY = 24 * 60 * 60 * 1000;
const tasks = [fakeTask({ name: 'train' }), fakeTask({ name: 'train.more', params: { epochs: 3 } })];
const kept = (work: Rig): readonly string[] => work.fs.readFolder('/w/.recipe/store/progress').map((name) => name.slice(0, -65));

/** Each execution adds a letter; `fails` says until which length it fails. */
function growing(work: Rig, fails: number): string[] {
  const seen: string[] = [];
  work.work.set('train', (request, inputs) => {
    const folder = request.progressFolder as string;
    const before = work.fs.stat(`${folder}/a`) === undefined ? '' : work.fs.text(`${folder}/a`);
    seen.push(before);
    work.fs.makeFolder(folder);
    work.fs.writeFile(`${folder}/a`, Buffer.from(`${before}x`));
    return seen.length <= fails ? { ok: false, failure: { code: 'step-failed', message: 'no' } } : usualWork(request.task, inputs);
  });
  return seen;
}

test('what a failed execution left is found by the next one of the same key, and goes when that succeeds', async () => {
  const work = rig();
  const seen = growing(work, 2);
  for (const expected of [['train'], ['train'], []]) {
    await work.run(tasks);
    expect(kept(work)).toEqual(expected);
  }
  expect(seen).toEqual(['', 'x', 'xx']);
});

test('another key and a forced execution find nothing', async () => {
  const work = rig();
  const seen = growing(work, 3);
  await work.run(tasks);
  await work.run([fakeTask({ name: 'train', params: { trees: 2 } })]);
  await work.run(tasks, { force: [named('train')] });
  await work.run(tasks, { cache: 'off' });
  expect(seen).toEqual(['', '', '', '']);
});

test('goes with the results of its step, and by age', async () => {
  const work = rig();
  growing(work, 9);
  await work.run(tasks);
  work.store().clean({ task: named('train.more') });
  expect(kept(work)).toEqual(['train']);
  const collect = (dryRun: boolean) =>
    collectGarbage({ store: work.store(), pins: new Set(), clock: work.clock, olderThanMs: 30 * DAY, dryRun });
  collect(false);
  expect(kept(work)).toEqual(['train']);
  work.clock.advance(31 * DAY);
  collect(true);
  expect(kept(work)).toEqual(['train']);
  collect(false);
  expect(kept(work)).toEqual([]);

  await work.run(tasks);
  work.store().clean({ task: named('train') });
  expect(kept(work)).toEqual([]);
});
