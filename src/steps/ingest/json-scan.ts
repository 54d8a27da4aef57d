/**
 * A JSON file as something to read from. Its beginning and its end are looked at here, since the data
 * engine takes what is no list of records for something else without a word.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { quotePath } from '../../data/sql.ts';
import { beginning, characterEdge } from '../../schema/shortened.ts';
import { problem } from '../problem.ts';
import { readHead } from './csv-header.ts';
import type { DataFile } from './source.ts';

interface Look {
  readonly isArray: boolean;
  readonly isGzip: boolean;
}

/** Cheap look at the beginning and the end: what is no list of records gets a message of its own. */
function lookAt(file: DataFile): Look {
  const { text, isGzip, isWhole } = readHead(file, 64 * 1024);
  const start = text.replace(/^\uFEFF/u, '').trimStart();
  if (start === '' || /^\[\s*\]\s*$/u.test(start)) throw problem('empty-data', `${file.label} is empty`);
  if (!/^(?:\[\s*)?\{/u.test(start)) {
    throw problem(
      'bad-data-file',
      `${file.label} holds no records: it begins with \`${beginning(start.split(/[\r\n]/u)[0] ?? '', 20)}\``,
      'write an array of objects, or one object a line',
    );
  }
  const isArray = start.startsWith('[');
  // The data engine takes an array that was cut off behind a comma for a shorter one.
  const end = isWhole ? text.trimEnd() : isGzip ? undefined : readEnd(file).trimEnd();
  if (isArray && end !== undefined && !end.endsWith(']')) {
    const last = end
      .slice(characterEdge(end, end.length - 20))
      .split(/[\r\n]/u)
      .at(-1);
    throw problem(
      'bad-data-file',
      `${file.label}: the array that begins the file does not end it; the file ends with \`${last}\``,
      'was the file cut off? copy or download it again',
    );
  }
  return { isArray, isGzip };
}

function readEnd({ path }: DataFile): string {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(256);
    const length = readSync(descriptor, bytes, 0, bytes.length, Math.max(fstatSync(descriptor).size - bytes.length, 0));
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

export interface JsonScan {
  readonly file: DataFile;
  /** A column for each key. */
  readonly records: string;
  /** One column `json` with a record a row. */
  readonly whole: string;
}

/** Throws the diagnostic of a file that cannot hold records. */
export function jsonScan(file: DataFile): JsonScan {
  const { isArray, isGzip } = lookAt(file);
  const common = `format = '${isArray ? 'array' : 'auto'}', compression = '${isGzip ? 'gzip' : 'uncompressed'}', hive_partitioning = false, maximum_object_size = 268435456`;
  return {
    file,
    // Depth 1 leaves every value as JSON, so that no guess from a sample decides a type; many keys are no map.
    records: `read_json(${quotePath(file.path)}, ${common}, records = true, maximum_depth = 1, sample_size = -1, map_inference_threshold = -1)`,
    whole: `read_json_objects(${quotePath(file.path)}, ${common})`,
  };
}
