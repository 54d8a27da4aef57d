/** No telemetry, no request that the recipe does not name: a run in which every socket is refused succeeds, and none was tried. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
afterEach(() => rig.remove());

test('command and worker open no socket', async () => {
  rig = new RecipeRig(regressionProject());
  const tried = join(rig.root, 'tried.txt');
  rig.write(
    'refuse-sockets.mjs',
    `import { appendFileSync } from 'node:fs';
import dns from 'node:dns';
import net from 'node:net';
const refuse = (what) => function () {
  appendFileSync(${JSON.stringify(tried)}, process.pid + ' ' + what + '\\n');
  throw new Error('sockets are forbidden here');
};
appendFileSync(${JSON.stringify(tried)}, process.pid + ' watched\\n');
net.Socket.prototype.connect = refuse('connect');
dns.lookup = refuse('lookup');
globalThis.fetch = refuse('fetch');
`,
  );
  const { exitCode, stderr } = await rig.run(['run'], {}, ['--import', join(rig.root, 'refuse-sockets.mjs')]);
  expect(exitCode, stderr).toBe(0);
  const lines = readFileSync(tried, 'utf8').trim().split('\n');
  expect(lines.filter((line) => !line.endsWith('watched'))).toEqual([]);
  // The command and at least one worker were watched.
  expect(lines.length).toBeGreaterThanOrEqual(2);

  // A server that is named is asked when that is wanted, and only then.
  const validate = async (args: readonly string[]): Promise<readonly string[]> => {
    rig.write('tried.txt', '');
    await rig.run(['validate', '--set', 'experiment.tracking_uri=http://127.0.0.1:9', ...args], {}, [
      '--import',
      join(rig.root, 'refuse-sockets.mjs'),
    ]);
    return readFileSync(tried, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\d+ /, ''));
  };
  expect(await validate([])).toEqual(['watched']);
  expect(await validate(['--online'])).toEqual(['watched', 'connect']);
});
