/** Of checks that fail: the first rows with their values, the values that repeat, the most frequent ones. A few statements, however many checks. */
import { canonicalText } from '../../data/canonical-text.ts';
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { Row } from '../../data/table.ts';
import { type Found, MOST_ROWS, type Numbered } from './count.ts';

export interface Evidence {
  /** The columns that are shown, those of the check first. */
  readonly columns: readonly string[];
  /** Rows that fail, by their number from 0. */
  readonly rows: readonly { readonly number: number; readonly values: Row }[];
  /** Values that do not fit, the most frequent first. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Of what must be unique: the first values that repeat, each with its first row and how many have it. */
  readonly repeated: readonly { readonly first: number; readonly count: number }[];
}

/** Checks beyond these are told without rows. */
export const MOST_DETAILED = 20;
const MOST_COLUMNS = 8;
const MOST_VALUES = 4;

export async function collectEvidence(
  engine: DataEngine,
  data: Numbered,
  failing: readonly Found[],
  columns: readonly ColumnInfo[],
  /** Columns that say which row it is. */
  ids: readonly string[],
): Promise<ReadonlyMap<Found, Evidence>> {
  const detailed = failing.slice(0, MOST_DETAILED);
  const repeated = await repeatedValues(engine, data, detailed);
  const top = await topValues(engine, data, detailed, columns);
  const shown = detailed.map(({ check, firstRows }, index) => ({
    columns: shownColumns(check.columns, ids, columns),
    rows: firstRows.length > 0 ? firstRows : (repeated[index] ?? []).flatMap(({ first, last }) => [first, last]),
  }));
  const values = await valuesOf(engine, data, shown);
  return new Map(
    detailed.map((found, index): [Found, Evidence] => {
      const { columns: names, rows } = shown[index] as (typeof shown)[number];
      return [
        found,
        {
          columns: names,
          rows: rows.flatMap((number) => {
            const row = values.get(number);
            return row === undefined ? [] : [{ number, values: row }];
          }),
          top: top[index] ?? [],
          repeated: repeated[index] ?? [],
        },
      ];
    }),
  );
}

function shownColumns(own: readonly string[], ids: readonly string[], columns: readonly ColumnInfo[]): readonly string[] {
  const all = new Set([...own, ...ids, ...columns.map(({ name }) => name)]);
  return [...all].slice(0, Math.max(MOST_COLUMNS, Math.min(own.length, 2 * MOST_COLUMNS)));
}

interface Repeated {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

async function repeatedValues(engine: DataEngine, { relation, row }: Numbered, detailed: readonly Found[]): Promise<readonly Repeated[][]> {
  const found: Repeated[][] = detailed.map(() => []);
  const queries = detailed.flatMap(({ check }, index) => {
    if (check.kind !== 'unique' && check.kind !== 'unique_rows') return [];
    const keys = check.columns.map(quoteIdentifier);
    const isWhole = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
    return [
      `(SELECT ${index} AS c, min(${row}) AS first, max(${row}) AS last, count(*) AS n FROM ${relation} WHERE ${isWhole} GROUP BY ${list(keys)} HAVING count(*) > 1 ORDER BY first LIMIT ${MOST_ROWS / 2})`,
    ];
  });
  if (queries.length === 0) return found;
  for (const one of await engine.query(`SELECT * FROM (${queries.join(' UNION ALL ')}) ORDER BY c, first`))
    found[Number(one['c'])]?.push({ first: Number(one['first']), last: Number(one['last']), count: Number(one['n']) });
  return found;
}

async function topValues(
  engine: DataEngine,
  { relation }: Numbered,
  detailed: readonly Found[],
  columns: readonly ColumnInfo[],
): Promise<readonly Evidence['top'][number][][]> {
  const found: Evidence['top'][number][][] = detailed.map(() => []);
  const queries = detailed.flatMap(({ check }, index) => {
    if (check.kind !== 'in' && check.kind !== 'matches' && check.misfit === undefined) return [];
    const [name = ''] = check.columns;
    const type = columns.find((column) => column.name === name)?.sqlType ?? 'VARCHAR';
    return [
      `(SELECT ${index} AS c, ${canonicalText(quoteIdentifier(name), type)} AS v, count(*) AS n FROM ${relation} WHERE ${check.offends} GROUP BY v ORDER BY n DESC, v LIMIT ${MOST_VALUES})`,
    ];
  });
  if (queries.length === 0) return found;
  for (const one of await engine.query(`SELECT * FROM (${queries.join(' UNION ALL ')}) ORDER BY c, n DESC, v`))
    found[Number(one['c'])]?.push({ value: String(one['v']), count: Number(one['n']) });
  return found;
}

/** One pass for the rows of all checks, and only the columns that are shown. */
async function valuesOf(
  engine: DataEngine,
  { relation, row }: Numbered,
  shown: readonly { readonly columns: readonly string[]; readonly rows: readonly number[] }[],
): Promise<ReadonlyMap<number, Row>> {
  const numbers = [...new Set(shown.flatMap(({ rows }) => rows))].sort((a, b) => a - b);
  if (numbers.length === 0) return new Map();
  const names = [...new Set(shown.flatMap(({ columns }) => columns))];
  const found = await engine.query(
    `SELECT ${list([row, ...names.map(quoteIdentifier)])} FROM ${relation} WHERE ${row} IN (${list(numbers.map(String))})`,
  );
  const number = row.slice(1, -1);
  return new Map(found.map((one) => [Number(one[number]), one]));
}
