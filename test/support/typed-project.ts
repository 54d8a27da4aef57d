/** A project that has TypeScript and `mlrecipe` installed, as npm would leave it: links into the packages of this repository. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bareEnvironment, command, REPOSITORY, type RecipeRig } from './recipe-rig.ts';

export const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023"],
    "module": "nodenext",
    "strict": true,
    "types": ["node"],
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "resolveJsonModule": true,
    "skipLibCheck": true
  },
  "include": ["steps", ".recipe/*.d.ts"]
}
`;

export function installPackages(root: string, packages: readonly string[] = ['mlrecipe', 'typescript', '@types/node']): void {
  for (const name of packages) {
    const link = join(root, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(name === 'mlrecipe' ? REPOSITORY : join(REPOSITORY, 'node_modules', name), link, 'junction');
  }
}

/** The lines of `tsc` in the project, one for each mistake: `steps/split.ts:3:7 TS2345`. */
export async function tsc(rig: RecipeRig): Promise<readonly string[]> {
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const { stdout } = await command(process.execPath, [compiler, '--noEmit', '--pretty', 'false'], {
    cwd: rig.root,
    env: bareEnvironment(),
  });
  return stdout
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => line.replace(/^(.*)\((\d+),(\d+)\): error (TS\d+): .*$/, '$1:$2:$3 $4'));
}
