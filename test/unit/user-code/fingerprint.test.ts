import { cpSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/user-code/fingerprint.ts';
import { ownPackage, TestProject } from './project.ts';

const TRAIN = `import { depth } from '../lib/settings.ts';
import names from '../lib/names.json' with { type: 'json' };
import { value } from 'some-package';

export function estimator_fn(options: { seed: number }): unknown {
  const rate = 0.1;
  return { depth, rate, names, value, seed: options.seed };
}
export const other = 1;
`;
const FILES = {
  'package.json': '{"type":"module"}',
  'steps/train.ts': TRAIN,
  'lib/settings.ts': `import { base } from './base.ts';\nexport const depth: number = base * 2;\n`,
  'lib/base.ts': 'export const base = 3;\n',
  'lib/names.json': '{"a": 1}',
};

function project(): TestProject {
  const made = new TestProject(FILES);
  made.install('some-package', '1.0.0');
  return made;
}

/** Digests before and after an edit. */
async function edited(edit: (made: TestProject) => void): Promise<readonly [string, string]> {
  const made = project();
  const before = await made.bundle();
  edit(made);
  const after = await made.bundle();
  return [before.digest, after.digest];
}

describe('what changes nothing', () => {
  it.each([
    ['a line comment', TRAIN.replace('const rate', '// faster\n  const rate')],
    ['a licence comment', `/*! @license MIT */\n/** @preserve this */\n${TRAIN}`],
    ['a directive of the compiler', TRAIN.replace('const rate', '// @ts-expect-error\n  const rate')],
    ['a hashbang', `#!/usr/bin/env node\n${TRAIN}`],
    ['an interface and a type', `interface Options { a: string }\ntype Other = Options | 1;\n${TRAIN}`],
    ['a type annotation', TRAIN.replace('const rate =', 'const rate: number =')],
    ['formatting', TRAIN.replace('{ depth, rate,', '{\n    depth,\n    rate,')],
    ['line endings', TRAIN.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${TRAIN}`],
    ['an import of a type', `import type { Nothing } from 'not-installed';\n${TRAIN}`],
  ])('%s', async (_, text) => {
    const [before, after] = await edited((made) => made.write({ 'steps/train.ts': text }));
    expect(after).toBe(before);
  });

  it('a purity annotation, which must not remove the call either', async () => {
    const text = `globalThis.seen = [];\nconst note = (what) => globalThis.seen.push(what);\nnote('loaded');\nexport const estimator_fn = 1;\n`;
    const made = new TestProject({ 'steps/train.js': text });
    const before = await made.bundle('steps/train.js');
    made.write({
      'steps/train.js': text.replace('note(', '/* @__PURE__ */ note(').replace('const note', '/* @__NO_SIDE_EFFECTS__ */ const note'),
    });
    expect((await made.bundle('steps/train.js')).digest).toBe(before.digest);
    expect(readFileSync((await made.bundle('steps/train.js')).bundlePath, 'utf8')).toContain('"loaded"');
  });

  it('another tsconfig.json', async () => {
    const [before, after] = await edited((made) =>
      made.write({ 'tsconfig.json': '{"compilerOptions":{"useDefineForClassFields":false,"jsx":"preserve","target":"es5"}}' }),
    );
    expect(after).toBe(before);
  });

  it('the place of the checkout', async () => {
    const made = project();
    const here = await made.bundle();
    const moved = join(made.folder, 'elsewhere', 'copy');
    cpSync(made.root, moved, { recursive: true });
    const there = await made.bundle('steps/train.ts', { root: moved, buildFolder: join(moved, '.recipe', 'build') });
    expect(there.digest).toBe(here.digest);
    expect(readFileSync(there.bundlePath, 'utf8')).not.toBe(readFileSync(here.bundlePath, 'utf8'));
  });

  it('a template literal over several lines with other line endings', async () => {
    const text = 'export const sql = () => `a\nb`;\n';
    const made = new TestProject({ 'steps/train.ts': text });
    const before = await made.bundle();
    made.write({ 'steps/train.ts': text.replaceAll('\n', '\r\n') });
    expect((await made.bundle()).digest).toBe(before.digest);
  });
});

describe('what changes the digest', () => {
  it.each([
    ['a literal', 'steps/train.ts', TRAIN.replace('0.1', '0.2')],
    ['a file two imports deep', 'lib/base.ts', 'export const base = 4;\n'],
    ['imported JSON', 'lib/names.json', '{"a": 2}'],
    ['the name of a function that programs can see', 'steps/train.ts', TRAIN.replace('export const other', 'export const another')],
  ])('%s', async (_, file, text) => {
    const [before, after] = await edited((made) => made.write({ [file]: text }));
    expect(after).not.toBe(before);
  });

  it('the name of a class, because `constructor.name` shows it', async () => {
    const text = 'class Forest {}\nexport const estimator_fn = () => new Forest();\n';
    const made = new TestProject({ 'steps/train.ts': text });
    const before = await made.bundle();
    made.write({ 'steps/train.ts': text.replaceAll('Forest', 'Trees') });
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });

  it('the version of an imported package, without compiling again', async () => {
    const made = project();
    const before = await made.bundle();
    made.install('some-package', '1.0.1');
    const after = await made.bundle();
    expect(after.digest).not.toBe(before.digest);
    expect(after.bundlePath).toBe(before.bundlePath);
  });

  it('installing a package that an `import()` asks for', async () => {
    const made = new TestProject({
      'steps/train.ts': `export const estimator_fn = async () => (await import('maybe').catch(() => undefined))?.value;\n`,
    });
    const before = await made.bundle();
    made.install('maybe', '2.0.0');
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });

  it('the version of mlrecipe', async () => {
    const made = new TestProject({ 'steps/train.ts': `import { origin } from 'mlrecipe';\nexport const estimator_fn = () => origin;\n` });
    const before = await made.bundle();
    made.write(
      Object.fromEntries(
        Object.entries(ownPackage('0.2.0', 'of the project')).map(([path, text]) => [`node_modules/mlrecipe/${path}`, text]),
      ),
    );
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });
});

describe('what is remembered', () => {
  const later = () => Date.now() + 3_600_000;

  it('gives the same value again, and the bundle and record stay untouched', async () => {
    const made = project();
    const first = await made.bundle('steps/train.ts', { now: later });
    const folder = join(made.root, '.recipe', 'build');
    const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);
    const second = await made.bundle('steps/train.ts', { now: later });
    expect(second).toEqual(first);
    expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs])).toEqual(before);
  });

  it('sees an edit of the same size whose mtime was put back', async () => {
    const made = project();
    const path = join(made.root, 'lib/base.ts');
    const { atime, mtime } = statSync(path);
    const before = await made.bundle('steps/train.ts', { now: later });
    writeFileSync(path, 'export const base = 9;\n');
    utimesSync(path, atime, mtime);
    expect((await made.bundle('steps/train.ts', { now: later })).digest).not.toBe(before.digest);
  });

  it('trusts content and not stats when a file was hashed right after it was written', async () => {
    const made = project();
    const before = await made.bundle();
    const record = join(
      made.root,
      '.recipe',
      'build',
      readdirSync(join(made.root, '.recipe', 'build')).find((name) => name.endsWith('.json')) ?? '',
    );
    const path = join(made.root, 'lib/base.ts');
    writeFileSync(path, 'export const base = 9;\n');
    // Make the stat of the record match the new file, as an edit within the clock's grain would.
    const stat = statSync(path, { bigint: true });
    const parsed = JSON.parse(readFileSync(record, 'utf8')) as {
      record: { inputs: { path: string; mtimeNs: string; ctimeNs: string; isRacy: boolean }[] };
    };
    const input = parsed.record.inputs.find((candidate) => candidate.path === 'lib/base.ts');
    if (input === undefined) expect.fail('no such input');
    expect(input.isRacy).toBe(true);
    input.mtimeNs = `${stat.mtimeNs}n`;
    input.ctimeNs = `${stat.ctimeNs}n`;
    writeFileSync(record, JSON.stringify(parsed));
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });

  it('notices a new file that an import without extension would now find', async () => {
    const made = new TestProject({
      'steps/train.ts': `import { a } from './part';\nexport const estimator_fn = () => a;\n`,
      'steps/part.js': 'export const a = 1;',
    });
    const before = await made.bundle();
    made.write({ 'steps/part.ts': 'export const a = 2;' });
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });

  it('notices another target of a `#` alias', async () => {
    const made = new TestProject({
      'package.json': '{"imports":{"#part":"./lib/one.ts"}}',
      'steps/train.ts': `import { a } from '#part';\nexport const estimator_fn = () => a;\n`,
      'lib/one.ts': 'export const a = 1;',
      'lib/two.ts': 'export const a = 2;',
    });
    const before = await made.bundle();
    made.write({ 'package.json': '{"imports":{"#part":"./lib/two.ts"}}' });
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });

  it('notices a file that joins a pattern', async () => {
    const made = new TestProject({
      'steps/train.ts': 'export const estimator_fn = (name: string) => import(`../models/$' + '{name}.ts`);\n',
      'models/a.ts': 'export const a = 1;',
    });
    const before = await made.bundle();
    made.write({ 'models/b.ts': 'export const b = 1;' });
    expect((await made.bundle()).digest).not.toBe(before.digest);
  });

  it.each([
    ['an edited bundle', (path: string) => writeFileSync(path, 'export const estimator_fn = () => 666;')],
    ['a record that is no JSON', (path: string) => writeFileSync(path.replace(/-[0-9a-f]{16}\.mjs$/, '.json'), '{"format"')],
  ])('compiles again after %s', async (_, damage) => {
    const made = project();
    const before = await made.bundle('steps/train.ts', { now: later });
    const bytes = readFileSync(before.bundlePath, 'utf8');
    damage(before.bundlePath);
    expect(await made.bundle('steps/train.ts', { now: later })).toEqual(before);
    expect(readFileSync(before.bundlePath, 'utf8')).toBe(bytes);
  });

  it('keeps one bundle a file, and those of other files', async () => {
    const made = project();
    made.write({ 'steps/split.ts': 'export const split = 1;' });
    await made.bundle('steps/split.ts');
    await made.bundle();
    made.write({ 'steps/train.ts': TRAIN.replace('0.1', '0.2') });
    const last = await made.bundle();
    const names = readdirSync(join(made.root, '.recipe', 'build'));
    expect(names.filter((name) => name.endsWith('.mjs'))).toHaveLength(2);
    expect(names.map((name) => join(made.root, '.recipe', 'build', name))).toContain(last.bundlePath);
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('the bundle', () => {
  it('names exports and the files that it is made of', async () => {
    const bundle = await project().bundle();
    expect(bundle.exports).toEqual(['estimator_fn', 'other']);
    expect(bundle.inputs.map((input) => input.path)).toEqual(['lib/base.ts', 'lib/names.json', 'lib/settings.ts', 'steps/train.ts']);
    expect(bundle.inputs.every((input) => /^[0-9a-f]{64}$/.test(input.digest))).toBe(true);
  });

  it('loads, with packages of the project', async () => {
    const bundle = await project().bundle();
    const module = (await import(pathToFileURL(bundle.bundlePath).href)) as { estimator_fn(options: { seed: number }): unknown };
    expect(module.estimator_fn({ seed: 7 })).toEqual({ depth: 6, rate: 0.1, names: { a: 1 }, value: 1, seed: 7 });
  });

  it('gets mlrecipe from the running command, or from the project when it is installed there', async () => {
    const text = `import { origin } from 'mlrecipe';\nimport { steps } from 'mlrecipe/steps';\nexport const estimator_fn = () => [origin, steps];\n`;
    const made = new TestProject({ 'steps/train.ts': text });
    const load = async () => {
      const module = (await import(pathToFileURL((await made.bundle()).bundlePath).href)) as { estimator_fn(): unknown };
      return module.estimator_fn();
    };
    expect(await load()).toEqual(['of the command', 'of the command']);
    made.write(
      Object.fromEntries(
        Object.entries(ownPackage('0.1.0', 'of the project')).map(([path, content]) => [`node_modules/mlrecipe/${path}`, content]),
      ),
    );
    expect(await load()).toEqual(['of the project', 'of the project']);
  });

  it('tells each file its own place, and lets CommonJS files require packages', async () => {
    const made = new TestProject({
      'steps/train.ts': `import { where } from '../lib/where.ts';\nimport legacy from '../lib/legacy.cjs';\nexport const estimator_fn = () => [import.meta.url, where, legacy];\n`,
      'lib/where.ts': 'export const where = import.meta.dirname;\n',
      'lib/legacy.cjs': `module.exports = require('node:path').posix.join('a', 'b');\n`,
    });
    const module = (await import(pathToFileURL((await made.bundle()).bundlePath).href)) as { estimator_fn(): unknown };
    expect(module.estimator_fn()).toEqual([pathToFileURL(join(made.root, 'steps/train.ts')).href, join(made.root, 'lib'), 'a/b']);
  });
});

describe('mistakes', () => {
  it('a file that does not exist', async () => {
    const made = new TestProject({ 'steps/train.js': '' });
    expect(await made.mistakes()).toEqual([
      {
        code: 'file-not-found',
        severity: 'error',
        message: 'the step file `steps/train.ts` does not exist',
        hint: 'did you mean `steps/train.js`?',
      },
    ]);
  });

  it('a syntax error, with its place in UTF-16 units', async () => {
    const text = `// größer 🦆\r\nexport const word = '🦆' + ;\r\n`;
    const made = new TestProject({ 'steps/train.ts': text });
    const [mistake, ...others] = await made.mistakes();
    expect(others).toEqual([]);
    expect(mistake).toMatchObject({ code: 'step-code', severity: 'error', message: '`steps/train.ts` cannot be compiled: unexpected ";"' });
    expect(mistake?.span).toEqual({ file: 'steps/train.ts', start: text.indexOf(';'), end: text.indexOf(';') + 1 });
  });

  it('every mistake at once, each with the place that it contradicts', async () => {
    const text = 'const a = 1;\nconst a = 2;\nconst b = 1;\nconst b = 2;\n';
    const mistakes = await new TestProject({ 'steps/train.ts': text }).mistakes();
    expect(mistakes.map((mistake) => mistake.message)).toEqual([
      '`steps/train.ts` cannot be compiled: the symbol "a" has already been declared',
      '`steps/train.ts` cannot be compiled: the symbol "b" has already been declared',
    ]);
    expect(mistakes[0]?.related).toEqual([
      { span: { file: 'steps/train.ts', start: 6, end: 7 }, message: 'the symbol "a" was originally declared here' },
    ]);
  });

  it('an import of a local file that does not exist', async () => {
    const text = `import { a } from '../lib/nope.ts';\nexport const f = () => a;\n`;
    const [mistake] = await new TestProject({ 'steps/train.ts': text }).mistakes();
    expect(mistake).toEqual({
      code: 'step-code',
      severity: 'error',
      message: '`steps/train.ts` imports `../lib/nope.ts`, which does not exist',
      span: { file: 'steps/train.ts', start: text.indexOf(`'../`), end: text.indexOf(`';`) + 1 },
    });
  });

  it('a package that is not installed, also when it was there before', async () => {
    const made = project();
    const missing = (file: string, text: string) => ({
      code: 'missing-package',
      severity: 'error',
      message: `\`${file}\` imports \`some-package\`, which is not installed`,
      span: { file, start: text.indexOf(`'some-package'`), end: text.indexOf(`'some-package'`) + 14 },
      label: 'no such package in node_modules',
      hint: 'install it with `npm install some-package`',
    });
    await made.bundle();
    const { rmSync } = await import('node:fs');
    rmSync(join(made.root, 'node_modules'), { recursive: true });
    expect(await made.mistakes()).toEqual([missing('steps/train.ts', TRAIN)]);
  });

  it('a computed import is a warning that is repeated while it stands', async () => {
    const text = 'export const estimator_fn = (name: string) => import(name);\n';
    const made = new TestProject({ 'steps/train.ts': text });
    for (const _ of ['compiled', 'remembered']) {
      const result = await fingerprint(made.options('steps/train.ts'));
      if (!result.ok) expect.fail('it should compile');
      expect(result.warnings).toEqual([
        {
          code: 'step-code',
          severity: 'warning',
          message: '`steps/train.ts` imports a module by a computed name, so edits of that module will not re-run the step',
          span: { file: 'steps/train.ts', start: text.indexOf('import('), end: text.indexOf('import(') + 6 },
          label: 'not a literal',
          hint: 'name the module by a literal, such as `import("./model.ts")`',
        },
      ]);
    }
  });
});
