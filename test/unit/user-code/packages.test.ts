import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprint } from '../../../src/user-code/fingerprint.ts';
import { installedVersion, packageNameOf } from '../../../src/user-code/packages.ts';
import { areUnchanged } from '../../../src/user-code/sources.ts';
import { TestProject } from './project.ts';

it.each([
  ['lodash', 'lodash'],
  ['lodash/fp', 'lodash'],
  ['@scope/name', '@scope/name'],
  ['@scope/name/deep/file.js', '@scope/name'],
  ['mlrecipe/steps', 'mlrecipe'],
  ['./file.ts', undefined],
  ['../file.ts', undefined],
  ['/abs/file.ts', undefined],
  ['#alias', undefined],
  ['fs', undefined],
  ['fs/promises', undefined],
  ['node:test', undefined],
  ['https://example.org/x.js', undefined],
])('the package of %s is %s', (specifier, name) => {
  expect(packageNameOf(specifier)).toBe(name);
});

it('versions are those that Node would find: the nearest, upwards, and the project by its own name', () => {
  const made = new TestProject({ 'package.json': '{"name":"my-project","version":"3.0.0"}', 'inner/package.json': '{}' });
  made.install('a', '1.0.0');
  made.write({ 'inner/node_modules/a/package.json': '{"version":"2.0.0"}' });
  expect(installedVersion(made.root, 'a')).toBe('1.0.0');
  expect(installedVersion(join(made.root, 'inner'), 'a')).toBe('2.0.0');
  expect(installedVersion(join(made.root, 'inner'), 'b')).toBeNull();
  expect(installedVersion(made.root, 'my-project')).toBe('3.0.0');
});

it('sources count as changed when their content differs or they are gone', async () => {
  const made = new TestProject({ 'steps/train.ts': 'export const a = 1;' });
  const built = await fingerprint(made.options('steps/train.ts'));
  if (!built.ok) expect.fail('it should compile');
  expect(areUnchanged(made.root, built.value.inputs)).toBe(true);
  writeFileSync(join(made.root, 'steps/train.ts'), 'export const a = 2;');
  expect(areUnchanged(made.root, built.value.inputs)).toBe(false);
  expect(areUnchanged(join(made.root, 'elsewhere'), built.value.inputs)).toBe(false);
});
