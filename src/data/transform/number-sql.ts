/** Scales, powers and intervals of numbers, as SQL. */
import { quoteIdentifier, quoteNumber } from '../sql.ts';
import { finite, type LayerColumn, type Selected } from './layer.ts';
import type { FittedOf } from './transformer.ts';

type Scaled = FittedOf<'scale'>['columns'][number];
export type Powered = FittedOf<'power'>['columns'][number];
type Binned = FittedOf<'bin'>['columns'][number];

export function scaled({ name }: LayerColumn, { subtract, divide }: Scaled): Selected {
  const value = `(CAST(${quoteIdentifier(name)} AS DOUBLE) - ${quoteNumber(subtract)}) / ${quoteNumber(divide)}`;
  return { name, type: 'number', expression: finite(value) };
}

export function powered({ name }: LayerColumn, { method, lambda }: Powered): Selected {
  return { name, type: 'number', expression: finite(powerOf(`CAST(${quoteIdentifier(name)} AS DOUBLE)`, method, lambda ?? 0)) };
}

/**
 * Yeo and Johnson, A new family of power transformations (Biometrika 2000), eq. 2.1; Box and Cox, An analysis
 * of transformations (1964), eq. 1. Through log1p and expm1, so that small values and small powers keep their digits.
 */
export function powerOf(x: string, method: Powered['method'], lambda: number): string {
  if (method === 'log1p') return `CASE WHEN ${x} > -1 THEN ${log1p(x)} END`;
  if (method === 'box_cox') return `CASE WHEN ${x} > 0 THEN ${raised(`ln(greatest(${x}, 5e-324))`, lambda)} END`;
  const above = raised(log1p(`greatest(${x}, 0)`), lambda);
  const below = raised(log1p(`greatest(-${x}, 0)`), 2 - lambda);
  return `CASE WHEN ${x} >= 0 THEN ${above} WHEN ${x} < 0 THEN -(${below}) END`;
}

/** `(e^(power · t) − 1) / power`, and `t` where the power is 0. */
function raised(t: string, power: number): string {
  return power === 0 ? t : `${expm1(`(${t} * ${quoteNumber(power)})`)} / ${quoteNumber(power)}`;
}

/** Kahan's way: the error of `1 + x` stands above and below the line and cancels out. */
function log1p(x: string): string {
  return `(CASE WHEN 1 + ${x} = 1 THEN ${x} ELSE ln(greatest(1 + ${x}, 5e-324)) * ${x} / ((1 + ${x}) - 1) END)`;
}

function expm1(t: string): string {
  return `(CASE WHEN abs(${t}) >= 0.5 THEN exp(${t}) - 1 WHEN exp(${t}) = 1 THEN ${t} ELSE (exp(${t}) - 1) * ${t} / ln(greatest(exp(${t}), 0.5)) END)`;
}

export function binned({ name }: LayerColumn, { edges, encode }: Binned): Selected {
  const value = `CAST(${quoteIdentifier(name)} AS DOUBLE)`;
  const cases = edges.map((edge, bin) => `WHEN ${value} < ${quoteNumber(edge)} THEN ${bin}`);
  const bin = `CASE WHEN ${value} IS NULL THEN NULL ${cases.join(' ')} ELSE ${edges.length} END`;
  if (encode === 'number') return { name, type: 'number', expression: `CAST(${bin} AS DOUBLE)` };
  return { name, type: 'category', labels: intervals(edges), expression: `CAST(${bin} AS INTEGER)` };
}

function intervals(edges: readonly number[]): readonly string[] {
  const last = edges.at(-1);
  if (last === undefined) return ['all'];
  return edges.map((edge, index) => (index === 0 ? `< ${edge}` : `${edges[index - 1]} … ${edge}`)).concat(`≥ ${last}`);
}
