/**
 * A process that collects garbage over and over in the store of `disk-rig.ts`: whatever nobody used for a moment goes.
 * Ends when its stdin does, and prints how many entries and blobs it took.
 */
import { join } from 'node:path';
import { collectGarbage } from '../../src/store/collect.ts';
import { openFileStore } from '../../src/store/file-store.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';

const [root = ''] = process.argv.slice(2);
const clock = { now: Date.now };
const store = openFileStore({
  root: join(root, 'store'),
  outputs: join(root, 'outputs'),
  fs: nodeFileSystem,
  clock,
  onWarning: (text) => process.stderr.write(`${text}\n`),
});
const taken = { rounds: 0, entries: 0, blobs: 0 };
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

function round(): void {
  if (isOver) return void process.stdout.write(JSON.stringify(taken));
  const { entries, blobs } = collectGarbage({ store, olderThanMs: 20, graceMs: 1000, maxBytes: 3000, pins: new Set(), clock });
  taken.rounds++;
  taken.entries += entries.length;
  taken.blobs += blobs;
  setImmediate(round);
}
round();
