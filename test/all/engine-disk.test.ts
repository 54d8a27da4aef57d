/**
 * The engine on real disks: times that lie, edits that hide, files that change under a step, disks that are full,
 * read-only or several. Nothing here is faked but the clock.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileSystem } from '../../src/engine/ports.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { type DiskOutcome, type DiskRun, faultsOf, filesBelow, prepareDisk, put, runOnDisk } from '../support/disk-rig.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

let folder: string;
let root: string;
let data: string;
const mounts: string[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlrecipe-disk-')));
  root = join(folder, 'w');
  data = join(root, 'data/a.csv');
  prepareDisk(root);
});
afterEach(() => {
  for (const mount of mounts.splice(0)) execFileSync('umount', [mount]);
  rmSync(folder, { recursive: true, force: true });
});

/** A clock that is off by so much. */
const off = (ms: number) => ({ now: () => Date.now() + ms });
const run = (options: Partial<DiskRun> = {}): Promise<DiskOutcome> => runOnDisk(root, { depth: 6, ...options });
const shown = (): Readonly<Record<string, string>> => filesBelow(join(root, 'outputs'));
const names = (outcome: DiskOutcome): readonly string[] => [...outcome.executed];

/** What a run shows of the data as they are now, in a folder where nothing was before. */
async function clean(depth = 6): Promise<Readonly<Record<string, string>>> {
  const fresh = mkdtempSync(join(folder, 'clean-'));
  prepareDisk(fresh);
  writeFileSync(join(fresh, 'data/a.csv'), readFileSync(data));
  await runOnDisk(fresh, { depth });
  return filesBelow(join(fresh, 'outputs'));
}

/** Other bytes of the same length in the same file, with the same time of modification to the nanosecond, as `touch -r` restores it. */
function editUnseen(path: string, text: string): void {
  const before = statSync(path, { bigint: true });
  const reference = join(folder, 'reference');
  writeFileSync(reference, '');
  execFileSync('touch', ['-r', path, reference]);
  // File systems count in ticks of some milliseconds, and no tool edits a file twice within one.
  for (let now = before; now.ctimeNs === before.ctimeNs; now = statSync(path, { bigint: true })) {
    writeFileSync(path, text);
    execFileSync('touch', ['-r', reference, path]);
  }
  const after = statSync(path, { bigint: true });
  expect([after.size, after.ino, after.mtimeNs]).toEqual([before.size, before.ino, before.mtimeNs]);
}

function setTime(path: string, ms: number): void {
  utimesSync(path, Math.floor(ms) / 1000, Math.floor(ms) / 1000);
}

function countingHashes(): { readonly fs: FileSystem; readonly hashed: string[] } {
  const hashed: string[] = [];
  const fs: FileSystem = {
    ...nodeFileSystem,
    hashFile(path) {
      hashed.push(path);
      return nodeFileSystem.hashFile(path);
    },
  };
  return { fs, hashed };
}

describe('times that lie', () => {
  test.each([
    ['an hour old', -HOUR],
    ['before 1970', -100 * 365 * DAY],
    ['a day in the future', DAY],
  ])('data whose time of modification is %s: an edit that restores size and time is seen', async (_what, age) => {
    setTime(data, Date.now() + age);
    // So late that the change time is no longer young.
    const clock = off(10_000);
    await run({ clock });
    const { fs, hashed } = countingHashes();
    expect(names(await run({ clock, fs }))).toEqual([]);
    // A time to come is never believed; any other is, so that unchanged data are not read.
    expect(hashed.includes(data)).toBe(age > 0);
    editUnseen(data, 'a,b\n3,4\n');
    expect(names(await run({ clock }))).toEqual(['split', 'train']);
    expect(shown()).toEqual(await clean());
  });

  test('another file of the same size and time, renamed into place, is seen', async () => {
    setTime(data, Date.now() - HOUR);
    await run({ clock: off(10_000) });
    const other = join(root, 'data/b.csv');
    writeFileSync(other, 'a,b\n3,4\n');
    setTime(other, Number(statSync(data).mtimeMs));
    renameSync(other, data);
    expect(names(await run({ clock: off(10_000) }))).toEqual(['split', 'train']);
    expect(shown()).toEqual(await clean());
  });

  test('an edited output of the same size and time is brought back', async () => {
    await run();
    const before = shown();
    editUnseen(join(root, 'outputs/split/train.txt'), before['split/train.txt']?.replace('1,2', '9,9') ?? '');
    expect(names(await run())).toEqual([]);
    expect(shown()).toEqual(before);
  });

  test('a clock that is set forth and back between runs: every edit is seen, and nothing else runs', async () => {
    for (const [index, ms] of [DAY, 0, -DAY, HOUR, -HOUR, 10_000, -400 * DAY, 400 * DAY, 0].entries()) {
      const clock = off(ms);
      editUnseen(data, `a,b\n${index},5\n`);
      expect(names(await run({ clock }))).toEqual(['split', 'train']);
      expect(shown()).toEqual(await clean());
      expect((await run({ clock: off(-ms) })).executed).toEqual([]);
      editUnseen(join(root, 'outputs/train/model/MLmodel'), 'depth X');
      expect(await run({ clock })).toMatchObject({ executed: [], warnings: [] });
      expect(shown()).toEqual(await clean());
      expect(faultsOf(join(root, 'store'))).toEqual([]);
    }
  });
});

describe('what changes while its step runs', () => {
  test.each<[string, () => void]>([
    ['edited', () => writeFileSync(data, 'a,b\n7,8\n')],
    ['edited with its size and time kept', () => editUnseen(data, 'a,b\n7,8\n')],
    [
      'replaced, and put back as it was',
      () => {
        editUnseen(data, 'a,b\n7,8\n');
        editUnseen(data, 'a,b\n1,2\n');
      },
    ],
    ['removed', () => rmSync(data)],
  ])('data %s: used now, named, not kept, and the step runs again', async (_what, act) => {
    setTime(data, Date.now() - HOUR);
    const before = readFileSync(data);
    let isFirst = true;
    const handlers: DiskRun['handlers'] = {
      async split({ inputs, staging }) {
        const text = readFileSync(inputs['rows'] as string, 'utf8');
        if (isFirst) act();
        isFirst = false;
        put(staging, 'train.txt', `train of ${text}`);
        put(staging, 'test.txt', `test of ${text}`);
        put(staging, 'step.log', 'did split\n');
        return { ok: true, result: { summary: 'split' }, attachments: ['step.log'] };
      },
    };
    const clock = off(10_000);
    const outcome = await run({ handlers, clock });
    expect(outcome).toMatchObject({
      status: 'ok',
      executed: ['split', 'train'],
      warnings: ['`data/a.csv` changed while `split` ran; the result is used now and not kept, so the step will run again'],
    });
    expect(shown()['split/train.txt']).toBe(`train of ${before}`);
    expect(JSON.stringify(filesBelow(join(root, 'store/entries')))).not.toContain('split/');
    if (_what === 'removed') writeFileSync(data, before);
    expect(names(await run({ handlers, clock }))).toContain('split');
    expect(shown()).toEqual(await clean());
    expect((await run({ handlers, clock })).executed).toEqual([]);
  });

  test('code of the user, in the real command', async () => {
    const rig = new RecipeRig({
      ...regressionProject(),
      'steps/train.ts': `import { existsSync, writeFileSync } from 'node:fs';
import { gradientBoosting } from 'mlrecipe';
import { TREES } from './settings.ts';

export function estimator_fn() {
  // An editor saves while the step runs, once.
  if (!existsSync('saved')) {
    writeFileSync('saved', '');
    writeFileSync('steps/numbers.json', '{ "trees": 31 }\\n');
  }
  return gradientBoosting({ n_estimators: TREES, learning_rate: 0.1 });
}
`,
    });
    try {
      const first = await rig.events([]);
      expect(first.finished).toMatchObject({ status: 'ok' });
      expect(JSON.stringify(first.events)).toContain('`steps/train.ts` changed while `train` ran; the result is used now and not kept');
      expect((await rig.plan())['train']).toBe('run');
      const second = await rig.events([]);
      expect(second.finished.executed).toEqual(['train', 'evaluate', 'register']);
      expect(second.finished.metrics).not.toEqual(first.finished.metrics);
      expect((await rig.events([])).finished.executed).toEqual([]);
    } finally {
      rig.remove();
    }
  });
});

/** A disk of its own, of this size. Needs the rights of root, which CI has. */
function mountDisk(path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'mlrecipe-test', path]);
  mounts.push(path);
}
const remount = (path: string, options: string): void => void execFileSync('mount', ['-o', `remount,${options}`, path]);

/** Half of the files are larger than a page, so that they do not all fit at once. */
const LARGE: DiskRun['handlers'] = {
  async train({ inputs, staging }) {
    const text = readFileSync(inputs['rows'] as string, 'utf8');
    put(staging, 'model/MLmodel', 'yaml');
    put(staging, 'model/data/trees.bin', text.repeat(2000));
    put(staging, 'step.log', 'did train\n');
    return { ok: true, result: { summary: 'train' }, attachments: ['step.log'] };
  },
};

describe.skipIf(process.getuid?.() !== 0)('disks of their own (as root)', () => {
  test('full at any point: the run ends well or names the cause, and with more room everything is right', async () => {
    const ends = new Set<string>();
    for (let pages = 6; pages <= 40; pages += 2) {
      root = join(folder, `full-${pages}`);
      mountDisk(root, `${4 * pages}k`);
      data = join(root, 'data/a.csv');
      prepareDisk(root);
      const outcome = await run({ handlers: LARGE });
      const told = [...outcome.warnings, ...[...outcome.failures.values()].map(({ message }) => message)].join('\n');
      ends.add(outcome.warnings.length > 0 ? `${outcome.status}, told` : outcome.status);
      if (outcome.status !== 'ok' || outcome.warnings.length > 0) expect(told).toContain('ENOSPC');
      expect(faultsOf(join(root, 'store'))).toEqual([]);

      remount(root, 'size=8m');
      expect(await run({ handlers: LARGE })).toMatchObject({ status: 'ok', warnings: [] });
      expect(shown()['train/model/data/trees.bin']).toBe(shown()['split/train.txt']?.repeat(2000));
      expect(faultsOf(join(root, 'store'))).toEqual([]);
      expect((await run({ handlers: LARGE })).executed).toEqual([]);
    }
    // Too small for a step, large enough for a step and not for its copy in the store, and large enough.
    expect([...ends]).toEqual(expect.arrayContaining(['failed', 'ok, told', 'ok']));
  });

  test('read-only: what is there is used, a step that must run says why it cannot', async () => {
    root = join(folder, 'read-only');
    mountDisk(root, '8m');
    data = join(root, 'data/a.csv');
    prepareDisk(root);
    await run();
    const before = shown();
    remount(root, 'ro');
    expect(await run()).toMatchObject({ status: 'ok', executed: [], warnings: [] });
    const refused = await run({ depth: 9 });
    expect(refused.status).toBe('failed');
    expect([...refused.failures.values()].map(({ message }) => message).join()).toContain('EROFS');
    expect(shown()).toEqual(before);
    remount(root, 'rw');
    expect(names(await run({ depth: 9 }))).toEqual(['train']);
    expect(shown()).toEqual(await clean(9));
  });

  test('outputs on another disk than the store: moved, brought back and replaced', async () => {
    const outputs = join(folder, 'elsewhere');
    mountDisk(outputs, '8m');
    expect(() => renameSync(data, join(outputs, 'a.csv'))).toThrow('EXDEV');
    for (const [depth, executed] of [
      [6, ['split', 'train']],
      [9, ['train']],
      [6, []],
      [9, []],
    ] as const) {
      expect(await run({ depth, outputs })).toMatchObject({ status: 'ok', executed, warnings: [] });
      expect(filesBelow(outputs)).toEqual(await clean(depth));
      writeFileSync(join(outputs, 'train/model/MLmodel'), 'mine');
      expect(await run({ depth, outputs })).toMatchObject({ status: 'ok', executed: [], warnings: [] });
      expect(filesBelow(outputs)).toEqual(await clean(depth));
      expect(faultsOf(join(root, 'store'))).toEqual([]);
    }
  });
});
