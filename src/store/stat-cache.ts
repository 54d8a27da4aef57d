/**
 * Digests of input files, remembered by what the file system says of a file, so that a run that
 * changes nothing reads no data. Losing the file of this memory costs time, never correctness.
 */
import { sha256Hex } from '../engine/digest.ts';
import type { Clock, FileDigests, FileStat, FileSystem } from '../engine/ports.ts';
import type { Digest } from '../engine/task.ts';
import { writeAtomically } from './atomic-file.ts';
import { readIfPresent } from './read-if-present.ts';
import { isSameStat } from './stat-record.ts';
import { isSystemError } from './system-error.ts';

/**
 * A file that changed less than this before it was hashed may change again without a new time
 * stamp: file systems count time in steps of up to two seconds.
 */
const RACY_NS = 2_000_000_000n;
/** Records that no file matched lately are kept up to this number, then the oldest go. */
const MOST_RECORDS = 50_000;

// The file: `MAGIC`, SHA-256 of the rest, then records of five little-endian 64-bit integers
// (dev, ino, size, mtime, ctime) and 32 bytes of digest, least recently used first. The number in `MAGIC` is
// raised when the digest of some file changes, or old digests would be given out.
const MAGIC = Buffer.from('mlrstat2');
const HEADER_BYTES = MAGIC.length + 32;
const KEY_BYTES = 40;
const RECORD_BYTES = KEY_BYTES + 32;

export interface StatCacheOptions {
  readonly file: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  /** Read every file whatever is remembered, for a file system whose times and inodes cannot be trusted. */
  readonly paranoid?: boolean;
}

export function openStatCache(options: StatCacheOptions): FileDigests {
  return new StatCache(options);
}

class StatCache implements FileDigests {
  readonly #file: string;
  readonly #fs: FileSystem;
  readonly #clock: Clock;
  readonly #isParanoid: boolean;
  /** What the stat of a file is, as bytes in a string → digest as bytes in a string. */
  readonly #records: Map<string, string>;
  /** The stat of each path when its digest was last given out. */
  readonly #seen = new Map<string, FileStat>();
  #isDirty = false;

  constructor({ file, fs, clock, paranoid = false }: StatCacheOptions) {
    this.#isParanoid = paranoid;
    this.#file = file;
    this.#fs = fs;
    this.#clock = clock;
    this.#records = load(fs, file);
  }

  async digest(path: string): Promise<Digest> {
    // A link stands for what it leads to: data often lie on another disk.
    const stat = this.#fs.statTarget(path);
    if (stat !== undefined && !this.#isParanoid) {
      const known = this.#records.get(statKey(stat));
      if (known !== undefined) {
        this.#seen.set(path, stat);
        return Buffer.from(known, 'latin1').toString('hex') as Digest;
      }
    }
    const startedNs = BigInt(Math.floor(this.#clock.now())) * 1_000_000n;
    const hashed = await this.#fs.hashFile(path);
    this.#seen.set(path, hashed.stat);
    if (!isRacy(hashed.stat, startedNs)) {
      this.#records.set(statKey(hashed.stat), Buffer.from(hashed.digest, 'hex').toString('latin1'));
      this.#isDirty = true;
    }
    return hashed.digest;
  }

  isUnchanged(path: string): boolean {
    const seen = this.#seen.get(path);
    const now = this.#fs.statTarget(path);
    return seen !== undefined && now !== undefined && isSameStat(seen, now);
  }

  save(): void {
    if (!this.#isDirty) return;
    const body = this.#encode();
    const bytes = Buffer.concat([MAGIC, Buffer.from(sha256Hex(body), 'hex'), body]);
    try {
      writeAtomically(this.#fs, this.#file, bytes, { draft: `${this.#file}.${process.pid}.tmp`, durable: false });
      this.#isDirty = false;
    } catch (error) {
      // The memory is a convenience: a full, locked or broken disk must not fail a plan.
      if (!isSystemError(error)) throw error;
    }
  }

  #encode(): Buffer {
    // Files of this session last, so that they are the last to be dropped.
    for (const stat of this.#seen.values()) {
      const key = statKey(stat);
      const digest = this.#records.get(key);
      if (digest === undefined) continue;
      this.#records.delete(key);
      this.#records.set(key, digest);
    }
    const kept = [...this.#records].slice(-MOST_RECORDS);
    const body = Buffer.allocUnsafe(kept.length * RECORD_BYTES);
    for (const [index, [key, digest]] of kept.entries()) body.write(key + digest, index * RECORD_BYTES, 'latin1');
    return body;
  }
}

/** Later than two seconds before the hashing began, by either time: `touch -d` sets one of them only. */
function isRacy(stat: FileStat, hashedNs: bigint): boolean {
  const limit = hashedNs - RACY_NS;
  return stat.mtimeNs > limit || stat.ctimeNs > limit;
}

const keyBuffer = Buffer.alloc(KEY_BYTES);

function statKey(stat: FileStat): string {
  keyBuffer.writeBigUInt64LE(BigInt.asUintN(64, stat.dev), 0);
  keyBuffer.writeBigUInt64LE(BigInt.asUintN(64, stat.ino), 8);
  keyBuffer.writeBigUInt64LE(BigInt(stat.sizeBytes), 16);
  // Times before 1970 are negative.
  keyBuffer.writeBigUInt64LE(BigInt.asUintN(64, stat.mtimeNs), 24);
  keyBuffer.writeBigUInt64LE(BigInt.asUintN(64, stat.ctimeNs), 32);
  return keyBuffer.toString('latin1');
}

/** Empty for a file that is absent, cut or damaged. */
function load(fs: FileSystem, file: string): Map<string, string> {
  const records = new Map<string, string>();
  const bytes = readable(fs, file);
  if (bytes === undefined || bytes.length < HEADER_BYTES) return records;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = buffer.subarray(HEADER_BYTES);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC) || body.length % RECORD_BYTES !== 0) return records;
  if (sha256Hex(body) !== buffer.subarray(MAGIC.length, HEADER_BYTES).toString('hex')) return records;
  for (let at = 0; at < body.length; at += RECORD_BYTES) {
    records.set(body.toString('latin1', at, at + KEY_BYTES), body.toString('latin1', at + KEY_BYTES, at + RECORD_BYTES));
  }
  return records;
}

function readable(fs: FileSystem, file: string): Uint8Array | undefined {
  try {
    return readIfPresent(fs, file);
  } catch {
    return undefined;
  }
}
