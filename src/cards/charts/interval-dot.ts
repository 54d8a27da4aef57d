/** A dot with its interval inside a table cell, and the limit or reference as a tick. */
import { scaleLinear } from 'd3-scale';
import type { IntervalCell } from '../blocks.ts';
import { cellDrawing, draw, isDrawable, path } from './draw.ts';
import type { SafeSvg } from './safe-svg.ts';

const WIDTH = 132;
const HEIGHT = 18;

export interface IntervalDotOptions {
  /** Shared by all rows of a column whose numbers have one unit. */
  readonly domain: readonly [number, number];
  readonly tone?: 'good' | 'close' | 'bad' | 'plain';
}

/** Decoration: the same numbers stand beside it as text. */
export function intervalDot(cell: IntervalCell, options: IntervalDotOptions): SafeSvg | undefined {
  const { low, value, high, limit } = cell;
  if (![low, value, high, ...options.domain].every(isDrawable)) return undefined;
  const [from, to] = options.domain;
  const x = scaleLinear([from, from < to ? to : from + 1], [5, WIDTH - 5]).clamp(true);
  const middle = HEIGHT / 2;
  const limitAt = limit !== undefined && isDrawable(limit) ? x(limit) : undefined;
  return cellDrawing(`interval ${options.tone ?? 'plain'}`, WIDTH, HEIGHT, undefined, [
    draw('path', { class: 'track', d: path('M', 2, middle, 'H', WIDTH - 2) }),
    draw('path', { class: 'span', d: path('M', x(low), middle, 'H', x(high)) }),
    ...(limitAt === undefined ? [] : [draw('path', { class: 'limit', d: path('M', limitAt, 2, 'V', HEIGHT - 2) })]),
    draw('circle', { class: 'dot', cx: x(value), cy: middle, r: 3.2 }),
  ]);
}

/** The domain that shows all numbers of these cells with a little room. */
export function intervalDomain(cells: readonly IntervalCell[]): readonly [number, number] {
  const ends = cells.flatMap((c) => [c.low, c.value, c.high, ...(c.limit === undefined ? [] : [c.limit])]).filter(isDrawable);
  if (ends.length === 0) return [0, 1];
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const room = (high - low) * 0.12 || Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}
