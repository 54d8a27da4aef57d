/**
 * Make the three Parquet files, rows in source order. The rows are placed once, in a temporary
 * table; without user code they never pass through JavaScript.
 */
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { type Column, Table } from '../../data/table.ts';
import type { StepContext } from '../define.ts';
import { filterTraining, placeByMethod, reviseParts } from './custom.ts';
import { PARTS, type SplitParams } from './params.ts';
import { keyColumns, keyHash, partOf } from './placement.ts';

export interface Parts {
  readonly columns: readonly ColumnInfo[];
  /** Rows without a target. */
  readonly dropped: number;
  /** Training rows that the filter took out. */
  readonly filtered: number;
  /** Rows that equal an earlier one in all key columns. */
  readonly repeated: number;
}

/** Column that holds the part. No data column can have this name and survive `ingest` in a sensible dataset; a clash fails loudly. */
const PART = quoteIdentifier('__mlrecipe_part');
const HASH = quoteIdentifier('__mlrecipe_hash');
const ROW = quoteIdentifier('__mlrecipe_row');
const PLACED = quoteIdentifier('__mlrecipe_placed');
const LABELS = quoteIdentifier('__mlrecipe_labels');

export async function writeParts(engine: DataEngine, context: StepContext, params: SplitParams): Promise<Parts> {
  const source = parquetRelation(context.inputs['ingested_data'] as string);
  const columns = await describeColumns(engine, source);
  const target = quoteIdentifier(params.target);
  const hash = keyHash(keyColumns(columns, params.target, params.roles), params.seed);
  const total = await count(engine, source);
  try {
    const part = params.method === undefined ? partOf(HASH, params.ratios) : '-1';
    // Numbering the rows goes through one thread, so only where a function of the user places or filters them.
    const row = params.method === undefined && params.filter === undefined ? '0' : 'row_number() OVER () - 1';
    await engine.execute(
      `CREATE OR REPLACE TEMPORARY TABLE ${PLACED} AS SELECT *, ${part} AS ${PART}, ${row} AS ${ROW} FROM (SELECT *, ${hash} AS ${HASH} FROM ${source} WHERE ${target} IS NOT NULL)`,
    );
    const [figures] = await engine.query(`SELECT count(*) AS n, count(DISTINCT ${HASH}) AS d FROM ${PLACED}`);
    const kept = Number(figures?.['n']);
    if (params.method !== undefined) await label(engine, await placeByMethod(context, params.method, await engine.table(dataOf('true'))));
    const filtered = params.filter === undefined || params.post_split !== undefined ? 0 : await filter(engine, context, params.filter);
    if (params.post_split === undefined) {
      for (const [index, { file }] of PARTS.entries())
        await engine.execute(copyToParquet(dataOf(`${PART} = ${index}`), context.output(file)));
    } else {
      await revise(engine, context, params.post_split, columns);
    }
    return { columns, dropped: total - kept, filtered, repeated: kept - Number(figures?.['d']) };
  } finally {
    await engine.execute(`DROP TABLE IF EXISTS ${PLACED}; DROP TABLE IF EXISTS ${LABELS}`);
  }
}

function dataOf(condition: string): string {
  return `SELECT * EXCLUDE (${PART}, ${HASH}, ${ROW}) FROM ${PLACED} WHERE ${condition}`;
}

async function count(engine: DataEngine, relation: string): Promise<number> {
  return Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n']);
}

/** Set the part of the rows in order. */
async function label(engine: DataEngine, parts: Float64Array): Promise<void> {
  const rows = Float64Array.from(parts, (_, row) => row);
  await loadLabels(engine, rows, parts);
  await engine.execute(`UPDATE ${PLACED} SET ${PART} = l.part FROM ${LABELS} l WHERE l.row = ${PLACED}.${ROW}`);
  await reorder(engine);
}

/** Move the training rows that the user does not want out of all parts. */
async function filter(engine: DataEngine, context: StepContext, method: NonNullable<SplitParams['filter']>): Promise<number> {
  const positions = (await engine.table(`SELECT ${ROW} AS row FROM ${PLACED} WHERE ${PART} = 0`)).column('row');
  const keep = await filterTraining(context, method, await engine.table(dataOf(`${PART} = 0`)));
  await loadLabels(engine, positions.data as Float64Array, keep);
  await engine.execute(`UPDATE ${PLACED} SET ${PART} = -1 FROM ${LABELS} l WHERE l.row = ${PLACED}.${ROW} AND l.part = 0`);
  await reorder(engine);
  return keep.reduce((lost, kept) => lost + 1 - kept, 0);
}

async function loadLabels(engine: DataEngine, rows: Float64Array, parts: Float64Array): Promise<void> {
  const columns: Column[] = [
    { name: 'row', type: 'integer', data: rows },
    { name: 'part', type: 'integer', data: parts },
  ];
  await engine.load(new Table(columns), '__mlrecipe_labels');
}

/** An update may move rows; the parts keep source order. */
async function reorder(engine: DataEngine): Promise<void> {
  await engine.execute(`CREATE OR REPLACE TEMPORARY TABLE ${PLACED} AS SELECT * FROM ${PLACED} ORDER BY ${ROW}`);
}

async function revise(
  engine: DataEngine,
  context: StepContext,
  method: NonNullable<SplitParams['post_split']>,
  columns: readonly ColumnInfo[],
): Promise<void> {
  const parts: Table[] = [];
  for (const index of PARTS.keys()) parts.push(await engine.table(dataOf(`${PART} = ${index}`)));
  const revised = await reviseParts(context, method, parts);
  for (const [index, { file }] of PARTS.entries()) {
    await engine.load(revised[index] as Table, '__mlrecipe_labels');
    const typed = columns.map(({ name, sqlType }) => `CAST(${quoteIdentifier(name)} AS ${sqlType}) AS ${quoteIdentifier(name)}`);
    await engine.execute(copyToParquet(`SELECT ${list(typed)} FROM ${LABELS}`, context.output(file)));
  }
}
