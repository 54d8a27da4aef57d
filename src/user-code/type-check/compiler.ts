/** The TypeScript of a project, if it has one: which version, and how it is started. Never one of ours. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Compiler {
  readonly version: string;
  readonly program: string;
  /** What comes before the compiler's own arguments. */
  readonly args: readonly string[];
}

/** The first version that knows all that is asked of it. */
const OLDEST_MAJOR = 5;

export function findCompiler(root: string): Compiler | undefined {
  let manifest: string;
  try {
    manifest = createRequire(join(root, 'package.json')).resolve('typescript/package.json');
  } catch {
    return undefined;
  }
  const folder = dirname(manifest);
  const version = versionIn(manifest);
  if (version === undefined || Number.parseInt(version, 10) < OLDEST_MAJOR) return undefined;
  const native = nativeProgram(manifest);
  if (native !== undefined) return { version, program: native, args: [] };
  const script = join(folder, 'lib', 'tsc.js');
  // Most of the time goes into making short-lived objects: a larger nursery saves a tenth of it.
  return existsSync(script) ? { version, program: process.execPath, args: ['--max-semi-space-size=64', script] } : undefined;
}

/** From version 7 on the compiler is a program of the platform, and its script only starts that. */
function nativeProgram(manifest: string): string | undefined {
  try {
    const platform = createRequire(manifest).resolve(`@typescript/typescript-${process.platform}-${process.arch}/package.json`);
    const program = join(dirname(platform), 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

function versionIn(manifest: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
}
