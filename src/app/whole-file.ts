/** A file that is written in parts and is there only when it is whole. */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { nodeFileSystem } from '../store/node-file-system.ts';

export interface WholeFile {
  write(text: string): void;
  /** It takes the place of the one that was there. */
  finish(): void;
  /** Nothing of it is left, and the one that was there stays. */
  abandon(): void;
}

/** The path is as the current folder understands it. */
export function wholeFile(path: string): WholeFile {
  const target = resolve(path);
  const draft = `${target}.${process.pid}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  const descriptor = openSync(draft, 'w');
  return {
    write: (text) => void writeSync(descriptor, text),
    finish() {
      fsyncSync(descriptor);
      closeSync(descriptor);
      nodeFileSystem.rename(draft, target);
    },
    abandon() {
      closeSync(descriptor);
      rmSync(draft, { force: true });
    },
  };
}
