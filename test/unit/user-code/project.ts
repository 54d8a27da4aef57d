/** A throw-away project with step files, installed packages and a stand-in for this package. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { type FingerprintOptions, fingerprint, type UserBundle } from '../../../src/user-code/fingerprint.ts';

export type Files = Readonly<Record<string, string>>;

export class TestProject {
  readonly folder: string;
  readonly root: string;
  readonly packageRoot: string;

  constructor(files: Files) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlrecipe-user-code-')));
    this.root = join(this.folder, 'project');
    this.packageRoot = join(this.folder, 'command');
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    this.write(files);
    for (const [path, text] of Object.entries(ownPackage('0.1.0', 'of the command'))) writeAt(join(this.packageRoot, path), text);
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) writeAt(join(this.root, path), text);
  }

  install(name: string, version: string, code = 'export const value = 1;'): void {
    this.write({
      [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, type: 'module', exports: './index.js' }),
      [`node_modules/${name}/index.js`]: code,
    });
  }

  options(file: string): FingerprintOptions {
    return { root: this.root, file, buildFolder: join(this.root, '.recipe', 'build'), packageRoot: this.packageRoot };
  }

  /** The bundle; fails the test when there are mistakes. */
  async bundle(file = 'steps/train.ts', options: Partial<FingerprintOptions> = {}): Promise<UserBundle> {
    const made = await fingerprint({ ...this.options(file), ...options });
    if (!made.ok) expect.fail(JSON.stringify(made.diagnostics, null, 2));
    return made.value;
  }

  async mistakes(file = 'steps/train.ts'): Promise<readonly Diagnostic[]> {
    const made = await fingerprint(this.options(file));
    if (made.ok) expect.fail('the file compiled although it should not');
    return made.diagnostics;
  }

  /** The text that a diagnostic underlines. */
  underlined(text: string, { span }: Diagnostic): string | undefined {
    return span === undefined ? undefined : text.slice(span.start, span.end);
  }
}

/** The files of a package named `mlrecipe` whose export tells where it came from. */
export function ownPackage(version: string, origin: string): Files {
  return {
    'package.json': JSON.stringify({
      name: 'mlrecipe',
      version,
      type: 'module',
      exports: { '.': { default: './dist/index.js' }, './steps': { default: './dist/steps.js' } },
    }),
    'dist/index.js': `export const origin = ${JSON.stringify(origin)};`,
    'dist/steps.js': `export const steps = ${JSON.stringify(origin)};`,
  };
}

function writeAt(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
