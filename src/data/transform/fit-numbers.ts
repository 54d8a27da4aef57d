/** Scales and intervals of numbers. */
import { exactMoments, rangesOf } from '../exact-sums.ts';
import { list, quoteIdentifier } from '../sql.ts';
import { fault, type TransformerBuilder } from './builder.ts';
import { unsigned } from './fit-impute.ts';
import type { OperationOf } from './operation.ts';

const SCALED = {
  standard: 'scaled to mean 0 and deviation 1',
  min_max: 'scaled to 0 … 1',
  robust: 'scaled to median 0 and distance 1 between the quartiles',
} as const;

export async function scale(builder: TransformerBuilder, { columns: selection, method }: OperationOf<'scale'>): Promise<void> {
  const columns = builder.select(selection, 'scale', ['number', 'boolean'], ['number']).map(({ name }) => name);
  if (columns.length === 0) return;
  const found = await scalesOf(builder, columns, method);
  const entries = columns.map((name, index) => {
    const { subtract, divide } = found[index] ?? { subtract: 0, divide: 1 };
    // A constant column becomes 0 and not a division by zero.
    return { name, subtract: unsigned(subtract), divide: divide > 0 && Number.isFinite(divide) ? divide : 1 };
  });
  builder.add({ op: 'scale', columns: entries });
  for (const name of columns) builder.choose(name, SCALED[method]);
}

interface Scale {
  readonly subtract: number;
  readonly divide: number;
}

async function scalesOf(
  builder: TransformerBuilder,
  columns: readonly string[],
  method: OperationOf<'scale'>['method'],
): Promise<readonly Scale[]> {
  if (method === 'robust') {
    const quartiles = await quantilesOf(builder, columns, [0.25, 0.5, 0.75]);
    return quartiles.map(([low = 0, middle = 0, high = 0]) => ({ subtract: middle, divide: high - low }));
  }
  if (method === 'standard')
    return (await exactMoments(builder.engine, builder.relation, columns)).map(({ mean, deviation }) => ({
      subtract: mean,
      divide: deviation,
    }));
  return (await rangesOf(builder.engine, builder.relation, columns.map(asDouble))).map(({ min, max }) => ({
    subtract: min,
    divide: max - min,
  }));
}

export async function bin(builder: TransformerBuilder, operation: OperationOf<'bin'>): Promise<void> {
  const { encode, edges: given } = operation;
  const disordered = given?.findIndex((edge, index) => index > 0 && edge <= (given[index - 1] as number)) ?? -1;
  if (given !== undefined && disordered > 0)
    throw fault('bad-value', `the \`edges\` of \`bin\` must rise; ${given[disordered]} stands behind ${given[disordered - 1]}`);
  const columns = builder.select(operation.columns, 'bin', ['number', 'boolean'], ['number']).map(({ name }) => name);
  if (columns.length === 0) return;
  const found = given === undefined ? await edgesOf(builder, columns, operation) : columns.map(() => given);
  const entries = columns.map((name, index) => ({ name, edges: (found[index] ?? []).map(unsigned), encode }));
  builder.add({ op: 'bin', columns: entries });
  for (const { name, edges } of entries) builder.choose(name, `number → ${edges.length + 1} intervals`);
}

/** The inner edges, each once. */
async function edgesOf(
  builder: TransformerBuilder,
  columns: readonly string[],
  { strategy, n_bins }: OperationOf<'bin'>,
): Promise<readonly (readonly number[])[]> {
  const shares = Array.from({ length: n_bins - 1 }, (_, index) => (index + 1) / n_bins);
  const ranges = await rangesOf(builder.engine, builder.relation, columns.map(asDouble));
  const found =
    strategy === 'quantile'
      ? await quantilesOf(builder, columns, shares)
      : ranges.map(({ min, max }) => shares.map((share) => min * (1 - share) + max * share));
  return found.map((edges, index) => [...new Set(edges)].filter((edge) => edge > (ranges[index]?.min ?? 0)).sort((a, b) => a - b));
}

/** Exact quantiles, between two values in proportion. */
async function quantilesOf(
  builder: TransformerBuilder,
  columns: readonly string[],
  shares: readonly number[],
): Promise<readonly (readonly number[])[]> {
  const lists = columns.map((name, index) => `quantile_cont(${asDouble(name)}, [${list(shares.map(String))}]) AS q${index}`);
  const picks = columns.flatMap((_, index) => shares.map((_, share) => `q${index}[${share + 1}] AS v${index}_${share}`));
  const [row] = await builder.engine.query(`SELECT ${list(picks)} FROM (SELECT ${list(lists)} FROM ${builder.relation})`);
  return columns.map((_, index) =>
    shares.flatMap((_, share) => {
      const value = row?.[`v${index}_${share}`];
      return typeof value === 'number' ? [value] : [];
    }),
  );
}

function asDouble(name: string): string {
  return `CAST(${quoteIdentifier(name)} AS DOUBLE)`;
}
