/**
 * A process that runs the small recipe of `disk-rig.ts` and kills itself with SIGKILL at the n-th
 * call of Node's that changes the disk: open for writing, write, fsync, rename, link, mkdir, unlink.
 * With 0 it lives, and prints how many such calls there were.
 */
import fs from 'node:fs';
import { runOnDisk } from './disk-rig.ts';

const [root = '', depth = '', at = ''] = process.argv.slice(2);
const target = Number(at);
let count = 0;

const names = [
  'writeFileSync',
  'appendFileSync',
  'copyFileSync',
  'renameSync',
  'linkSync',
  'mkdirSync',
  'rmSync',
  'chmodSync',
  'utimesSync',
  'fsyncSync',
] as const;
for (const name of names) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  const counted = (...args: unknown[]): unknown => {
    if (isStepsOwn(name, args[0])) return real(...args);
    count++;
    if (count === target) {
      // Half of the bytes have gone out already.
      if (name === 'writeFileSync') real(args[0], (args[1] as Uint8Array).subarray(0, (args[1] as Uint8Array).length / 2));
      process.kill(process.pid, 'SIGKILL');
      // The signal arrives before this can end.
      for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    }
    return real(...args);
  };
  (fs as unknown as Record<string, unknown>)[name] = counted;
}

/** What a step writes into its staging folder is none of the store's business. */
function isStepsOwn(name: string, path: unknown): boolean {
  return (name === 'writeFileSync' || name === 'mkdirSync') && typeof path === 'string' && /\/staging\/(?!file\.)/.test(path);
}

const { status } = await runOnDisk(root, { depth: Number(depth) });
process.stdout.write(`${status} ${count}\n`);
