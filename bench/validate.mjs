// npm run bench (its part about `recipe validate`): whole processes on the project at the root of the repository. Warm:
// step files and types are known by digest. Cold: no .recipe folder. The rounds go from one case to the next, so that
// a busy machine is slow for all of them. The time of `node -e 0` beside them says how busy it was.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = mkdtempSync(join(tmpdir(), 'mlrecipe-validate-'));
const validate = [join(root, 'bin/recipe.js'), 'validate'];

const CASES = [
  { name: 'an empty Node process', args: ['-e', '0'] },
  { name: 'recipe validate, warm', args: validate, limitMs: 150 },
  { name: 'recipe validate --no-types, cold', args: [...validate, '--no-types'], isCold: true, limitMs: 500 },
  { name: 'recipe validate with types, cold', args: validate, isCold: true },
];

try {
  for (const part of ['recipe.yaml', 'profiles', 'steps', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(project, part), { recursive: true });
  for (const part of ['node_modules', 'dist']) symlinkSync(join(root, part), join(project, part), 'junction');
  const times = CASES.map(() => []);
  once(CASES[1]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, one] of CASES.entries()) {
      if (one.isCold === true) forget();
      times[index].push(once(one));
    }
    // The cold cases leave what the next warm one needs.
  }
  for (const [index, { name, limitMs }] of CASES.entries()) {
    const sorted = times[index].toSorted((a, b) => a - b);
    const limit = limitMs === undefined ? '' : `limit ${limitMs} ms`;
    const note = `median of ${ROUNDS}: ${ms(sorted[ROUNDS / 2])}${limitMs !== undefined && sorted[0] > limitMs ? '  OVER THE LIMIT' : ''}`;
    process.stdout.write(`${name.padEnd(38)} ${ms(sorted[0]).padStart(9)}  ${limit.padEnd(14)} ${note}\n`);
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}

function forget() {
  rmSync(join(project, '.recipe'), { recursive: true, force: true });
}

function once({ args }) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return performance.now() - start;
}

function ms(time) {
  return `${time.toFixed(0)} ms`;
}
