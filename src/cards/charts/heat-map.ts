/**
 * Counts by row and column, such as a confusion matrix. Shade is the opacity of one hue in ten steps, so that one
 * drawing serves both themes; every cell also says its number, so that nothing is told by colour alone.
 */
import type { Figure } from '../blocks.ts';
import { formatNumber } from '../format.ts';
import { type Drawn, draw, drawing, label, verticalLabel } from './draw.ts';
import { type FigureOptions, fit, named, sentenceFigure, textWidth } from './plot.ts';
import type { SafeSvg } from './safe-svg.ts';

type HeatMap = Extract<Figure, { readonly form: 'heat-map' }>;
interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly number[])[];
}

/** With two numbers a cell a larger matrix would pass the limit of marks, and the numbers would not fit. */
const WITH_SHARES = 9;
const WITH_NUMBERS = 12;
const MAX_SIDE = 17;

export function heatMap(figure: HeatMap, options: FigureOptions): SafeSvg {
  const matrix = fold({
    rows: figure.rows,
    columns: figure.columns,
    values: figure.rows.map((_, r) => figure.columns.map((__, c) => valueOf(figure, r, c))),
  });
  const { rows, columns, values } = matrix;
  const highest = Math.max(0, ...values.flat().map(Math.abs));
  if (rows.length === 0 || columns.length === 0) return sentenceFigure(figure, options, 'There are no rows and columns to draw.');
  if (highest === 0) return sentenceFigure(figure, options, 'Every cell is empty.');
  const side = Math.max(rows.length, columns.length);
  const names = rows.map((name) => fit(name, options.width > 400 ? 120 : 84));
  const yRoom = figure.yLabel === undefined ? 0 : 18;
  const left = yRoom + Math.max(...names.map(textWidth)) + 8;
  const top = (figure.xLabel === undefined ? 0 : 16) + 18;
  const cellWidth = Math.min(96, Math.max(16, (options.width - left - 2) / columns.length));
  const cellHeight = side <= WITH_SHARES ? Math.min(44, Math.max(34, cellWidth * 0.6)) : 24;

  const drawn: Drawn[] = [];
  if (figure.xLabel !== undefined)
    drawn.push(label(left + (cellWidth * columns.length) / 2, 11, 'axis', fit(figure.xLabel, cellWidth * columns.length + 40), 'middle'));
  if (figure.yLabel !== undefined)
    drawn.push(verticalLabel(11, top + (cellHeight * rows.length) / 2, 'axis', fit(figure.yLabel, cellHeight * rows.length)));
  columns.forEach((name, c) => {
    drawn.push(label(left + (c + 0.5) * cellWidth, top - 6, 'name', fit(name, cellWidth - 2), 'middle'));
  });
  values.forEach((row, r) => {
    const rowTotal = row.reduce((a, b) => a + Math.abs(b), 0);
    drawn.push(label(left - 8, top + (r + 0.5) * cellHeight + 4, 'name', names[r] ?? '', 'end'));
    row.forEach((value, c) => {
      const share = figure.normalise === 'row' ? (rowTotal === 0 ? 0 : Math.abs(value) / rowTotal) : Math.abs(value) / highest;
      const shade = value === 0 ? 0 : Math.max(1, Math.ceil(share * 10 - 1e-9));
      const x = left + c * cellWidth;
      const y = top + r * cellHeight;
      drawn.push(
        draw('rect', { class: `heat h${shade}`, x: x + 0.8, y: y + 0.8, width: cellWidth - 1.6, height: cellHeight - 1.6, rx: 3 }),
      );
      if (side > WITH_NUMBERS) return;
      const tone = shade >= 6 ? 'on' : 'off';
      const both = figure.normalise === 'row' && side <= WITH_SHARES && cellWidth >= 34;
      const main = figure.normalise === 'row' && both ? formatNumber(share, 'percent') : formatNumber(value);
      drawn.push(
        label(x + cellWidth / 2, y + cellHeight / 2 + (both ? -1.5 : 4), `cell-value ${tone}`, fit(main, cellWidth + 4), 'middle'),
      );
      if (both)
        drawn.push(
          label(x + cellWidth / 2, y + cellHeight / 2 + 11, `cell-note ${tone}`, fit(formatNumber(value), cellWidth + 4), 'middle'),
        );
    });
  });
  const width = Math.max(left + cellWidth * columns.length + 2, 120);
  return drawing({ ...named(figure, options), width, height: top + cellHeight * rows.length + 4 }, drawn);
}

/** Rows and columns beyond what can be drawn become one each, the smallest first. */
function fold(matrix: Matrix): Matrix {
  const { rows, columns, values } = matrix;
  const rowKeep = keep(
    rows,
    values.map((row) => row.reduce((a, b) => a + Math.abs(b), 0)),
  );
  // A confusion matrix names the same classes on both sides and keeps the same ones.
  const same = rows.length === columns.length && rows.every((name, i) => name === columns[i]);
  const columnKeep = same
    ? rowKeep
    : keep(
        columns,
        columns.map((_, c) => values.reduce((sum, row) => sum + Math.abs(row[c] ?? 0), 0)),
      );
  const byRow = rowKeep.groups.map((indices) => columns.map((_, c) => indices.reduce((sum, r) => sum + (values[r]?.[c] ?? 0), 0)));
  const folded = byRow.map((row) => columnKeep.groups.map((indices) => indices.reduce((sum, c) => sum + (row[c] ?? 0), 0)));
  return { rows: rowKeep.names, columns: columnKeep.names, values: folded };
}

function keep(
  names: readonly string[],
  weights: readonly number[],
): { readonly names: readonly string[]; readonly groups: readonly (readonly number[])[] } {
  const all = names.map((_, i) => i);
  if (names.length <= MAX_SIDE) return { names, groups: all.map((i) => [i]) };
  const heavy = new Set([...all].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b).slice(0, MAX_SIDE - 1));
  const kept = all.filter((i) => heavy.has(i));
  const rest = all.filter((i) => !heavy.has(i));
  return { names: [...kept.map((i) => names[i] ?? ''), `${rest.length} others`], groups: [...kept.map((i) => [i]), rest] };
}

function valueOf(figure: HeatMap, row: number, column: number): number {
  const value = figure.values[row]?.[column];
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
