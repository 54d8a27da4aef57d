/**
 * The power that brings a column nearest to a normal distribution, by maximum likelihood. Candidates are tried many
 * at a time, in a few passes over the rows, each time closer together; a power is a multiple of 1/1024.
 */
import type { DataEngine } from '../engine.ts';
import { exponentOf, type Range, rangesOf, scaleBy, steps, sumsOf } from '../exact-sums.ts';
import { quoteIdentifier, quoteNumber } from '../sql.ts';
import { fault, type TransformerBuilder } from './builder.ts';
import { type Powered, powerOf } from './number-sql.ts';
import type { OperationOf } from './operation.ts';

/** Symmetric around 1, which changes nothing. */
const [LEAST, GREATEST] = [-3, 5] as const;
const STEPS = [1 / 2, 1 / 16, 1 / 128, 1 / 1024] as const;
/** Squares of values with so many bits fit 64, and sums of them 128. */
const BITS = 31;

export async function power(builder: TransformerBuilder, { columns: selection, method }: OperationOf<'power'>): Promise<void> {
  const columns = builder.select(selection, 'power', ['number'], ['number']).map(({ name }) => name);
  if (columns.length === 0) return;
  const values = columns.map((name) => `CAST(${quoteIdentifier(name)} AS DOUBLE)`);
  const ranges = await rangesOf(builder.engine, builder.relation, values);
  const entries: Powered[] = [];
  for (const [index, name] of columns.entries()) {
    const range = ranges[index] as Range;
    refuseOutside(name, method, range);
    const lambda = method === 'log1p' ? undefined : await bestPower(builder, values[index] as string, method, range);
    entries.push({ name, method, ...(lambda !== undefined && { lambda }) });
  }
  builder.add({ op: 'power', columns: entries });
  for (const { name, lambda } of entries)
    builder.choose(name, lambda === undefined ? '→ logarithm of 1 + x' : `→ ${WORDS[method]} with power ${Number(lambda.toPrecision(3))}`);
}

const WORDS = { yeo_johnson: 'Yeo–Johnson', box_cox: 'Box–Cox', log1p: 'log1p' } as const;

function refuseOutside(name: string, method: Powered['method'], { count, min }: Range): void {
  const limit = method === 'box_cox' ? 0 : method === 'log1p' ? -1 : Number.NEGATIVE_INFINITY;
  if (count === 0 || min > limit) return;
  throw fault(
    'bad-value',
    `\`power\` with \`method: ${method}\` takes numbers above ${limit}; the least of \`${name}\` is not`,
    'use `method: yeo_johnson`, which takes any number',
  );
}

type Method = 'yeo_johnson' | 'box_cox';

async function bestPower({ engine, relation }: TransformerBuilder, value: string, method: Method, range: Range): Promise<number> {
  if (range.count < 2 || range.min === range.max) return 1;
  // The sign and the logarithm that all candidates are made of, once a row.
  const sign = method === 'box_cox' ? '1' : `sign(${value})`;
  const logarithm = method === 'box_cox' ? powerOf(value, 'box_cox', 0) : powerOf(`abs(${value})`, 'log1p', 0);
  const logarithms = `(SELECT ${sign} AS s, ${logarithm} AS l FROM ${relation} WHERE ${value} IS NOT NULL)`;
  const ends = [range.min, range.max].map(
    (x) => (method === 'box_cox' ? [1, Math.log(x)] : [Math.sign(x), Math.log1p(Math.abs(x))]) as End,
  );
  // What each unit of the power adds to the likelihood beside the variance.
  const exponent = 62 - exponentOf(Math.max(...ends.map(([, l]) => Math.abs(l)))) - 1;
  const [sum] = await sumsOf(engine, logarithms, [steps('(s * l)', exponent)]);
  const slope = scaleBy(Number(sum), -exponent);
  let [from, to] = [LEAST, GREATEST] as readonly [number, number];
  let best = 1;
  for (const step of STEPS) {
    const count = Math.round((to - from) / step) + 1;
    const candidates = Array.from({ length: count }, (_, index) => from + index * step);
    best = await likeliest(engine, logarithms, { method, ends, slope, count: range.count }, candidates);
    [from, to] = [Math.max(LEAST, best - step), Math.min(GREATEST, best + step)];
  }
  return best;
}

/** The sign and the logarithm of the least or the greatest value. */
type End = readonly [sign: number, logarithm: number];

interface Likelihood {
  readonly method: Method;
  readonly ends: readonly End[];
  readonly slope: number;
  readonly count: number;
}

/** The candidate of the greatest likelihood, of equal ones the nearest to 1. */
async function likeliest(
  engine: DataEngine,
  logarithms: string,
  { method, ends, slope, count }: Likelihood,
  candidates: readonly number[],
): Promise<number> {
  const usable = candidates.flatMap((lambda) => {
    const [low = Number.NaN, high = Number.NaN] = ends.map((end) => transformed(end, method, lambda));
    const half = high / 2 - low / 2;
    // The power is too steep for these values when its ends cannot be told apart or held.
    return Number.isFinite(half) && half > 0 ? [{ lambda, centre: low / 2 + high / 2, exponent: BITS - 1 - exponentOf(half) }] : [];
  });
  const stepped = usable.map(({ lambda, centre, exponent }, index) => {
    const value = `(${transformedSql(method, lambda)} - ${quoteNumber(centre)})`;
    return `${steps(value, exponent)} AS z${index}`;
  });
  const sums = await sumsOf(
    engine,
    `(SELECT ${stepped.join(', ')} FROM ${logarithms})`,
    usable.flatMap((_, index) => [`z${index}`, `z${index} * z${index}`]),
  );
  let best = { lambda: 1, likelihood: Number.NEGATIVE_INFINITY };
  for (const [index, { lambda, exponent }] of usable.entries()) {
    const [sum, squares] = [sums[2 * index] as bigint, sums[2 * index + 1] as bigint];
    const spread = Number(BigInt(count) * squares - sum * sum);
    if (!(spread > 0)) continue;
    const logVariance = Math.log(spread) - 2 * Math.log(count) - 2 * exponent * Math.LN2;
    const likelihood = (-count / 2) * logVariance + (lambda - 1) * slope;
    const isNearer = likelihood === best.likelihood && Math.abs(lambda - 1) < Math.abs(best.lambda - 1);
    if (likelihood > best.likelihood || isNearer) best = { lambda, likelihood };
  }
  return best.lambda;
}

function transformed([sign, logarithm]: End, method: Method, lambda: number): number {
  const raised = (power: number): number => (power === 0 ? logarithm : Math.expm1(logarithm * power) / power);
  return method === 'yeo_johnson' && sign < 0 ? -raised(2 - lambda) : raised(lambda);
}

/** Digits that `expm1` would save do not matter to a likelihood. */
function transformedSql(method: Method, lambda: number): string {
  const raised = (power: number): string => (power === 0 ? 'l' : `((exp(l * ${quoteNumber(power)}) - 1) / ${quoteNumber(power)})`);
  return method === 'yeo_johnson' ? `CASE WHEN s < 0 THEN -${raised(2 - lambda)} ELSE ${raised(lambda)} END` : raised(lambda);
}
