/**
 * A lock is a file that names its holder. A holder that died is replaced without anybody's help,
 * and one that lives is waited for, by name.
 */
import { dirname } from 'node:path';
import type { Clock, FileSystem } from '../engine/ports.ts';
import { decodeChecksummed, encodeChecksummed } from './checksummed.ts';
import type { Processes, ProcessIdentity } from './processes.ts';
import { readIfPresent } from './read-if-present.ts';

export interface LockHolder extends ProcessIdentity {
  /** What it does, such as `recipe run`. */
  readonly purpose: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface LockOptions {
  readonly file: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly purpose: string;
  readonly signal: AbortSignal;
  /** Called once for each holder that has to be waited for. */
  readonly onWait: (holder: LockHolder) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface FileLock {
  release(): void;
}

const POLL_MS = 100;
/** How often a holder shows that it lives, for those that cannot see its process. */
const BEAT_MS = 2_000;
/** A holder out of sight that did not move for this long, by the waiter's own clock, is dead. */
const SILENCE_MS = 20_000;

/** Rejects with the signal's reason when it is aborted while waiting. */
export async function acquireLock(options: LockOptions): Promise<FileLock> {
  const { file, fs, signal } = options;
  const mine = content(options);
  fs.makeFolder(dirname(file));
  const watch = new LockWatch(options);
  for (;;) {
    signal.throwIfAborted();
    if (fs.createFile(file, mine)) return hold(options, mine);
    if (watch.isDead() && replaceDead(options, mine, watch)) return hold(options, mine);
    await pause(options);
  }
}

/** The same at once, or not at all. */
export function tryLock(options: LockOptions): FileLock | undefined {
  const mine = content(options);
  options.fs.makeFolder(dirname(options.file));
  return options.fs.createFile(options.file, mine) ? hold(options, mine) : undefined;
}

/** Until the next look at somebody else's lock. */
export function pause({ sleep }: Pick<LockOptions, 'sleep'>): Promise<void> {
  return sleep === undefined ? new Promise((resolve) => setTimeout(resolve, POLL_MS)) : sleep(POLL_MS);
}

/** Put down a file of a name that nobody else uses: it says that its maker lives, and locks nobody out. */
export function markPresence(options: LockOptions): FileLock {
  const mine = content(options);
  options.fs.makeFolder(dirname(options.file));
  options.fs.writeFile(options.file, mine);
  return hold(options, mine);
}

function content({ clock, processes, purpose }: LockOptions): Uint8Array {
  return encodeChecksummed({ ...processes.self, purpose, since: clock.now() } satisfies LockHolder);
}

function hold({ file, fs, clock }: LockOptions, mine: Uint8Array): FileLock {
  const beat = setInterval(() => {
    if (isOurs(fs, file, mine)) fs.setTime(file, clock.now());
  }, BEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (isOurs(fs, file, mine)) fs.remove(file);
    },
  };
}

/** What a waiter has seen of the lock so far. */
export class LockWatch {
  readonly #options: LockOptions;
  #seen = '';
  #since = 0;
  #announced = '';

  constructor(options: LockOptions) {
    this.#options = options;
  }

  isDead(): boolean {
    const { file, fs, clock, processes, onWait } = this.#options;
    const bytes = readIfPresent(fs, file);
    if (bytes === undefined) return false;
    const content = Buffer.from(bytes).toString('latin1');
    const state = `${fs.stat(file)?.mtimeNs} ${content}`;
    if (state !== this.#seen) {
      this.#seen = state;
      this.#since = clock.now();
    }
    const holder = decodeChecksummed(bytes) as unknown as LockHolder | undefined;
    const lives = holder === undefined ? 'unknown' : processes.lives(holder);
    if (lives === 'no') return true;
    // Also the way out for a file that is no lock: nobody keeps it alive.
    if (lives === 'unknown' && clock.now() - this.#since >= SILENCE_MS) return true;
    const isOther = holder?.pid !== processes.self.pid || lives !== 'yes';
    if (holder !== undefined && isOther && content !== this.#announced) {
      this.#announced = content;
      onWait(holder);
    }
    return false;
  }
}

/**
 * Only the process that holds `FILE.takeover` may remove a dead holder's lock. Without it, two
 * waiters that both saw the same dead holder could each remove a lock, the second one a live one.
 */
function replaceDead({ file, fs, processes }: LockOptions, mine: Uint8Array, watch: LockWatch): boolean {
  const guard = `${file}.takeover`;
  if (!fs.createFile(guard, mine)) {
    const other = decodeChecksummed(readIfPresent(fs, guard) ?? new Uint8Array()) as unknown as LockHolder | undefined;
    // Died within the few calls below.
    if (other !== undefined && processes.lives(other) === 'no') fs.remove(guard);
    return false;
  }
  try {
    if (!watch.isDead()) return false;
    fs.remove(file);
    return fs.createFile(file, mine);
  } finally {
    fs.remove(guard);
  }
}

function isOurs(fs: FileSystem, file: string, mine: Uint8Array): boolean {
  const bytes = readIfPresent(fs, file);
  return bytes !== undefined && Buffer.compare(bytes, mine) === 0;
}
