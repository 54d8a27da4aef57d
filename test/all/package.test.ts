/** The packed package in folders of its own, outside the repository: init, npm install, run, test. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    // With the TypeScript that a new project gets, and the columns of its data.
    await npm(['run', 'typecheck'], project);
    const valid = await npm(['exec', '--', 'recipe', 'validate', '--json'], project);
    expect(JSON.parse(valid)).toMatchObject({ type: 'valid', types: 'checked' });
    writeFileSync(
      join(project, 'steps/misspelt.ts'),
      "import { defineFilter } from 'mlrecipe';\nexport const keep = defineFilter((rows) => [rows.column('prise').data.length > 0]);\n",
    );
    const wrong = await command('npm', ['exec', '--', 'recipe', 'validate'], { cwd: project, env: bareEnvironment() });
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/error\[type-error\]: the data have no column `prise`\n --> steps\/misspelt.ts:2:57/),
    ]);
    rmSync(join(project, 'steps/misspelt.ts'));
    const { exitCode, stdout } = await command('npm', ['test'], { cwd: project, env: bareEnvironment() });
    expect(stdout).toContain('2 passed');
    expect(exitCode).toBe(0);
  },
);

test('the package holds what it needs and no sources, tests or data', async () => {
  const files = readdirSync(join(folder, 'node_modules/mlrecipe')).sort();
  expect(files).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schema']);
});
