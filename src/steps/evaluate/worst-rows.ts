/** The test rows on which the model errs most, with all their raw columns. */
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation } from '../../data/sql.ts';
import type { Target } from '../../ml/estimator.ts';
import { rowErrors, worstRows } from '../../ml/evaluate/row-errors.ts';
import type { WorstRows } from './evaluated.ts';

const SHOWN = 10;

export async function readWorstRows(
  engine: DataEngine,
  path: string,
  { target, prediction, scores }: { readonly target: Target; readonly prediction: Float64Array; readonly scores?: Float64Array },
): Promise<WorstRows> {
  const errors = rowErrors(target, prediction, scores);
  const positions = worstRows(errors, SHOWN);
  if (positions.length === 0)
    return { rows: await engine.table(`SELECT * FROM ${parquetRelation(path)} LIMIT 0`), positions, errors: new Float64Array(0) };
  // `file_row_number` is the position in the file, which is the order of the predictions.
  const wanted = [...positions];
  const found = await engine.table(
    `SELECT * FROM read_parquet('${path.replaceAll("'", "''")}', file_row_number = true) WHERE file_row_number IN (${wanted.join(', ')}) ORDER BY file_row_number`,
  );
  const ascending = [...wanted].sort((a, b) => a - b);
  const rows = found
    .select(found.columnNames.filter((name) => name !== 'file_row_number'))
    .take(wanted.map((position) => ascending.indexOf(position)));
  return { rows, positions, errors: Float64Array.from(positions, (position) => errors[position] as number) };
}
