/** Rows with what the model says about them, as a Parquet file. */
import { rmSync } from 'node:fs';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { type Column, type NumericColumn, Table } from '../../data/table.ts';
import type { Target } from '../../ml/estimator.ts';

export interface Predictions {
  /** Values, or class codes. */
  readonly prediction: Float64Array;
  /** Row-major `rows × classes`. */
  readonly scores?: Float64Array;
  readonly classes?: readonly string[];
}

export interface PredictedRows extends Predictions {
  /** Parquet file with the raw rows, in the order of the predictions. */
  readonly rows: string;
  /** What is true of the rows. */
  readonly target: Target;
  /** Such as `predicted_`. */
  readonly prefix: string;
  readonly path: string;
}

/**
 * Adds to the columns of the data `<prefix>data`, with probabilities `<prefix>score` (of the predicted
 * class), `<prefix>score_<class>` and, as MLflow Recipes calls the prediction beside them, `<prefix>label`, and `error` (prediction − target) or, of classes, `correct`. No
 * column of the data is touched: a name that it has already gets a number, `error_2`. Gives the names
 * that were changed so, wanted → written.
 */
export async function writePredictions(engine: DataEngine, predicted: PredictedRows): Promise<ReadonlyMap<string, string>> {
  const own = (await describeColumns(engine, parquetRelation(predicted.rows))).map(({ name }) => name);
  const wanted = [...predictionColumns(predicted, `${predicted.prefix}data`, predicted.prefix), errorColumn(predicted)];
  const columns = withFreeNames(wanted, own);
  await joinColumns(engine, { rows: predicted.rows, keep: own, columns, path: predicted.path });
  return new Map(wanted.flatMap(({ name }, index) => (columns[index]?.name === name ? [] : [[name, columns[index]?.name as string]])));
}

/** Writes rows with columns beside them; the columns are in the order of the rows. */
export async function joinColumns(
  engine: DataEngine,
  joined: { readonly rows: string; readonly keep: readonly string[]; readonly columns: readonly Column[]; readonly path: string },
): Promise<void> {
  const beside = `${joined.path}.predictions`;
  await engine.writeParquet(new Table(joined.columns), beside);
  const selected = [
    ...joined.keep.map((name) => `r.${quoteIdentifier(name)}`),
    ...joined.columns.map(({ name }) => `p.${quoteIdentifier(name)}`),
  ];
  const sql = `SELECT ${selected.join(', ')} FROM ${parquetRelation(joined.rows)} AS r POSITIONAL JOIN ${parquetRelation(beside)} AS p`;
  await engine.execute(copyToParquet(sql, joined.path));
  rmSync(beside);
}

/** The prediction under its name, and scores under names with a prefix. Not yet told apart from columns of the data. */
export function predictionColumns({ prediction, scores, classes }: Predictions, name: string, prefix: string): readonly Column[] {
  if (classes === undefined) return [{ name, type: 'number', data: prediction }];
  const labels: Column = { name, type: 'string', data: Array.from(prediction, (code) => classes[code] ?? null) };
  if (scores === undefined) return [labels];
  const of = (row: number, code: number): number => scores[row * classes.length + code] as number;
  const score = (column: string, codeOf: (row: number) => number): NumericColumn => ({
    name: column,
    type: 'number',
    data: prediction.map((_, row) => of(row, codeOf(row))),
  });
  return [
    labels,
    score(`${prefix}score`, (row) => prediction[row] as number),
    ...classes.map((label, code) => score(`${prefix}score_${label}`, () => code)),
    { ...labels, name: `${prefix}label` },
  ];
}

/**
 * Names that are taken get a number. They are told apart as the engine does, without regard to case, so
 * classes that differ in upper and lower case alone are: `predicted_score_a_2`.
 */
export function withFreeNames(columns: readonly Column[], taken: readonly string[]): readonly Column[] {
  const names = new Set(taken.map((name) => name.toLowerCase()));
  return columns.map((column) => {
    let name = column.name;
    for (let count = 2; names.has(name.toLowerCase()); count++) name = `${column.name}_${count}`;
    names.add(name.toLowerCase());
    return { ...column, name };
  });
}

function errorColumn({ prediction, target }: PredictedRows): Column {
  if (target.kind === 'regression')
    return { name: 'error', type: 'number', data: prediction.map((value, row) => value - (target.values[row] as number)) };
  return { name: 'correct', type: 'boolean', data: prediction.map((code, row) => Number(code === target.codes[row])) };
}
