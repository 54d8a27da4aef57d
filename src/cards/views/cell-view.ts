/** A table cell, key number or fact as the templates print it: text, class and an optional drawing. */
import type { Cell, IntervalCell, NumberFormat, SparklineCell } from '../blocks.ts';
import type { SafeSvg } from '../charts/safe-svg.ts';
import { formatNumber } from '../format.ts';

export interface CellView {
  readonly text: string;
  /** A quieter second text: the reason why there is no value, the interval beside its picture. */
  readonly note: string;
  readonly className: string;
  readonly graphic: SafeSvg | null;
  /** What the page's script sorts by; empty for cells without an order. */
  readonly sort: string;
}

/** Longer values are cut: a cell is for reading, the data holds the rest. */
const MAX_TEXT = 200;

export function textCell(text: string, className = ''): CellView {
  return { text: cutEnd(text), note: '', className, graphic: null, sort: cutEnd(text).toLowerCase() };
}

/** Numbers by `format`; nothing is shown as `—` with its reason, never as 0. */
export function plainCell(cell: Cell | undefined, format: NumberFormat | ((value: number) => string) | undefined): CellView {
  if (typeof cell === 'number' && Number.isFinite(cell)) {
    const text = typeof format === 'function' ? format(cell) : formatNumber(cell, format);
    return { text, note: '', className: '', graphic: null, sort: String(cell) };
  }
  if (typeof cell === 'string') return textCell(cell);
  if (typeof cell === 'boolean') return textCell(cell ? 'yes' : 'no');
  const reason = typeof cell === 'object' && cell !== null ? cell.missing : typeof cell === 'number' ? 'not finite' : '';
  return { text: '—', note: cutEnd(reason), className: 'missing', graphic: null, sort: '' };
}

export function isInterval(cell: unknown): cell is IntervalCell {
  if (typeof cell !== 'object' || cell === null) return false;
  const { low, value, high } = cell as Partial<IntervalCell>;
  return [low, value, high].every((end) => typeof end === 'number' && Number.isFinite(end));
}

export function isSparkline(cell: unknown): cell is SparklineCell {
  return typeof cell === 'object' && cell !== null && Array.isArray((cell as Partial<SparklineCell>).counts);
}

export function cutEnd(text: string, length: number = MAX_TEXT): string {
  if (text.length <= length) return text;
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
