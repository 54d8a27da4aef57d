/**
 * How predictions change along a column: the mean, a band of eight in ten rows, some rows as thin lines, and under them
 * where the data lie. Levels stand as rows, with their mean as a dot in the same band.
 */
import { scaleLinear } from 'd3-scale';
import type { Figure } from '../blocks.ts';
import { cutMiddle } from '../escape.ts';
import { formatNumber, formatTick } from '../format.ts';
import { type Drawn, draw, drawing, isDrawable, label, path } from './draw.ts';
import { cutToWidth, type FigureOptions, named, niceDomain, openDomain, type Plot, plotFigure, sentenceFigure, textWidth } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Dependence = Extract<Figure, { readonly form: 'dependence' }>;

const MAX_CURVES = 6;
const MAX_LINES = 30;
const MAX_LEVELS = 16;
const ROW = 20;

export function dependence(figure: Dependence, options: FigureOptions): SafeSvg {
  const places = figure.x.length;
  const curves = figure.curves
    .slice(0, MAX_CURVES)
    .filter(({ values }) => isLine(values, places))
    .map(({ label: name, values, low, high }) => ({
      label: name,
      values,
      band: figure.curves.length === 1 && isLine(low, places) && isLine(high, places) ? { low, high } : undefined,
    }));
  if (curves.length === 0 || figure.x.length === 0) return sentenceFigure(figure, options, 'There are no values to draw.');
  const numbers = figure.x.filter((value) => typeof value === 'number');
  if (numbers.length < figure.x.length) return levels(figure, curves, options);
  if (numbers.length < 2 || !numbers.every(isDrawable)) return sentenceFigure(figure, options, 'There is one value only.');
  return along(figure, numbers, curves, options);
}

interface Curve {
  readonly label: string;
  readonly values: readonly number[];
  readonly band: { readonly low: readonly number[]; readonly high: readonly number[] } | undefined;
}

/** Whether there is a value that can be drawn at each place. */
function isLine(values: readonly number[] | undefined, places: number): values is readonly number[] {
  return values !== undefined && values.length === places && values.every(isDrawable);
}

function along(figure: Dependence, x: readonly number[], curves: readonly Curve[], options: FigureOptions): SafeSvg {
  const lines = curves.length > 1 ? [] : figure.lines.slice(0, MAX_LINES).filter((line) => isLine(line, x.length));
  const ys = curves.flatMap((curve) => [...curve.values, ...(curve.band?.low ?? []), ...(curve.band?.high ?? [])]);
  const [low, high] = niceDomain(least(ys), greatest(ys));
  const classes = curves.map((_, i) => (curves.length === 1 ? 'line model' : `line k${i}`));
  return plotFigure(figure, options, {
    xDomain: openDomain(x[0] as number, x.at(-1) as number),
    yDomain: [low, high],
    legend: curves.map(({ label: name }, i) => ({ className: classes[i] as string, label: name, shape: 'line' as const })),
    marks: (plot) => [
      ...densityUnder(plot, figure.density),
      ...curves.flatMap((curve) => (curve.band === undefined ? [] : [band(plot, x, curve.band.low, curve.band.high)])),
      ...(lines.length === 0 ? [] : [draw('path', { class: 'ice', d: lines.map((line) => through(plot, x, line)).join('') })]),
      ...curves.map(({ values }, i) => draw('path', { class: classes[i], d: through(plot, x, values) })),
    ],
  });
}

/** Rows beyond the axis run along its ends, as the scale is clamped. */
function through(plot: Plot, x: readonly number[], values: readonly number[]): string {
  return path(...values.flatMap((value, i) => [i === 0 ? 'M' : 'L', plot.x(x[i] as number), plot.y(value)]));
}

function band(plot: Plot, x: readonly number[], low: readonly number[], high: readonly number[]): Drawn {
  const up = high.flatMap((value, i) => [i === 0 ? 'M' : 'L', plot.x(x[i] as number), plot.y(value)]);
  const down = low.flatMap((_, i) => {
    const at = low.length - 1 - i;
    return ['L', plot.x(x[at] as number), plot.y(low[at] as number)];
  });
  return draw('path', { class: 'band', d: `${path(...up, ...down)}z` });
}

/** Bars on the axis, a sixth of the plot high: where there are none, the curve says nothing. */
function densityUnder(plot: Plot, density: readonly number[]): readonly Drawn[] {
  const most = density.reduce((a, b) => Math.max(a, b), 0);
  if (most <= 0 || !density.every(isDrawable)) return [];
  const width = (plot.right - plot.left) / density.length;
  const height = (plot.bottom - plot.top) / 6;
  const bars = density.flatMap((count, i) =>
    count > 0
      ? [
          path(
            'M',
            plot.left + i * width,
            plot.bottom,
            'v',
            -Math.max(1, (count / most) * height),
            'h',
            Math.max(0.6, width - 0.8),
            'V',
            plot.bottom,
            'z',
          ),
        ]
      : [],
  );
  return [draw('path', { class: 'rug', d: bars.join('') })];
}

function levels(figure: Dependence, curves: readonly Curve[], options: FigureOptions): SafeSvg {
  const names = figure.x.slice(0, MAX_LEVELS).map((name) => cutMiddle(String(name), 18));
  const band = curves[0]?.band;
  const ends = [...curves.map(({ values }) => values), band?.low ?? [], band?.high ?? []].flatMap((values) => values.slice(0, MAX_LEVELS));
  const [low, high] = openDomain(least(ends), greatest(ends));
  const texts = names.map((_, i) => {
    const count = figure.density[i];
    return count === undefined ? '' : formatNumber(count, 'integer');
  });
  const hasCounts = texts.some((text) => text !== '');
  const from = Math.max(...names.map(textWidth)) + 12;
  const to = options.width - (hasCounts ? Math.max(...texts.map(textWidth), textWidth('rows')) + 16 : 10);
  const x = scaleLinear([low, high], [from, to]);
  const top = 16 + (curves.length > 1 ? 4 : 0);
  const bottom = top + names.length * ROW;
  const ticks = x.ticks(Math.max(2, Math.floor((to - from) / 60)));
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  const drawn: Drawn[] = [draw('path', { class: 'grid', d: ticks.map((value) => path('M', x(value), top, 'V', bottom)).join('') })];
  for (const value of ticks) drawn.push(label(x(value), bottom + 15, 'tick', formatTick(value, step), 'middle'));
  if (hasCounts) drawn.push(label(options.width, 10, 'tick', 'rows', 'end'));
  if (curves.length > 1) drawn.push(label(from, 10, 'tick', cutToWidth(`dots: ${curves.map((c) => c.label).join(', ')}`, to - from)));
  names.forEach((name, i) => {
    const middle = top + i * ROW + ROW / 2;
    drawn.push(label(from - 10, middle + 4, 'name', name, 'end'));
    if (band !== undefined)
      drawn.push(draw('path', { class: 'whisker', d: path('M', x(band.low[i] as number), middle, 'H', x(band.high[i] as number)) }));
    curves.forEach(({ values }, k) => {
      const className = curves.length === 1 ? 'dot' : `line k${k} dot`;
      drawn.push(draw('circle', { class: className, cx: x(values[i] as number), cy: middle, r: 3.5 }));
    });
    if (texts[i] !== '') drawn.push(label(options.width, middle + 4, 'tick', texts[i] as string, 'end'));
  });
  if (figure.yLabel !== undefined)
    drawn.push(label((from + to) / 2, bottom + 31, 'axis', cutToWidth(figure.yLabel, options.width - 20), 'middle'));
  return drawing({ ...named(figure, options), width: options.width, height: bottom + (figure.yLabel === undefined ? 20 : 36) }, drawn);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
