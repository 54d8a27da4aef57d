/** The numbers behind a figure as a table: what a chart shows, keyboard and screen reader find here. */
import type { Figure, TableBlock, TableColumn } from '../blocks.ts';
import { formatNumber } from '../format.ts';

/** Longer curves are thinned evenly; the first and the last row always stay. */
const MAX_ROWS = 21;
/** A curve of a few figures beside each other. */
const MAX_CURVE_ROWS = 9;
/** Narrower heat maps print their numbers in the cells. */
const MAX_HEAT_COLUMNS = 4;

export function figureTable(figure: Figure): TableBlock | undefined {
  switch (figure.form) {
    case 'histogram':
      return table(
        figure.title,
        [text('bin', figure.xLabel ?? 'Bin'), ...figure.series.map((s, i) => number(`s${i}`, s.label))],
        figure.edges.slice(0, -1),
        (_, i) => ({
          bin: `${formatNumber(figure.edges[i] ?? 0)} – ${formatNumber(figure.edges[i + 1] ?? 0)}`,
          ...Object.fromEntries(figure.series.map((s, k) => [`s${k}`, s.counts[i] ?? null])),
        }),
      );
    case 'line': {
      const rows = figure.series.flatMap((s) => thinned(s.points).map(([x, y]) => ({ series: s.label, x, y })));
      const columns = [text('series', 'Series'), number('x', figure.xLabel ?? 'x'), number('y', figure.yLabel ?? 'y')];
      return {
        kind: 'table',
        caption: figure.title,
        columns: figure.series.length === 1 ? columns.slice(1) : columns,
        rows: rows.slice(0, MAX_ROWS * 8),
      };
    }
    case 'bars':
      return table(
        figure.title,
        [
          text('label', 'Name'),
          number('value', figure.xLabel ?? 'Value', figure.format),
          number('low', 'Low', figure.format),
          number('high', 'High', figure.format),
        ],
        figure.bars,
        (bar) => ({
          label: bar.label,
          value: bar.value,
          low: bar.low ?? null,
          high: bar.high ?? null,
        }),
        60,
      );
    case 'dependence': {
      const { x, curves } = figure;
      const only = curves.length === 1 ? curves[0] : undefined;
      const columns = [
        typeof x[0] === 'string' ? text('x', figure.xLabel ?? 'x') : number('x', figure.xLabel ?? 'x'),
        ...curves.map(({ label }, i) => number(`y${i}`, label)),
        ...(only?.low === undefined ? [] : [number('low', '10 %'), number('high', '90 %')]),
      ];
      return table(
        figure.title,
        columns,
        [...x],
        (at, i) => ({
          x: at,
          ...Object.fromEntries(curves.map(({ values }, c) => [`y${c}`, values[i] ?? null])),
          ...(only?.low !== undefined && { low: only.low[i] ?? null, high: only.high?.[i] ?? null }),
        }),
        MAX_CURVE_ROWS,
      );
    }
    case 'calibration':
      return table(
        figure.title,
        [
          number('predicted', 'Predicted'),
          number('observed', 'Observed'),
          number('low', 'Low'),
          number('high', 'High'),
          number('count', 'Rows', 'integer'),
        ],
        figure.bins,
        (bin) => ({ ...bin }),
      );
    case 'heat-map':
      return figure.columns.length <= MAX_HEAT_COLUMNS
        ? undefined
        : table(
            figure.title,
            [text('row', figure.yLabel ?? 'Row'), ...figure.columns.slice(0, MAX_ROWS).map((name, c) => number(`c${c}`, name))],
            figure.rows,
            (row, r) => ({
              row,
              ...Object.fromEntries(figure.columns.slice(0, MAX_ROWS).map((_, c) => [`c${c}`, figure.values[r]?.[c] ?? null])),
            }),
          );
    default:
      // A stacked bar and a small heat map print every number; a density has no numbers that a table would make readable.
      return undefined;
  }
}

function table<T>(
  caption: string,
  columns: readonly TableColumn[],
  entries: readonly T[],
  row: (entry: T, index: number) => TableBlock['rows'][number],
  limit: number = MAX_ROWS,
): TableBlock {
  const all = entries.map(row);
  return { kind: 'table', caption, columns, rows: thinned(all, limit) };
}

function thinned<T>(entries: readonly T[], limit: number = MAX_ROWS): readonly T[] {
  if (entries.length <= limit) return entries;
  return Array.from({ length: limit }, (_, i) => entries[Math.round((i * (entries.length - 1)) / (limit - 1))] as T);
}

function text(key: string, label: string): TableColumn {
  return { key, label, align: 'left' };
}

function number(key: string, label: string, format?: TableColumn['format']): TableColumn {
  return { key, label, align: 'right', ...(format !== undefined && { format }) };
}
