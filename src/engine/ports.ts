/**
 * The doors through which the engine touches the world. Production has one implementation of
 * each, tests have an in-memory one.
 */
import type { Json } from '../schema/json.ts';
import type { Digest, Task, TaskName } from './task.ts';

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly sizeBytes: number;
  readonly mode: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Every file-system call of engine and store goes through here, so that a test can fail or stop each. */
export interface FileSystem {
  /** `undefined` when the path does not exist. Follows no links. */
  stat(path: string): FileStat | undefined;
  /** The same of what a link leads to, for data that a user may keep elsewhere. */
  statTarget(path: string): FileStat | undefined;
  readFile(path: string): Uint8Array;
  /** At most `length` bytes from `offset` on; fewer at the end of the file. */
  readRange(path: string, offset: number, length: number): Uint8Array;
  /** Names only, in code-unit order. Empty when the folder does not exist. */
  readFolder(path: string): readonly string[];
  /** Create or replace a file, with fsync when `durable`. */
  writeFile(path: string, bytes: Uint8Array, options?: { readonly durable?: boolean }): void;
  appendFile(path: string, bytes: Uint8Array): void;
  /** Reflink where the file system can, else copy. Never a hard link: a user may edit the copy. */
  copyFile(from: string, to: string, options?: { readonly durable?: boolean }): void;
  rename(from: string, to: string): void;
  makeFolder(path: string): void;
  /** Remove a file or a whole folder. Nothing happens when it is absent. */
  remove(path: string): void;
  /** Flush a file that was written in parts. */
  syncFile(path: string): void;
  /** Flush a folder's own entries, where the platform allows it. */
  syncFolder(path: string): void;
  setMode(path: string, mode: number): void;
  /** Set the time of last modification, in whole milliseconds since the epoch. */
  setTime(path: string, timeMs: number): void;
  /** Make a file with this content in one step. False, and nothing done, when the path exists. */
  createFile(path: string, bytes: Uint8Array): boolean;
  /** SHA-256 of the content, or of the list of its chunks above 64 MiB, read from one open descriptor whose stat did not change meanwhile. */
  hashFile(path: string): Promise<FileDigest>;
}

export interface FileDigest {
  readonly digest: Digest;
  /** Of the very bytes that were hashed. */
  readonly stat: FileStat;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** One file of an output. */
export interface OutputFile {
  /** Relative to the step's output folder, with forward slashes. */
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A declared output: one file, or a folder of files in code-unit order of their paths. */
export interface OutputRecord {
  readonly name: string;
  /** For a file the digest of its bytes; for a folder a digest over paths and digests. */
  readonly digest: Digest;
  readonly files: readonly OutputFile[];
}

/** The fields of a key, kept beside the result so that a later run can say what differs. */
export interface KeyFields {
  readonly implementation: Digest;
  readonly params: Json;
  readonly inputs: readonly { readonly role: string; readonly label: string; readonly digest: Digest }[];
  readonly userCode: readonly { readonly file: string; readonly digest: Digest }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
}

/** The record of one successful execution: what the action cache holds under a key. */
export interface ActionEntry {
  readonly key: Digest;
  readonly task: TaskName;
  readonly fields: KeyFields;
  readonly outputs: readonly OutputRecord[];
  /** Card, log and other files that no downstream key may see. */
  readonly attachments: readonly OutputFile[];
  /** What the step reported: summary, metrics, findings. Not in any key. */
  readonly result: Json;
  readonly startedAt: number;
  readonly durationMs: number;
  /** The outputs are those of an earlier key, and a person said that they stand for this one too. */
  readonly acceptedByHand?: true;
  /** Grows from 1 with every entry written to this store; orders several results of one key. 0 for one that was only shown. */
  readonly sequence: number;
}

/** Content-addressed bytes and the entries that name them. */
export interface Store {
  /** The entry of a key whose blobs are all held, or `undefined`. A damaged entry is set aside and is a miss. */
  find(key: Digest): ActionEntry | undefined;
  /**
   * Ask elsewhere for the entry of a key that `find` does not know; from then on `find` gives it.
   * Moves no outputs. Absent in a store that is on its own.
   */
  fetch?(key: Digest): Promise<ActionEntry | undefined>;
  /** The entry that this workspace last made current for a task, whatever its key. */
  current(task: TaskName): ActionEntry | undefined;
  /** Whether the workspace shows exactly the files of this entry, judged by their stat records. */
  isInPlace(entry: ActionEntry): boolean;
  /** Bring the files of an entry into the workspace, each verified, and make it current. False when a blob is missing or bad. */
  restore(entry: ActionEntry): Promise<boolean>;
  /** A new empty folder on the store's file system for a task to write into. */
  stage(task: TaskName): string;
  /**
   * Take what is in the staging folder into the store, write the entry last, make it current.
   * Throws `BadOutputError` when a declared output is not there. When the store cannot be written,
   * the staging folder is left as it was, so that `show` can still be called; `NotShownError` says
   * that it is not.
   */
  commit(
    entry: Omit<ActionEntry, 'outputs' | 'attachments' | 'sequence'>,
    staging: string,
    outputs: readonly string[],
    attachments: readonly string[],
  ): Promise<ActionEntry>;
  /**
   * Bring what is in the staging folder into the workspace and make it current without remembering
   * it: for a result that may be used now and must not be found again.
   */
  show(
    entry: Omit<ActionEntry, 'outputs' | 'attachments' | 'sequence'>,
    staging: string,
    outputs: readonly string[],
    attachments: readonly string[],
  ): Promise<ActionEntry>;
  /** Another process may have worked on this task: read again what the workspace shows of it. */
  refresh?(task: TaskName): void;
  /**
   * Remember what the workspace shows of a task under another key, and make that current. The files
   * are `shown`, all in place; files in `amended` take the place of the attachments of their name.
   * `undefined`, and nothing done, when the bytes are no longer those.
   */
  adopt(
    entry: Omit<ActionEntry, 'outputs' | 'attachments' | 'sequence'>,
    shown: ActionEntry,
    amended?: string,
  ): Promise<ActionEntry | undefined>;
  /** Whether an entry of this task may exist, under any key. False is a promise. */
  remembers(task: TaskName): boolean;
  /** What is missing of an entry that `find` or `restore` could not give. Undefined when nothing is. */
  findLoss(entry: ActionEntry): { readonly output: string; readonly detail: string } | undefined;
  /** Where a task's outputs are shown. */
  folder(task: TaskName): string;
  discard(staging: string): void;
  /**
   * The folder, which need not exist, where an execution of this key leaves what it wants to find again if it is
   * killed before its end. Absent in a store that keeps nothing of the kind.
   */
  progressFolder?(task: TaskName, key: Digest): string;
  /** Remove that folder, or those of all keys of the task. */
  forgetProgress?(task: TaskName, key?: Digest): void;
}

/**
 * Keeps two processes from executing the same step of a workspace, and from replacing a result that
 * another reads. Whoever acquired a task looks at it again (`Store.refresh`) before doing anything.
 * Whoever waits for a task may hold marks of a reader on all that this task reads, and nothing
 * else, so all waiting goes down the graph and never in a circle.
 */
export interface StepLocks {
  /** Waits until nobody else changes or reads what is shown of the task. Rejects with the signal's reason when it is aborted meanwhile. */
  acquire(task: TaskName, signal: AbortSignal): Promise<Hold>;
  /** Waits until nobody else changes what is shown of the task. Others may read it, too. */
  share(task: TaskName, signal: AbortSignal): Promise<Hold>;
  /** The same at once, or not at all. */
  tryShare(task: TaskName): Hold | undefined;
}

export interface Hold {
  release(): void;
}

/** Digest of a file's content, with memory. */
export interface FileDigests {
  digest(path: string): Promise<Digest>;
  /** The record made when the file was last hashed still holds: the file did not change since. */
  isUnchanged(path: string): boolean;
  /** Write what was learned. Losing it costs time, never correctness. */
  save(): void;
}

export interface ExecuteRequest {
  readonly task: Task;
  /** Role → absolute path of the file or folder. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The empty folder that the task writes its outputs and attachments into. */
  readonly staging: string;
  /** Survives the execution until one of the same key succeeds. Made by whoever writes into it. */
  readonly progressFolder?: string;
  readonly signal: AbortSignal;
  onLog(stream: 'stdout' | 'stderr', line: string): void;
  onProgress(progress: StepProgress): void;
}

export interface StepProgress {
  readonly message?: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What went wrong in a step, as data that crosses process boundaries. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** What is at the place. */
  readonly label?: string;
  /** Path of the key or value in the recipe that it is about. */
  readonly place?: {
    readonly path: readonly (string | number)[];
    readonly at: 'key' | 'value';
    /** Of a value of several lines: the line, and the part of it. */
    readonly within?: { readonly line: string; readonly start: number; readonly length: number };
  };
  /** Each mistake of its own, when there are several: `message` only counts them. */
  readonly parts?: readonly Failure[];
  /** Sections for the card that show what is wrong. Not told elsewhere. */
  readonly sections?: Json;
  /** Place in the user's source, when there is one: path relative to the root, line and column 1-based. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Frames of the user's code first. */
  readonly stack?: string;
  readonly causes?: readonly string[];
  /** 1 unless the failure stands for another exit code, such as 4 for a missing package. */
  readonly exitCode?: number;
}

export type ExecuteOutcome =
  | { readonly ok: true; readonly result: Json; readonly attachments: readonly string[] }
  | { readonly ok: false; readonly failure: Failure };

export interface Executor {
  execute(request: ExecuteRequest): Promise<ExecuteOutcome>;
  close(): Promise<void>;
}
