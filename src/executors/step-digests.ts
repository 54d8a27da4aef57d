/** The digests of the steps' own code, as the build wrote them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../engine/task.ts';

/** Step name → digest of its built import closure. Throws when the package was not built. */
export function readStepDigests(packageRoot: string): Readonly<Record<string, Digest>> {
  return JSON.parse(readFileSync(join(packageRoot, 'dist', 'step-digests.json'), 'utf8')) as Readonly<Record<string, Digest>>;
}
