/**
 * Text that is safe to put into SQL. Every name, literal and path that reaches the data engine
 * goes through here; nothing else builds SQL from a user's value.
 */

/** A column or table name, whatever it contains. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A finite number as a DOUBLE: a bare `0.1` would be a decimal and carry another type along. */
export function quoteNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  return `${Object.is(value, -0) ? '-0.0' : String(value)}::DOUBLE`;
}

/** A path for a table function. These read patterns, so the special characters of the name are put in brackets. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[[*?]/gu, '[$&]'));
}

/** What may stand after FROM for one Parquet file. `key=value` in a folder's name is not read as a column. */
export function parquetRelation(path: string): string {
  return `read_parquet(${quotePath(path)}, hive_partitioning = false)`;
}

/** The number of a row, from 0, beside the columns of a numbered relation. */
export const ROW_NUMBER: string = quoteIdentifier('__mlrecipe_row');

/** The rows of a relation with their numbers in `ROW_NUMBER`. `names` are all of its columns. */
export function numbered(relation: string, names: readonly string[]): string {
  // A Parquet file numbers its rows itself, at no cost, unless a column of the data has that name.
  const isOwn = relation.startsWith('read_parquet(') && !names.some((name) => name.toLowerCase() === 'file_row_number');
  return `(SELECT *, ${isOwn ? 'file_row_number' : 'row_number() OVER () - 1'} AS ${ROW_NUMBER} FROM ${relation})`;
}

/** The rows of one Parquet file with their numbers. */
export function numberedRelation(path: string, names: readonly string[]): string {
  return numbered(parquetRelation(path), names);
}

/**
 * Write a query to one Parquet file. With `preserve_insertion_order` the bytes are the same
 * for any number of threads; the row group size is fixed so that a new default cannot move them. Snappy, as
 * pandas and the engine itself do: zstd takes a third less room and a third more time. A dictionary of more
 * than 5,000 values seldom pays, and takes a tenth of the time to find that out.
 */
export function copyToParquet(sql: string, path: string): string {
  return `COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 5000)`;
}

/** A comma list, in order. */
export function list(parts: readonly string[]): string {
  return parts.join(', ');
}
