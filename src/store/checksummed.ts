/** JSON that knows when it was damaged: the first line is the SHA-256 of everything behind it. */
import { sha256Hex } from '../engine/digest.ts';
import type { Json } from '../schema/json.ts';

const HEX_LENGTH = 64;
const NEWLINE = 0x0a;

export function encodeChecksummed(value: object): Uint8Array {
  const body = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`${sha256Hex(body)}\n`), body]);
}

/** `undefined` for anything that is not, byte by byte, what was written. */
export function decodeChecksummed(bytes: Uint8Array): Json | undefined {
  if (bytes.length <= HEX_LENGTH || bytes[HEX_LENGTH] !== NEWLINE) return undefined;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + HEX_LENGTH + 1, bytes.length - HEX_LENGTH - 1);
  const claimed = Buffer.from(bytes.buffer, bytes.byteOffset, HEX_LENGTH).toString('latin1');
  if (sha256Hex(body) !== claimed) return undefined;
  return JSON.parse(body.toString());
}
