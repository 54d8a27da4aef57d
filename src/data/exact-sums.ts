/**
 * Sums that do not depend on the order of addition: each value becomes a whole number of very small
 * steps, and whole numbers add up the same in any order and on any number of threads. The steps are
 * powers of two, so a value that has enough leading zeros loses nothing.
 */
import type { DataEngine } from './engine.ts';
import { list, quoteIdentifier, quoteNumber } from './sql.ts';

export interface Moments {
  /** Values that are not missing. */
  readonly count: number;
  readonly mean: number;
  /** Of the population. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

const NOTHING: Moments = { count: 0, mean: 0, deviation: 0, min: 0, max: 0 };
/** A value takes so many bits beside its sign: it fits 64, and 2^64 of them fit the 128 of a sum. */
const BITS = 62;

/** Population moments of numeric columns, missing values left out; three passes over what may stand after FROM. */
export async function exactMoments(engine: DataEngine, relation: string, columns: readonly string[]): Promise<readonly Moments[]> {
  if (columns.length === 0) return [];
  const values = columns.map((name) => `CAST(${quoteIdentifier(name)} AS DOUBLE)`);
  const bounds = await rangesOf(engine, relation, values);
  const units = bounds.map(({ min, max }) => exponentOf(Math.max(Math.abs(min), Math.abs(max))));
  const sums = await sumsOf(
    engine,
    relation,
    values.map((value, index) => steps(value, BITS - (units[index] as number))),
  );
  // In units of the greatest value, where no square runs over.
  const means = sums.map((sum, index) => Number(sum) / (bounds[index]?.count || 1) / 2 ** BITS);
  const reaches = bounds.map(({ min, max }, index) => {
    const [mean, unit] = [means[index] as number, units[index] as number];
    return exponentOf(Math.max(Math.abs(scaleBy(max, -unit) - mean), Math.abs(scaleBy(min, -unit) - mean)));
  });
  const squares = await sumsOf(
    engine,
    relation,
    values.map((value, index) => {
      const unit = scaled(value, -(units[index] as number));
      const distance = `(${scaled(`(${unit} - ${quoteNumber(means[index] as number)})`, -(reaches[index] as number))})`;
      return steps(`${distance} * ${distance}`, BITS);
    }),
  );
  return bounds.map(({ count, min, max }, index) => {
    if (count === 0) return NOTHING;
    const variance = Number(squares[index] as bigint) / count / 2 ** BITS;
    const unit = units[index] as number;
    return {
      count,
      mean: scaleBy(means[index] as number, unit),
      deviation: scaleBy(Math.sqrt(variance), unit + (reaches[index] as number)),
      min,
      max,
    };
  });
}

export interface Range {
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** Count, least and greatest value of each expression; 0 where all is missing. */
export async function rangesOf(engine: DataEngine, relation: string, values: readonly string[]): Promise<readonly Range[]> {
  const figures = values.flatMap((value, index) => [
    `count(${value}) AS n${index}`,
    `min(${value}) AS lo${index}`,
    `max(${value}) AS hi${index}`,
  ]);
  const [row] = await engine.query(`SELECT ${list(figures)} FROM ${relation}`);
  return values.map((_, index) => ({
    count: Number(row?.[`n${index}`] ?? 0),
    min: Number(row?.[`lo${index}`] ?? 0),
    max: Number(row?.[`hi${index}`] ?? 0),
  }));
}

/** The exact sums of expressions of whole numbers. */
export async function sumsOf(engine: DataEngine, relation: string, values: readonly string[]): Promise<readonly bigint[]> {
  const sums = values.map((value, index) => `CAST(coalesce(sum(${value}), 0) AS VARCHAR) AS s${index}`);
  const [row] = await engine.query(`SELECT ${list(sums)} FROM ${relation}`);
  return values.map((_, index) => BigInt(String(row?.[`s${index}`] ?? 0)));
}

/** A DOUBLE expression times 2^exponent, as a whole number. */
export function steps(value: string, exponent: number, type: 'BIGINT' | 'HUGEINT' = 'BIGINT'): string {
  return `CAST(${scaled(value, exponent)} AS ${type})`;
}

/** The least power of two that no size of at most `size` exceeds, as an exponent; 0 for 0. */
export function exponentOf(size: number): number {
  if (!(size > 0) || !Number.isFinite(size)) return size === Number.POSITIVE_INFINITY ? 1024 : 0;
  let exponent = Math.ceil(Math.log2(size));
  while (scaleBy(size, -exponent) > 1) exponent++;
  while (scaleBy(size, 1 - exponent) <= 1) exponent--;
  return exponent;
}

/** `value · 2^exponent`, where the power alone could run over. */
export function scaleBy(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

function scaled(value: string, exponent: number): string {
  if (exponent === 0) return value;
  const half = Math.abs(exponent) > 1000 ? Math.trunc(exponent / 2) : 0;
  const rest = quoteNumber(2 ** (exponent - half));
  return half === 0 ? `${value} * ${rest}` : `${value} * ${quoteNumber(2 ** half)} * ${rest}`;
}
