/**
 * Make the three Parquet files, rows in source order. Each part is one query over the dataset,
 * so that nothing is held in memory; without user code no row passes through JavaScript.
 */
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { EXACT_DISTINCT_ROWS } from '../../data/profile.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { type NumericColumn, Table } from '../../data/table.ts';
import type { StepContext } from '../define.ts';
import { filterTraining, placeByMethod, reviseParts } from './custom.ts';
import { PARTS, type SplitParams } from './params.ts';
import { type Placement, placement } from './placement.ts';

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

/** The part of a row that is in none. */
const NOWHERE = -1;

export async function writeParts(engine: DataEngine, context: StepContext, params: SplitParams): Promise<Parts> {
  const source = parquetRelation(context.inputs['ingested_data'] as string);
  const columns = await describeColumns(engine, source);
  const kept = `(SELECT * FROM ${source} WHERE ${quoteIdentifier(params.target)} IS NOT NULL)`;
  const place = await placement(engine, kept, columns, params);
  const placed = `(SELECT *, ${place.part} AS ${PART} FROM ${kept})`;
  const counts = { ...(await countRows(engine, source, params.target, place)), placement: place };
  try {
    const filter = params.post_split === undefined ? params.filter : undefined;
    if (params.method === undefined && filter === undefined) {
      await writeFrom(engine, context, params, columns, (part) => `SELECT * FROM ${kept} WHERE ${place.inPart(part)}`);
      return { columns, ...counts, filtered: 0 };
    }
    const parts =
      params.method === undefined
        ? await readParts(engine, placed)
        : await placeByMethod(context, params.method, await engine.table(`SELECT * FROM ${kept}`));
    const rows = Float64Array.from(parts);
    await engine.load(new Table([{ name: '__mlrecipe_part', type: 'integer', data: rows }]), LABELS);
    const labelled = `(SELECT * FROM ${kept} POSITIONAL JOIN ${quoteIdentifier(LABELS)})`;
    const filtered = filter === undefined ? 0 : await applyFilter(engine, context, filter, labelled, rows);
    await writeFrom(engine, context, params, columns, (part) => dataOf(labelled, part));
    return { columns, ...counts, filtered };
  } finally {
    for (const name of [LABELS, REVISED]) await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(name)}`);
  }
}

function dataOf(placed: string, part: number): string {
  return `SELECT * EXCLUDE (${PART}) FROM ${placed} WHERE ${PART} = ${part}`;
}

async function countRows(
  engine: DataEngine,
  source: string,
  target: string,
  { by, key }: Placement,
): Promise<{ readonly dropped: number; readonly repeated: number }> {
  const [figures] = await engine.query(`SELECT count(*) AS n, count(${quoteIdentifier(target)}) AS kept FROM ${source}`);
  const [total, kept] = [Number(figures?.['n']), Number(figures?.['kept'])];
  // Rows of a group are alike on purpose.
  if (by === 'group' || kept > EXACT_DISTINCT_ROWS) return { dropped: total - kept, repeated: 0 };
  const [distinct] = await engine.query(`SELECT count(DISTINCT ${key}) AS n FROM ${source} WHERE ${quoteIdentifier(target)} IS NOT NULL`);
  return { dropped: total - kept, repeated: kept - Number(distinct?.['n']) };
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
