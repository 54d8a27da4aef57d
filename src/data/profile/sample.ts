/**
 * A sample of the rows of a table too large to hold, as a temporary table in the order of the rows.
 *
 * Row r is in it when the fractional part of r · φ is below the wanted share, in 32-bit arithmetic:
 * which rows those are depends on their positions alone, they are spread more evenly than by chance,
 * and no period in the data can meet them (Weyl's sequence).
 */
import { describeColumns } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { list, numbered, quoteIdentifier, ROW_NUMBER } from '../sql.ts';

export interface Sample {
  /** What may stand after FROM: the sample, or the whole table where that is small enough. */
  readonly relation: string;
  readonly rows: number;
  readonly isWhole: boolean;
  /** Forget the sample. */
  release(): Promise<void>;
}

const GOLDEN = 2654435769;
const RANGE = 2 ** 32;

/** About `wanted` rows. `name` names the temporary table, in the session and nowhere else. */
export async function takeSample(
  engine: DataEngine,
  relation: string,
  {
    rows,
    wanted,
    columns,
    name,
  }: { readonly rows: number; readonly wanted: number; readonly columns: readonly string[]; readonly name: string },
): Promise<Sample> {
  if (rows <= wanted) return { relation, rows, isWhole: true, release: async () => {} };
  const table = quoteIdentifier(name);
  const selected = list(columns.map(quoteIdentifier));
  const names = (await describeColumns(engine, relation)).map((column) => column.name);
  await engine.execute(
    `CREATE OR REPLACE TEMPORARY TABLE ${table} AS SELECT ${selected} FROM ${numbered(relation, names)} WHERE (CAST(${ROW_NUMBER} + 1 AS UBIGINT) % ${RANGE}::UBIGINT * ${GOLDEN}::UBIGINT) % ${RANGE}::UBIGINT < ${Math.floor((wanted / rows) * RANGE)}`,
  );
  const [counted] = await engine.query(`SELECT count(*) AS n FROM ${table}`);
  return {
    relation: table,
    rows: Number(counted?.['n']),
    isWhole: false,
    release: () => engine.execute(`DROP TABLE IF EXISTS ${table}`),
  };
}
