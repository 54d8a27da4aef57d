/** A number for the content of each row, by the columns that place it in `split`: rows with the same one stay in one fold. */
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation } from '../../data/sql.ts';
import type { NumericColumn } from '../../data/table.ts';
import type { StepContext } from '../define.ts';
import { keyColumns, keyHash } from '../split/placement.ts';
import type { TrainParams } from './params.ts';
import type { Part } from './parts.ts';

/** The training rows with their keys where there will be folds. */
export async function withFoldKey(
  engine: DataEngine,
  { inputs }: Pick<StepContext, 'inputs'>,
  params: TrainParams,
  training: Part,
): Promise<Part> {
  const { fold_key: key, cross_validation: wanted, classes, target } = params;
  const isSmall = wanted !== undefined && training.x.rowCount < (wanted.below ?? Number.POSITIVE_INFINITY);
  if (key === undefined || (classes?.calibrate_proba === undefined && !isSmall)) return training;
  return { ...training, key: await readFoldKey(engine, parquetRelation(inputs['training_data'] as string), target, key) };
}

/** The first 52 bits of the MD5, whole, in the order of the rows. `relation` is what may stand after FROM. */
async function readFoldKey(
  engine: DataEngine,
  relation: string,
  target: string,
  { roles, key }: NonNullable<TrainParams['fold_key']>,
): Promise<Float64Array> {
  const columns = keyColumns(await describeColumns(engine, relation), target, roles, key);
  const table = await engine.table(
    `SELECT CAST(CAST('0x' || substr(${keyHash(columns, 0)}, 1, 13) AS BIGINT) AS DOUBLE) AS key FROM ${relation}`,
  );
  return (table.column('key') as NumericColumn).data;
}
