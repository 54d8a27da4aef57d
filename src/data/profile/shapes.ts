/**
 * Histogram, moments and signs of columns of numbers, counted in one pass.
 *
 * The engine adds doubles in the order of its threads, so nothing is added as doubles. A value becomes
 * z = (x − c) / s between −1 and 1, with the median for c: the mean is within one deviation of it,
 * so nothing cancels. z, z², z³ and z⁴ are rounded to 62 binary places and added as integers, exactly
 * and in any order.
 */
import type { DataEngine } from '../engine.ts';
import { quoteIdentifier } from '../sql.ts';
import type { Row } from '../table.ts';
import { batches } from './batches.ts';
import type { Histogram, NumberStatistics } from './column-profile.ts';
import { exactNumber, isVast, numericValue } from './numeric-value.ts';
import type { Ranged } from './quantiles.ts';

export interface Shape {
  readonly histogram: Histogram;
  readonly numbers: Omit<NumberStatistics, 'quantiles' | 'quantilesFrom' | 'shapeFrom'>;
}

/** 2^62 still fits a BIGINT. */
const ONE = 2 ** 62;

/** Column → its shape. `centre` gives the median of each, or a value near it. */
export async function findShapes(
  engine: DataEngine,
  relation: string,
  columns: readonly Ranged[],
  { bins, centre }: { readonly bins: number; readonly centre: (name: string) => number },
): Promise<ReadonlyMap<string, Shape>> {
  const found = new Map<string, Shape>();
  // Only counts and sums are held, whatever the number of rows.
  for (const batch of batches(columns, 1)) {
    const scales = batch.map((column) => scaleOf(column.range, centre(column.name)));
    const queries = batch.map((column, index) => shapeQuery(relation, column, index, scales[index] as Scale, bins));
    const counted = await engine.query(queries.join(' UNION ALL '));
    for (const [index, column] of batch.entries()) {
      // The order in which the engine gives the bins is not the same each time.
      const own = counted.filter((row) => row['c'] === index).sort((a, b) => Number(a['b']) - Number(b['b']));
      found.set(column.name, {
        histogram: histogramFrom(
          own.map((row) => [Number(row['b']), Number(row['n'])]),
          column.range,
          bins,
        ),
        numbers: momentsFrom(own, scales[index] as Scale),
      });
    }
  }
  return found;
}

/** Counts between at most 127 equal steps from `min` to `max`; the last bin includes `max`. */
export async function countHistogram(
  engine: DataEngine,
  relation: string,
  column: Pick<Ranged, 'name' | 'type'>,
  range: Ranged['range'],
  bins: number,
): Promise<Histogram> {
  const counted = await engine.query(
    `SELECT ${binExpression({ ...column, range }, bins)} AS b, count(*) AS n FROM ${relation} WHERE ${quoteIdentifier(column.name)} IS NOT NULL GROUP BY 1`,
  );
  return histogramFrom(
    counted.map((row) => [Number(row['b']), Number(row['n'])]),
    range,
    bins,
  );
}

interface Scale {
  readonly centre: number;
  /** Half of `s` and of what is divided, where the whole would overflow. */
  readonly half: 1 | 2;
  /** 1 for a constant column, of which z is 0 everywhere. */
  readonly divide: number;
}

function scaleOf({ min, max }: Ranged['range'], centre: number): Scale {
  const half = isVast({ min, max }) ? 2 : 1;
  const divide = Math.max(max / half - centre / half, centre / half - min / half);
  return { centre, half, divide: divide > 0 ? divide : 1 };
}

function shapeQuery(relation: string, column: Ranged, index: number, { centre, half, divide }: Scale, bins: number): string {
  const value = numericValue(column);
  const centred = half === 1 ? `(${value} - ${exactNumber(centre)})` : `(${value} / 2 - ${exactNumber(centre / 2)})`;
  // Times that JavaScript cannot name lie outside the range, which it can.
  const z =
    column.type === 'timestamp' ? `greatest(-1, least(1, ${centred} / ${exactNumber(divide)}))` : `${centred} / ${exactNumber(divide)}`;
  const powers = ['z', 'z * z', 'z * z * z', 'z * z * z * z'].map(
    (power, at) => `CAST(sum(CAST(${power} * ${exactNumber(ONE)} AS BIGINT)) AS DOUBLE) AS s${at + 1}`,
  );
  return (
    `SELECT ${index} AS c, b, count(*) AS n, ${signs(column.range)}, ${powers.join(', ')} ` +
    `FROM (SELECT ${value} AS x, ${z} AS z, ${binExpression(column, bins)} AS b ` +
    `FROM ${relation} WHERE ${quoteIdentifier(column.name)} IS NOT NULL) GROUP BY b`
  );
}

/** Counted only where the range leaves a doubt. */
function signs({ min, max }: Ranged['range']): string {
  const zeros = min > 0 || max < 0 ? '0' : 'countif(x = 0)';
  return `${zeros} AS zeros, ${min >= 0 ? '0' : 'countif(x < 0)'} AS negatives`;
}

function binExpression(column: Ranged, bins: number): string {
  const { min, max } = column.range;
  if (!(max > min)) return '0::TINYINT';
  const value = numericValue(column);
  const share = isVast(column.range)
    ? `(${value} / 2 - ${exactNumber(min / 2)}) / ${exactNumber(max / 2 - min / 2)}`
    : `(${value} - ${exactNumber(min)}) / ${exactNumber(max - min)}`;
  return `CAST(greatest(0, least(${bins - 1}, floor(${share} * ${bins}))) AS TINYINT)`;
}

function histogramFrom(found: readonly (readonly [number, number])[], { min, max }: Ranged['range'], bins: number): Histogram {
  const counts = new Map(found);
  if (!(max > min)) return { edges: [min, max], counts: [counts.get(0) ?? 0] };
  const edges = Array.from({ length: bins + 1 }, (_, edge) => {
    if (edge === bins) return max;
    return isVast({ min, max }) ? min * (1 - edge / bins) + max * (edge / bins) : min + (max - min) * (edge / bins);
  });
  return { edges, counts: Array.from({ length: bins }, (_, bin) => counts.get(bin) ?? 0) };
}

function momentsFrom(bins: readonly Row[], { centre, half, divide }: Scale): Shape['numbers'] {
  const total = (key: string): number => bins.reduce((sum, row) => sum + Number(row[key]), 0);
  const n = total('n');
  const [e1, e2, e3, e4] = ['s1', 's2', 's3', 's4'].map((key) => total(key) / ONE / n) as [number, number, number, number];
  const variance = Math.max(0, e2 - e1 * e1);
  const third = e3 - 3 * e1 * e2 + 2 * e1 ** 3;
  const fourth = e4 - 4 * e1 * e3 + 6 * e1 * e1 * e2 - 3 * e1 ** 4;
  const varies = variance > 0;
  return {
    mean: half === 1 ? centre + divide * e1 : 2 * (centre / 2 + divide * e1),
    ...(n > 1 && { deviation: divide * (half * Math.sqrt((variance * n) / (n - 1))) }),
    ...(n > 2 && varies && { skewness: ((Math.sqrt(n * (n - 1)) / (n - 2)) * third) / variance ** 1.5 }),
    ...(n > 3 && varies && { kurtosis: ((n - 1) / ((n - 2) * (n - 3))) * (((n + 1) * fourth) / variance ** 2 - 3 * (n - 1)) }),
    zeros: total('zeros'),
    negatives: total('negatives'),
  };
}
