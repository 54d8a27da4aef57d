// npm run check: types of the package, the root recipe, examples, tests and scaffolds; lint and format; the architecture test.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['types of src', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['types of steps, examples, tests, bench', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.check.json'],
  ['lint and format', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['architecture and portability', 'node_modules/vitest/vitest.mjs', 'run', 'test/architecture.test.ts', 'test/portability.test.ts'],
];

if (!existsSync(join(root, 'dist', 'index.d.ts')))
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' });
for (const [name, script, ...args] of steps) {
  process.stdout.write(`\n— ${name}\n`);
  execFileSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
}
