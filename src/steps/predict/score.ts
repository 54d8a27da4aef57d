/** Rows through transformer and model, block by block, so that memory does not grow with the table. */
import { rmSync } from 'node:fs';
import type { DataEngine } from '../../data/engine.ts';
import { list, parquetRelation, quotePath } from '../../data/sql.ts';
import { Table } from '../../data/table.ts';
import { applyTransformer } from '../../data/transform/apply.ts';
import type { Transformer } from '../../data/transform/transformer.ts';
import type { FittedModel } from '../../ml/estimator.ts';
import { readFeatureMatrix } from '../../models/feature-matrix.ts';
import { PredictionCounter as Counter, type PredictionCounter, type PredictionSummary } from '../../models/prediction-summary.ts';
import type { SavedModel } from '../../models/saved-model.ts';
import type { StepContext } from '../define.ts';
import { predictionColumns } from '../train/predictions.ts';

/** The column of the prediction, as MLflow Recipes calls it. */
export const PREDICTION = 'prediction';

export interface ScoreOptions {
  /** Parquet file with the rows. */
  readonly rows: string;
  readonly rowCount: number;
  readonly model: SavedModel;
  readonly fitted: FittedModel;
  readonly transformer: Transformer;
  readonly prefix: string;
  readonly withScores: boolean;
  /** Edges of the training data's predictions. */
  readonly edges: readonly number[];
  readonly blockRows: number;
  /** The files of the predictions begin so. */
  readonly draft: string;
}

export interface Scored {
  /** A relation with the prediction and its scores, in the order of the rows. */
  readonly relation: string;
  readonly summary: PredictionSummary;
  release(): void;
}

export async function scoreRows(engine: DataEngine, context: StepContext, options: ScoreOptions): Promise<Scored> {
  const { rows, rowCount, model, fitted, transformer, prefix, withScores, blockRows, draft } = options;
  const counter: PredictionCounter = new Counter(model.classes === undefined ? { edges: options.edges } : { classes: model.classes });
  const parts: string[] = [];
  for (let from = 0; from === 0 || from < rowCount; from += blockRows) {
    context.signal.throwIfAborted();
    const block =
      rowCount <= blockRows ? parquetRelation(rows) : `(SELECT * FROM ${parquetRelation(rows)} LIMIT ${blockRows} OFFSET ${from})`;
    const transformed = await applyTransformer(engine, transformer, block, { userFunction: context.userFunction });
    const x = await readFeatureMatrix(engine, transformed.sql, model.features);
    await transformed.release();
    const prediction = fitted.predict(x);
    const scores = withScores ? fitted.predictProba?.(x) : undefined;
    counter.add(prediction);
    const columns = predictionColumns(
      { prediction, ...(scores !== undefined && { scores }), ...(model.classes !== undefined && { classes: model.classes }) },
      PREDICTION,
      prefix,
    );
    const part = `${draft}.${String(parts.length).padStart(5, '0')}`;
    // By position: names may differ in case alone, which the engine takes for one.
    await engine.writeParquet(new Table(columns.map((column, index) => ({ ...column, name: `c${index}` }))), part);
    parts.push(part);
    context.progress({ done: Math.min(rowCount, from + blockRows), total: rowCount, unit: 'rows' });
  }
  return {
    relation: `read_parquet([${list(parts.map(quotePath))}], hive_partitioning = false)`,
    summary: counter.summary(),
    release: () => {
      for (const part of parts) rmSync(part, { force: true });
    },
  };
}
