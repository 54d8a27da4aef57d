import { expect, test } from 'vitest';
import { comparePlan } from '../../../src/engine/compare-plan.ts';
import type { Task } from '../../../src/engine/task.ts';
import { fakeTask, rig } from '../../support/fake-task.ts';

const recipe = (ratio = 0.75, depth = 6): readonly Task[] => [
  fakeTask({ name: 'ingest', reads: ['data/a.csv'] }),
  fakeTask({ name: 'split', reads: ['ingest out.txt'], params: { ratio } }),
  fakeTask({ name: 'train', reads: ['split out.txt'], params: { depth } }),
  fakeTask({ name: 'evaluate', reads: ['train out.txt'] }),
];

test('tells what differs from an earlier run, whatever is stored', async () => {
  const work = rig();
  work.fs.edit('/w/data/a.csv', 'a,b');
  const { entries } = await work.run(recipe());
  const earlier = new Map([...entries].map(([name, entry]) => [name, entry.fields]));
  await work.run(recipe(0.75, 9));
  // Known, and different from the earlier run all the same.
  expect(comparePlan(await work.plan(recipe(0.75, 9)), earlier)).toEqual([
    { name: 'ingest', state: 'same', reasons: [] },
    { name: 'split', state: 'same', reasons: [] },
    { name: 'train', state: 'changed', reasons: [{ kind: 'params-changed', changes: [{ path: 'depth', old: 6, new: 9 }] }] },
    { name: 'evaluate', state: 'changed', reasons: [{ kind: 'input-changed', changes: [{ path: 'train out.txt' }] }] },
  ]);
  expect(comparePlan(await work.plan([...recipe(0.8, 9).slice(0, 3), fakeTask({ name: 'audit' })]), earlier)).toEqual([
    { name: 'audit', state: 'added', reasons: [] },
    { name: 'ingest', state: 'same', reasons: [] },
    { name: 'split', state: 'changed', reasons: [{ kind: 'params-changed', changes: [{ path: 'ratio', old: 0.75, new: 0.8 }] }] },
    { name: 'train', state: 'unknown', reasons: [{ kind: 'params-changed', changes: [{ path: 'depth', old: 6, new: 9 }] }] },
    { name: 'evaluate', state: 'removed', reasons: [] },
  ]);
});
