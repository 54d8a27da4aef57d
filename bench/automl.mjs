// npm run bench:automl -- --python PATH [--seconds N] [--seeds N]: `using: automl` on diamonds beside LightGBM's defaults on
// the same rows of each split, which the Python needs with pandas. Exits with 1 when the promise is missed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDuckDb } from '../dist/data/duckdb.js';
import { Recipe } from '../dist/index.js';

/** Mean test RMSE beside LightGBM's, at most. */
const MOST = 0.985;
const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '5' },
  },
});
const own = dirname(fileURLToPath(import.meta.url));
const diamonds = join(own, '../node_modules/@observablehq/sample-datasets/diamonds.csv');
const scorer = join(own, 'lightgbm_defaults.py');
const scratch = mkdtempSync(join(tmpdir(), 'mlrecipe-automl-'));
const [ours, theirs] = [[], []];
try {
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    const root = join(scratch, String(seed));
    mkdirSync(root);
    writeFileSync(
      join(root, 'recipe.yaml'),
      `recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: ${JSON.stringify(diamonds)}}\n  split: {split_ratios: [0.75, 0.15, 0.1], seed: ${seed}}\n  train: {using: automl, time_budget_secs: ${options.seconds}}\n`,
    );
    const { metrics, failures } = await (await Recipe.load({ root })).run('evaluate');
    if (failures !== undefined) throw new Error(`seed ${seed}: ${failures[0].message}`);
    ours.push(metrics['test_root_mean_squared_error']);
    let beside = '';
    if (options.python !== undefined) {
      theirs.push(await lightGbm(join(root, '.recipe/outputs/split')));
      beside = `  lightgbm ${theirs.at(-1).toFixed(1)}  ${(ours.at(-1) / theirs.at(-1)).toFixed(3)} ×`;
    }
    console.log(`diamonds, split seed ${seed}: test RMSE ${ours.at(-1).toFixed(1)}${beside}`);
  }
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (theirs.length > 0) {
    const ratio = mean(ours) / mean(theirs);
    console.log(`means ${mean(ours).toFixed(1)} and ${mean(theirs).toFixed(1)}: ${ratio.toFixed(3)} × (at most ${MOST})`);
    if (ratio > MOST) process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Trained on the training rows of a split, scored on its test rows. */
async function lightGbm(split) {
  const engine = await openDuckDb({ threads: 1 });
  try {
    for (const part of ['train', 'test'])
      await engine.execute(`COPY (FROM read_parquet('${split}/${part}.parquet')) TO '${scratch}/${part}.csv' (HEADER)`);
  } finally {
    await engine.close();
  }
  return Number(
    execFileSync(options.python, [scorer, join(scratch, 'train.csv'), join(scratch, 'test.csv'), 'price'], { encoding: 'utf8' }),
  );
}
