/**
 * What the compiler said last, and everything that it said it of. An unchanged project is answered
 * from here: a few hundred stats, no compiler.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { writeWhole } from '../paths.ts';
import { type RememberedFile, Snapshot, stillTheSame } from '../sources.ts';

/** What a check depends on, whatever the files hold. */
export interface Question {
  /** Version and place of the compiler, the text of the configuration, and how errors are explained. */
  readonly identity: string;
}

export interface Answer {
  readonly diagnostics: readonly Diagnostic[];
}

interface Known extends Answer {
  readonly format: 1;
  readonly identity: string;
  /** Files of the project, by content. */
  readonly own: readonly RememberedFile[];
  /** Files of packages, which nobody edits: by their stat. */
  readonly foreign: readonly (readonly [path: string, stamp: string])[];
  /** Names in the folders of the project's files, where a new one may be taken instead of another. */
  readonly folders: readonly (readonly [path: string, names: string])[];
}

/** The answer when all that it was made of is still the same. */
export function recall(path: string, root: string, { identity }: Question, now: () => number): Answer | undefined {
  const known = read(path);
  if (known === undefined || known.identity !== identity) return undefined;
  if (known.folders.some(([folder, names]) => namesIn(root, folder) !== names)) return undefined;
  if (known.foreign.some(([file, stamp]) => stampOf(file) !== stamp)) return undefined;
  const own = known.own.map((file) => stillTheSame(root, file, now));
  if (own.includes(undefined)) return undefined;
  // A file that was looked at too soon after it was written is trusted from the second look on.
  if (own.some((file, index) => file !== known.own[index])) write(path, { ...known, own: own as readonly RememberedFile[] });
  return { diagnostics: known.diagnostics };
}

/** The state of the files before the compiler reads them, so that an edit meanwhile is not taken for checked. */
export class Memory {
  readonly #root: string;
  readonly #startedNs: bigint;
  readonly #now: () => number;

  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
    this.#startedNs = BigInt(Math.floor(now())) * 1_000_000n;
  }

  /** Nothing is kept when a file changed since the compiler was started. */
  keep(
    path: string,
    { identity }: Question,
    files: { readonly own: readonly string[]; readonly foreign: readonly string[] },
    answer: Answer,
  ): void {
    const snapshot = new Snapshot(this.#root, this.#now);
    try {
      for (const file of files.own) snapshot.read(file);
    } catch {
      return;
    }
    const own = snapshot.files();
    if (own.some(({ mtimeNs, ctimeNs }) => mtimeNs >= this.#startedNs || ctimeNs >= this.#startedNs)) return;
    const folders = new Set(own.map(({ path: file }) => file.split('/').slice(0, -1).join('/')));
    write(path, {
      format: 1,
      identity,
      diagnostics: answer.diagnostics,
      own,
      foreign: files.foreign.map((file) => [file, stampOf(file)]),
      folders: [...folders].map((folder) => [folder, namesIn(this.#root, folder)]),
    });
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'absent' : `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
}

function namesIn(root: string, folder: string): string {
  try {
    return readdirSync(resolve(root, folder))
      .filter((name) => /\.[mc]?[jt]sx?$|\.json$/.test(name))
      .sort()
      .join('/');
  } catch {
    return '';
  }
}

function read(path: string): Known | undefined {
  try {
    const known = JSON.parse(readFileSync(path, 'utf8'), revive) as Known;
    return known.format === 1 ? known : undefined;
  } catch {
    return undefined;
  }
}

function write(path: string, known: Known): void {
  writeWhole(path, `${JSON.stringify(known, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}\n`);
}

const BIG_FIELDS = new Set(['sizeBytes', 'mtimeNs', 'ctimeNs', 'ino']);

function revive(key: string, value: unknown): unknown {
  return BIG_FIELDS.has(key) && typeof value === 'string' ? BigInt(value.slice(0, -1)) : value;
}
