/** `run --watch` by the real command: a change runs what it has made stale, a mistake is told and outlived. */
import { type ChildProcess, spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
let child: ChildProcess;
let said = '';
let read = 0;

beforeEach(() => {
  rig = new RecipeRig(regressionProject());
  said = '';
  read = 0;
  child = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'run', '--watch', '--step', 'evaluate'], {
    cwd: rig.root,
    env: bareEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  rig.remove();
});

/** What was said since the last time, up to and with this text. */
async function until(text: string): Promise<string> {
  for (;;) {
    const at = said.indexOf(text, read);
    if (at >= 0) {
      const part = said.slice(read, at + text.length);
      read = at + text.length;
      return part;
    }
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before ${JSON.stringify(text)}:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const IDLE = 'Ctrl-C ends\n';

test('edits run what they make stale; mistakes are told; what does not count runs nothing', async () => {
  expect(await until(IDLE)).toMatch(/✓ evaluate {4}run/);

  // Saved as many editors do it: written beside, then renamed.
  rig.write('steps/numbers.json.new', '{ "trees": 12 }\n');
  renameSync(join(rig.root, 'steps/numbers.json.new'), join(rig.root, 'steps/numbers.json'));
  const trained = await until(IDLE);
  expect(trained).toMatch(/^steps\/numbers\.json changed$/m);
  expect(trained).toMatch(/transform {3}fresh[\s\S]*✓ train {7}run/);

  const recipe = rig.read('recipe.yaml');
  rig.write('recipe.yaml', recipe.replace('target_col:', 'traget_col:'));
  expect(await until(IDLE)).toContain('did you mean `target_col`?');
  rig.write('recipe.yaml', `# a comment\n${recipe}`);
  expect(await until(IDLE)).toMatch(/recipe\.yaml changed[\s\S]*✓ train {7}fresh/);

  // The same bytes, and files of ours: nothing follows, and the next true change is the next thing said.
  rig.write('steps/numbers.json', '{ "trees": 12 }\n');
  rig.write('.recipe/note', 'x');
  rig.edit('data/houses.csv', '\n', '\n');
  rig.write('steps/numbers.json', '{ "trees": 30 }\n');
  const next = await until(IDLE);
  // The two streams may arrive in either order; what matters is that one change was told, and only that one.
  expect(next.match(/^.*changed$/gm)).toEqual(['steps/numbers.json changed']);

  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.once('exit', (code) => resolve(code)))).toBe(0);
});

test('a change during a run stops it and begins anew', async () => {
  await until(IDLE);
  const train = rig.read('steps/train.ts');
  rig.write('steps/train.ts', "export const estimator_fn = () => { console.log('turning'); for (;;); };\n");
  await until('steps/train.ts changed');
  await until('split');
  rig.write('steps/train.ts', train);
  await until('steps/train.ts changed');
  expect(await until(IDLE)).toMatch(/✓ evaluate {4}(?:run|fresh)/);
});
