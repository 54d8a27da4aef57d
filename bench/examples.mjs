// npm run bench:examples -- [--python PATH]: examples/taxi and examples/wine on five split seeds, by the real command.
// Taxi: with a Python that has scikit-learn, its LinearRegression on the same transformed rows. Wine: each seed twice,
// with one thread and with two, and every result compared byte by byte. The data are not part of this repository:
// MLRECIPE_EXAMPLE_DATA names their folder, else they are looked for in shared/data/mlflow-examples beside it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDuckDb } from '../dist/data/duckdb.js';
import { parquetRelation } from '../dist/data/sql.js';
import { applyTransformer } from '../dist/data/transform/apply.js';

const SEEDS = [0, 1, 2, 3, 4];
/** What we promise: nearness to scikit-learn, the median error of taxi, the F1 of wine. */
const PROMISE = { difference: 0.01, taxiError: 1.9, wineF1: 0.85 };
const TARGET = 'fare_amount';

const { values: options } = parseArgs({ options: { python: { type: 'string' } } });
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const data = process.env.MLRECIPE_EXAMPLE_DATA ?? resolve(root, '../shared/data/mlflow-examples');
const FILES = {
  taxi: ['regression/sample.parquet'],
  wine: ['classification/winequality-white.csv', 'classification/winequality-red.csv'],
};
for (const file of Object.values(FILES).flat()) {
  if (existsSync(join(data, file))) continue;
  process.stderr.write(`${join(data, file)} is not there: set MLRECIPE_EXAMPLE_DATA to the folder that has it\n`);
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), 'mlrecipe-examples-'));
const broken = [];
try {
  await taxi();
  wine();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const line of broken) process.stdout.write(`BROKEN: ${line}\n`);
process.exitCode = broken.length > 0 ? 1 : 0;

async function taxi() {
  const project = place('taxi', 'taxi');
  const engine = await openDuckDb();
  const ours = [];
  const jobs = [];
  for (const seed of SEEDS) {
    run(project, seed);
    ours.push(metrics(project));
    if (options.python !== undefined) jobs.push(await writeRows(engine, project, seed));
  }
  await engine.close();
  const theirs = jobs.length === 0 ? undefined : scikitLearn(jobs);
  process.stdout.write('taxi, a linear model, test rows\n\nseed     RMSE  scikit-learn      R²  scikit-learn     MAE  scikit-learn\n');
  SEEDS.forEach((seed, index) => {
    const cells = ['root_mean_squared_error', 'r2_score', 'mean_absolute_error'].map((metric) => {
      const [mine, other] = [ours[index][metric], theirs?.[index][metric]];
      const difference = other === undefined ? 0 : Math.abs(mine / other - 1);
      if (difference > PROMISE.difference) broken.push(`taxi, seed ${seed}: ${metric} is ${mine}, and ${other} by scikit-learn`);
      return `${mine.toFixed(4).padStart(7)}  ${(other?.toFixed(4) ?? '').padStart(12)}`;
    });
    process.stdout.write(`${String(seed).padStart(4)}  ${cells.join(' ')}\n`);
  });
  const median = ours.map(({ mean_absolute_error: error }) => error).sort((a, b) => a - b)[2];
  process.stdout.write(`median MAE ${median.toFixed(3)}, promised ${PROMISE.taxiError}\n\n`);
  if (!(median <= PROMISE.taxiError)) broken.push(`taxi: the median MAE is ${median}`);
}

function wine() {
  process.stdout.write('wine, logistic regression, test rows\n\nseed      F1  results\n');
  for (const seed of SEEDS) {
    const [first, second] = [1, 2].map((threads) => {
      const project = place('wine', `wine-${seed}-${threads}`);
      run(project, seed, { RECIPE_THREADS: String(threads) });
      return { f1: metrics(project).f1_score, results: results(project) };
    });
    const different = [...first.results].filter(([file, digest]) => second.results.get(file) !== digest).map(([file]) => file);
    const same = different.length === 0 && first.results.size === second.results.size;
    process.stdout.write(
      `${String(seed).padStart(4)}  ${first.f1.toFixed(4)}  ${first.results.size} files, ${same ? 'the same twice' : `DIFFERENT: ${different.join(', ')}`}\n`,
    );
    if (!same) broken.push(`wine, seed ${seed}: results differ`);
    if (!(first.f1 >= PROMISE.wineF1)) broken.push(`wine, seed ${seed}: F1 is ${first.f1}, promised ${PROMISE.wineF1}`);
  }
}

/** A copy of an example with its data, in a folder of its own. */
function place(example, name) {
  const project = join(scratch, name);
  cpSync(join(root, 'examples', example), project, {
    recursive: true,
    filter: (path) => !/[\\/](?:data|\.recipe|mlartifacts)$|mlflow\.db/.test(path),
  });
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/mlrecipe'), 'junction');
  for (const file of FILES[example]) cpSync(join(data, file), join(project, 'data', basename(file)));
  return project;
}

function run(project, seed, env = {}) {
  const args = [join(root, 'bin/recipe.js'), 'run', '--profile', 'local', '--set', `steps.split.seed=${seed}`];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env: { ...process.env, ...env } });
  // 3: the criteria of the example are not met, which is no fault of the run.
  if (status !== 0 && status !== 3) throw new Error(`the run in ${project} ended with ${status}:\n${stderr}`);
}

function metrics(project) {
  const found = JSON.parse(readFileSync(join(project, '.recipe/outputs/evaluate/metrics.json'), 'utf8'));
  return Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]));
}

/** Digest of every result, and of what the cards show. Where and when they were made is left out. */
function results(project) {
  const folder = join(project, '.recipe/outputs');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/'),
  );
  const kept = paths.filter((path) => !/^run\/|^register\/|run_id$|step\.log$|card\.(?:html|md)$/.test(path)).sort();
  return new Map(
    kept.map((path) => [
      path,
      createHash('sha256')
        .update(content(join(folder, path)))
        .digest('hex'),
    ]),
  );
}

function content(path) {
  if (basename(path) !== 'card.json') return readFileSync(path);
  const { recipe: _folder, provenance: _provenance, ...shown } = JSON.parse(readFileSync(path, 'utf8'));
  return JSON.stringify(shown);
}

/** The rows that the model of this run was trained and tested on, as columns of float64. */
async function writeRows(engine, project, seed) {
  const model = join(project, '.recipe/outputs/train/model');
  const transformer = JSON.parse(readFileSync(join(model, 'transformer.json'), 'utf8'));
  const features = transformer.features.map(({ name }) => name);
  const job = { columns: features.length + 1 };
  for (const [part, name] of [
    ['training', 'train'],
    ['test', 'test'],
  ]) {
    const relation = parquetRelation(join(project, `.recipe/outputs/split/${name}.parquet`));
    const { sql } = await applyTransformer(engine, transformer, relation, { keep: [TARGET] });
    const table = await engine.table(sql);
    job[part] = join(scratch, `${part}-${seed}.f64`);
    writeFileSync(job[part], Buffer.concat([...features, TARGET].map((column) => Buffer.from(table.column(column).data.buffer))));
  }
  return job;
}

function scikitLearn(jobs) {
  const { status, stdout, stderr } = spawnSync(options.python, [join(root, 'bench/linear_regression.py')], {
    input: jobs.map((job) => `${JSON.stringify(job)}\n`).join(''),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
