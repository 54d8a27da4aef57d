/**
 * Mean predicted probability against the observed share, with the interval of each bin, the line of perfect
 * calibration, and a rug of bars at the foot that shows where the rows are.
 */
import type { Figure } from '../blocks.ts';
import { type Drawn, draw, isDrawable, path } from './draw.ts';
import { type FigureOptions, type Plot, plotFigure, sentenceFigure } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Calibration = Extract<Figure, { readonly form: 'calibration' }>;
type Bin = Calibration['bins'][number];

const MAX_BINS = 60;

export function calibration(figure: Calibration, options: FigureOptions): SafeSvg {
  const bins = figure.bins.filter((b) => isDrawable(b.predicted) && isDrawable(b.observed)).slice(0, MAX_BINS);
  if (bins.length === 0) return sentenceFigure(figure, options, 'There are no bins to draw.');
  return plotFigure(figure, options, {
    xDomain: [0, 1],
    yDomain: [0, 1],
    aspect: options.width > 400 ? 0.5 : 0.72,
    marks: (plot) => [
      ...rug(plot, bins),
      draw('path', { class: 'guide', d: path('M', plot.left, plot.bottom, 'L', plot.right, plot.top) }),
      draw('path', { class: 'whisker', d: bins.map((b) => interval(plot, b)).join('') }),
      draw('path', {
        class: 'line model',
        d: bins.map((b, i) => path(i === 0 ? 'M' : 'L', plot.x(b.predicted), plot.y(b.observed))).join(''),
      }),
      ...bins.map((b) => draw('circle', { class: 'dot model', cx: plot.x(b.predicted), cy: plot.y(b.observed), r: 2.6 })),
    ],
  });
}

function rug(plot: Plot, bins: readonly Bin[]): readonly Drawn[] {
  const counts = bins.map((b) => (isDrawable(b.count) && b.count > 0 ? b.count : 0));
  const highest = Math.max(...counts);
  if (highest === 0) return [];
  const size = Math.max(2, Math.min(14, ((plot.right - plot.left) / bins.length) * 0.8));
  const room = (plot.bottom - plot.top) * 0.22;
  const boxes = bins.map((b, i) => {
    const height = ((counts[i] ?? 0) / highest) * room;
    const left = Math.min(plot.right - size, Math.max(plot.left, plot.x(b.predicted) - size / 2));
    return height === 0 ? '' : path('M', left, plot.bottom, 'v', -height, 'h', size, 'v', height, 'z');
  });
  return [draw('path', { class: 'rug', d: boxes.join('') })];
}

function interval(plot: Plot, bin: Bin): string {
  if (!isDrawable(bin.low) || !isDrawable(bin.high)) return '';
  return path('M', plot.x(bin.predicted), plot.y(bin.low), 'V', plot.y(bin.high));
}
