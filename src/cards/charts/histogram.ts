/**
 * Counts between edges. One series is drawn as bars, several as step outlines over each other on the
 * same edges. Bins come counted from the data; here they are only merged when there are too many.
 */
import type { Figure } from '../blocks.ts';
import { formatNumber } from '../format.ts';
import { type Drawn, draw, isApart, isDrawable, path } from './draw.ts';
import { type FigureOptions, niceDomain, type Plot, plotFigure, sentenceFigure } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Histogram = Extract<Figure, { readonly form: 'histogram' }>;

const MAX_BINS = 120;
const MAX_SERIES = 6;

export function histogram(figure: Histogram, options: FigureOptions): SafeSvg {
  const { edges } = figure;
  const series = figure.series.slice(0, MAX_SERIES).map((s) => ({ label: s.label, counts: s.counts.map(countOf) }));
  const total = series.reduce((sum, s) => sum + s.counts.reduce((a, b) => a + b, 0), 0);
  const first = edges[0];
  const last = edges.at(-1);
  if (total === 0 || first === undefined || last === undefined) return sentenceFigure(figure, options, 'There are no values to draw.');
  if (!edges.every(isDrawable) || series.some((s) => s.counts.length !== edges.length - 1) || last < first) {
    return sentenceFigure(figure, options, 'The bins do not fit together, so they are not drawn.');
  }
  if (!isApart(first, last)) {
    return sentenceFigure(
      figure,
      options,
      total === 1 ? `The one value is ${formatNumber(first)}.` : `All ${formatNumber(total)} values are ${formatNumber(first)}.`,
    );
  }

  const by = Math.ceil((edges.length - 1) / MAX_BINS);
  const merged = {
    edges: edges.filter((_, i) => i % by === 0 || i === edges.length - 1),
    series: series.map((s) => shared(merge(s.counts, by), figure.normalise)),
  };
  const highest = Math.max(...merged.series.flat());
  const several = series.length > 1;
  return plotFigure(figure, options, {
    xDomain: [first, last],
    yDomain: [0, niceDomain(0, highest)[1]],
    yFormat: figure.normalise === 'series' ? 'percent' : 'number',
    wholeY: figure.normalise !== 'series' && merged.series.flat().every(Number.isInteger),
    ...(several && { legend: series.map((s, i) => ({ className: `step k${i}`, label: s.label, shape: 'box' as const })) }),
    marks: (plot) =>
      several
        ? merged.series.map((counts, i) => outline(plot, merged.edges, counts, `step k${i}`))
        : bars(plot, merged.edges, merged.series[0] ?? []),
  });
}

function bars(plot: Plot, edges: readonly number[], counts: readonly number[]): readonly Drawn[] {
  const drawn: Drawn[] = [];
  counts.forEach((count, i) => {
    if (count === 0) return;
    const from = plot.x(edges[i] ?? 0);
    const to = plot.x(edges[i + 1] ?? 0);
    // A hairline between bars while they are wide enough to afford it.
    const gap = to - from > 4 ? 1 : 0;
    const top = Math.min(plot.y(count), plot.bottom - 0.8);
    drawn.push(draw('rect', { class: 'bar', x: from, y: top, width: Math.max(0.3, to - from - gap), height: plot.bottom - top }));
  });
  return drawn;
}

function outline(plot: Plot, edges: readonly number[], counts: readonly number[], className: string): Drawn {
  const parts: (string | number)[] = ['M', plot.x(edges[0] ?? 0), plot.bottom];
  counts.forEach((count, i) => {
    parts.push('V', plot.y(count), 'H', plot.x(edges[i + 1] ?? 0));
  });
  return draw('path', { class: className, d: path(...parts, 'V', plot.bottom) });
}

function merge(counts: readonly number[], by: number): readonly number[] {
  const merged: number[] = [];
  counts.forEach((count, i) => {
    const bin = Math.floor(i / by);
    merged[bin] = (merged[bin] ?? 0) + count;
  });
  return merged;
}

/** Shares of the series' own total where shapes of unequal sizes are compared. */
function shared(counts: readonly number[], normalise: Histogram['normalise']): readonly number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  return normalise === 'series' && total > 0 ? counts.map((count) => count / total) : counts;
}

function countOf(count: number): number {
  return isDrawable(count) && count > 0 ? count : 0;
}
