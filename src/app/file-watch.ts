/**
 * Looks at files again and again and says which have changed. Looks, rather than listens: the same on
 * every system, on network drives and in containers, and an editor that saves by renaming is nothing
 * special. A file that was touched and holds the same bytes has not changed.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

export interface WatchedFile {
  readonly path: string;
  /** How to name it to a person. */
  readonly label: string;
}

interface Seen {
  readonly stat: string;
  /** Of the content; absent for files that are too large to be read for this. */
  readonly digest?: string;
}

/** Larger files have changed when their times or sizes have. */
const MOST_BYTES = 8 * 1024 * 1024;
const ABSENT: Seen = { stat: 'absent', digest: 'absent' };

export class FileWatch {
  readonly #list: () => readonly WatchedFile[];
  #seen: ReadonlyMap<string, Seen>;

  /** `list` is asked at each look, since files come and go. */
  constructor(list: () => readonly WatchedFile[]) {
    this.#list = list;
    this.#seen = this.#read(new Map());
  }

  get count(): number {
    return this.#seen.size;
  }

  /** Labels of the files that changed, came or went since the last look, in code-unit order. */
  look(): readonly string[] {
    const before = this.#seen;
    this.#seen = this.#read(before);
    const labels = new Set([...before.keys(), ...this.#seen.keys()]);
    return [...labels].filter((label) => !isSame(before.get(label) ?? ABSENT, this.#seen.get(label) ?? ABSENT)).sort();
  }

  #read(before: ReadonlyMap<string, Seen>): ReadonlyMap<string, Seen> {
    return new Map(this.#list().map(({ label, path }) => [label, lookAt(path, before.get(label))]));
  }
}

function isSame(a: Seen, b: Seen): boolean {
  return a.digest !== undefined && b.digest !== undefined ? a.digest === b.digest : a.stat === b.stat;
}

function lookAt(path: string, before: Seen | undefined): Seen {
  try {
    const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
    const stat = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
    if (before?.stat === stat) return before;
    return size > MOST_BYTES ? { stat } : { stat, digest: createHash('sha256').update(readFileSync(path)).digest('hex') };
  } catch {
    // Gone, or not there yet, or in the middle of being replaced: the next look tells.
    return ABSENT;
  }
}
