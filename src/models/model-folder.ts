/**
 * The model folder: `model.json` (fitted estimator, features, classes), `transformer.json`, `schema.json`
 * (how new data are read) and `predictions.json` (to compare theirs with), plus MLflow's `MLmodel`. All of it is data: loading executes nothing from the folder.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FittedModel } from '../ml/estimator.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import { mlmodelYaml, type SignatureColumn } from './mlmodel.ts';
import type { PredictionSummary } from './prediction-summary.ts';
import type { SavedModel } from './saved-model.ts';

/** By the name that MLflow's autologging gives it. */
export const MODEL_SUMMARY = 'model_summary.txt';

export interface ModelFolder {
  readonly model: SavedModel;
  readonly transformer: Json;
  readonly signature: readonly SignatureColumn[];
  /** What `ingest` decided about the columns, by which new data are read. */
  readonly schema: Json;
  /** What the model said of the rows that it learned from. */
  readonly predictions: PredictionSummary;
  /** The layers of a network, as a table of text. Nobody reads it back. */
  readonly summary?: string;
}

export function writeModelFolder(folder: string, { model, transformer, signature, schema, predictions, summary }: ModelFolder): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('model.json', `${JSON.stringify(model)}\n`);
  write('transformer.json', `${JSON.stringify(transformer)}\n`);
  write('schema.json', `${JSON.stringify(schema)}\n`);
  write('predictions.json', `${JSON.stringify(predictions)}\n`);
  if (summary !== undefined) write(MODEL_SUMMARY, summary);
  write('MLmodel', mlmodelYaml(model, signature));
}

/** Throws a plain Error when the folder is not one of ours or newer than this reader. */
export function readModelFolder(folder: string): Pick<ModelFolder, 'model' | 'transformer'> {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const model = read('model.json') as SavedModel;
  if (model.schemaVersion !== 1) {
    throw new Error(`the model in ${folder} has format ${String(model.schemaVersion)}; this version of mlrecipe reads format 1`);
  }
  return { model, transformer: read('transformer.json') as Json };
}

/** The part of `SavedModel` that a fitted estimator gives. */
export function savedEstimator(fitted: FittedModel, params: JsonObject): SavedModel['estimator'] {
  return { name: fitted.estimator, params, state: fitted.toJSON() };
}
