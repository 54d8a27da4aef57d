/**
 * Another process collects garbage in the same store, over and over, and takes whatever was not used for a moment. No
 * run fails or shows anything wrong, and no entry names bytes for good that are not there.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleSupport } from '../support/bundle.ts';
import { faultsOf, filesBelow, prepareDisk, runOnDisk } from '../support/disk-rig.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlrecipe-garbage-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('garbage is collected by another process all the time, while results are stored and brought back', async () => {
  const depths = [6, 9, 12];
  const expected = new Map<number, Readonly<Record<string, string>>>();
  for (const depth of depths) {
    const fresh = join(folder, `clean-${depth}`);
    prepareDisk(fresh);
    await runOnDisk(fresh, { depth });
    expected.set(depth, filesBelow(join(fresh, 'outputs')));
  }
  const root = join(folder, 'w');
  prepareDisk(root);
  const child = spawn(process.execPath, [bundleSupport('collect-child.ts', folder), root], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  let complaints = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    complaints += part.toString();
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let executed = 0;
  let reused = 0;
  for (let index = 0; index < 300; index++) {
    const depth = depths[(index * 7) % 3] as number;
    const outcome = await runOnDisk(root, { depth });
    expect([outcome.status, outcome.warnings]).toEqual(['ok', []]);
    executed += outcome.executed.length;
    reused += outcome.reused.length;
    expect(filesBelow(join(root, 'outputs'))).toEqual(expected.get(depth));
  }
  child.stdin.end();
  await ended;
  expect(complaints).toBe('');
  const taken = JSON.parse(said) as { readonly rounds: number; readonly entries: number; readonly blobs: number };
  // It did take what was wanted again, and not everything.
  expect(taken.rounds).toBeGreaterThan(20);
  expect(taken.entries).toBeGreaterThan(5);
  expect(executed).toBeGreaterThan(5);
  expect(reused).toBeGreaterThan(300);

  for (const depth of depths) await runOnDisk(root, { depth });
  expect(faultsOf(join(root, 'store'))).toEqual([]);
  for (const depth of depths) expect((await runOnDisk(root, { depth })).executed).toEqual([]);
});
