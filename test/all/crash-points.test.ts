/**
 * Stopped at any change of the disk, the next run gives what a clean run gives: with the real store on
 * a real disk, once through a file system that stops in this process, once with processes that
 * are killed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { bundleSupport } from '../support/bundle.ts';
import { crashingFileSystem, Killed } from '../support/crashing-file-system.ts';
import { faultsOf, filesBelow, prepareDisk, runOnDisk } from '../support/disk-rig.ts';

/** What ran before, and what is killed. */
const SCENES: readonly (readonly [string, readonly number[], number])[] = [
  ['a first run', [], 6],
  ['a run after an edit', [6], 9],
  ['a run that brings back an earlier result', [6, 9], 6],
];

let folder: string;
let child: string;
let count = 0;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlrecipe-crash-')));
  child = bundleSupport('crash-child.ts', folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function prepared(before: readonly number[]): Promise<string> {
  const root = join(folder, `case-${count++}`);
  prepareDisk(root);
  for (const depth of before) await runOnDisk(root, { depth });
  return root;
}

async function cleanOutputs(depth: number): Promise<Readonly<Record<string, string>>> {
  const root = await prepared([depth]);
  return outputsOf(root);
}

const outputsOf = (root: string): Readonly<Record<string, string>> => filesBelow(join(root, 'outputs'));

/** The run after the kill, and the one after that. */
async function expectRecovery(root: string, depth: number, clean: Readonly<Record<string, string>>): Promise<void> {
  expect(faultsOf(join(root, 'store'))).toEqual([]);
  const next = await runOnDisk(root, { depth });
  expect(next).toMatchObject({ status: 'ok', warnings: [] });
  expect(outputsOf(root)).toEqual(clean);
  expect(faultsOf(join(root, 'store'))).toEqual([]);
  expect((await runOnDisk(root, { depth })).executed).toEqual([]);
  expect(outputsOf(root)).toEqual(clean);
  rmSync(root, { recursive: true, force: true });
}

describe.each(SCENES)('%s', (_what, before, depth) => {
  test.each([false, true])('stopped at each change of the disk, torn: %s', async (isTorn) => {
    const clean = await cleanOutputs(depth);
    let change = 1;
    for (; ; change++) {
      const root = await prepared(before);
      const crashing = crashingFileSystem(nodeFileSystem, { change, isTorn });
      const end = await runOnDisk(root, { depth, fs: crashing.fs }).then(
        () => 'lived',
        (error: unknown) => error,
      );
      if (end === 'lived') break;
      expect(end).toBeInstanceOf(Killed);
      await expectRecovery(root, depth, clean);
    }
    // It must have stopped somewhere.
    expect(change).toBeGreaterThan(15);
  });

  test('killed with SIGKILL at each call that changes the disk', async () => {
    const clean = await cleanOutputs(depth);
    const run = async (at: number) => {
      const root = await prepared(before);
      const { signal, stdout, stderr } = spawnSync(process.execPath, [child, root, `${depth}`, `${at}`], { encoding: 'utf8' });
      expect(stderr).toBe('');
      return { root, signal, stdout };
    };
    const total = Number(/^ok (\d+)\n$/.exec((await run(0)).stdout)?.[1]);
    expect(total).toBeGreaterThan(15);
    for (let at = 1; at <= total; at++) {
      const { root, signal } = await run(at);
      expect([at, signal]).toEqual([at, 'SIGKILL']);
      await expectRecovery(root, depth, clean);
    }
  });
});
