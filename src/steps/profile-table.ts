/**
 * Column profiles as a table of a card: one place for what a column of data looks like.
 */

import type { Cell, SparklineCell, TableColumn } from '../cards/blocks.ts';
import { type ColumnProfile, medianOf } from '../data/profile.ts';
import { shortened } from '../schema/shortened.ts';
import { formatCount } from './wording.ts';

/** The columns of a profile table; `profileCells` fills them. */
export const PROFILE_COLUMNS: readonly TableColumn[] = [
  { key: 'name', label: 'Column' },
  { key: 'type', label: 'Type' },
  { key: 'shape', label: 'Values', graphic: 'sparkline' },
  { key: 'missing', label: 'Missing', align: 'right', format: 'percent' },
  { key: 'distinct', label: 'Distinct', align: 'right', format: 'integer' },
  { key: 'min', label: 'Min', align: 'right', format: 'number' },
  { key: 'median', label: 'Median', align: 'right', format: 'number' },
  { key: 'mean', label: 'Mean', align: 'right', format: 'number' },
  { key: 'max', label: 'Max', align: 'right', format: 'number' },
  { key: 'top', label: 'Most frequent' },
];

/** Those that a card without statistics has too. */
export const COUNTED: ReadonlySet<string> = new Set(['name', 'type', 'missing', 'distinct']);

/** With more columns than this a table has smaller drawings and shorter numbers, so that its card can be mailed. */
export const WIDE = 100;
/** Left out of a wide table. */
const OF_NARROW: ReadonlySet<string> = new Set(['mean']);

/** The columns of the table of so many profiles. */
export function profileColumns(profiles: number): readonly TableColumn[] {
  return profiles > WIDE ? PROFILE_COLUMNS.filter(({ key }) => !OF_NARROW.has(key)) : PROFILE_COLUMNS;
}

/** `profileCells` of a wide table. */
export function narrowed(cells: ReturnType<typeof profileCells>): ReturnType<typeof profileCells> {
  return Object.fromEntries(
    Object.entries(cells).map(([key, cell]) => {
      if (typeof cell === 'number') return [key, Number(cell.toPrecision(6))];
      if (typeof cell !== 'object' || cell === null || !('counts' in cell)) return [key, cell];
      const { counts } = cell;
      return [key, { counts: counts.flatMap((count, bin) => (bin % 2 === 0 ? [count + (counts[bin + 1] ?? 0)] : [])) }];
    }),
  );
}

/** Of a column that is sensitive only how many values there are. */
export function profileCells(shown: ColumnProfile, isSensitive = false): { readonly [key: string]: Cell | SparklineCell } {
  const { range: _range, numbers: _numbers, histogram: _histogram, lengths: _lengths, top: _top, ...counts } = shown;
  const profile: ColumnProfile = isSensitive ? counts : shown;
  const { name, type, rows, missing, distinct, distinctIsExact, range, numbers, histogram, top } = profile;
  const at = (value: number | undefined): Cell =>
    value === undefined ? null : type === 'timestamp' ? formatTime(value, profile.isDate === true) : value;
  return {
    name,
    type: typeWord(profile),
    shape: histogram === undefined ? null : { counts: histogram.counts },
    missing: rows === 0 ? null : missing / rows,
    distinct: distinctIsExact ? distinct : `about ${formatCount(distinct)}`,
    min: at(range?.min),
    median: at(numbers === undefined ? undefined : medianOf(numbers)),
    mean: type === 'timestamp' ? null : at(numbers?.mean),
    max: at(range?.max),
    top: isSensitive
      ? HIDDEN
      : top === undefined
        ? null
        : top
            .slice(0, MOST_TOP)
            .map(({ value, count }) => `${cut(value, 30)} (${formatCount(count)})`)
            .join(', '),
  };
}

/** The type of a column as people call it. */
export function typeWord({ type, isDate }: Pick<ColumnProfile, 'type' | 'isDate'>): string {
  return type === 'string' ? 'text' : type === 'timestamp' && isDate === true ? 'date' : type;
}

/** Most frequent values in a cell. */
const MOST_TOP = 3;

/** Stands for a value that must not be shown. */
export const HIDDEN = 'sensitive';

export function formatTime(milliseconds: number, isDate: boolean): string {
  const text = new Date(milliseconds).toISOString();
  return isDate ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

export function cut(text: string, length: number): string {
  return shortened(text, length);
}
