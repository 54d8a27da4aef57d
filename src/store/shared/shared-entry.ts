/**
 * An entry as it travels: with its checksum, the places of chunk lists, and optionally a signature
 * by a secret that trusted writers share. What cannot be believed is `undefined`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ActionEntry } from '../../engine/ports.ts';
import type { Digest } from '../../engine/task.ts';
import { decodeChecksummed, encodeChecksummed } from '../checksummed.ts';
import { hasSafePaths } from '../entries.ts';

const FORMAT = 1;

export interface SharedEntry {
  readonly entry: ActionEntry;
  /** Digest of a large file → SHA-256 under which the list of its chunks lies. */
  readonly lists: Readonly<Record<string, Digest>>;
}

export function encodeSharedEntry({ entry, lists }: SharedEntry, secret?: string): Uint8Array {
  const record = { format: FORMAT, entry, lists };
  return encodeChecksummed(secret === undefined ? record : { ...record, signature: sign(record, secret) });
}

/** Of another key is as bad as damaged: somebody copied it there. With a secret, an unsigned entry is refused too. */
export function decodeSharedEntry(bytes: Uint8Array, key: Digest, secret?: string): SharedEntry | undefined {
  const decoded = decodeChecksummed(bytes) as unknown as
    | (SharedEntry & { readonly format: unknown; readonly signature?: unknown })
    | undefined;
  if (decoded?.format !== FORMAT || decoded.entry?.key !== key || !hasSafePaths(decoded.entry)) return undefined;
  const { signature, ...record } = decoded;
  if (secret !== undefined && !isSame(signature, sign(record, secret))) return undefined;
  return { entry: decoded.entry, lists: decoded.lists };
}

/** JSON text keeps the order of keys through parsing, so the text is the same on both sides. */
function sign(record: object, secret: string): string {
  return createHmac('sha256', secret).update(JSON.stringify(record)).digest('hex');
}

function isSame(given: unknown, expected: string): boolean {
  return typeof given === 'string' && given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
