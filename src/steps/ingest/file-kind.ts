/**
 * What a file is when it is not what its reader expects, told by its first bytes: an archive, a web
 * page that was saved in place of the data, the pointer that Git LFS leaves. Nothing is guessed from names.
 */
import { problem } from '../problem.ts';
import type { DataFile } from './source.ts';

interface Kind {
  /** Behind “is”. */
  readonly name: string;
  /** The first bytes, each as a character. */
  readonly begins: readonly string[] | ((start: string) => boolean);
  readonly hint: string;
}

const PARQUET = 'PAR1';

const KINDS: readonly Kind[] = [
  { name: 'in UTF-16', begins: isUtf16, hint: 'save it as UTF-8' },
  {
    name: 'a pointer of Git LFS and not the data',
    begins: ['version https://git-lfs.github.com/spec/'],
    hint: 'run `git lfs pull`, which fetches the data',
  },
  {
    name: 'an HTML page',
    begins: (start) => /^(?:ï»¿)?\s*<(?:!doctype html|html)[\s>]/iu.test(start),
    hint: 'look at what it says: a failed download gives such a page',
  },
  {
    name: 'a ZIP archive',
    begins: ['PK\u0003\u0004', 'PK\u0005\u0006'],
    hint: 'unpack it; a workbook (.xlsx) is one too: save the sheet as CSV',
  },
  { name: 'a Parquet file', begins: [PARQUET], hint: 'set `using: parquet`' },
  { name: 'packed with bzip2', begins: (start) => /^BZh[1-9]1AY&SY/u.test(start), hint: 'unpack it, or pack it with gzip' },
  { name: 'packed with xz', begins: ['\u00FD7zXZ\0'], hint: 'unpack it, or pack it with gzip' },
  { name: 'packed with Zstandard', begins: ['(\u00B5/\u00FD'], hint: 'unpack it, or pack it with gzip' },
  { name: 'a SQLite database', begins: ['SQLite format 3\0'], hint: 'export the table as CSV or Parquet' },
  { name: 'a PDF document', begins: ['%PDF-'], hint: 'export the table as CSV' },
];

/** By its mark, or by the zeros in every other byte that Latin letters have there. */
function isUtf16(start: string): boolean {
  if (start.startsWith('\u00FF\u00FE') || start.startsWith('\u00FE\u00FF')) return true;
  const zeros = [...start.slice(0, 4)].map((character) => character === '\0').join();
  return zeros === 'false,true,false,true' || zeros === 'true,false,true,false';
}

/** How many bytes of the beginning are enough. */
export const KIND_BYTES = 512;

/** Throws the diagnostic that says what the file is, when that is known and nothing to read. */
export function refuseForeign(file: DataFile, head: Uint8Array, expected?: 'parquet'): void {
  const start = Buffer.from(head.subarray(0, KIND_BYTES)).toString('latin1');
  if (expected === 'parquet' && start.startsWith(PARQUET)) return;
  const kind = KINDS.find(({ begins }) => (typeof begins === 'function' ? begins(start) : begins.some((one) => start.startsWith(one))));
  if (kind === undefined) return;
  throw problem('bad-data-file', `${file.label} is ${kind.name}`, kind.hint);
}
