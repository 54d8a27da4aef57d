/** Bytes of data files that are cut, damaged or strange. */
import { gzipSync } from 'node:zlib';
import type { Corpus } from './corpus.ts';
import { mutated } from './mutate.ts';
import { anyText, piece } from './pieces.ts';
import type { Random } from './random.ts';

export function mutatedBytes(random: Random, corpus: Corpus): Uint8Array {
  if (random.chance(40) && corpus.parquet.length > 0) return damaged(Buffer.from(random.pick(corpus.parquet), 'base64'), random);
  const text = random.chance(15)
    ? anyText(random, 300)
    : random.chance(10)
      ? `${random.pick(['[', '{"a":', '"', 'a,', '{"a":[', ','])}`.repeat(random.between(1, 30_000))
      : mutated(random.pick(corpus.tables), random, corpus.tables);
  const bytes = Buffer.from(
    random.chance(20) ? text + piece(random) : text,
    random.chance(10) ? 'utf16le' : random.chance(10) ? 'latin1' : 'utf8',
  );
  if (random.chance(10)) return damaged(gzipSync(bytes, { level: 1 }), random);
  return random.chance(20) ? damaged(bytes, random) : bytes;
}

/** Some bytes exchanged, cut out or put in; in a footer, since the rows of a Parquet file are not looked at. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let copy = Buffer.from(bytes);
  const from = random.chance(70) ? Math.max(0, copy.length - 1500) : 0;
  for (let left = random.between(1, random.pick([2, 8, 200])); left > 0 && copy.length > 0; left--) {
    const at = random.between(from, Math.max(from, copy.length - 1));
    const byte = random.pick([0, 1, 0x0f, 0x19, 0x1f, 0x7f, 0x80, 0xff, random.below(256)]);
    if (random.chance(80)) copy[Math.min(at, copy.length - 1)] = byte;
    else if (random.chance(50)) copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + random.between(1, 50))]);
    else copy = Buffer.concat([copy.subarray(0, at), Buffer.alloc(random.between(1, 50), byte), copy.subarray(at)]);
  }
  return copy;
}
