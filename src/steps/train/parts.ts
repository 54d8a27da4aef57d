/** The rows that `train` learns from and those that it is watched on, as the estimator takes them. */
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation } from '../../data/sql.ts';
import type { Feature, FeatureMatrix, Target } from '../../ml/estimator.ts';
import { readFeatureMatrix, readTarget, readWeight } from '../../models/feature-matrix.ts';
import type { StepContext } from '../define.ts';
import type { TrainParams } from './params.ts';

export interface Part {
  readonly x: FeatureMatrix;
  /** In its own units, whatever the estimator learns. */
  readonly y: Target;
  /** Non-negative, one a row; absent where no column says how much a row counts. */
  readonly sampleWeight?: Float64Array;
  /** A number for the content of each row, by which folds are made; absent where there are none. */
  readonly key?: Float64Array;
}

export interface Parts {
  readonly training: Part;
  readonly validation: Part;
}

/** `classes` of a classification, in the order of their codes. `weight` is the column that says how much a row counts. */
export async function readParts(
  engine: DataEngine,
  { inputs }: Pick<StepContext, 'inputs'>,
  { target, task }: Pick<TrainParams, 'target' | 'task'>,
  features: readonly Feature[],
  classes: readonly string[] | undefined,
): Promise<Parts & { readonly weight?: string }> {
  // `transform` leaves beside the features the target, and the weight where there is one.
  const beside = (await describeColumns(engine, parquetRelation(inputs['transformed_training_data'] as string)))
    .map(({ name }) => name)
    .filter((name) => name !== target && !features.some((feature) => feature.name === name));
  const [weight] = beside;
  const read = async (role: string): Promise<Part> => {
    const sql = `SELECT * FROM ${parquetRelation(inputs[role] as string)}`;
    return {
      x: await readFeatureMatrix(engine, sql, features),
      y: await readTarget(engine, sql, target, task, classes),
      ...(weight !== undefined && { sampleWeight: await readWeight(engine, sql, weight) }),
    };
  };
  const [training, validation] = [await read('transformed_training_data'), await read('transformed_validation_data')];
  return { training, validation, ...(weight !== undefined && { weight }) };
}
