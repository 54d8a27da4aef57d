/**
 * Make the three Parquet files, rows in source order. One pass over the dataset places the rows and
 * remembers a bit for each; then each part is one query, so that nothing else is held in memory. Without
 * user code no row passes through JavaScript.
 */
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { EXACT_DISTINCT_ROWS } from '../../data/profile.ts';
import { copyToParquet, list, numberedRelation, parquetRelation, quoteIdentifier, ROW_NUMBER } from '../../data/sql.ts';
import { type NumericColumn, Table } from '../../data/table.ts';
import type { StepContext } from '../define.ts';
import { filterTraining, placeByMethod, reviseParts } from './custom.ts';
import { PARTS, type SplitParams } from './params.ts';
import { HASH, type Placement, placement } from './placement.ts';

export interface Parts {
  readonly columns: readonly ColumnInfo[];
  /** Obeyed unless the user's function places the rows. */
  readonly placement: Placement;
  /** Rows without a target. */
  readonly dropped: number;
  /** Training rows that the filter took out. */
  readonly filtered: number;
  /** Rows that equal an earlier one in all key columns; 0 for data too large to compare. */
  readonly repeated: number;
}

/** Names of ours beside the columns of the data. */
const PART = quoteIdentifier('__mlrecipe_part');
const LABELS = '__mlrecipe_labels';
const REVISED = '__mlrecipe_revised';
const BITS = '__mlrecipe_bits';

/** The part of a row that is in none. */
const NOWHERE = -1;

export async function writeParts(engine: DataEngine, context: StepContext, params: SplitParams): Promise<Parts> {
  const source = parquetRelation(context.inputs['ingested_data'] as string);
  const columns = await describeColumns(engine, source);
  const kept = `(SELECT * FROM ${source} WHERE ${quoteIdentifier(params.target)} IS NOT NULL)`;
  const place = await placement(engine, kept, columns, params);
  const { total, ...counted } = await countRows(engine, source, params.target, place);
  const counts = { ...counted, placement: place };
  try {
    const filter = params.post_split === undefined ? params.filter : undefined;
    if (params.method === undefined && filter === undefined) {
      const numbered = numberedRelation(
        context.inputs['ingested_data'] as string,
        columns.map(({ name }) => name),
      );
      const rows = await placeRows(engine, numbered, total, params.target, place);
      await writeFrom(engine, context, params, columns, rows);
      return { columns, ...counts, filtered: 0 };
    }
    const parts =
      params.method === undefined
        ? await readParts(engine, placed(kept, place))
        : await placeByMethod(context, params.method, await engine.table(`SELECT * FROM ${kept}`));
    const rows = Float64Array.from(parts);
    await engine.load(new Table([{ name: '__mlrecipe_part', type: 'integer', data: rows }]), LABELS);
    const labelled = `(SELECT * FROM ${kept} POSITIONAL JOIN ${quoteIdentifier(LABELS)})`;
    const filtered = filter === undefined ? 0 : await applyFilter(engine, context, filter, labelled, rows);
    await writeFrom(engine, context, params, columns, (part) => dataOf(labelled, part));
    return { columns, ...counts, filtered };
  } finally {
    for (const name of [LABELS, REVISED, BITS]) await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(name)}`);
  }
}

/** The rows of a relation with their part in the column `PART`. */
function placed(relation: string, { hash, part }: Placement): string {
  const hashed = hash === undefined ? relation : `(SELECT *, ${hash} AS ${HASH} FROM ${relation})`;
  return `(SELECT *, ${part} AS ${PART} FROM ${hashed})`;
}

/** Places every row once. Gives the query of each part: which row is where is two bits a row, in the order of the file. */
async function placeRows(
  engine: DataEngine,
  numbered: string,
  total: number,
  target: string,
  place: Placement,
): Promise<(part: number) => string> {
  const present = `(SELECT * FROM ${numbered} WHERE ${quoteIdentifier(target)} IS NOT NULL)`;
  const bits = [1, 2].map((part) => `bitstring_agg(${ROW_NUMBER}, 0, ${Math.max(1, total - 1)}) FILTER (${PART} = ${part}) AS b${part}`);
  await engine.execute(`CREATE OR REPLACE TEMPORARY TABLE ${quoteIdentifier(BITS)} AS SELECT ${list(bits)} FROM ${placed(present, place)}`);
  const isIn = (part: number): string =>
    `coalesce(get_bit((SELECT b${part} FROM ${quoteIdentifier(BITS)}), CAST(${ROW_NUMBER} AS INTEGER)), 0) = 1`;
  return (part) =>
    `SELECT * EXCLUDE (${ROW_NUMBER}) FROM ${present} WHERE ${part === 0 ? `NOT (${isIn(1)}) AND NOT (${isIn(2)})` : isIn(part)}`;
}

function dataOf(placed: string, part: number): string {
  return `SELECT * EXCLUDE (${PART}) FROM ${placed} WHERE ${PART} = ${part}`;
}

async function countRows(
  engine: DataEngine,
  source: string,
  target: string,
  { by, keys }: Placement,
): Promise<{ readonly total: number; readonly dropped: number; readonly repeated: number }> {
  const [figures] = await engine.query(`SELECT count(*) AS n, count(${quoteIdentifier(target)}) AS kept FROM ${source}`);
  const [total, kept] = [Number(figures?.['n']), Number(figures?.['kept'])];
  // Rows of a group are alike on purpose.
  if (by === 'group' || kept > EXACT_DISTINCT_ROWS) return { total, dropped: total - kept, repeated: 0 };
  const [distinct] = await engine.query(
    `SELECT count(DISTINCT hash(${list(keys.map(quoteIdentifier))})) AS n FROM ${source} WHERE ${quoteIdentifier(target)} IS NOT NULL`,
  );
  return { total, dropped: total - kept, repeated: kept - Number(distinct?.['n']) };
}

async function readParts(engine: DataEngine, placed: string): Promise<Float64Array> {
  return ((await engine.table(`SELECT ${PART} AS part FROM ${placed}`)).column('part') as NumericColumn).data;
}

/** Takes the training rows that the user does not want out of all parts, in `rows` and in the loaded labels. */
async function applyFilter(
  engine: DataEngine,
  context: StepContext,
  method: NonNullable<SplitParams['filter']>,
  labelled: string,
  rows: Float64Array,
): Promise<number> {
  const keep = await filterTraining(context, method, await engine.table(dataOf(labelled, 0)));
  let [position, filtered] = [0, 0];
  for (let row = 0; row < rows.length; row++) {
    if (rows[row] !== 0 || keep[position++] === 1) continue;
    rows[row] = NOWHERE;
    filtered++;
  }
  await engine.load(new Table([{ name: '__mlrecipe_part', type: 'integer', data: rows }]), LABELS);
  return filtered;
}

async function writeFrom(
  engine: DataEngine,
  context: StepContext,
  params: SplitParams,
  columns: readonly ColumnInfo[],
  select: (part: number) => string,
): Promise<void> {
  if (params.post_split === undefined) {
    for (const [part, { file }] of PARTS.entries()) await engine.execute(copyToParquet(select(part), context.output(file)));
    return;
  }
  const parts: Table[] = [];
  for (const part of PARTS.keys()) parts.push(await engine.table(select(part)));
  const revised = await reviseParts(context, params.post_split, parts);
  const typed = columns.map(({ name, sqlType }) => `CAST(${quoteIdentifier(name)} AS ${sqlType}) AS ${quoteIdentifier(name)}`);
  for (const [part, { file }] of PARTS.entries()) {
    await engine.load(revised[part] as Table, REVISED);
    await engine.execute(copyToParquet(`SELECT ${list(typed)} FROM ${quoteIdentifier(REVISED)}`, context.output(file)));
  }
}
