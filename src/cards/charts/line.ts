/** Curves through points: learning curves, ROC, precision–recall. Long ones are thinned to what a screen can show. */
import { line as lineShape } from 'd3-shape';
import type { Figure } from '../blocks.ts';
import { cutMiddle } from '../escape.ts';
import { formatNumber } from '../format.ts';
import { type Drawn, draw, isApart, isDrawable, label, path } from './draw.ts';
import { type FigureOptions, niceDomain, openDomain, type Plot, plotFigure, sentenceFigure, textWidth } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Line = Extract<Figure, { readonly form: 'line' }>;
type Point = readonly [number, number];

const MAX_SERIES = 8;

export function line(figure: Line, options: FigureOptions): SafeSvg {
  const all = figure.series.map((s) => ({ ...s, points: s.points.filter(isPlaced) }));
  const series = all.filter((s) => s.points.length > 0).slice(0, MAX_SERIES);
  const points = series.flatMap((s) => s.points);
  const only = points[0];
  if (only === undefined) return sentenceFigure(figure, options, 'There are no points to draw.');
  if (points.length === 1 && figure.xDomain === undefined) {
    return sentenceFigure(figure, options, `There is one point: ${formatNumber(only[1])} at ${formatNumber(only[0])}.`);
  }
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const classes = classesOf(series.map((s) => s.role));
  const unit = figure.xDomain?.[1] === 1 && figure.yDomain?.[1] === 1;
  return plotFigure(figure, options, {
    xDomain: domainOf(figure.xDomain) ?? openDomain(least(xs), greatest(xs)),
    yDomain: domainOf(figure.yDomain) ?? niceDomain(least(ys), greatest(ys)),
    ...(unit && { aspect: options.width > 400 ? 0.5 : 0.72 }),
    legend: series.map((s, i) => ({ className: `line ${classes[i]}`, label: s.label, shape: 'line' as const })),
    marks: (plot) => [
      ...(figure.mark === undefined ? [] : verticalMark(plot, figure.mark, options.width)),
      ...series.map((s, i) => curve(plot, s.points, `line ${classes[i]}`)),
    ],
  });
}

/** A class per curve. Roles that occur twice, or are not given, get a hue and a dash of their own. */
function classesOf(roles: readonly ('model' | 'other' | 'reference' | undefined)[]): readonly string[] {
  const used = new Set<string>();
  let next = 0;
  return roles.map((role) => {
    if (role !== undefined && !used.has(role)) {
      used.add(role);
      return role;
    }
    if (next === 0 && used.has('model')) next = 1;
    return `k${next++ % MAX_SERIES}`;
  });
}

function curve(plot: Plot, points: readonly Point[], className: string): Drawn {
  const placed = thin(points.map(([x, y]) => [plot.x(x), plot.y(y)] as const));
  const [only] = placed;
  if (placed.length === 1 && only !== undefined) return draw('circle', { class: `${className} dot`, cx: only[0], cy: only[1], r: 2.5 });
  const d =
    lineShape<Point>(
      (p) => p[0],
      (p) => p[1],
    ).digits(1)(placed) ?? '';
  return draw('path', { class: className, d });
}

/**
 * Keep the first, lowest, highest and last point of every pixel column of a curve that runs left to right:
 * peaks survive, and more could not be seen. Other curves lose points nearer than half a pixel to the last kept one.
 */
function thin(points: readonly Point[]): readonly Point[] {
  if (points.length <= 200) return points;
  const rightwards = points.every((p, i) => i === 0 || p[0] >= (points[i - 1]?.[0] ?? 0));
  if (!rightwards) return apart(points);
  const kept: Point[] = [];
  for (let from = 0; from < points.length; ) {
    const column = Math.floor((points[from]?.[0] ?? 0) / 2);
    let to = from;
    while (to < points.length && Math.floor((points[to]?.[0] ?? 0) / 2) === column) to++;
    const slice = points.slice(from, to);
    const low = slice.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = slice.reduce((a, b) => (b[1] > a[1] ? b : a));
    kept.push(...slice.filter((p, i) => i === 0 || i === slice.length - 1 || p === low || p === high));
    from = to;
  }
  return apart(kept);
}

function apart(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const [i, p] of points.entries()) {
    const last = kept.at(-1);
    if (last === undefined || i === points.length - 1 || Math.hypot(p[0] - last[0], p[1] - last[1]) >= 0.5) kept.push(p);
  }
  return kept;
}

function verticalMark(plot: Plot, mark: { readonly x: number; readonly label: string }, width: number): readonly Drawn[] {
  if (!isDrawable(mark.x)) return [];
  const at = plot.x(mark.x);
  const text = cutMiddle(mark.label, Math.floor(width / 12));
  const fits = at + 5 + textWidth(text) < plot.right;
  return [
    draw('path', { class: 'mark', d: path('M', at, plot.top, 'V', plot.bottom) }),
    label(at + (fits ? 5 : -5), plot.top + 10, 'mark-label', text, fits ? undefined : 'end'),
  ];
}

function isPlaced(point: Point): boolean {
  return isDrawable(point[0]) && isDrawable(point[1]);
}

function domainOf(domain: readonly [number, number] | undefined): readonly [number, number] | undefined {
  return domain?.every(isDrawable) && isApart(domain[0], domain[1]) ? domain : undefined;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
