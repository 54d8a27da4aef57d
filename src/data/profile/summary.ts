/** Counts, bounds and lengths. The bounds of a Parquet file come from its footer. */
import { canonicalText } from '../canonical-text.ts';
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { list, quoteIdentifier } from '../sql.ts';
import { batches } from './batches.ts';
import type { ColumnProfile } from './column-profile.ts';
import { asNumber } from './numeric-value.ts';

/** The farthest times that JavaScript can name; the engine's reach farther. */
const MOST_MILLISECONDS = 8.64e15;

export function hasRange({ type }: Pick<ColumnInfo, 'type'>): boolean {
  return type === 'number' || type === 'integer' || type === 'timestamp';
}

/** The range of each column that has one. A statement of nothing but bounds reads no rows of a Parquet file. */
export async function findRanges(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
): Promise<ReadonlyMap<string, NonNullable<ColumnProfile['range']>>> {
  const ranges = new Map<string, NonNullable<ColumnProfile['range']>>();
  for (const batch of batches(columns.filter(hasRange), 1)) {
    const bounds = batch.flatMap(({ name, type }, index) => [
      `${asNumber(`min(${quoteIdentifier(name)})`, type)} AS lo${index}`,
      `${asNumber(`max(${quoteIdentifier(name)})`, type)} AS hi${index}`,
    ]);
    const [row] = await engine.query(`SELECT ${list(bounds)} FROM ${relation}`);
    for (const [index, { name, type }] of batch.entries()) {
      const [min, max] = [row?.[`lo${index}`], row?.[`hi${index}`]];
      if (typeof min !== 'number' || typeof max !== 'number') continue;
      ranges.set(name, type === 'timestamp' ? { min: nameable(min), max: nameable(max) } : { min, max });
    }
  }
  return ranges;
}

function nameable(milliseconds: number): number {
  return Math.max(-MOST_MILLISECONDS, Math.min(MOST_MILLISECONDS, milliseconds));
}

/** Which timestamps are midnights throughout, and how long texts are. */
export async function findForms(
  engine: DataEngine,
  relation: string,
  columns: readonly ColumnInfo[],
  rows: number,
  withLengths: boolean,
): Promise<ReadonlyMap<string, Pick<ColumnProfile, 'isDate' | 'lengths'>>> {
  const forms = new Map<string, Pick<ColumnProfile, 'isDate' | 'lengths'>>();
  for (const { name, sqlType } of columns) if (sqlType === 'DATE') forms.set(name, { isDate: true });
  const looked = columns.filter(({ type, sqlType }) => (type === 'timestamp' && sqlType !== 'DATE') || (type === 'string' && withLengths));
  for (const batch of batches(looked, rows)) {
    const figures = batch.flatMap(({ name, type, sqlType }, index) => {
      const column = quoteIdentifier(name);
      if (type === 'timestamp') return [`bool_and(date_trunc('day', ${column}) = ${column}) AS day${index}`];
      const length = `length(${canonicalText(column, sqlType)})`;
      return [
        `min(${length}) AS lo${index}`,
        `CAST(sum(${length}) AS DOUBLE) / count(${column}) AS mean${index}`,
        `max(${length}) AS hi${index}`,
      ];
    });
    const [row] = await engine.query(`SELECT ${list(figures)} FROM ${relation}`);
    for (const [index, { name, type }] of batch.entries()) {
      const [min, mean, max] = ['lo', 'mean', 'hi'].map((key) => row?.[`${key}${index}`]);
      if (type === 'timestamp') forms.set(name, { isDate: row?.[`day${index}`] === true });
      else if (typeof min === 'number' && typeof mean === 'number' && typeof max === 'number')
        forms.set(name, { lengths: { min, mean, max } });
    }
  }
  return forms;
}
