/**
 * Values by name as dots around 0, those at the same place beside each other. Dots of a shade are one path of points
 * with round ends, so that thousands stay small.
 */
import { scaleLinear } from 'd3-scale';
import type { Figure } from '../blocks.ts';
import { cutMiddle } from '../escape.ts';
import { formatTick } from '../format.ts';
import { type Drawn, draw, drawing, isApart, isDrawable, label, path } from './draw.ts';
import { cutToWidth, type FigureOptions, named, sentenceFigure, textWidth } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Swarm = Extract<Figure, { readonly form: 'swarm' }>;

const MAX_ROWS = 12;
/** Dots of a row; more hide each other. */
const MAX_DOTS = 300;
const ROW = 30;
/** Dots nearer than this are moved apart, up and down. */
const STEP = 3;
const REACH = 4;
const SHADES = 5;

export function swarm(figure: Swarm, options: FigureOptions): SafeSvg {
  const rows = figure.rows.slice(0, MAX_ROWS).map((row) => ({
    name: cutMiddle(row.label, options.width > 400 ? 30 : 18),
    dots: row.values
      .map((value, i) => ({ value, level: row.levels?.[i] ?? -1 }))
      .filter(({ value }) => isDrawable(value))
      .slice(0, MAX_DOTS),
  }));
  const all = rows.flatMap(({ dots }) => dots.map(({ value }) => value));
  if (all.length === 0) return sentenceFigure(figure, options, 'There are no values to draw.');
  const low = all.reduce((a, b) => Math.min(a, b), 0);
  const high = all.reduce((a, b) => Math.max(a, b), 0);
  const from = Math.max(...rows.map(({ name }) => textWidth(name))) + 14;
  const to = options.width - 10;
  const x = scaleLinear([low, isApart(low, high) ? high : low + 1], [from, to]);
  const hasShades = rows.some(({ dots }) => dots.some(({ level }) => level >= 0));
  const top = hasShades ? 20 : 4;
  const bottom = top + rows.length * ROW;

  const ticks = x.ticks(Math.max(2, Math.floor((to - from) / 70)));
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  const drawn: Drawn[] = [draw('path', { class: 'grid', d: ticks.map((value) => path('M', x(value), top, 'V', bottom)).join('') })];
  drawn.push(draw('path', { class: 'base', d: path('M', x(0), top, 'V', bottom) }));
  for (const value of ticks) drawn.push(label(x(value), bottom + 15, 'tick', formatTick(value, step), 'middle'));
  rows.forEach(({ name, dots }, i) => {
    const middle = top + i * ROW + ROW / 2;
    drawn.push(label(from - 12, middle + 4, 'name', name, 'end'), ...beside(dots, x, middle));
  });
  if (figure.xLabel !== undefined)
    drawn.push(label((from + to) / 2, bottom + 31, 'axis', cutToWidth(figure.xLabel, options.width - 20), 'middle'));
  if (hasShades) drawn.push(...shadeKey(from));
  return drawing({ ...named(figure, options), width: options.width, height: bottom + (figure.xLabel === undefined ? 20 : 36) }, drawn);
}

/** Around the middle of the row, each dot as near to it as those before it leave room for. */
function beside(
  dots: readonly { readonly value: number; readonly level: number }[],
  x: (value: number) => number,
  middle: number,
): readonly Drawn[] {
  const taken = new Map<number, number>();
  const byShade = new Map<number, string[]>();
  for (const { value, level } of dots) {
    const place = Math.round(x(value) / STEP);
    const before = taken.get(place) ?? 0;
    taken.set(place, before + 1);
    // 0, 1 up, 1 down, 2 up …; full stacks begin anew.
    const turn = before % (2 * REACH + 1);
    const offset = Math.ceil(turn / 2) * (turn % 2 === 0 ? 1 : -1) * STEP;
    const shade = Number.isInteger(level) && level >= 0 && level < SHADES ? level : -1;
    byShade.set(shade, [...(byShade.get(shade) ?? []), path('M', x(value), middle + offset, 'h', 0)]);
  }
  return [...byShade]
    .sort(([a], [b]) => a - b)
    .map(([shade, points]) => draw('path', { class: shade < 0 ? 'swarm' : `swarm s${shade}`, d: points.join('') }));
}

function shadeKey(from: number): readonly Drawn[] {
  const low = 'low value';
  const start = from + textWidth(low) + 8;
  const dots = Array.from({ length: SHADES }, (_, shade) =>
    draw('path', { class: `swarm s${shade}`, d: path('M', start + shade * 9, 6.5, 'h', 0) }),
  );
  return [label(from, 10, 'key', low), ...dots, label(start + SHADES * 9 + 2, 10, 'key', 'high value of the column')];
}
