/** SHA-256 in hex, and the constructors of the branded strings. A wrong value here is a bug of ours, so they throw. */
import { hash } from 'node:crypto';
import { canonicalText } from './encode.ts';
import { isPortableName } from './portable-name.ts';
import type { Digest, TaskName } from './task.ts';

const HEX_64 = /^[0-9a-f]{64}$/;

/** Task names are folder and file names too, so they are kept to letters that every file system takes. */
const TASK_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** Text is hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): Digest {
  // In one call: a plan hashes thousands of short texts, and a hash object for each costs more than the hashing.
  return hash('sha256', data, 'hex') as Digest;
}

export function asDigest(text: string): Digest {
  if (!HEX_64.test(text)) throw new Error(`not a SHA-256 digest: ${text}`);
  return text as Digest;
}

export function asTaskName(text: string): TaskName {
  if (!TASK_NAME.test(text) || !isPortableName(text)) throw new Error(`not a task name: ${text}`);
  return text as TaskName;
}

/** Digest of a folder: over the relative paths and digests of its files, which the caller has put into code-unit order. */
export function folderDigest(files: readonly { readonly path: string; readonly digest: Digest }[]): Digest {
  return sha256Hex(canonicalText(['folder', files.map((file) => [file.path, file.digest])]));
}
