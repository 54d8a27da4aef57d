/**
 * The source files of one bundle, each read once: what esbuild compiles, what is hashed and what
 * the stat describes are the same bytes. Must not know what the files mean.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { relativePath } from './paths.ts';

/** A file as it was when it was hashed. */
export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  /** SHA-256 of the content, lower-case hex. */
  readonly digest: string;
}

/** A file whose stat alone cannot vouch for it was written less than this before it was hashed. */
const RACY_NS = 2_000_000_000n;

/** What is kept of a source file between runs. */
export interface RememberedFile extends SourceFile {
  /** Written so shortly before it was hashed that a later write may have left the same stat. */
  readonly isRacy: boolean;
}

/** Reads files for one build. `now` is in milliseconds since the epoch. */
export class Snapshot {
  readonly #root: string;
  readonly #now: () => number;
  readonly #files = new Map<string, { readonly file: RememberedFile; readonly bytes: Uint8Array }>();

  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  /** The content of a file, the same at every call. Throws the error of the file system. */
  read(path: string): Uint8Array {
    const known = this.#files.get(path);
    if (known !== undefined) return known.bytes;
    const { bytes, file } = readStable(this.#root, path, this.#now);
    this.#files.set(path, { bytes, file });
    return bytes;
  }

  /** Every file that was read, in code-unit order of the paths. */
  files(): readonly RememberedFile[] {
    return [...this.#files.values()].map((entry) => entry.file).sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/**
 * The file as it is now when its content is still the remembered one, else `undefined`. Reads
 * the content only when the stat differs or cannot be trusted.
 */
export function stillTheSame(root: string, known: RememberedFile, now: () => number): RememberedFile | undefined {
  const path = resolve(root, known.path);
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return undefined;
  const sameStat =
    stat.size === known.sizeBytes && stat.mtimeNs === known.mtimeNs && stat.ctimeNs === known.ctimeNs && stat.ino === known.ino;
  if (sameStat && !known.isRacy) return known;
  const { file } = readStable(root, path, now);
  return file.digest === known.digest ? file : undefined;
}

/** Reads from one descriptor, again when the file changed meanwhile, so that stat and bytes belong together. */
function readStable(root: string, path: string, now: () => number): { readonly bytes: Uint8Array; readonly file: RememberedFile } {
  for (;;) {
    const descriptor = openSync(path, 'r');
    try {
      const before = fstatSync(descriptor, { bigint: true });
      const bytes = readFileSync(descriptor);
      const after = fstatSync(descriptor, { bigint: true });
      if (before.size !== after.size || before.mtimeNs !== after.mtimeNs || before.ctimeNs !== after.ctimeNs) continue;
      const trustedUntil = BigInt(Math.floor(now())) * 1_000_000n - RACY_NS;
      const file: RememberedFile = {
        path: relativePath(root, path),
        sizeBytes: after.size,
        mtimeNs: after.mtimeNs,
        ctimeNs: after.ctimeNs,
        ino: after.ino,
        digest: createHash('sha256').update(bytes).digest('hex'),
        isRacy: after.mtimeNs > trustedUntil || after.ctimeNs > trustedUntil,
      };
      return { bytes, file };
    } finally {
      closeSync(descriptor);
    }
  }
}

/**
 * Whether the files still have the content that went into a bundle. Synchronous and by content:
 * sources are small, and the engine asks right after a step has run.
 */
export function areUnchanged(root: string, inputs: readonly SourceFile[]): boolean {
  return inputs.every(({ path, digest }) => {
    try {
      return (
        createHash('sha256')
          .update(readFileSync(resolve(root, path)))
          .digest('hex') === digest
      );
    } catch {
      return false;
    }
  });
}
