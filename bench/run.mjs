// npm run bench: what the promises about time say, as ratios to the plain statement underneath, in one run.
// Each figure is the smallest of several fresh processes; never asserted in the tests.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = mkdtempSync(join(tmpdir(), 'mlrecipe-bench-'));

try {
  for (const part of ['recipe.yaml', 'profiles', 'steps', 'package.json'])
    cpSync(join(root, part), join(project, part), { recursive: true });
  mkdirSync(join(project, 'node_modules/@observablehq'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@observablehq/sample-datasets'), join(project, 'node_modules/@observablehq/sample-datasets'));

  const node = smallest(20, ['-e', '0']);
  const cold = once(['run']);
  const idle = smallest(20, ['run']);
  const plan = smallest(10, ['plan']);
  line('an empty Node process', node);
  line('recipe run, everything to do', cold);
  line('recipe run, nothing to do', idle, `${(idle / node).toFixed(2)} × an empty Node process`);
  line('recipe plan', plan, `${(plan / node).toFixed(2)} × an empty Node process`);
} finally {
  rmSync(project, { recursive: true, force: true });
}

function once(args) {
  const command = args[0] === '-e' ? args : [join(root, 'bin/recipe.js'), ...args];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  return performance.now() - start;
}

function smallest(times, args) {
  return Math.min(...Array.from({ length: times }, () => once(args)));
}

function line(what, ms, ratio = '') {
  process.stdout.write(`${what.padEnd(32)} ${(ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`).padStart(8)}  ${ratio}\n`);
}
