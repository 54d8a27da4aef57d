// node bench/hash.mjs [--mib N]: throughput of hashing large files beside plain SHA-256 on the same cores, and beside
// `sha256sum` and OpenSSL, as ratios in one run. Each figure is the best of several; never asserted in the tests.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { nodeFileSystem } = await import(pathToFileURL(join(root, 'dist/store/node-file-system.js')).href);
const flag = process.argv.indexOf('--mib');
const MIB = flag < 0 ? 512 : Number(process.argv[flag + 1]);
const TIMES = 5;
const cores = Math.min(availableParallelism(), 4);
// In memory where the system has such a place: this measures hashing, not a disk.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mlrecipe-hash-'));

try {
  const large = write('large', MIB);
  const middle = write('middle', 48);
  const plain = await best(() => plainHash(1, large));
  const plainAll = await best(() => plainHash(cores, large));
  line('plain SHA-256 of the file, 1 process', MIB / plain);
  line(`plain SHA-256 of the file, ${cores} processes`, (cores * MIB) / plainAll);
  const ours = await best(() => nodeFileSystem.hashFile(large));
  line(`hashFile, ${MIB} MiB`, MIB / ours, `${(MIB / ours / ((cores * MIB) / plainAll)).toFixed(2)} × plain SHA-256 on ${cores} cores`);
  const one = await best(() => nodeFileSystem.hashFile(middle));
  line('hashFile, 48 MiB', 48 / one, `${(48 / one / (MIB / plain)).toFixed(2)} × plain SHA-256 on one core`);
  for (const [command, ...args] of [['sha256sum'], ['openssl', 'dgst', '-sha256']]) {
    if (spawnSync(command, [...args, large]).status !== 0) continue;
    const sum = await best(() => spawnSync(command, [...args, large]));
    line(`${command}, ${MIB} MiB`, MIB / sum, `hashFile is ${(sum / ours).toFixed(2)} × as fast`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function write(name, mib) {
  const path = join(folder, name);
  const descriptor = openSync(path, 'w');
  const block = Buffer.alloc(1 << 20);
  for (let index = 0; index < mib; index++) {
    block.writeUInt32LE(index, 0);
    writeSync(descriptor, createHash('sha512').update(block).digest(), 0, 64, index * (1 << 20));
    writeSync(descriptor, block, 0, block.length, index * (1 << 20));
  }
  closeSync(descriptor);
  return path;
}

/** Processes that each read and hash the whole file in one thread; the time is that of the slowest, without its start. */
async function plainHash(processes, path) {
  const code = `const b=Buffer.alloc(1<<18),fs=require('node:fs'),f=fs.openSync(${JSON.stringify(path)}),s=performance.now();
const h=require('node:crypto').createHash('sha256');for(let n;(n=fs.readSync(f,b))>0;)h.update(b.subarray(0,n));h.digest();
process.stdout.write(String((performance.now()-s)/1000))`;
  const times = await Promise.all(
    Array.from(
      { length: processes },
      () =>
        new Promise((resolve) => {
          const child = spawn(process.execPath, ['-e', code]);
          let text = '';
          child.stdout.on('data', (part) => {
            text += part;
          });
          child.on('close', () => resolve(Number(text)));
        }),
    ),
  );
  return Math.max(...times);
}

async function best(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time++) {
    const start = performance.now();
    const told = await work();
    least = Math.min(least, typeof told === 'number' ? told : (performance.now() - start) / 1000);
  }
  return least;
}

function line(what, mibPerSecond, ratio = '') {
  process.stdout.write(`${what.padEnd(40)} ${(mibPerSecond / 1024).toFixed(2).padStart(6)} GiB/s  ${ratio}\n`);
}
