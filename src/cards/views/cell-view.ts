/** A table cell, key number or fact as the templates print it: text, class and an optional drawing. */
import type { Cell, IntervalCell, NumberFormat, SparklineCell } from '../blocks.ts';
import type { SafeSvg } from '../charts/safe-svg.ts';
import { cutEnd } from '../escape.ts';
import { formatNumber } from '../format.ts';

export interface CellView {
  readonly text: string;
  /** A quieter second text: the reason why there is no value, the interval beside its picture. */
  readonly note: string;
  readonly className: string;
  readonly graphic: SafeSvg | null;
  /** Texts from data are set apart, so that their direction cannot reorder what stands beside them. */
  readonly isolated: boolean;
  /** What the page's script sorts by; empty where it is the text itself. */
  readonly sort: string;
}

export function textCell(text: string, className = ''): CellView {
  return { text: cutEnd(text), note: '', className, graphic: null, isolated: true, sort: '' };
}

/** Numbers by `format`; nothing is shown as `—` with its reason, never as 0. */
export function plainCell(cell: Cell | undefined, format: NumberFormat | ((value: number) => string) | undefined): CellView {
  if (typeof cell === 'number' && Number.isFinite(cell)) {
    const text = typeof format === 'function' ? format(cell) : formatNumber(cell, format);
    return { text, note: '', className: '', graphic: null, isolated: false, sort: text === String(cell) ? '' : String(cell) };
  }
  if (typeof cell === 'string') return textCell(cell);
  if (typeof cell === 'boolean') return textCell(cell ? 'yes' : 'no');
  const reason = typeof cell === 'object' && cell !== null ? cell.missing : '';
  return { text: '—', note: cutEnd(reason), className: 'missing', graphic: null, isolated: false, sort: '' };
}

export function isInterval(cell: unknown): cell is IntervalCell {
  if (typeof cell !== 'object' || cell === null) return false;
  const { low, value, high } = cell as Partial<IntervalCell>;
  return [low, value, high].every((end) => typeof end === 'number' && Number.isFinite(end));
}

export function isSparkline(cell: unknown): cell is SparklineCell {
  return typeof cell === 'object' && cell !== null && Array.isArray((cell as Partial<SparklineCell>).counts);
}
