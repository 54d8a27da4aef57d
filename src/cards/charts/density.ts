/**
 * Points as counts in the cells of a grid: predicted against actual, residual against predicted. The darker
 * a cell, the more points; shade follows the logarithm of the count, so that thin regions stay visible.
 */
import type { Figure } from '../blocks.ts';
import { formatNumber } from '../format.ts';
import { type Drawn, draw, isDrawable, MAX_MARKS, path } from './draw.ts';
import { type FigureOptions, type Plot, plotFigure, sentenceFigure } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type Density = Extract<Figure, { readonly form: 'density' }>;
interface Grid {
  readonly cells: Density['cells'];
  readonly width: number;
  readonly height: number;
}

const SHADES = 8;

export function density(figure: Density, options: FigureOptions): SafeSvg {
  const cells = figure.cells.filter((c) => isDrawable(c.x) && isDrawable(c.y) && isDrawable(c.count) && c.count > 0);
  const sizes = [figure.cellWidth, figure.cellHeight];
  const [first] = cells;
  if (first === undefined) return sentenceFigure(figure, options, 'There are no points to draw.');
  if (cells.length === 1 || !sizes.every((size) => isDrawable(size) && size > 0)) {
    return sentenceFigure(figure, options, `All points lie near (${formatNumber(first.x)}, ${formatNumber(first.y)}).`);
  }
  // Cells are named by their centre. Frame, axis and two lines are marks too.
  const grid = coarsen({ cells, width: figure.cellWidth, height: figure.cellHeight }, MAX_MARKS - 40);
  const [x0, x1] = extent(
    grid.cells.map((c) => c.x),
    grid.width,
  );
  const [y0, y1] = extent(
    grid.cells.map((c) => c.y),
    grid.height,
  );
  const low = Math.min(x0, y0);
  const high = Math.max(x1, y1);
  return plotFigure(figure, options, {
    xDomain: figure.identity === true ? [low, high] : [x0, x1],
    yDomain: figure.identity === true ? [low, high] : figure.zeroLine === true ? [Math.min(0, y0), Math.max(0, y1)] : [y0, y1],
    aspect: options.width > 400 ? 0.5 : 0.72,
    marks: (plot) => [
      ...shaded(plot, grid),
      ...(figure.identity === true
        ? [draw('path', { class: 'guide', d: path('M', plot.x(low), plot.y(low), 'L', plot.x(high), plot.y(high)) })]
        : []),
      ...(figure.zeroLine === true ? [draw('path', { class: 'guide', d: path('M', plot.left, plot.y(0), 'H', plot.right) })] : []),
    ],
  });
}

function shaded(plot: Plot, grid: Grid): readonly Drawn[] {
  const highest = Math.max(...grid.cells.map((c) => c.count));
  const byShade = Array.from({ length: SHADES }, (): string[] => []);
  for (const cell of grid.cells) {
    const shade = Math.min(SHADES - 1, Math.floor((Math.log1p(cell.count) / Math.log1p(highest)) * SHADES));
    const left = plot.x(cell.x - grid.width / 2);
    const right = plot.x(cell.x + grid.width / 2);
    const top = plot.y(cell.y + grid.height / 2);
    const bottom = plot.y(cell.y - grid.height / 2);
    byShade[shade]?.push(path('M', left, top, 'H', right, 'V', bottom, 'H', left, 'z'));
  }
  return byShade.flatMap((cells, shade) => (cells.length === 0 ? [] : [draw('path', { class: `cell q${shade + 1}`, d: cells.join('') })]));
}

/** Merge neighbours two by two until at most `limit` cells are left. */
function coarsen(grid: Grid, limit: number): Grid {
  if (grid.cells.length <= limit) return grid;
  const width = grid.width * 2;
  const height = grid.height * 2;
  const merged = new Map<string, { x: number; y: number; count: number }>();
  for (const cell of grid.cells) {
    const column = Math.floor(cell.x / width);
    const row = Math.floor(cell.y / height);
    const key = `${column} ${row}`;
    const found = merged.get(key);
    if (found === undefined) merged.set(key, { x: (column + 0.5) * width, y: (row + 0.5) * height, count: cell.count });
    else found.count += cell.count;
  }
  return coarsen({ cells: [...merged.values()], width, height }, limit);
}

function extent(centres: readonly number[], size: number): readonly [number, number] {
  const low = centres.reduce((a, b) => Math.min(a, b));
  const high = centres.reduce((a, b) => Math.max(a, b));
  return [low - size / 2, high + size / 2];
}
