/** The packed package in folders of its own, outside the repository: init, npm install, run, test. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareEnvironment, command, REPOSITORY } from '../support/recipe-rig.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlrecipe packed '));
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], REPOSITORY);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  await npm(['init', '-y'], folder);
  await npm(['install', '--ignore-scripts', `./${tarball}`], folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await command('npm', args, {
    cwd,
    env: { ...bareEnvironment(), npm_config_fund: 'false', npm_config_audit: 'false' },
  });
  if (exitCode !== 0) throw new Error(`npm ${args.join(' ')} ended with ${exitCode}:\n${stdout}\n${stderr}`);
  return stdout;
}

test.each(['regression', 'classification'])(
  'a new %s project installs, runs, runs again for free and passes its tests',
  async (template) => {
    const project = join(folder, `my-${template}`);
    await npm(['exec', '--', 'mlrecipe', 'init', project, '--template', template], folder);
    // npm leaves some names that begin with a dot out of packages.
    const dotted = ['.github/workflows/recipe.yml', '.gitignore', '.vscode/launch.json'];
    expect(dotted.filter((path) => !existsSync(join(project, path)))).toEqual([]);
    await npm(['install'], project);
    await npm(['exec', '--', 'tsc'], project);
    const first = await npm(['exec', '--', 'recipe', 'run'], project);
    expect(first).toContain('VALIDATED');
    const second = await npm(['exec', '--', 'recipe', 'run'], project);
    expect(second).toContain('nothing to run');
    const { exitCode, stdout } = await command('npm', ['test'], { cwd: project, env: bareEnvironment() });
    expect(stdout).toContain('2 passed');
    expect(exitCode).toBe(0);
  },
);

test('the package holds what it needs and no sources, tests or data', async () => {
  const files = readdirSync(join(folder, 'node_modules/mlrecipe')).sort();
  expect(files).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schema']);
});
