/** Two processes on the steps of one workspace: of one step each, and of the same. What they wait for, the test decides. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundleSupport } from '../support/bundle.ts';
import { faultsOf, filesBelow, prepareDisk } from '../support/disk-rig.ts';

let folder: string;
let program: string;
let root: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlrecipe-two-')));
  program = bundleSupport('step-child.ts', folder);
});
beforeEach(() => {
  root = mkdtempSync(join(folder, 'w-'));
  prepareDisk(root);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  readonly pid: number;
  readonly said: () => string;
  readonly ended: Promise<unknown>;
  kill(): void;
}

function start(task: string): Step {
  const child = spawn(process.execPath, [program, root, task], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { pid: child.pid as number, said: () => said, ended, kill: () => void child.kill('SIGKILL') };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const began = (): readonly string[] => readdirSync(root).filter((name) => name.startsWith('began-'));
const go = (): void => writeFileSync(join(root, 'go'), '');

test('different steps go on side by side', async () => {
  const [one, two] = [start('a'), start('b')];
  // Neither may end before both have begun.
  await until(() => began().length === 2);
  go();
  await Promise.all([one.ended, two.ended]);
  expect([one.said(), two.said()]).toEqual(['ok: executed a; reused \n', 'ok: executed b; reused \n']);
  expect(filesBelow(join(root, 'outputs'))).toEqual({ 'a/out.txt': 'made by a', 'b/out.txt': 'made by b' });
  expect(faultsOf(join(root, 'store'))).toEqual([]);
});

test('the same step is executed once, and whoever waits says for whom', async () => {
  const one = start('a');
  await until(() => began().length === 1);
  const two = start('a');
  await until(() => two.said() !== '');
  expect(two.said()).toBe(`waits for a of ${one.pid}\n`);
  go();
  await Promise.all([one.ended, two.ended]);
  expect(one.said()).toBe('ok: executed a; reused \n');
  expect(two.said()).toBe(`waits for a of ${one.pid}\nok: executed ; reused a\n`);
  expect(began()).toEqual([`began-a-${one.pid}`]);
});

test('when the one that works is killed, the one that waits takes its place without help', async () => {
  const one = start('a');
  await until(() => began().length === 1);
  const two = start('a');
  await until(() => two.said() !== '');
  one.kill();
  await until(() => began().length === 2);
  go();
  await two.ended;
  expect(two.said()).toBe(`waits for a of ${one.pid}\nok: executed a; reused \n`);
  expect(filesBelow(join(root, 'outputs'))).toEqual({ 'a/out.txt': 'made by a' });
  expect(readdirSync(join(root, 'store/locks'))).toEqual([]);
  expect(faultsOf(join(root, 'store'))).toEqual([]);
});
