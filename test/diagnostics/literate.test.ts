/**
 * Runs the Markdown files beside it: a recipe with a mistake, and exactly what is said about it. The lines of an
 * `args` block are `--profile`, `--set`, `--step`, `env NAME=value`, `crlf` or `bom`, which write recipe.yaml so, and
 * `with typescript`, which installs it, so that types are checked.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { composeTasks } from '../../src/app/compose.ts';
import { openProject, type ProjectOptions } from '../../src/app/project.ts';
import { sourceTexts } from '../../src/app/source-text.ts';
import { newTypeErrors, typeCheck } from '../../src/app/type-check.ts';
import { unknownStep } from '../../src/app/unknown-step.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import { sortDiagnostics } from '../../src/diagnostics/sort.ts';
import { isUpdating, type LiterateCase, readCases, updateCase } from '../support/literate.ts';
import { installPackages } from '../support/typed-project.ts';

const here = import.meta.dirname;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function project({ files, args }: LiterateCase): string {
  const base = mkdtempSync(join(tmpdir(), 'literate-'));
  folders.push(base);
  const root = join(base, 'houses');
  mkdirSync(root);
  for (const [name, text] of files) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    const written = name === 'recipe.yaml' && args.includes('crlf') ? text.replaceAll('\n', '\r\n') : text;
    writeFileSync(join(root, name), name === 'recipe.yaml' && args.includes('bom') ? `\ufeff${written}` : written);
  }
  if (args.includes('with typescript')) installPackages(root);
  return root;
}

function request(root: string, args: readonly string[]): ProjectOptions {
  const values = (flag: string): string[] => args.filter((line) => line.startsWith(`${flag} `)).map((line) => line.slice(flag.length + 1));
  const [profile] = values('--profile');
  const env = Object.fromEntries(values('env').map((pair) => pair.split('=', 2) as [string, string]));
  return { from: root, env, set: values('--set'), ...(profile !== undefined && { profile }) };
}

/** What `validate` finds, and what a command says of the step that it was given. */
async function findings(
  root: string,
  { files, args }: LiterateCase,
): Promise<{ found: readonly Diagnostic[]; texts: ReadonlyMap<string, string> | undefined }> {
  const opened = openProject(request(root, args));
  if (!opened.ok) return { found: opened.diagnostics, texts: opened.files };
  const { loaded, steps } = opened.value;
  const names = steps.map(({ name }) => name as string);
  const step = args.find((line) => line.startsWith('--step '))?.slice('--step '.length);
  if (step !== undefined && !names.includes(step)) return { found: [unknownStep(step, names)], texts: loaded.files };
  const hasCode = [...files.keys()].some((name) => name.startsWith('steps/'));
  const composed = hasCode ? await composeTasks(opened.value, { isCheck: true }) : undefined;
  const more = composed === undefined ? [] : composed.ok ? composed.warnings : composed.diagnostics;
  const types = args.includes('with typescript') ? newTypeErrors((await typeCheck(opened.value)).diagnostics, more) : [];
  return { found: sortDiagnostics([...opened.value.warnings, ...more, ...types]), texts: loaded.files };
}

for (const file of readdirSync(here)
  .filter((name) => name.endsWith('.md'))
  .sort()) {
  const path = join(here, file);
  describe(file, () => {
    for (const example of readCases(path)) {
      it(example.title, async () => {
        const root = project(example);
        const { found, texts } = await findings(root, example);
        const text =
          found.length === 0 ? 'nothing to report' : renderDiagnostics(found, sourceTexts(root, texts)).replaceAll(root, '[PROJECT]');
        if (isUpdating) updateCase(path, example.title, text);
        else expect(text).toBe(example.expected);
      });
    }
  });
}
