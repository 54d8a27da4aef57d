// npm run bench [-- --quick]: what the promises about time say, as ratios to the plain statement underneath, in one run.
// Each figure is the smallest of several fresh processes; never asserted in the tests. Then the engine by itself
// (plan.mjs), hashing (hash.mjs) and `recipe validate` (validate.mjs). With --quick the large input is left out.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = mkdtempSync(join(tmpdir(), 'mlrecipe-bench-'));
const LARGE_GB = 10;

try {
  for (const part of ['recipe.yaml', 'profiles', 'steps', 'package.json'])
    cpSync(join(root, part), join(project, part), { recursive: true });
  mkdirSync(join(project, 'node_modules/@observablehq'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@observablehq/sample-datasets'), join(project, 'node_modules/@observablehq/sample-datasets'));

  const node = smallest(20, ['-e', '0']);
  const cold = once(['run']);
  const idle = smallest(20, ['run']);
  line('an empty Node process', ms(node));
  line('recipe run, everything to do', ms(cold));
  line('recipe run, nothing to do', ms(idle), 'limit 150 ms', `${(idle / node).toFixed(2)} × an empty Node process`);
  for (const args of [['plan'], ['status'], ['--version'], ['--help']]) {
    const time = smallest(10, args);
    const limit = args[0].startsWith('--') ? `limit ${ms(node + 30)}` : '';
    line(`recipe ${args[0]}`, ms(time), limit, `${(time / node).toFixed(2)} × an empty Node process`);
  }
  if (!process.argv.includes('--quick')) largeInput();
} finally {
  rmSync(project, { recursive: true, force: true });
}
for (const part of ['validate.mjs', 'plan.mjs', 'hash.mjs']) {
  process.stdout.write('\n');
  spawnSync(process.execPath, [join(root, 'bench', part)], { stdio: 'inherit' });
}

/** A file that takes no room on the disk and would take long to read: what does a run read when it is unchanged? */
function largeInput() {
  const without = bytesRead();
  const recipe = readFileSync(join(project, 'recipe.yaml'), 'utf8');
  const section = '  large:\n    using: custom\n    method: look\n    needs: ingest\n    inputs: large.bin\n    outputs: [size.json]\n';
  writeFileSync(join(project, 'recipe.yaml'), recipe.replace(/^steps:\n/m, `steps:\n${section}`));
  writeFileSync(
    join(project, 'steps/large.ts'),
    'export const look = (_: unknown, { files }: { files: { label: string }[] }) => ({ size: files.length });\n',
  );
  writeFileSync(join(project, 'large.bin'), '');
  truncateSync(join(project, 'large.bin'), LARGE_GB * 1e9);
  // What was written within the last two seconds could still change without a new time.
  spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 2500)']);
  const first = once(['run']);
  const idle = smallest(5, ['run']);
  const read = bytesRead();
  line(`first run with ${LARGE_GB} GB more of input`, ms(first));
  line('the same, nothing to do', ms(idle), 'limit 150 ms');
  const more = without === undefined || read === undefined ? 'not known here' : `${Math.max(0, read - without).toLocaleString('en-US')} B`;
  line('bytes read more than without it', more, 'limit 20,000 B', 'step file, entry and card of the added step; of the data 0');
}

/** What a whole no-op reads by system calls, its own program included. */
function bytesRead() {
  if (!existsSync('/proc/self/io')) return undefined;
  const hook = join(project, 'count.mjs');
  const out = join(project, 'count');
  writeFileSync(
    hook,
    `import{readFileSync,writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(out)},/rchar: (\\d+)/.exec(readFileSync('/proc/self/io','utf8'))[1]));`,
  );
  const { status } = spawnSync(process.execPath, ['--import', pathToFileURL(hook).href, join(root, 'bin/recipe.js'), 'run'], {
    cwd: project,
  });
  return status === 0 ? Number(readFileSync(out, 'utf8')) : undefined;
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

function ms(time) {
  return time < 1000 ? `${time.toFixed(0)} ms` : `${(time / 1000).toFixed(2)} s`;
}

function line(what, figure, limit = '', note = '') {
  process.stdout.write(`${what.padEnd(38)} ${figure.padStart(9)}  ${limit.padEnd(14)} ${note}`.trimEnd().concat('\n'));
}
