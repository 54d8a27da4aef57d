/**
 * Data of other machines, as this workspace keeps them: bytes in a folder by their digest, and for each
 * address a record of what it last gave. Reading asks nobody; `fetch/` asks and writes.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../engine/digest.ts';
import { addressKind, addressPath, pinOf } from '../recipe/address.ts';
import type { DeclaredType } from '../steps/ingest/declared-types.ts';

export interface KeptRecord {
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** When the address was last asked, in milliseconds. */
  readonly fetchedAt: number;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Of a database: what its columns are. Files say so themselves. */
  readonly types?: Readonly<Record<string, DeclaredType>>;
}

export interface KeptFile {
  /** Where the bytes are, or would be. */
  readonly path: string;
  readonly record: KeptRecord;
}

export function keptFolder(root: string): string {
  return join(root, '.recipe', 'downloads');
}

/** The record of an address. The part behind `#` is ours and is no part of it. */
export function recordPath(root: string, location: string): string {
  return join(keptFolder(root), `${sha256Hex(identityOf(location)).slice(0, 32)}.json`);
}

function identityOf(location: string): string {
  return addressKind(location) === 'postgresql' ? location : (location.split('#')[0] as string);
}

/** The name is kept for its ending, and for a loader that reads meaning from it. */
export function bytesPath(root: string, location: string, sha256: string): string {
  const name = addressPath(location).split('/').at(-1) ?? '';
  const safe = decoded(name)
    .replace(/[^A-Za-z0-9._-]+/gu, '-')
    .replace(/^[.-]+/u, '')
    .slice(-100);
  return join(keptFolder(root), 'bytes', sha256, safe === '' ? 'data' : safe);
}

/** What is here of an address, or of its pinned digest from any address; `undefined` when it has to be fetched. */
export function keptFile(root: string, location: string): KeptFile | undefined {
  const record = readRecord(root, location);
  const pin = pinOf(location);
  if (record !== undefined && (pin === undefined || pin === record.sha256)) {
    const path = bytesPath(root, location, record.sha256);
    if (statSync(path, { throwIfNoEntry: false })?.size === record.sizeBytes) return { path, record };
  }
  return undefined;
}

/** Also of bytes that are gone. A record that cannot be read is none. */
export function readRecord(root: string, location: string): KeptRecord | undefined {
  try {
    const { sha256, sizeBytes, fetchedAt, etag, lastModified, types } = JSON.parse(
      readFileSync(recordPath(root, location), 'utf8'),
    ) as KeptRecord;
    if (!/^[0-9a-f]{64}$/u.test(sha256) || !Number.isSafeInteger(sizeBytes)) return undefined;
    return {
      sha256,
      sizeBytes,
      fetchedAt,
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { lastModified }),
      ...(types !== undefined && { types }),
    };
  } catch {
    return undefined;
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
