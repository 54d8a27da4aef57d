/** What a query must not ask whose result is kept: the moment, chance, the machine, and files by their paths. */
import { QueryMistake } from './query-mistake.ts';

const CHANCE = /\b(random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid)\s*\(/giu;
const MOMENT =
  /\b(?:(now|today|get_current_time|get_current_timestamp|transaction_timestamp|txid_current|nextval|currval)\s*\(|(current_date|current_time|current_timestamp|localtime|localtimestamp)\b)/giu;
const MACHINE = /\b(getenv|current_setting|version|current_user|session_user|duckdb_[a-z_]+|pragma_[a-z_]+|getvariable)\s*\(/giu;
const FILES = /\b(read_[a-z_]+|parquet_[a-z_]+|glob|sniff_csv|[a-z]+_scan)\s*\(/giu;
const SAMPLE = /\b(tablesample|using\s+sample)\b/giu;

/** A mistake at the first such place. Texts, quoted names and comments are not looked into. */
export function unrepeatable(sql: string): QueryMistake | undefined {
  const code = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//gu, (part) => ' '.repeat(part.length));
  for (const [kind, pattern] of [
    ['chance', CHANCE],
    ['moment', MOMENT],
    ['machine', MACHINE],
    ['files', FILES],
    ['sample', SAMPLE],
  ] as const) {
    for (const found of code.matchAll(pattern)) {
      if (kind === 'sample' && /^[^)]*\)?[^)]*\brepeatable\s*\(/iu.test(code.slice(found.index))) continue;
      const name = found[1] ?? found[2] ?? found[0];
      return new QueryMistake({ kind, message: name.toLowerCase(), position: Buffer.byteLength(sql.slice(0, found.index)) });
    }
  }
  return undefined;
}
