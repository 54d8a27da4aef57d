/**
 * From a query to what an estimator reads. Columns come as the engine's doubles, missing values
 * as NaN; no row is ever an object.
 */
import { canonicalText } from '../data/canonical-text.ts';
import { compareCodeUnits } from '../data/code-units.ts';
import { describeColumns } from '../data/column-type.ts';
import type { DataEngine } from '../data/engine.ts';
import { list, quoteIdentifier } from '../data/sql.ts';
import type { NumericColumn } from '../data/table.ts';
import { codeOf } from '../data/transform/layer.ts';
import { throwUnknownText } from '../data/transform/unknown-text.ts';
import type { Feature, FeatureMatrix, Target } from '../ml/estimator.ts';

/** `sql` is a query with a column for each feature; its other columns are not read. */
export async function readFeatureMatrix(engine: DataEngine, sql: string, features: readonly Feature[]): Promise<FeatureMatrix> {
  // A coalesced NaN spares the look at each row's validity.
  const columns = features.map(({ name }, index) => `coalesce(CAST(${quoteIdentifier(name)} AS DOUBLE), 'nan'::DOUBLE) AS c${index}`);
  const table = await engine.table(`SELECT ${list(columns)} FROM (${sql})`).catch(throwUnknownText);
  return {
    rowCount: table.rowCount,
    features: features.map(({ name, kind, levels }) => ({ name, kind, ...(levels !== undefined && { levels }) })),
    columns: table.columns.map((column) => (column as NumericColumn).data),
  };
}

/** The weights of a query's rows. Throws a RangeError for a missing one: `ingest` has refused those. */
export async function readWeight(engine: DataEngine, sql: string, column: string): Promise<Float64Array> {
  const read = await engine.table(`SELECT CAST(${quoteIdentifier(column)} AS DOUBLE) AS w FROM (${sql})`);
  const { data, missing } = read.column('w') as NumericColumn;
  if (missing !== undefined) throw new RangeError(`the weight \`${column}\` is missing in row ${missing.indexOf(1)}`);
  return data;
}

/**
 * The target of a query's rows. `classes` are the labels in the order of their codes; without
 * them the distinct labels in code-unit order. Throws a RangeError for a missing value or a label
 * that is not among the classes: both are taken out before a model sees them.
 */
export async function readTarget(
  engine: DataEngine,
  sql: string,
  column: string,
  task: 'regression' | 'classification',
  classes?: readonly string[],
): Promise<Target> {
  const name = quoteIdentifier(column);
  if (task === 'regression') {
    const { data, missing } = (await engine.table(`SELECT CAST(${name} AS DOUBLE) AS y FROM (${sql})`)).column('y') as NumericColumn;
    if (missing !== undefined) throw new RangeError(`the target \`${column}\` is missing in row ${missing.indexOf(1)}`);
    return { kind: 'regression', values: data };
  }
  const sqlType = (await describeColumns(engine, `(SELECT ${name} FROM (${sql}))`))[0]?.sqlType ?? 'VARCHAR';
  const text = canonicalText(name, sqlType);
  const labels =
    classes ??
    (await engine.query(`SELECT DISTINCT ${text} AS label FROM (${sql}) WHERE ${name} IS NOT NULL`))
      .map((row) => String(row['label']))
      .sort(compareCodeUnits);
  const { data, missing } = (await engine.table(`SELECT coalesce(${codeOf(text, labels)}, -1) AS code FROM (${sql})`)).column(
    'code',
  ) as NumericColumn;
  const unknown = missing === undefined ? data.indexOf(-1) : missing.indexOf(1);
  if (unknown >= 0) throw new RangeError(`the target \`${column}\` is none of the ${labels.length} classes in row ${unknown}`);
  return { kind: 'classification', codes: Int32Array.from(data), classes: labels };
}
