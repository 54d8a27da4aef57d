/** The first bytes of a text file as text, unpacked when they are gzip. */
import type { DataFiles } from '../data-files.ts';
import { HEAD_BYTES } from './header.ts';

export interface TextHead {
  /** Without a byte order mark. */
  readonly text: string;
  /** Whether this is the whole file. */
  readonly isWhole: boolean;
}

/** `undefined` for a file that cannot be read or is no text: `ingest` says why. */
export function readTextHead(path: string, files: DataFiles): TextHead | undefined {
  const head = files.read?.(path, 0, HEAD_BYTES);
  if (head === undefined) return undefined;
  let { bytes } = head;
  let isWhole = head.fileSize <= bytes.length;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const plain = unpacked(bytes);
    if (plain === undefined) return undefined;
    // A small file may unpack to a large text.
    isWhole &&= plain.length <= HEAD_BYTES;
    bytes = plain.subarray(0, HEAD_BYTES);
  }
  if (bytes.subarray(0, 1024).includes(0)) return undefined;
  return { text: new TextDecoder('utf-8').decode(bytes), isWhole };
}

function unpacked(bytes: Uint8Array): Uint8Array | undefined {
  // Not imported: packed files are rare, and every command passes here.
  const { constants, gunzipSync } = process.getBuiltinModule('node:zlib');
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}
