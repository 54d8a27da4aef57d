/**
 * Counts by row and column, such as a confusion matrix. Shade is the opacity of one hue in ten steps, so that one
 * drawing serves both themes; cells also say their numbers where they fit, and a table beside the figure where they do not.
 */
import type { Figure } from '../blocks.ts';
import { columnFormatter, formatNumber } from '../format.ts';
import { type Drawn, draw, drawing, isDrawable, label, uprightLabel, verticalLabel } from './draw.ts';
import { cutToWidth, type FigureOptions, named, sentenceFigure, textWidth } from './plot.ts';
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

/** Above this shade text must be set in the colour of the ground to reach 4.5:1; the style skips the opacities between. */
const DARK_SHADES = 7;

export function heatMap(figure: HeatMap, options: FigureOptions): SafeSvg {
  const matrix = fold({
    rows: figure.rows,
    columns: figure.columns,
    values: figure.rows.map((_, r) => figure.columns.map((__, c) => countAt(figure, r, c))),
  });
  if (matrix.rows.length === 0 || matrix.columns.length === 0) {
    return sentenceFigure(figure, options, 'There are no rows and columns to draw.');
  }
  if (matrix.values.flat().every((value) => value === 0)) return sentenceFigure(figure, options, 'Every cell is empty.');
  const layout = layOut(matrix, figure, options.width);
  return drawing({ ...named(figure, options), width: layout.width, height: layout.height }, [
    ...axisNames(matrix, figure, layout),
    ...cells(matrix, figure, layout),
  ]);
}

interface Layout {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
  /** Column names stand upright where the columns are too narrow for them. */
  readonly upright: boolean;
  readonly rowNames: readonly string[];
}

function layOut({ rows, columns }: Matrix, figure: HeatMap, room: number): Layout {
  const rowNames = rows.map((name) => cutToWidth(name, room > 400 ? 120 : 84));
  const left = (figure.yLabel === undefined ? 0 : 18) + Math.max(...rowNames.map(textWidth)) + 8;
  const cellWidth = Math.min(columns.length <= 3 ? 132 : 96, Math.max(16, (room - left - 2) / columns.length));
  const upright = cellWidth < 44 && columns.some((name) => textWidth(name) > cellWidth - 2);
  const nameHeight = upright ? Math.min(90, Math.max(...columns.map(textWidth))) + 6 : 18;
  const top = (figure.xLabel === undefined ? 0 : 16) + nameHeight;
  const cellHeight = Math.max(rows.length, columns.length) <= WITH_SHARES ? Math.min(52, Math.max(34, cellWidth * 0.6)) : 24;
  const width = Math.max(left + cellWidth * columns.length + 2, 120);
  return { left, top, cellWidth, cellHeight, width, height: top + cellHeight * rows.length + 4, upright, rowNames };
}

function axisNames({ rows, columns }: Matrix, figure: HeatMap, layout: Layout): readonly Drawn[] {
  const { left, top, cellWidth, cellHeight, upright } = layout;
  const drawn: Drawn[] = [];
  const across = cellWidth * columns.length;
  const down = cellHeight * rows.length;
  if (figure.xLabel !== undefined) drawn.push(label(left + across / 2, 11, 'axis', cutToWidth(figure.xLabel, across + 40), 'middle'));
  if (figure.yLabel !== undefined) drawn.push(verticalLabel(11, top + down / 2, 'axis', cutToWidth(figure.yLabel, down)));
  columns.forEach((name, c) => {
    const x = left + (c + 0.5) * cellWidth;
    drawn.push(
      upright
        ? uprightLabel(x + 4, top - 6, 'name', cutToWidth(name, 84))
        : label(x, top - 6, 'name', cutToWidth(name, cellWidth - 2), 'middle'),
    );
  });
  layout.rowNames.forEach((name, r) => {
    drawn.push(label(left - 8, top + (r + 0.5) * cellHeight + 4, 'name', name, 'end'));
  });
  return drawn;
}

function cells({ rows, columns, values }: Matrix, figure: HeatMap, layout: Layout): readonly Drawn[] {
  const { left, top, cellWidth, cellHeight } = layout;
  const side = Math.max(rows.length, columns.length);
  const byRow = figure.normalise === 'row';
  const shares = sharesOf(values, byRow);
  const shareText = columnFormatter(shares.flat(), 'percent');
  const both = byRow && side <= WITH_SHARES && shares.flat().every((share) => textWidth(shareText(share)) < cellWidth);
  const single = side <= WITH_NUMBERS && values.flat().every((value) => textWidth(formatNumber(value)) + 4 < cellWidth);
  const drawn: Drawn[] = [];
  values.forEach((row, r) => {
    row.forEach((value, c) => {
      const share = shares[r]?.[c] ?? 0;
      const shade = value === 0 ? 0 : Math.min(10, Math.max(1, Math.ceil(share * 10 - 1e-9)));
      const x = left + c * cellWidth;
      const y = top + r * cellHeight;
      const tone = shade >= DARK_SHADES ? 'on' : 'off';
      const text = (at: number, className: string, words: string): Drawn =>
        label(x + cellWidth / 2, y + at, `${className} ${tone}`, words, 'middle');
      drawn.push(
        draw('rect', { class: `heat h${shade}`, x: x + 0.8, y: y + 0.8, width: cellWidth - 1.6, height: cellHeight - 1.6, rx: 3 }),
      );
      if (both)
        drawn.push(text(cellHeight / 2 - 1.5, 'cell-value', shareText(share)), text(cellHeight / 2 + 11, 'cell-note', formatNumber(value)));
      else if (single) drawn.push(text(cellHeight / 2 + 4, 'cell-value', formatNumber(value)));
    });
  });
  return drawn;
}

/** Shares of the row, or of the largest cell. */
function sharesOf(values: Matrix['values'], byRow: boolean): readonly (readonly number[])[] {
  const highest = Math.max(...values.flat().map(Math.abs));
  return values.map((row) => {
    const whole = byRow ? row.reduce((sum, value) => sum + Math.abs(value), 0) : highest;
    return row.map((value) => (whole === 0 ? 0 : Math.abs(value) / whole));
  });
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

function countAt(figure: HeatMap, row: number, column: number): number {
  const value = figure.values[row]?.[column];
  return value !== undefined && isDrawable(value) ? value : 0;
}
