/**
 * The small columnar table that user functions see. Columns are typed arrays or lists of
 * strings; a missing value is `null` at the surface. A table is never changed in place.
 * `Columns` says which columns there are and what their values are; without it any name will do.
 */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'string' | 'timestamp';
export type Value = number | boolean | string | Date | null;
/** Columns by name, whatever they are. */
export type AnyColumns = { readonly [column: string]: Value };
export type Row<Columns extends AnyColumns = AnyColumns> = { readonly [Name in keyof Columns]: Columns[Name] };
/** The names of columns. */
export type NameOf<Columns> = keyof Columns & string;

export interface NumericColumn {
  readonly name: string;
  /** `boolean` holds 0 and 1, `timestamp` milliseconds since the epoch in UTC. */
  readonly type: 'number' | 'integer' | 'boolean' | 'timestamp';
  readonly data: Float64Array;
  /** 1 where the value is missing; absent when none is. `data` holds NaN there. */
  readonly missing?: Uint8Array;
}
export interface StringColumn {
  readonly name: string;
  readonly type: 'string';
  readonly data: readonly (string | null)[];
}
export type Column = NumericColumn | StringColumn;
/** The column that holds such values. */
export type ColumnOf<V> = [NonNullable<V>] extends [string]
  ? StringColumn
  : [NonNullable<V>] extends [number | boolean | Date]
    ? NumericColumn
    : Column;

export class Table<out Columns extends AnyColumns = AnyColumns> {
  readonly columns: readonly Column[];
  readonly rowCount: number;
  readonly #byName: ReadonlyMap<string, Column>;

  /** All columns must have the same length and different names. */
  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.rowCount = columns[0]?.data.length ?? 0;
    const byName = new Map<string, Column>();
    for (const column of columns) {
      if (column.data.length !== this.rowCount) {
        throw new RangeError(`column \`${column.name}\` has ${column.data.length} rows where \`${columns[0]?.name}\` has ${this.rowCount}`);
      }
      if (byName.has(column.name)) throw new RangeError(`two columns are named \`${column.name}\``);
      byName.set(column.name, column);
    }
    this.#byName = byName;
  }

  get columnNames(): readonly string[] {
    return this.columns.map((column) => column.name);
  }

  /** The column of that name. Throws a RangeError that lists the names when there is none. */
  column<Name extends NameOf<Columns>>(name: Name): ColumnOf<Columns[Name]> {
    const column = this.#byName.get(name);
    if (column === undefined)
      throw new RangeError(`no column \`${name}\`; the table has ${this.columnNames.map((n) => `\`${n}\``).join(', ')}`);
    return column as ColumnOf<Columns[Name]>;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  value<Name extends NameOf<Columns>>(row: number, name: Name): Columns[Name] {
    return valueAt(this.column(name), row) as Columns[Name];
  }

  /** One plain object a row, made as they are asked for. Fine for small tables; columns are faster. */
  *rows(): IterableIterator<Row<Columns>> {
    for (let row = 0; row < this.rowCount; row++) yield this.row(row);
  }

  row(row: number): Row<Columns> {
    const object: Record<string, Value> = Object.create(null) as Record<string, Value>;
    for (const column of this.columns) object[column.name] = valueAt(column, row);
    return object as Row<Columns>;
  }

  select<Name extends NameOf<Columns>>(names: readonly Name[]): Table<Pick<Columns, Name>> {
    return new Table(names.map((name) => this.column(name)));
  }

  /** The rows at these positions, in this order. */
  take(positions: ArrayLike<number>): Table<Columns> {
    return new Table(this.columns.map((column) => takeColumn(column, positions)));
  }

  filter(keep: (row: Row<Columns>, position: number) => boolean): Table<Columns> {
    const positions: number[] = [];
    for (let row = 0; row < this.rowCount; row++) if (keep(this.row(row), row)) positions.push(row);
    return this.take(positions);
  }

  /** A table with this column added, or replaced when the name exists. */
  with<const Name extends string>(column: Column & { readonly name: Name }): Table<Omit<Columns, Name> & Readonly<Record<Name, Value>>> {
    if (!this.has(column.name)) return new Table([...this.columns, column]);
    return new Table(this.columns.map((old) => (old.name === column.name ? column : old)));
  }

  /**
   * A table of plain objects. The columns are those of all rows, in order of first appearance.
   * A column of integers is `integer`, of numbers `number`, of dates `timestamp`; mixed ones are text.
   */
  static fromRows(rows: readonly { readonly [column: string]: unknown }[]): Table {
    const names = new Set<string>();
    for (const row of rows) for (const name of Object.keys(row)) names.add(name);
    return new Table(
      [...names].map((name) =>
        columnOf(
          name,
          rows.map((row) => row[name]),
        ),
      ),
    );
  }

  static fromColumns(columns: { readonly [name: string]: ArrayLike<unknown> }): Table {
    return new Table(Object.entries(columns).map(([name, values]) => columnOf(name, Array.from(values))));
  }
}

function valueAt(column: Column, row: number): Value {
  if (column.type === 'string') return column.data[row] ?? null;
  const value = column.data[row];
  if (value === undefined || (column.missing?.[row] ?? 0) === 1) return null;
  if (column.type === 'boolean') return value === 1;
  return column.type === 'timestamp' ? new Date(value) : value;
}

function takeColumn(column: Column, positions: ArrayLike<number>): Column {
  const rows = Array.from(positions);
  if (column.type === 'string') return { ...column, data: rows.map((row) => column.data[row] ?? null) };
  const data = Float64Array.from(rows, (row) => column.data[row] ?? Number.NaN);
  const { missing } = column;
  return missing === undefined ? { ...column, data } : { ...column, data, missing: Uint8Array.from(rows, (row) => missing[row] ?? 1) };
}

function columnOf(name: string, values: readonly unknown[]): Column {
  const present = values.filter((value) => value !== null && value !== undefined);
  const all = (test: (value: unknown) => boolean) => present.length > 0 && present.every(test);
  const numeric = (type: NumericColumn['type'], number: (value: unknown) => number): NumericColumn => {
    const absent = (value: unknown) => value === null || value === undefined;
    const data = Float64Array.from(values, (value) => (absent(value) ? Number.NaN : number(value)));
    return values.some(absent)
      ? { name, type, data, missing: Uint8Array.from(values, (value) => (absent(value) ? 1 : 0)) }
      : { name, type, data };
  };
  if (all((value) => typeof value === 'boolean')) return numeric('boolean', (value) => (value === true ? 1 : 0));
  if (all((value) => typeof value === 'number' || typeof value === 'bigint')) {
    const integral = present.every((value) => typeof value === 'bigint' || Number.isInteger(value));
    return numeric(integral ? 'integer' : 'number', Number);
  }
  if (all((value) => value instanceof Date)) return numeric('timestamp', (value) => (value as Date).getTime());
  return { name, type: 'string', data: values.map((value) => (value === null || value === undefined ? null : String(value))) };
}
