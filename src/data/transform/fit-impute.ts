/** What fills missing values. */
import { exactMoments } from '../exact-sums.ts';
import { list, quoteIdentifier } from '../sql.ts';
import type { TransformerBuilder } from './builder.ts';
import type { LayerColumn } from './layer.ts';
import { findLevels } from './levels.ts';
import type { OperationOf } from './operation.ts';
import type { FittedOf } from './transformer.ts';

type Filling = Pick<OperationOf<'impute'>, 'strategy' | 'fill_value'>;

export async function impute(builder: TransformerBuilder, operation: OperationOf<'impute'>): Promise<void> {
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

/** What fills the missing values of these columns; `undefined` when there are none to fill. */
export async function fitImpute(
  builder: TransformerBuilder,
  columns: readonly LayerColumn[],
  filling: Filling,
  indicator: boolean,
): Promise<FittedOf<'impute'> | undefined> {
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
  { engine, relation }: TransformerBuilder,
  columns: readonly LayerColumn[],
  { strategy, fill_value: constant }: Filling,
): Promise<readonly (number | string)[]> {
  if (constant !== undefined) return columns.map(() => constant);
  const names = columns.map(({ name }) => name);
  if (strategy === 'mean') return (await exactMoments(engine, relation, names)).map(({ mean }) => mean);
  if (strategy === 'most_frequent') {
    const levels = await findLevels(engine, relation, columns, { most: 1, keepWhenMore: 1, fewest: 1 });
    return columns.map(({ type }, index) => {
      const text = levels[index]?.kept[0];
      if (type === 'string') return text ?? '';
      return type === 'boolean' ? Number(text === 'true') : Number(text ?? 0);
    });
  }
  const medians = names.map((name, index) => `median(CAST(${quoteIdentifier(name)} AS DOUBLE)) AS m${index}`);
  const [row] = await engine.query(`SELECT ${list(medians)} FROM ${relation}`);
  return columns.map((_, index) => Number(row?.[`m${index}`] ?? 0));
}

/** JSON has no −0, so a fitted one would not be the same after it was read back. */
export function unsigned<Value extends number | string>(value: Value): Value | 0 {
  return value === 0 ? 0 : value;
}
