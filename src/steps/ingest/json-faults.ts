/** Why JSON files cannot be read, with the record or the line: what the data engine says, put right and in words. */
import { compareCodeUnits } from '../../data/code-units.ts';
import type { DataEngine } from '../../data/engine.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import { problem } from '../problem.ts';
import type { JsonScan } from './json-scan.ts';
import { type DataFile, engineMessage } from './source.ts';

/** The data engine gives names of its own to keys that differ in case only, and to an empty one. */
export async function refuseRenamed(engine: DataEngine, scans: readonly JsonScan[], names: readonly string[]): Promise<void> {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const isDoubtful = (name: string): boolean => {
    const base = name.toLowerCase().replace(/_\d+$/u, '');
    return /^c\d+$/iu.test(name) || (base.length < name.length && known.has(base));
  };
  if (!names.some(isDoubtful)) return;
  const keys = scans.map(({ whole }) => `SELECT DISTINCT unnest(json_keys(json)) AS key FROM ${whole}`);
  const found = (await engine.query(`SELECT DISTINCT key FROM (${keys.join(' UNION ALL ')})`))
    .map((row) => String(row['key']))
    .sort(compareCodeUnits);
  if (names.every((name) => found.includes(name))) return;
  const label = scans.length === 1 ? (scans[0] as JsonScan).file.label : `${scans.length} files`;
  if (found.includes('')) throw problem('bad-data-file', `${label}: a key is empty`, 'give it a name');
  for (const key of found) {
    const other = found.find((one) => one !== key && one.toLowerCase() === key.toLowerCase());
    if (other !== undefined)
      throw problem('bad-data-file', `${label}: keys \`${key}\` and \`${other}\` differ in case only`, 'rename one of them');
  }
}

/** One record that holds lists or objects alone is a table that was written column by column, as pandas does by default. */
export async function refuseColumns(
  engine: DataEngine,
  relation: string,
  names: readonly string[],
  files: readonly DataFile[],
): Promise<void> {
  const nested = names.map((name) => `coalesce(json_type(${quoteIdentifier(name)}) IN ('ARRAY', 'OBJECT'), false)`);
  const [row] = await engine.query(
    `SELECT count(*) AS n, bool_and(${nested.join(' AND ')}) AS nested FROM (SELECT * FROM ${relation} LIMIT 2)`,
  );
  if (row?.['n'] !== 1 || row['nested'] !== true) return;
  throw problem(
    'bad-data-file',
    `${(files[0] as DataFile).label} holds one record of lists and objects, which looks like columns and not like rows`,
    "write records; with pandas: `to_json(path, orient='records')`",
  );
}

/** Why the data engine finds no records: they have no keys, or one of them is something else. */
export async function notRecords(engine: DataEngine, scans: readonly JsonScan[], error: unknown): Promise<Error> {
  for (const { file, whole } of scans) {
    const kinds = `SELECT row_number() OVER () AS record, json_type(json) AS kind FROM ${whole}`;
    const [other] = await engine.query(`SELECT record, kind FROM (${kinds}) WHERE kind NOT IN ('OBJECT', 'NULL') ORDER BY record LIMIT 1`);
    if (other !== undefined)
      return problem(
        'bad-data-file',
        `${file.label}: record ${other['record']} is ${KIND_NAMES[String(other['kind'])] ?? 'a number'} and not an object`,
        'write an array of objects, or one object a line',
      );
  }
  const files = scans.map(({ file }) => file);
  if (files.length > 1) return malformed(error, files);
  return problem('empty-data', `${(files[0] as DataFile).label} has no columns: its records are empty`);
}

const KIND_NAMES: Readonly<Record<string, string>> = { ARRAY: 'an array', VARCHAR: 'a text', BOOLEAN: 'true or false' };

export function malformed(error: unknown, files: readonly DataFile[]): Error {
  const message = engineMessage(error, files);
  const twice = /JSON transform error in file "(.*)", in (line|record\/value) (\d+): Object .* has duplicate key "(.*)"$/u.exec(message);
  if (twice !== null) {
    const [, label = '', unit, number, key] = twice;
    return problem(
      'bad-data-file',
      `${placed(label, unit, Number(number))}: the key \`${key}\` occurs twice`,
      'rename or remove one of them',
    );
  }
  const place = /Malformed JSON in file "(.*)", at byte (\d+) in (line|record\/value) (\d+): (.*?)\.?\s*$/u.exec(message);
  if (place === null)
    return problem('bad-data-file', `${files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`}: ${message}`);
  const [, label = '', byte, unit, number, what = ''] = place;
  return problem(
    'bad-data-file',
    // Here the engine counts one further than it is.
    `${placed(label, unit, Number(number) - 1)}: not valid JSON at byte ${byte}: ${what}`,
    /UTF-8/u.test(what) ? 'save the file as UTF-8' : undefined,
  );
}

function placed(label: string, unit: string | undefined, number: number): string {
  return unit === 'line' ? `${label}:${number}` : `${label}: record ${number}`;
}
