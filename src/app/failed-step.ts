/** Log and card of a step's last failure, kept until the step succeeds. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectPaths } from './paths.ts';

/** Relative to the root. */
export function failureFolder(step: string): string {
  return join('.recipe', 'logs', 'failed', step);
}

export function forgetFailure({ root }: ProjectPaths, step: string): void {
  const folder = join(root, failureFolder(step));
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
}

/** Where the newest file of that name about the step lies: with its failure as long as there is one, else with its outputs. */
export function findStepFile({ root }: ProjectPaths, step: string, name: string): string | undefined {
  return [failureFolder(step), join('.recipe', 'outputs', step)].find((folder) => existsSync(join(root, folder, name)));
}
