/**
 * Files of one dataset that do not have the same columns. They are united by name; what one lacks and where
 * their types differ is a finding, or an error where the recipe says so.
 */
import type { Finding } from '../../cards/blocks.ts';
import type { ColumnType } from '../../data/table.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { problem } from '../problem.ts';
import type { IngestParams } from './params.ts';
import type { DataFile, FileShape, Source } from './source.ts';

export interface ColumnDrift {
  readonly column: string;
  /** Labels of the files without it. */
  readonly missingIn: readonly string[];
  /** Of how many files. */
  readonly of: number;
  /** Each type with the files in which the column has it; none unless they differ. */
  readonly types: readonly { readonly type: ColumnType; readonly files: readonly string[] }[];
}

/** Columns of which a finding of their own speaks. */
const MOST_COLUMNS = 20;
const MOST_FILES = 3;

/** The columns in which files differ, in the order in which they appear. The engine takes names that differ in case only for one. */
export function driftOf(shapes: readonly FileShape[]): readonly ColumnDrift[] {
  if (shapes.length < 2) return [];
  const known = new Map<string, { readonly column: string; readonly types: Map<ColumnType, string[]>; readonly holders: Set<FileShape> }>();
  for (const shape of shapes) {
    for (const { name, type } of shape.columns) {
      const key = name.toLowerCase();
      const entry = known.get(key) ?? { column: name, types: new Map(), holders: new Set() };
      known.set(key, entry);
      entry.holders.add(shape);
      if (type === undefined) continue;
      const labels = entry.types.get(type);
      if (labels === undefined) entry.types.set(type, [shape.label]);
      else labels.push(shape.label);
    }
  }
  return [...known.values()].flatMap(({ column, types, holders }): ColumnDrift[] => {
    const missingIn = shapes.filter((shape) => !holders.has(shape)).map(({ label }) => label);
    const differing = types.size > 1 ? [...types].map(([type, files]) => ({ type, files })) : [];
    return missingIn.length === 0 && differing.length === 0 ? [] : [{ column, missingIn, of: shapes.length, types: differing }];
  });
}

/** What is to be told of the files. Throws where the recipe wants them alike. */
export function checkDrift(
  source: Source,
  files: readonly DataFile[],
  { schema_drift }: Pick<IngestParams, 'schema_drift'>,
): readonly Finding[] {
  if (files.length < 2) return [];
  const drifts = driftOf(source.shapes ?? []);
  const [first] = drifts;
  if (first !== undefined && schema_drift === 'error') {
    const more = drifts.length > 1 ? `; ${drifts.length - 1} more ${drifts.length === 2 ? 'column differs' : 'columns differ'}` : '';
    throw problem(
      'schema-drift',
      `the files do not have the same columns: \`${first.column}\` ${wording(first)}${more}`,
      'make the files alike, or write `schema_drift: union` to join them by name',
    );
  }
  const shown = drifts.slice(0, MOST_COLUMNS).map((drift): Finding => {
    const read = source.columns.find(({ name }) => name.toLowerCase() === drift.column.toLowerCase());
    const outcome =
      drift.types.length > 0 && read !== undefined
        ? `; it is read as ${WORDS[read.type]}`
        : drift.missingIn.length > 0
          ? '; no value there'
          : '';
    return { code: 'INGEST_SCHEMA_DRIFT', severity: 'warning', column: drift.column, message: `${wording(drift)}${outcome}` };
  });
  const rest = drifts.length - shown.length;
  return rest === 0
    ? shown
    : [
        ...shown,
        {
          code: 'INGEST_SCHEMA_DRIFT',
          severity: 'warning',
          message: `${rest} more ${rest === 1 ? 'column is' : 'columns are'} not the same in all files`,
        },
      ];
}

function wording({ missingIn, of, types }: ColumnDrift): string {
  const missing = missingIn.length === 0 ? [] : [`is missing in ${missingIn.length} of ${of} files (${listNames(missingIn, MOST_FILES)})`];
  const differing =
    types.length === 0 ? [] : [`is ${types.map(({ type, files }) => `${WORDS[type]} in ${listNames(files, MOST_FILES)}`).join(', ')}`];
  return [...missing, ...differing].join(' and ');
}

const WORDS: Readonly<Record<ColumnType, string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'text',
  timestamp: 'a date or time',
};
