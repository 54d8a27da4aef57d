/**
 * The door to a cache that several machines share: entries by key, bytes by SHA-256. Nothing that
 * comes through it is believed: whoever asks checks digests, keys and signatures. No blob is
 * longer than one chunk of a large file, so bytes travel in memory.
 */
import type { Digest } from '../../engine/task.ts';

export interface RemoteStore {
  /** For messages: where it is, without credentials. */
  readonly name: string;
  /** `undefined` when there is none. Everything else that goes wrong is a `RemoteError`. */
  getEntry(key: Digest): Promise<Uint8Array | undefined>;
  /** The first writer of a key wins, unless `replace`: for an entry that was found to be of no use. */
  putEntry(key: Digest, bytes: Uint8Array, options: { readonly replace: boolean }): Promise<'created' | 'exists'>;
  hasBlob(digest: Digest): Promise<boolean>;
  getBlob(digest: Digest): Promise<Uint8Array | undefined>;
  /** Idempotent: two writers of one digest write the same bytes. */
  putBlob(digest: Digest, bytes: Uint8Array): Promise<void>;
}

/** The cache cannot be reached, or says no. Never a reason to fail a run. */
export class RemoteError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RemoteError';
  }
}
