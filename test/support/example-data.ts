/**
 * The data of MLflow Recipes' two example projects, for a project in a temporary folder. They are not
 * part of this repository: `MLRECIPE_EXAMPLE_DATA` names their folder, else they are looked for in
 * `shared/data/mlflow-examples` beside it. Where they are absent, tables of the same columns are made,
 * and that is said aloud: the tests still test, but with easier data.
 */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { REPOSITORY } from './recipe-rig.ts';

const FILES = {
  regression: ['sample.parquet'],
  classification: ['winequality-white.csv', 'winequality-red.csv'],
} as const;

/** Puts the files of a task into `folder`, as links; `true` when they are the real ones. */
export async function placeExampleData(task: keyof typeof FILES, folder: string): Promise<boolean> {
  mkdirSync(folder, { recursive: true });
  const source = join(process.env['MLRECIPE_EXAMPLE_DATA'] ?? resolve(REPOSITORY, '../shared/data/mlflow-examples'), task);
  if (FILES[task].every((name) => existsSync(join(source, name)))) {
    for (const name of FILES[task]) symlinkSync(join(source, name), join(folder, name));
    return true;
  }
  process.stderr.write(
    `\nATTENTION: ${source} is not there. The ${task} example of MLflow Recipes runs on a generated table instead; set MLRECIPE_EXAMPLE_DATA.\n`,
  );
  if (task === 'regression') await writeTaxi(join(folder, 'sample.parquet'));
  else for (const name of FILES.classification) writeWine(join(folder, name), name.includes('red'));
  return false;
}

async function writeTaxi(file: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    // Remainders by primes stand for chance: the same rows on every machine.
    await connection.run(`COPY (
      SELECT TIMESTAMP '2016-01-04' + to_minutes(i * 37 % 80000) AS tpep_pickup_datetime,
        TIMESTAMP '2016-01-04' + to_minutes(i * 37 % 80000 + minutes) AS tpep_dropoff_datetime,
        distance AS trip_distance, 2.5 + 2.1 * distance + 0.3 * minutes + (i * 31 % 17) / 8.0 AS fare_amount,
        CAST(10001 + i % 40 AS INTEGER) AS pickup_zip, CAST(10001 + i * 7 % 40 AS INTEGER) AS dropoff_zip
      FROM (SELECT i, CAST((i * 7919 % 997) AS DOUBLE) / 80 + 0.1 AS distance, 3 + i * 101 % 53 AS minutes FROM range(4000) r(i))
    ) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
  } finally {
    connection.closeSync();
  }
}

/** Which columns tell the colours apart: volatile acidity, chlorides and total sulfur dioxide. */
const WINE = [
  ['fixed acidity', 6.8, 8.3],
  ['volatile acidity', 0.27, 0.53],
  ['citric acid', 0.33, 0.27],
  ['residual sugar', 6.4, 2.5],
  ['chlorides', 0.045, 0.087],
  ['free sulfur dioxide', 35, 16],
  ['total sulfur dioxide', 138, 46],
  ['density', 0.994, 0.9967],
  ['pH', 3.19, 3.31],
  ['sulphates', 0.49, 0.66],
  ['alcohol', 10.5, 10.4],
  ['quality', 5.9, 5.6],
] as const;

function writeWine(file: string, isRed: boolean): void {
  const rows = Array.from({ length: isRed ? 500 : 1500 }, (_, row) =>
    WINE.map(([, white, red], column) => {
      const spread = ((row * (7919 + column * 104_729)) % 1009) / 1009 - 0.5;
      return ((isRed ? red : white) * (1 + 0.8 * spread)).toFixed(4);
    }).join(';'),
  );
  writeFileSync(file, `${[WINE.map(([name]) => `"${name}"`).join(';'), ...rows].join('\n')}\n`);
}
