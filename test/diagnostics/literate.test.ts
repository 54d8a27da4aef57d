/** Runs the Markdown files beside it: a recipe with a mistake, and exactly what is said about it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openProject, type ProjectOptions } from '../../src/app/project.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import { isUpdating, type LiterateCase, readCases, updateCase } from '../support/literate.ts';

const here = import.meta.dirname;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function project({ files }: LiterateCase): string {
  const base = mkdtempSync(join(tmpdir(), 'literate-'));
  folders.push(base);
  const root = join(base, 'houses');
  mkdirSync(root);
  for (const [name, text] of files) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function request(root: string, args: readonly string[]): ProjectOptions {
  const values = (flag: string): string[] => args.filter((line) => line.startsWith(`${flag} `)).map((line) => line.slice(flag.length + 1));
  const [profile] = values('--profile');
  const env = Object.fromEntries(values('env').map((pair) => pair.split('=', 2) as [string, string]));
  return { from: root, env, set: values('--set'), ...(profile !== undefined && { profile }) };
}

for (const file of readdirSync(here)
  .filter((name) => name.endsWith('.md'))
  .sort()) {
  const path = join(here, file);
  describe(file, () => {
    for (const example of readCases(path)) {
      it(example.title, () => {
        const root = project(example);
        const result = openProject(request(root, example.args));
        const found = result.ok ? result.warnings : result.diagnostics;
        const files = result.ok ? result.value.loaded.files : result.files;
        const text =
          found.length === 0 ? 'nothing to report' : renderDiagnostics(found, (name) => files?.get(name)).replaceAll(root, '[PROJECT]');
        if (isUpdating) updateCase(path, example.title, text);
        else expect(text).toBe(example.expected);
      });
    }
  });
}
