/**
 * Between columns and the DataFrame of danfojs, in both directions. A frame is known by its shape,
 * so that it may come from danfojs-node, from danfojs, or from another copy.
 */
import { type Column, isMissing, type NumericColumn, type Value, valueAt } from './column.ts';
import { columnOfValues } from './column-of-values.ts';
import { importOptional } from './optional-package.ts';

/** What we read of a DataFrame. */
export interface DanfoFrame {
  readonly columns: readonly string[];
  readonly shape: readonly number[];
  readonly values: unknown;
}

/** What we need of the module `danfojs-node`, or of `danfojs`. */
export interface DanfoModule<Frame = DanfoFrame> {
  readonly DataFrame: new (rows: Value[][], options: { columns: string[]; dtypes: string[] }) => Frame;
}

/** Fields of a DataFrame that a column of the same name would hide, and the frame would break. */
const FIELDS: ReadonlySet<string> = new Set(['columns', 'values', 'shape', 'dtypes', 'config', 'ndim']);

const INSTALL = 'add it and its `overrides` to package.json as the README of mlrecipe shows, then run `npm install --ignore-scripts`';

/** Beyond this an `int32`, which is what danfojs calls every whole number, wraps around in its tensors. */
const INT32 = 2 ** 31;

export async function toDanfo<Frame>(columns: readonly Column[], danfo?: DanfoModule<Frame>): Promise<Frame> {
  for (const { name } of columns) {
    if (FIELDS.has(name) || name.startsWith('$'))
      throw new RangeError(`a DataFrame of danfojs cannot have a column \`${name}\`: it has a field of that name; rename the column`);
  }
  if (columns.length === 0) throw new RangeError('a DataFrame of danfojs needs a column');
  const { DataFrame } = danfo ?? (await installed<Frame>());
  const rows = Array.from({ length: (columns[0] as Column).data.length }, (_, row) => columns.map((column) => cell(column, row)));
  return new DataFrame(rows, { columns: columns.map(({ name }) => name), dtypes: columns.map(dtype) });
}

async function installed<Frame>(): Promise<DanfoModule<Frame>> {
  const found = await importOptional<DanfoModule<Frame> & { readonly default?: DanfoModule<Frame> }>('danfojs-node', 'toDanfo', INSTALL);
  return found.DataFrame === undefined ? (found.default as DanfoModule<Frame>) : found;
}

function cell(column: Column, row: number): Value {
  const value = valueAt(column, row);
  if (value instanceof Date) return value.toISOString();
  return value === null && (column.type === 'number' || column.type === 'integer') ? Number.NaN : value;
}

function dtype(column: Column): string {
  switch (column.type) {
    case 'integer':
      return fitsInt32(column) ? 'int32' : 'float32';
    case 'number':
      // What danfojs calls its numbers. It keeps them as doubles.
      return 'float32';
    case 'boolean':
      return 'boolean';
    default:
      return 'string';
  }
}

function fitsInt32(column: NumericColumn): boolean {
  return column.data.every((value, row) => isMissing(column, row) || (value >= -INT32 && value < INT32));
}

/** The state behind `columns` and `values`, which a column of such a name would hide. */
interface FrameState {
  readonly $columns: readonly string[];
  readonly $data: readonly (readonly unknown[])[];
}

export function isDanfoFrame(value: object): value is DanfoFrame {
  const { $columns, $data, $isSeries } = value as Partial<FrameState> & { readonly $isSeries?: unknown };
  return $isSeries === false && Array.isArray($columns) && Array.isArray($data);
}

/** The columns of a frame; texts of those in `timestamps` are read as instants. */
export function columnsOfDanfo(frame: DanfoFrame, timestamps: readonly string[] = []): readonly Column[] {
  if (!isDanfoFrame(frame)) throw new TypeError('`fromDanfo` needs a DataFrame of danfojs');
  const { $columns, $data } = frame as unknown as FrameState;
  const unknown = timestamps.find((name) => !$columns.includes(name));
  if (unknown !== undefined) throw new RangeError(`the frame has no column \`${unknown}\``);
  return $columns.map((name, index) => {
    const values = $data.map((row) => (Number.isNaN(row[index]) ? null : row[index]));
    return columnOfValues(name, timestamps.includes(name) ? values.map((value) => instant(value, name)) : values);
  });
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/u;

/** An ISO 8601 text, in UTC when it names no offset, or milliseconds since the epoch. Never the time zone of this machine. */
function instant(value: unknown, name: string): unknown {
  if (typeof value === 'number') return new Date(value);
  if (typeof value !== 'string') return value;
  const [, day = '', time = '00:00', offset = 'Z'] = INSTANT.exec(value) ?? [];
  // A day that the month does not have rolls over into the next month.
  const wall = new Date(`${day}T${time}Z`);
  if (day === '' || Number.isNaN(wall.getTime()) || !wall.toISOString().startsWith(day))
    throw new RangeError(`column \`${name}\` holds \`${value}\`, which is no date such as 2024-05-01T08:30:00Z`);
  return offset === 'Z' ? wall : new Date(`${day}T${time}${offset}`);
}
