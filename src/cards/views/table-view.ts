/** A table block as the templates print it: heads, aligned numbers, drawings in cells, and what was left out. */
import type { Cell, IntervalCell, TableBlock, TableColumn } from '../blocks.ts';
import { intervalDomain, intervalDot } from '../charts/interval-dot.ts';
import { sparkline } from '../charts/sparkline.ts';
import { cutEnd } from '../escape.ts';
import { columnFormatter, plural } from '../format.ts';
import { type CellView, isInterval, isSparkline, plainCell } from './cell-view.ts';

export interface TableView {
  readonly partial: 'table';
  readonly caption: string;
  /** What the scrolling container is called by screen readers. */
  readonly name: string;
  readonly className: string;
  readonly heads: readonly { readonly label: string; readonly className: string }[];
  readonly rows: readonly {
    readonly className: string;
    readonly failed: boolean;
    readonly best: boolean;
    readonly head: CellView;
    readonly cells: readonly CellView[];
  }[];
  readonly omitted: string;
}

/** Below this share of the shared axis an interval is a dot and tells nothing. */
const VISIBLE = 0.02;
/** So few columns would drift apart over the width of the page. */
const FEW = 4;

export function tableView(table: TableBlock, name: string): TableView {
  const failed = new Set(table.failedRows ?? []);
  const best = new Set(table.bestRows ?? []);
  const columns = table.columns.map((column) => columnView(column, table.rows));
  const rows = table.rows.map((_, i) => {
    const [head, ...cells] = columns.map((column) => column.cells[i] ?? plainCell(undefined, undefined));
    const bad = failed.has(i);
    return {
      className: bad ? 'failed' : best.has(i) ? 'best' : '',
      failed: bad,
      best: best.has(i),
      head: head ?? plainCell(undefined, undefined),
      cells,
    };
  });
  return {
    partial: 'table',
    caption: cutEnd(table.caption ?? ''),
    name: cutEnd(table.caption ?? name),
    className: [...(table.sortable === true && rows.length > 2 ? ['sortable'] : []), ...(columns.length <= FEW ? ['few'] : [])].join(' '),
    heads: columns.map(({ label, className }) => ({ label, className })),
    rows,
    omitted: table.omitted !== undefined && table.omitted > 0 ? `${plural(table.omitted, 'more row')} not shown.` : '',
  };
}

function columnView(
  column: TableColumn,
  rows: TableBlock['rows'],
): { readonly label: string; readonly className: string; readonly cells: readonly CellView[] } {
  const values = rows.map((row) => (Object.hasOwn(row, column.key) ? row[column.key] : undefined));
  const numbers = values.filter((value): value is number => typeof value === 'number');
  const intervals = values.filter(isInterval);
  const right =
    column.align === 'right' ||
    (column.align === undefined && (column.format !== undefined || numbers.length > 0) && column.graphic === undefined);
  const className = right ? 'number' : '';
  const format = columnFormatter(numbers, column.format);
  const shared = sharedDomain(column, intervals);
  const ends = columnFormatter(
    intervals.flatMap((cell) => [cell.low, cell.high]),
    column.format,
  );
  const cells = values.map((value): CellView => {
    if (isInterval(value)) {
      const note = `${ends(value.low)} – ${ends(value.high)}`;
      const graphic = intervalDot(value, { domain: shared ?? intervalDomain([value]) }) ?? null;
      return { text: '', note, className: 'with-graphic', graphic, isolated: false, sort: String(value.value) };
    }
    if (isSparkline(value)) {
      const graphic = sparkline(value.counts);
      return graphic === undefined
        ? plainCell(null, undefined)
        : { text: '', note: '', className: 'with-graphic', graphic, isolated: false, sort: '' };
    }
    const cell = plainCell(value as Cell | undefined, format);
    return right ? { ...cell, className: `${cell.className} number`.trim() } : cell;
  });
  return { label: cutEnd(column.label), className, cells };
}

function sharedDomain(column: TableColumn, cells: readonly IntervalCell[]): readonly [number, number] | undefined {
  if (column.scale === 'row' || cells.length === 0) return undefined;
  const domain = intervalDomain(cells);
  const room = (domain[1] - domain[0]) * VISIBLE;
  return column.scale === 'shared' || cells.every((cell) => cell.high - cell.low >= room) ? domain : undefined;
}
