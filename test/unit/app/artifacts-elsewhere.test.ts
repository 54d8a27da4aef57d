/** When a database names folders of another place: by paths alone, and behind links. */
import { mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { artifactsElsewhere, isInside } from '../../../src/app/artifacts-elsewhere.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

const folder = realpathSync(makeTempFolder());
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const here = join(folder, 'copy');
const old = join(folder, 'original');
mkdirSync(here);
mkdirSync(old);
const run = (root: string): string => join(root, 'mlartifacts', '1', '0123456789abcdef', 'artifacts');
const told = (more: Partial<Parameters<typeof artifactsElsewhere>[0]> = {}) =>
  artifactsElsewhere({ root: here, trackingUri: 'sqlite:///mlflow.db', artifactUri: run(old), wanted: undefined, ...more });

test('both paths, the code and the way out are told', () => {
  expect(told()).toEqual({
    code: 'artifacts-elsewhere',
    severity: 'warning',
    message: `the runs are recorded in \`${join(here, 'mlflow.db')}\`, and their artifacts are written to \`${join(old, 'mlartifacts', '1')}\`, outside of this project`,
    hint: 'if the project was copied or moved, give `experiment.name` a new name, whose artifacts will lie here; if the folder is meant, name it in `experiment.artifact_location`',
  });
});

test.each([
  ['a file URL', { artifactUri: pathToFileURL(run(old)).href }],
  ['a sibling whose name begins with that of the project', { artifactUri: run(`${here}-2`) }],
  ['another folder than the one that the recipe names', { wanted: join(folder, 'third') }],
])('%s is told', (_, more) => {
  expect(told(more)?.code).toBe('artifacts-elsewhere');
});

test.each([
  ['artifacts in the project', { artifactUri: run(here) }],
  ['artifacts in the project, relative', { artifactUri: 'mlartifacts/1/0123456789abcdef/artifacts' }],
  ['artifacts in a folder whose name begins with two dots', { artifactUri: run(join(here, '..data')) }],
  ['a database elsewhere', { trackingUri: `sqlite:///${join(folder, 'shared.db')}` }],
  ['a server', { trackingUri: 'http://127.0.0.1:5000' }],
  ['artifacts that a server keeps', { artifactUri: 'mlflow-artifacts:/1/0123456789abcdef/artifacts' }],
  [
    'an address that is no folder here',
    { artifactUri: 'file://host/share/1/0123456789abcdef/artifacts', trackingUri: 'sqlite:///mlflow.db' },
  ],
  ['a folder that the recipe names', { wanted: old }],
  ['a folder that the recipe names, relative', { wanted: '../original' }],
])('%s is nothing to tell', (name, more) => {
  // On Windows that address is a share, and outside.
  if (process.platform === 'win32' && name.startsWith('an address')) return;
  expect(told(more)).toBeUndefined();
});

test.skipIf(process.platform === 'win32')('a project that is reached by a link is one project', () => {
  const link = join(folder, 'link');
  symlinkSync(here, link);
  expect(told({ root: link, artifactUri: run(here) })).toBeUndefined();
  expect(told({ artifactUri: run(link) })).toBeUndefined();
  expect(told({ root: link })?.code).toBe('artifacts-elsewhere');
});

describe('inside', () => {
  test.each([
    ['C:\\w', 'C:\\w\\mlartifacts', true],
    ['C:\\w', 'c:\\W\\mlartifacts', true],
    ['C:\\w', 'C:\\w', true],
    ['C:\\w', 'C:\\w2', false],
    ['C:\\w', 'C:\\', false],
    ['C:\\w', 'D:\\w\\mlartifacts', false],
    ['C:\\w', '\\\\server\\share\\w', false],
    ['\\\\server\\share\\w', '\\\\server\\share\\w\\a', true],
    ['\\\\server\\share\\w', '\\\\server\\other\\w\\a', false],
    ['C:\\w', 'C:\\w\\..a', true],
  ])('on Windows, %j and %j: %j', (outer, inner, is) => {
    expect(isInside(outer, inner, win32)).toBe(is);
  });

  test.each([
    ['/w', '/w/a', true],
    ['/w', '/W/a', false],
    ['/w', '/w2', false],
    ['/', '/w', true],
    ['/w', '/', false],
  ])('on POSIX, %j and %j: %j', (outer, inner, is) => {
    expect(isInside(outer, inner, posix)).toBe(is);
  });
});
