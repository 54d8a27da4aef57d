import { beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import { listResults, removeResults, selectResults, storedBytes, verifyStore } from '../../../src/store/inventory.ts';
import { listPins, pinEntries, pinnedKeys, unpin } from '../../../src/store/pins.ts';
import { fakeTask, named, type Rig, rig } from '../../support/fake-task.ts';

let work: Rig;
beforeEach(async () => {
  work = rig();
  for (const depth of [1, 2]) await work.run([fakeTask({ name: 'train', params: { depth } }), fakeTask({ name: 'eval' })]);
});
const list = () => listResults(work.store(), pinnedKeys(listPins(work.store())));
const firstOf = (folder: string): string => `/w/.recipe/store/${folder}/${Object.keys(work.fs.files(`/w/.recipe/store/${folder}`))[0]}`;

describe('the list', () => {
  test('is by task, the most recently used first, and says what is in view and what is pinned', () => {
    const older = list()[2];
    pinEntries(work.store(), 'v1', [older?.key ?? sha256Hex('none')]);
    expect(list().map(({ task, isCurrent, isPinned, bytes }) => [task, isCurrent, isPinned, bytes])).toEqual([
      ['eval', true, false, 56],
      ['train', true, false, 66],
      ['train', false, true, 66],
    ]);
    expect(storedBytes(work.store())).toBe(56 + 66 + 66 - 'log of train'.length);
  });

  test('selects by task and by the beginning of a key', () => {
    const [first] = list();
    expect(selectResults(list(), { task: named('train') })).toHaveLength(2);
    expect(selectResults(list(), { key: first?.key.slice(0, 10) ?? '' })).toEqual([first]);
    expect(selectResults(list(), { task: named('train'), key: first?.key ?? '' })).toEqual([]);
  });

  test('removed results run again; what is in view stays', async () => {
    removeResults(work.store(), selectResults(list(), { task: named('eval') }));
    expect(list().map(({ task }) => task)).toEqual(['train', 'train']);
    expect(Object.keys(work.shown())).toContain('eval/out.txt');
    const plan = await work.plan([fakeTask({ name: 'eval' })]);
    expect(plan.tasks[0]?.reasons).toEqual([{ kind: 'output-missing', output: 'out.txt', detail: 'no stored entry holds it' }]);
  });
});

describe('verify', () => {
  test('a sound store', async () => {
    expect(await verifyStore(work.store())).toEqual({ entries: 3, blobs: 5, bytes: 176, badEntries: [], badBlobs: [], missing: [] });
  });

  test('a flipped byte, a cut entry and a missing blob are told, and what is bad is set aside', async () => {
    const blob = firstOf('blobs');
    const bytes = work.fs.readFile(blob);
    work.fs.writeFile(blob, bytes.with(0, (bytes[0] ?? 0) ^ 1));
    const entry = firstOf('entries');
    work.fs.writeFile(entry, work.fs.readFile(entry).slice(0, -1));
    const report = await verifyStore(work.store());
    expect(report.badBlobs).toEqual([blob.slice(-64)]);
    expect(report.badEntries).toEqual([entry.slice(-69, -5)]);
    expect(report.missing.length).toBeGreaterThan(0);
    expect(work.fs.readFolder('/w/.recipe/store/quarantine')).toEqual([`blob-${blob.slice(-64)}`, `entry-${entry.slice(-69)}`]);
    expect(await verifyStore(work.store())).toMatchObject({ badBlobs: [], badEntries: [] });
  });
});

describe('pins', () => {
  test('there and back', () => {
    const key = sha256Hex('k');
    const pin = pinEntries(work.store(), 'v1', [key, key]);
    expect(pin).toEqual({ name: 'v1', keys: [key], since: work.clock.now() });
    expect(listPins(work.store())).toEqual([pin]);
    expect([unpin(work.store(), 'v1'), unpin(work.store(), 'v1'), unpin(work.store(), '../sequence')]).toEqual([true, false, false]);
    expect(listPins(work.store())).toEqual([]);
  });

  test.each(['', 'a/b', '..', 'con', 'LPT1.x', 'a:b', 'dot.'])('%j is no name', (name) => {
    expect(() => pinEntries(work.store(), name, [])).toThrow(
      `\`${name}\` cannot be the name of a pin: it must be a file name on every system`,
    );
  });

  test('a damaged one is told, not guessed', () => {
    pinEntries(work.store(), 'v1', [sha256Hex('k')]);
    work.fs.edit('/w/.recipe/store/pins/v1.json', '{}');
    expect(() => listPins(work.store())).toThrow('the pin `v1` cannot be read; pin the results again or remove the pin');
  });
});
