/**
 * Make the three Parquet files, rows in source order. One pass over the dataset places the rows and
 * remembers a bit for each; then each part is one query, so that nothing else is held in memory. Without
 * user code no row passes through JavaScript.
 */
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { EXACT_DISTINCT_ROWS } from '../../data/profile.ts';
import { copyToParquet, list, numberedRelation, parquetRelation, quoteIdentifier, quoteText, ROW_NUMBER } from '../../data/sql.ts';
import { type NumericColumn, Table } from '../../data/table.ts';
import { shortened } from '../../schema/shortened.ts';
import { readDataSchema } from '../data-schema.ts';
import type { StepContext } from '../define.ts';
import { problem } from '../problem.ts';
import { plural } from '../wording.ts';
import { filterTraining, placeByMethod, reviseParts } from './custom.ts';
import { type GivenColumn, PARTS, type SplitParams } from './params.ts';
import { givenText, PART, type Placement, placement } from './placement.ts';

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
  /** Rows of the most frequent key; 0 for data too large to compare. */
  readonly mostAlike: number;
  /** Rows of validation and test that equal a training row in all key columns, where the parts are given. */
  readonly overlap: number;
}

/** Names of ours beside the columns of the data. */
const LABELS = '__mlrecipe_labels';
const REVISED = '__mlrecipe_revised';
const BITS = '__mlrecipe_bits';

/** The part of a row that is in none. */
const NOWHERE = -1;

export async function writeParts(engine: DataEngine, context: StepContext, params: SplitParams): Promise<Parts> {
  const path = context.inputs['ingested_data'] as string;
  const source = parquetRelation(path);
  const columns = await describeColumns(engine, source);
  const names = columns.map(({ name }) => name);
  const hasTarget = `${quoteIdentifier(params.target)} IS NOT NULL`;
  const kept = `(SELECT * FROM ${source} WHERE ${hasTarget})`;
  const numbered = `(SELECT * FROM ${numberedRelation(path, names)} WHERE ${hasTarget})`;
  const [figures] = await engine.query(`SELECT count(*) AS n, count(${quoteIdentifier(params.target)}) AS kept FROM ${source}`);
  const [total, rows] = [Number(figures?.['n']), Number(figures?.['kept'])];
  const parts = params.given?.kind === 'files' ? givenParts(context, total) : undefined;
  const place = await placement(engine, kept, { columns, params, ...(parts !== undefined && { parts }) });
  if (params.given?.kind === 'column') await checkGiven(engine, kept, columns, params.given);
  const found = { columns, placement: place, dropped: total - rows, ...(await countKeys(engine, kept, rows, place)) };
  try {
    const filter = params.post_split === undefined ? params.filter : undefined;
    if (params.method === undefined && filter === undefined) {
      const { select, overlap } = await placeRows(engine, numbered, total, place);
      await writeFrom(engine, context, params, columns, select);
      return { ...found, overlap, filtered: 0 };
    }
    const placed =
      params.method === undefined
        ? await readParts(engine, numbered, place)
        : await placeByMethod(context, params.method, await engine.table(`SELECT * FROM ${kept}`));
    const labels = Float64Array.from(placed);
    await engine.load(new Table([{ name: '__mlrecipe_part', type: 'integer', data: labels }]), LABELS);
    const labelled = `(SELECT * FROM ${kept} POSITIONAL JOIN ${quoteIdentifier(LABELS)})`;
    const filtered = filter === undefined ? 0 : await applyFilter(engine, context, filter, labelled, labels);
    await writeFrom(engine, context, params, columns, (part) => dataOf(labelled, part));
    return { ...found, overlap: 0, filtered };
  } finally {
    for (const name of [LABELS, REVISED, BITS]) await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(name)}`);
  }
}

/** Places every row once. Gives the query of each part: which row is where is two bits a row, in the order of the file. */
async function placeRows(
  engine: DataEngine,
  numbered: string,
  total: number,
  place: Placement,
): Promise<{ readonly select: (part: number) => string; readonly overlap: number }> {
  const bits = [1, 2].map((part) => `bitstring_agg(${ROW_NUMBER}, 0, ${Math.max(1, total - 1)}) FILTER (${PART} = ${part}) AS b${part}`);
  const table = quoteIdentifier(BITS);
  // A part without rows has no bits.
  const placed = `SELECT *, coalesce(b1 | b2, b1, b2) AS b0 FROM (SELECT ${list(bits)} FROM ${place.placed(numbered)})`;
  await engine.execute(`CREATE OR REPLACE TEMPORARY TABLE ${table} AS ${placed}`);
  const bit = (part: number): string => `get_bit((SELECT b${part} FROM ${table}), CAST(${ROW_NUMBER} AS INTEGER))`;
  const select = (part: number): string =>
    `SELECT * EXCLUDE (${ROW_NUMBER}) FROM ${numbered} WHERE ${part === 0 ? `${bit(0)} IS DISTINCT FROM 1` : `${bit(part)} = 1`}`;
  return { select, overlap: isGiven(place) ? await countOverlap(engine, select, place) : 0 };
}

function isGiven({ by }: Placement): boolean {
  return by === 'column' || by === 'files';
}

/** Rows of validation and test that equal a training row in all key columns: only what is given can straddle. */
async function countOverlap(engine: DataEngine, select: (part: number) => string, { keys }: Placement): Promise<number> {
  const key = `hash(${list(keys.map(quoteIdentifier))})`;
  const known = `SELECT ${key} FROM (${select(0)})`;
  const counts = [1, 2].map((part) => `(SELECT count(*) FROM (${select(part)}) WHERE ${key} IN (${known})) AS n${part}`);
  const [row] = await engine.query(`SELECT ${list(counts)}`);
  return Number(row?.['n1']) + Number(row?.['n2']);
}

function dataOf(placed: string, part: number): string {
  return `SELECT * EXCLUDE (${PART}) FROM ${placed} WHERE ${PART} = ${part}`;
}

/** How often key values occur. Nothing for data too large to compare. */
async function countKeys(
  engine: DataEngine,
  kept: string,
  rows: number,
  { by, keys }: Placement,
): Promise<{ readonly repeated: number; readonly mostAlike: number }> {
  if (rows > EXACT_DISTINCT_ROWS) return { repeated: 0, mostAlike: 0 };
  const counted = `SELECT count(*) AS n FROM ${kept} GROUP BY hash(${list(keys.map(quoteIdentifier))})`;
  const [found] = await engine.query(`SELECT count(*) AS keys, max(n) AS most FROM (${counted})`);
  // Rows of a group are alike on purpose.
  return { repeated: by === 'group' ? 0 : rows - Number(found?.['keys']), mostAlike: Number(found?.['most'] ?? 0) };
}

function givenParts(context: StepContext, total: number): readonly number[] {
  const { parts = [] } = readDataSchema(context.inputs['ingested_schema'] as string);
  if (parts.reduce((sum, rows) => sum + rows, 0) === total) return parts;
  throw problem(
    'step-failed',
    'which row came from which file is not known any more: a step of your own has changed how many rows there are',
    'use `using: column` with a column that says where a row belongs, or leave the number of rows as it is',
  );
}

/** Every row has one of the values that the recipe names. */
async function checkGiven(
  engine: DataEngine,
  kept: string,
  columns: readonly ColumnInfo[],
  { column, values }: GivenColumn,
): Promise<void> {
  const text = givenText(columns, column);
  const known = list(values.flat().map(quoteText));
  const found = await engine.query(
    `SELECT ${text} AS value, count(*) AS n FROM ${kept} WHERE ${text} IS NULL OR ${text} NOT IN (${known}) GROUP BY 1 ORDER BY n DESC, value LIMIT 6`,
  );
  if (found.length === 0) return;
  const names = found.map(
    ({ value, n }) => `${value === null ? 'no value' : `\`${shortened(String(value), 40)}\``} (${plural(Number(n), 'row')})`,
  );
  throw problem(
    'bad-column',
    `\`${column}\`, by which the rows are split, has ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and more' : ''}, which \`steps.split\` gives to no part`,
    'name every value under `train`, `validation` or `test`, or leave such rows out before',
  );
}

/** In the order of the rows. */
async function readParts(engine: DataEngine, numbered: string, place: Placement): Promise<Float64Array> {
  const parts = await engine.table(`SELECT ${PART} AS part FROM ${place.placed(numbered)} ORDER BY ${ROW_NUMBER}`);
  return (parts.column('part') as NumericColumn).data;
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
