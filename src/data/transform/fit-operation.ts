/**
 * From an operation as the user writes it to what it learned on the training rows. Sums are
 * made in JavaScript in row order: the engine's depend on its threads in their last bits.
 */

import { expressionFault } from '../../schema/row-expression.ts';
import { compareCodeUnits } from '../code-units.ts';
import { describeColumns } from '../column-type.ts';
import { list, quoteIdentifier } from '../sql.ts';
import type { NumericColumn, Table } from '../table.ts';
import { fault, type TransformerBuilder } from './builder.ts';
import type { LayerColumn } from './compile.ts';
import { findLevels } from './levels.ts';
import type { OperationData, OperationOf } from './operation.ts';
import type { FittedOperation } from './transformer.ts';

export async function fitOperation(builder: TransformerBuilder, operation: OperationData): Promise<void> {
  switch (operation.op) {
    case 'drop': {
      const columns = builder
        .select(operation.columns, 'drop', ['number', 'boolean', 'string', 'timestamp', 'category'])
        .map(({ name }) => name);
      builder.add({ op: 'drop', columns });
      for (const name of columns) builder.choose(name, 'dropped by `drop`', true);
      return;
    }
    case 'impute':
      return impute(builder, operation);
    case 'one_hot':
      return oneHot(builder, operation);
    case 'ordinal':
      return ordinal(builder, operation);
    case 'scale':
      return scale(builder, operation);
    case 'date_parts':
      return dateParts(builder, operation);
    case 'date_difference':
      return dateDifference(builder, operation);
    case 'derive':
      return derive(builder, operation.expressions);
    case 'rest':
      throw new Error('`rest` is fitted with the pipeline that it belongs to');
  }
}

type Filling = Pick<OperationOf<'impute'>, 'strategy' | 'fill_value'>;

/** What fills the missing values of these columns; `undefined` when there are none to fill. */
export async function fitImpute(
  builder: TransformerBuilder,
  columns: readonly LayerColumn[],
  filling: Filling,
  indicator: boolean,
): Promise<Extract<FittedOperation, { op: 'impute' }> | undefined> {
  if (columns.length === 0) return undefined;
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const [counts] = await builder.engine.query(
    `SELECT count(*) AS n, ${list(names.map((name, index) => `count(${name}) AS n${index}`))} FROM ${builder.relation}`,
  );
  const values = await fillValues(builder, columns, filling);
  const taken: string[] = [];
  const entries = columns.map(({ name }, index) => {
    const isMissing = counts?.[`n${index}`] !== counts?.['n'];
    const flag = indicator && isMissing ? builder.freeName(`${name}_missing`, taken) : undefined;
    if (flag !== undefined) taken.push(flag);
    return { name, value: unsigned(values[index] ?? 0), ...(flag !== undefined && { indicator: flag }) };
  });
  return { op: 'impute', columns: entries };
}

async function fillValues(
  builder: TransformerBuilder,
  columns: readonly LayerColumn[],
  { strategy, fill_value: constant }: Filling,
): Promise<readonly (number | string)[]> {
  if (constant !== undefined) return columns.map(() => constant);
  if (strategy === 'mean') return (await numbers(builder, columns)).map((data) => moments(data).mean);
  if (strategy === 'most_frequent') {
    const levels = await findLevels(builder.engine, builder.relation, columns, 1, 1, 1);
    return columns.map(({ type }, index) => {
      const text = levels[index]?.kept[0];
      if (type === 'string') return text ?? '';
      return type === 'boolean' ? Number(text === 'true') : Number(text ?? 0);
    });
  }
  const [row] = await builder.engine.query(
    `SELECT ${list(columns.map(({ name }, index) => `median(CAST(${quoteIdentifier(name)} AS DOUBLE)) AS m${index}`))} FROM ${builder.relation}`,
  );
  return columns.map((_, index) => Number(row?.[`m${index}`] ?? 0));
}

async function impute(builder: TransformerBuilder, operation: OperationOf<'impute'>): Promise<void> {
  const { strategy, fill_value: constant, indicator: isAdded } = operation;
  const takesText = strategy === 'most_frequent' || typeof constant === 'string';
  const accepted: readonly LayerColumn['type'][] =
    strategy === 'most_frequent' ? ['number', 'boolean', 'string'] : takesText ? ['string'] : ['number', 'boolean'];
  const columns = builder.select(operation.columns, 'impute', accepted);
  const fitted = await fitImpute(builder, columns, operation, isAdded);
  if (fitted === undefined) return;
  builder.add(fitted);
  for (const { name, value, indicator } of fitted.columns)
    builder.choose(name, `missing → ${value}${indicator === undefined ? '' : `, and \`${indicator}\``}`);
}

async function oneHot(builder: TransformerBuilder, operation: OperationOf<'one_hot'>): Promise<void> {
  const columns = builder.select(operation.columns, 'one_hot', ['string', 'number', 'boolean'], ['string']);
  const levels = await findLevels(builder.engine, builder.relation, columns, operation.max_levels, operation.max_levels);
  columns.forEach(({ name }, index) => {
    const { kept = [], hasOther = false } = levels[index] ?? {};
    const taken: string[] = [];
    const flags = kept.map((value) => {
      const flag = builder.freeName(`${name}_${value}`, taken);
      taken.push(flag);
      return { value, name: flag };
    });
    builder.add({ op: 'one_hot', column: name, levels: flags, ...(hasOther && { other: builder.freeName(`${name}_other`, taken) }) });
    builder.choose(name, `${kept.length} columns of 0 and 1${hasOther ? ', one for the others' : ''}`);
  });
}

async function ordinal(builder: TransformerBuilder, operation: OperationOf<'ordinal'>): Promise<void> {
  const columns = builder.select(operation.columns, 'ordinal', ['string', 'number', 'boolean'], ['string']);
  const levels = await findLevels(builder.engine, builder.relation, columns, operation.max_levels, operation.max_levels - 1);
  columns.forEach(({ name }, index) => {
    const { kept = [], hasOther = false } = levels[index] ?? {};
    const ordered = operation.order === 'alphabetical' ? [...kept].sort(compareCodeUnits) : kept;
    builder.add({ op: 'ordinal', column: name, levels: ordered, other: hasOther });
    builder.choose(name, `${ordered.length} levels → category codes${hasOther ? ', one for the others' : ''}`);
  });
}

async function scale(builder: TransformerBuilder, operation: OperationOf<'scale'>): Promise<void> {
  const isStandard = operation.method === 'standard';
  const columns = builder.select(operation.columns, 'scale', ['number', 'boolean'], ['number']);
  if (columns.length === 0) return;
  const data = await numbers(builder, columns);
  const entries = columns.map(({ name }, index) => {
    const { mean, deviation, min, max } = moments(data[index] as Float64Array);
    const [subtract, divide] = isStandard ? [mean, deviation] : [min, max - min];
    // A constant column becomes 0 and not a division by zero.
    return { name, subtract, divide: divide > 0 ? divide : 1 };
  });
  builder.add({ op: 'scale', columns: entries });
  for (const { name } of entries) builder.choose(name, isStandard ? 'scaled to mean 0 and deviation 1' : 'scaled to 0 … 1');
}

function dateParts(builder: TransformerBuilder, operation: OperationOf<'date_parts'>): void {
  for (const { name } of builder.select(operation.columns, 'date_parts', ['timestamp'])) {
    const waves = operation.cyclic ? (['sin', 'cos'] as const) : [undefined];
    const parts = operation.parts.flatMap((part) =>
      waves.map((wave) => ({
        part,
        name: builder.freeName(`${name}_${part}${wave === undefined ? '' : `_${wave}`}`),
        ...(wave !== undefined && { wave }),
      })),
    );
    builder.add({ op: 'date_parts', column: name, parts });
    builder.choose(name, `date → ${operation.parts.join(', ')}${operation.cyclic ? ', each as sine and cosine' : ''}`);
  }
}

function dateDifference(builder: TransformerBuilder, { from, to, unit }: OperationOf<'date_difference'>): void {
  for (const name of [from, to]) builder.expect(builder.column(name, 'date_difference'), 'date_difference', ['timestamp']);
  builder.add({ op: 'date_difference', from, to, unit, name: builder.freeName(`${to}_minus_${from}_${unit}`) });
  builder.choose(to, `date → ${unit} since \`${from}\``);
}

async function derive(builder: TransformerBuilder, expressions: Readonly<Record<string, string>>): Promise<void> {
  const columns: { name: string; sql: string; type: 'number' | 'boolean' | 'string' | 'timestamp' }[] = [];
  for (const [name, sql] of Object.entries(expressions)) {
    const reason = expressionFault(sql);
    if (reason !== undefined) throw fault('bad-value', `the expression of \`${name}\` is not allowed: ${reason}`);
    if (builder.isReserved(name))
      throw fault(
        'bad-value',
        `\`derive\` may not make a column \`${name}\`: that is the name of the target or of a column that is not used`,
        'choose another name',
      );
    columns.push({ name, sql, type: await typeOf(builder, name, sql) });
  }
  builder.add({ op: 'derive', columns });
  for (const { name, sql } of columns) builder.choose(name, `= ${sql}`);
}

async function typeOf(builder: TransformerBuilder, name: string, sql: string): Promise<'number' | 'boolean' | 'string' | 'timestamp'> {
  try {
    const [column] = await describeColumns(builder.engine, `(SELECT (${sql}) AS x FROM ${builder.relation})`);
    // A run over the rows finds what a plan does not, such as a text that is no number.
    await builder.engine.query(`SELECT count(x) AS n FROM (SELECT (${sql}) AS x FROM ${builder.relation})`);
    const type = column?.type ?? 'string';
    return type === 'integer' ? 'number' : type;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    throw fault('bad-value', `the expression of \`${name}\` cannot be computed: ${message.replace(/^[A-Z][A-Za-z ]* Error: /u, '')}`);
  }
}

async function numbers(builder: TransformerBuilder, columns: readonly LayerColumn[]): Promise<readonly Float64Array[]> {
  const table: Table = await builder.engine.table(
    `SELECT ${list(columns.map(({ name }) => `CAST(${quoteIdentifier(name)} AS DOUBLE) AS ${quoteIdentifier(name)}`))} FROM ${builder.relation}`,
  );
  return columns.map(({ name }) => (table.column(name) as NumericColumn).data);
}

/** Population moments in two passes, NaN left out. */
function moments(data: Float64Array): { readonly mean: number; readonly deviation: number; readonly min: number; readonly max: number } {
  let [sum, count, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return { mean: 0, deviation: 0, min: 0, max: 0 };
  const mean = sum / count;
  let squares = 0;
  for (const value of data) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / count), min, max };
}

/** JSON has no −0, so a fitted one would not be the same after it was read back. */
function unsigned(value: number | string): number | string {
  return value === 0 ? 0 : value;
}
