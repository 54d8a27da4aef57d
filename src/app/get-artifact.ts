/** The path of an artifact that is there and up to date. */
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { closest, listNames } from '../diagnostics/suggest.ts';
import { artifactsOf } from './artifacts.ts';
import { planRecipe } from './plan.ts';
import type { Project } from './project.ts';

/** With `output` the artifact is copied there and the copy's path is returned. Paths are as a shell in the current folder needs them. */
export async function getArtifactPath(project: Project, name: string | undefined, output?: string): Promise<Result<string>> {
  const known = artifactsOf(project);
  const artifact = known.find((candidate) => candidate.name === name);
  if (artifact === undefined)
    return failed([
      unknownArtifact(
        name,
        known.map((candidate) => candidate.name),
      ),
    ]);

  const planned = await planRecipe(project, { step: artifact.step });
  if (!planned.ok) return planned;
  const path = join(project.paths.outputs, artifact.step, artifact.path);
  const state = planned.value.steps.find((step) => step.name === artifact.step)?.state;
  const there = existsSync(path);
  if (state !== 'fresh' || !there) {
    const why = state === 'restore' ? 'is stored but not in place' : there ? 'is out of date' : 'has not been made';
    return failed([
      {
        code: 'artifact-missing',
        severity: 'error',
        message: `the artifact \`${artifact.name}\` ${why}`,
        hint: `run \`npx mlrecipe run --step ${artifact.step}\``,
      },
    ]);
  }
  if (output === undefined) return ok(relative(process.cwd(), path) || '.');
  const named = resolve(output);
  // Into a folder that is there, as `cp` does.
  const target = statSync(named, { throwIfNoEntry: false })?.isDirectory() === true ? join(named, basename(path)) : named;
  mkdirSync(dirname(target), { recursive: true });
  cpSync(path, target, { recursive: true });
  return ok(relative(process.cwd(), target) || '.');
}

function unknownArtifact(name: string | undefined, known: readonly string[]): Diagnostic {
  const near = name === undefined ? undefined : closest(name, known);
  return {
    code: 'unknown-artifact',
    severity: 'error',
    message: name === undefined ? 'no artifact is named' : `there is no artifact \`${name}\``,
    hint: near === undefined ? `the artifacts are ${listNames(known, known.length)}` : `did you mean \`${near}\`?`,
  };
}
