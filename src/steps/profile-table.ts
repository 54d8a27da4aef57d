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

/** Of a column that is sensitive only how many values there are. */
export function profileCells(shown: ColumnProfile, isSensitive = false): { readonly [key: string]: Cell | SparklineCell } {
  const { range: _range, numbers: _numbers, histogram: _histogram, lengths: _lengths, top: _top, ...counts } = shown;
  const profile: ColumnProfile = isSensitive ? counts : shown;
  const { name, type, rows, missing, distinct, distinctIsExact, range, numbers, histogram, top } = profile;
  const at = (value: number | undefined): Cell =>
    value === undefined ? null : type === 'timestamp' ? formatTime(value, profile.isDate === true) : value;
  return {
    name,
    type: type === 'string' ? 'text' : type === 'timestamp' && profile.isDate === true ? 'date' : type,
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
