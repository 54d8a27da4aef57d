/** Imports of what is not there: each is told at its place, before anything runs, with the command that helps. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprint } from '../../../src/user-code/fingerprint.ts';
import { TestProject } from './project.ts';

/** Severity, the marked text, message and hint of each. */
async function said(made: TestProject, texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const result = await fingerprint(made.options('steps/train.ts'));
  const found = result.ok ? result.warnings : result.diagnostics;
  return found.map(({ severity, span, message, hint }) => {
    const marked = span === undefined ? '' : `${span.file} ${texts[span.file]?.slice(span.start, span.end)}`;
    return `${severity} at ${marked}: ${message}; ${hint ?? ''}`;
  });
}

const NOT_INSTALLED = (file: string, specifier: string, name = specifier): string =>
  `error at ${file} '${specifier}': \`${file}\` imports \`${name}\`, which is not installed; install it with \`npm install ${name}\``;

it('every import of every file, once a place', async () => {
  const texts = {
    'steps/train.ts': `/* 'pkg-a' */ import a from 'pkg-a';\nimport type { T } from 'pkg-types';\nexport { sub } from '@scope/pkg/sub';\nimport { b } from '../lib/b.ts';\nexport const f = (): T => a + b;\n`,
    'lib/b.ts': `export const 価格 = 1;\nimport a from 'pkg-a'; export const b = a;\n`,
  };
  expect(await said(new TestProject(texts), texts)).toEqual([
    NOT_INSTALLED('lib/b.ts', 'pkg-a'),
    NOT_INSTALLED('steps/train.ts', 'pkg-a'),
    NOT_INSTALLED('steps/train.ts', '@scope/pkg/sub', '@scope/pkg'),
  ]);
});

it('what a call loads is a warning, and what is guarded is nothing to tell', async () => {
  const texts = {
    'steps/train.ts': [
      "export const f = async () => await import('pkg-later');",
      "export const g = async () => { try { return await import('pkg-tried'); } catch { return null; } };",
      "export const h = () => import('pkg-caught').catch(() => null);",
      'export const i = () => import(',
      "  'pkg-below'",
      ');',
      '',
    ].join('\n'),
  };
  const warning = (name: string): string =>
    `warning at steps/train.ts '${name}': \`steps/train.ts\` loads \`${name}\` when it is needed, and it is not installed; install it with \`npm install ${name}\``;
  const made = new TestProject(texts);
  // Compiled, then remembered.
  for (const _ of [1, 2]) expect(await said(made, texts)).toEqual([warning('pkg-later'), warning('pkg-below')]);
  made.install('pkg-later', '1.0.0');
  for (const _ of [1, 2]) expect(await said(made, texts)).toEqual([warning('pkg-below')]);
  made.install('pkg-below', '1.0.0');
  expect(await said(made, texts)).toEqual([]);
  rmSync(join(made.root, 'node_modules'), { recursive: true });
  expect(await said(made, texts)).toEqual([warning('pkg-later'), warning('pkg-below')]);
});

it('a package that package.json names, and one that takes more than a command', async () => {
  const texts = {
    'steps/train.ts': "import 'listed';\nimport 'danfojs-node';\nexport const f = 1;\n",
    'package.json': '{"devDependencies": {"listed": "^1.0.0"}}',
  };
  expect(await said(new TestProject(texts), texts)).toEqual([
    "error at steps/train.ts 'listed': `steps/train.ts` imports `listed`, which is not installed; it is named in package.json: run `npm install`",
    "error at steps/train.ts 'danfojs-node': `steps/train.ts` imports `danfojs-node`, which is not installed; add it and its `overrides` to package.json as the README of mlrecipe shows, then run `npm install --ignore-scripts`",
  ]);
});

it('a name that no package can have is not put into a command', async () => {
  const texts = { 'steps/train.ts': "import 'a;echo b';\nexport const f = 1;\n" };
  expect(await said(new TestProject(texts), texts)).toEqual([
    "error at steps/train.ts 'a;echo b': `steps/train.ts` imports `a;echo b`, which is not installed; correct the name: no package can be called so",
  ]);
});

it('what no installation helps', async () => {
  const texts = {
    'steps/train.ts': "import 'node:fss';\nimport x from 'https://example.org/x.js';\nimport 'node:fs/promises';\nexport const f = x;\n",
  };
  expect(await said(new TestProject(texts), texts)).toEqual([
    "error at steps/train.ts 'node:fss': `steps/train.ts` imports `node:fss`, which Node does not have; did you mean `node:fs`?",
    "error at steps/train.ts 'https://example.org/x.js': `steps/train.ts` imports `https://example.org/x.js`, and Node loads no module from an address; install the package, or copy the file into the project",
  ]);
});
