/** Rows with what the model says about them, as a Parquet file. */
import { rmSync } from 'node:fs';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { type Column, Table } from '../../data/table.ts';

export interface PredictedRows {
  /** Parquet file with the raw rows, in the order of the predictions. */
  readonly rows: string;
  /** Values, or class codes. */
  readonly prediction: Float64Array;
  /** Row-major `rows × classes`. */
  readonly scores?: Float64Array;
  readonly classes?: readonly string[];
  /** Such as `predicted_`. */
  readonly prefix: string;
  readonly path: string;
}

/**
 * Adds `<prefix>data`, and with probabilities `<prefix>score` (of the predicted class) and
 * `<prefix>score_<class>`. Classes that differ in upper and lower case alone would give one name to the
 * engine, so the later ones get a number: `predicted_score_a_2`.
 */
export async function writePredictions(engine: DataEngine, predicted: PredictedRows): Promise<void> {
  const beside = `${predicted.path}.predictions`;
  const columns = predictionColumns(predicted);
  await engine.writeParquet(new Table(columns), beside);
  // A column of the data that has the name of a prediction gives way, as in MLflow.
  const own = (await engine.table(`SELECT * FROM ${parquetRelation(predicted.rows)} LIMIT 0`)).columnNames;
  const kept = own.filter((name) => !columns.some((column) => column.name.toLowerCase() === name.toLowerCase()));
  const selected = [...kept.map((name) => `r.${quoteIdentifier(name)}`), ...columns.map(({ name }) => `p.${quoteIdentifier(name)}`)];
  const sql = `SELECT ${selected.join(', ')} FROM ${parquetRelation(predicted.rows)} AS r POSITIONAL JOIN ${parquetRelation(beside)} AS p`;
  await engine.execute(copyToParquet(sql, predicted.path));
  rmSync(beside);
}

/** Names of columns, told apart as the engine does: without regard to case. */
function untaken(name: string, taken: readonly Column[]): string {
  const isTaken = (candidate: string) => taken.some((column) => column.name.toLowerCase() === candidate.toLowerCase());
  let free = name;
  for (let count = 2; isTaken(free); count++) free = `${name}_${count}`;
  return free;
}

function predictionColumns({ prediction, scores, classes, prefix }: PredictedRows): readonly Column[] {
  if (classes === undefined) return [{ name: `${prefix}data`, type: 'number', data: prediction }];
  const columns: Column[] = [{ name: `${prefix}data`, type: 'string', data: Array.from(prediction, (code) => classes[code] ?? null) }];
  if (scores === undefined) return columns;
  const of = (row: number, code: number): number => scores[row * classes.length + code] as number;
  columns.push({ name: `${prefix}score`, type: 'number', data: prediction.map((code, row) => of(row, code)) });
  classes.forEach((label, code) => {
    columns.push({ name: untaken(`${prefix}score_${label}`, columns), type: 'number', data: prediction.map((_, row) => of(row, code)) });
  });
  return columns;
}
