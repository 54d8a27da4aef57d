// Preloaded into the real command: at the n-th call of Node's that changes the disk, the whole process group is
// killed, half of a written file being on the disk. Without MLRECIPE_KILL_AT it only counts, and leaves the number
// in the file that MLRECIPE_CALLS names.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

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
];
const target = Number(process.env.MLRECIPE_KILL_AT ?? 0);
const report = process.env.MLRECIPE_CALLS;
const { writeFileSync } = fs;
let count = 0;

// Workers inherit the flags of the command and are not counted: their order differs from run to run.
if (process.send === undefined) {
  for (const name of names) {
    const real = fs[name];
    fs[name] = (...args) => {
      count++;
      if (count === target) {
        if (name === 'writeFileSync' && args[1].length > 1) writeFileSync(args[0], args[1].slice(0, args[1].length / 2));
        process.kill(0, 'SIGKILL');
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
      }
      return real(...args);
    };
  }
  syncBuiltinESMExports();
  if (report !== undefined) process.on('exit', () => writeFileSync(report, `${count}`));
}
