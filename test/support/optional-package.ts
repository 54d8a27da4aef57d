/** Packages that only some tests of `npm run test:all` need, as `test/optional` pins them: installed by the test itself, in a folder of its own. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, command, REPOSITORY } from './recipe-rig.ts';

export interface OptionalPackages {
  /** What `require` of a module in the folder gives. */
  readonly require: (name: string) => unknown;
  readonly remove: () => void;
}

/** Of `test/optional/<name>`. Throws where npm fails: a test without its package would be skipped in silence. */
export async function installOptional(name: string): Promise<OptionalPackages> {
  const folder = mkdtempSync(join(tmpdir(), `mlrecipe-${name}-`));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  cpSync(join(REPOSITORY, 'test/optional', name, 'package.json'), join(folder, 'package.json'));
  const { exitCode, stderr } = await command('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: bareEnvironment(),
  });
  if (exitCode !== 0) {
    remove();
    throw new Error(`npm install of test/optional/${name} ended with ${exitCode}:\n${stderr}`);
  }
  return { require: createRequire(join(folder, 'package.json')), remove };
}
