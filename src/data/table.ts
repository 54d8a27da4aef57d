/**
 * The small columnar table that user functions see. Columns are typed arrays or lists of
 * strings; a missing value is `null` at the surface. A table is never changed in place.
 * `Columns` says which columns there are and what their values are; without it any name will do.
 */
import { type ArrowTable, toArrow } from './arrow.ts';
import { type ArrowLike, columnsOfArrow } from './arrow-read.ts';
import { type Column, type NumericColumn, type StringColumn, takeColumn, type Value, valueAt } from './column.ts';
import { columnOfValues } from './column-of-values.ts';
import { columnsOfDanfo, type DanfoFrame, type DanfoModule, toDanfo } from './danfo.ts';

export type { ArrowTable } from './arrow.ts';
export type { ArrowLike } from './arrow-read.ts';
export type { Column, ColumnType, NumericColumn, StringColumn, Value } from './column.ts';
export type { DanfoFrame, DanfoModule } from './danfo.ts';

/** Columns by name, whatever they are. */
export type AnyColumns = { readonly [column: string]: Value };
export type Row<Columns extends AnyColumns = AnyColumns> = { readonly [Name in keyof Columns]: Columns[Name] };
/** The names of columns. */
export type NameOf<Columns> = keyof Columns & string;

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
   * NaN and invalid dates are missing values. Integers that a double cannot hold are text.
   */
  static fromRows(rows: readonly { readonly [column: string]: unknown }[]): Table {
    const names = new Set<string>();
    for (const row of rows) for (const name of Object.keys(row)) names.add(name);
    return new Table(
      [...names].map((name) =>
        columnOfValues(
          name,
          rows.map((row) => row[name]),
        ),
      ),
    );
  }

  static fromColumns(columns: { readonly [name: string]: ArrayLike<unknown> }): Table {
    return new Table(Object.entries(columns).map(([name, values]) => columnOfValues(name, Array.from(values))));
  }

  /**
   * As a table of `apache-arrow`, an optional package that is loaded here and not before: numbers
   * as Float64, integers as Int64, texts as Utf8, timestamps in microseconds with their zone or UTC.
   */
  toArrow(): Promise<ArrowTable> {
    return toArrow(this.columns);
  }

  /** A table of `apache-arrow`, of any version of it. Throws a RangeError for a type that has no place in a `Table`. */
  static fromArrow(table: ArrowLike): Table {
    return new Table(columnsOfArrow(table));
  }

  /**
   * As a DataFrame of danfojs, which has no dates: they become texts such as `2024-05-01T08:30:00.000Z`.
   * Without the module, `danfojs-node` is loaded, an optional package.
   */
  toDanfo<Frame = DanfoFrame>(danfo?: DanfoModule<Frame>): Promise<Frame> {
    return toDanfo(this.columns, danfo);
  }

  /** A DataFrame of danfojs. Texts of the columns in `timestamps` are read as dates. */
  static fromDanfo(frame: DanfoFrame, { timestamps = [] }: { readonly timestamps?: readonly string[] } = {}): Table {
    return new Table(columnsOfDanfo(frame, timestamps));
  }
}
