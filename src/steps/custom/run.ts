/** The work of a step of the user's own: give it what it reads, check and keep what it returns. */
import type { CardContent, Section } from '../../cards/blocks.ts';
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import type { Table } from '../../data/table.ts';
import { copyTable, describeValue } from '../../data/to-table.ts';
import type { StepContext, StepResult } from '../define.ts';
import { checkColumns } from '../ingest/checks.ts';
import { describeDataset } from '../ingest/describe.ts';
import type { IngestParams } from '../ingest/params.ts';
import { typedSource } from '../ingest/parquet.ts';
import { problem } from '../problem.ts';
import { reviseParts } from '../split/custom.ts';
import { PARTS } from '../split/params.ts';
import { checkSizes, countRows } from '../split/sizes.ts';
import { formatCount, plural } from '../wording.ts';
import { callMethod, passOn, readNeed, tableOf, where, writeOutputs } from './call.ts';
import { changesSection, filesSection, previewSections } from './card.ts';
import { type CustomParams, PART_ROLES, ROWS_ROLE } from './params.ts';

const MADE = '__mlrecipe_custom';

export async function runCustom(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as CustomParams;
  const engine = await context.data();
  switch (params.kind) {
    case 'rows':
      return changeRows(engine, context, params);
    case 'parts':
      return changeParts(engine, context, params);
    case 'side':
      return makeFiles(engine, context, params);
  }
}

/** One table in, one table out, which takes the place of what was read. */
async function changeRows(engine: DataEngine, context: StepContext, params: CustomParams): Promise<StepResult> {
  const from = context.inputs[ROWS_ROLE] as string;
  const before = await describeColumns(engine, parquetRelation(from));
  const table = await engine.table(`SELECT * FROM ${parquetRelation(from)}`);
  const rowsBefore = table.rowCount;
  const returned = await callMethod(context, params, table);
  const changed = tableOf(params, mainOf(returned, ROWS_ROLE), 'the rows');
  const dataset = params.dataset as IngestParams;
  checkColumns(changed.columnNames, dataset, `what ${where(params)} returned`);
  const path = context.output('dataset.parquet');
  await engine.load(changed, MADE);
  try {
    const source = await typedSource(engine, [quoteIdentifier(MADE)]);
    const columns = source.columns.map(
      ({ name, expression }) =>
        `${asBefore(
          expression,
          before.find((column) => column.name === name),
        )} AS ${quoteIdentifier(name)}`,
    );
    await engine.execute(copyToParquet(`SELECT ${list(columns)} FROM ${source.relation}`, path));
    if (Object.keys(params.outputs).length > 0) await writeOutputs(engine, context, params, extrasOf(returned, ROWS_ROLE));
    const result = await describeDataset(engine, context, dataset, {
      path,
      source,
      label: `${params.method.name} in ${params.method.file}`,
      isOne: true,
      format: 'step',
      files: [],
    });
    const after = await describeColumns(engine, parquetRelation(path));
    const changes = changesSection([{ label: 'rows', before: rowsBefore, after: changed.rowCount }], before, after);
    return {
      ...result,
      summary: `${plural(rowsBefore, 'row')} → ${formatCount(changed.rowCount)}, ${columnChange(before, after)}`,
      card: {
        ...result.card,
        // There are no data files of its own to tell of.
        keyNumbers: result.card.keyNumbers.filter(({ label }) => label !== 'Source'),
        sections: [changes, ...result.card.sections.filter(({ id }) => id !== 'source'), filesSection(params)],
      },
    };
  } finally {
    await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(MADE)}`);
  }
}

/** Three tables of the same columns in, those that change out. */
async function changeParts(engine: DataEngine, context: StepContext, params: CustomParams): Promise<StepResult> {
  const paths = PART_ROLES.map((role) => context.inputs[role] as string);
  const parts: Table[] = [];
  for (const path of paths) parts.push(await engine.table(`SELECT * FROM ${parquetRelation(path)}`));
  const given = Object.fromEntries(PART_ROLES.map((role, index) => [role, parts[index]]));
  const returned = await callMethod(context, params, given);
  const changed = partsOf(params, returned);
  const columns = await describeColumns(engine, parquetRelation(paths[0] as string));
  const revised = await reviseParts(
    { userFunction: async () => () => PART_ROLES.map((role, index) => changed[role] ?? parts[index]) },
    params.method,
    parts,
  );
  const typed = columns.map(({ name, sqlType }) => `CAST(${quoteIdentifier(name)} AS ${sqlType}) AS ${quoteIdentifier(name)}`);
  for (const [index, { file }] of PARTS.entries()) {
    if (changed[PART_ROLES[index] as string] === undefined) {
      await passOn(engine, paths[index] as string, context.output(file));
      continue;
    }
    await engine.load(copyTable(revised[index] as Table), MADE);
    await engine.execute(copyToParquet(`SELECT ${list(typed)} FROM ${quoteIdentifier(MADE)}`, context.output(file)));
    await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(MADE)}`);
  }
  if (Object.keys(params.outputs).length > 0) await writeOutputs(engine, context, params, extrasOf(returned, ...PART_ROLES));
  const sizes = await countRows(
    engine,
    PARTS.map(({ file }) => parquetRelation(context.output(file))),
  );
  checkSizes(sizes);
  const rows = PARTS.map(({ name }, index) => ({ label: name, before: parts[index]?.rowCount ?? 0, after: sizes[index] ?? 0 }));
  const summary = rows.map(({ label, before, after }) => `${label} ${formatCount(before)} → ${formatCount(after)}`).join(', ');
  return plainResult(params, summary, [changesSection(rows, columns, columns), filesSection(params)], {
    train_rows: sizes[0] ?? 0,
    validation_rows: sizes[1] ?? 0,
    test_rows: sizes[2] ?? 0,
  });
}

/** Files beside the way from data to model. */
async function makeFiles(engine: DataEngine, context: StepContext, params: CustomParams): Promise<StepResult> {
  const data: Record<string, unknown> = {};
  for (const [role, file] of Object.entries(params.needs)) data[role] = await readNeed(engine, context.inputs[role] as string, file);
  const returned = await callMethod(context, params, data);
  await writeOutputs(engine, context, params, returned);
  const { sections, told } = await previewSections(engine, context, params);
  return plainResult(params, told, [...sections, filesSection(params)], {});
}

function plainResult(params: CustomParams, summary: string, sections: readonly Section[], facts: StepResult['facts']): StepResult {
  const card: CardContent = {
    headline: summary,
    sentence: `Made by ${params.method.name} in ${params.method.file}.`,
    keyNumbers: [],
    sections,
  };
  return { summary, metrics: {}, params: {}, findings: [], card, facts };
}

/** A function with further outputs returns all by name; one without returns the table alone. */
function mainOf(returned: unknown, name: string): unknown {
  return typeof returned === 'object' &&
    returned !== null &&
    !Array.isArray(returned) &&
    Object.hasOwn(returned, name) &&
    !isTable(returned)
    ? (returned as Readonly<Record<string, unknown>>)[name]
    : returned;
}

function extrasOf(returned: unknown, ...names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned) || isTable(returned)) return {};
  return Object.fromEntries(Object.entries(returned).filter(([name]) => !names.includes(name)));
}

function isTable(value: object): boolean {
  return 'rowCount' in value && 'columns' in value;
}

function partsOf(params: CustomParams, returned: unknown): Readonly<Record<string, unknown>> {
  const names = [...PART_ROLES, ...Object.keys(params.outputs)] as readonly string[];
  const isRight =
    typeof returned === 'object' &&
    returned !== null &&
    !Array.isArray(returned) &&
    Object.keys(returned).every((name) => names.includes(name));
  if (isRight) return returned as Readonly<Record<string, unknown>>;
  throw problem(
    'step-failed',
    `${where(params)} returned ${describeValue(returned)}`,
    'return an object with the parts that change: `training_data`, `validation_data`, `test_data`',
  );
}

/** A date stays a date: tables of the function know points in time only. */
function asBefore(expression: string, before: ColumnInfo | undefined): string {
  return before?.sqlType === 'DATE' ? `TRY_CAST(${expression} AS DATE)` : expression;
}

function columnChange(before: readonly ColumnInfo[], after: readonly ColumnInfo[]): string {
  const added = after.filter(({ name }) => !before.some((column) => column.name === name)).length;
  const removed = before.filter(({ name }) => !after.some((column) => column.name === name)).length;
  if (added + removed === 0) return plural(after.length, 'column');
  const parts = [...(added > 0 ? [`${added} added`] : []), ...(removed > 0 ? [`${removed} removed`] : [])];
  return `${plural(after.length, 'column')} (${parts.join(', ')})`;
}
