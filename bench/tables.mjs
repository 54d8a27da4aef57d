// npm run bench:tables -- --python PATH: five-line recipes on public tables, five split seeds each, beside
// scikit-learn's HistGradientBoosting with its defaults on the same training and test rows. The Python needs
// scikit-learn, pandas and pyarrow.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Recipe } from '../dist/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const flag = process.argv.indexOf('--python');
if (flag < 0) throw new Error('name a Python that has scikit-learn, pandas and pyarrow: npm run bench:tables -- --python PATH');
const python = process.argv[flag + 1];
const scratch = mkdtempSync(join(tmpdir(), 'mlrecipe-tables-'));
const modules = (file) => join(root, 'node_modules', file);
const vega = (file) => modules(`vega-datasets/data/${file}`);

const TABLES = [
  { name: 'iris', task: 'classification', target: 'species', file: join(scratch, 'iris.csv') },
  { name: 'wine', task: 'classification', target: 'cultivar', file: join(scratch, 'wine.csv') },
  { name: 'breast cancer', task: 'classification', target: 'diagnosis', file: join(scratch, 'breast_cancer.csv') },
  { name: 'diabetes', task: 'regression', target: 'progression', file: join(scratch, 'diabetes.csv') },
  { name: 'cars', task: 'regression', target: 'economy (mpg)', file: modules('@observablehq/sample-datasets/cars.csv') },
  { name: 'weather', task: 'classification', target: 'weather', file: modules('@observablehq/sample-datasets/weather.csv') },
  { name: 'flights', task: 'regression', target: 'delay', file: vega('flights-20k.json') },
  { name: 'birdstrikes', task: 'classification', target: 'Wildlife Size', file: vega('birdstrikes.csv') },
  { name: 'seattle', task: 'regression', target: 'temp_max', file: vega('seattle-weather.csv') },
  { name: 'movies', task: 'regression', target: 'IMDB Rating', file: vega('movies.json') },
  { name: 'countries', task: 'regression', target: 'life_expect', file: vega('countries.json') },
];

try {
  call(['dump', scratch]);
  process.stdout.write('table            task            rows  mlrecipe  HistGB    difference\n');
  const differences = { regression: [], classification: [] };
  for (const table of TABLES) {
    const folder = join(scratch, table.name.replaceAll(' ', '-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'recipe.yaml'),
      `recipe: ${table.task}/v1\ntarget_col: ${JSON.stringify(table.target)}\nsteps:\n  ingest:\n    location: ${JSON.stringify(table.file)}\n`,
    );
    const ours = [];
    const jobs = [];
    let rows = 0;
    for (let seed = 0; seed < 5; seed++) {
      const recipe = await Recipe.load({ root: folder, set: [`steps.split.seed=${seed}`] });
      const { metrics, failures } = await recipe.run('evaluate');
      if (failures !== undefined) throw new Error(`${table.name}: ${failures[0].message}`);
      ours.push(table.task === 'regression' ? metrics.test_root_mean_squared_error : metrics.test_f1_score_macro);
      const parts = {};
      for (const part of ['train', 'test']) {
        parts[part] = join(folder, `${part}-${seed}.parquet`);
        spawnSync('cp', [join(folder, `.recipe/outputs/split/${part}.parquet`), parts[part]]);
      }
      jobs.push({ task: table.task, target: table.target, ...parts });
      rows = metrics.test_example_count;
    }
    const theirs = call(['score'], jobs.map((job) => `${JSON.stringify(job)}\n`).join(''))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).value);
    // Regression: relative RMSE; classification: difference of macro F1. Positive is better for us.
    const gains = ours.map((value, seed) => (table.task === 'regression' ? 1 - value / theirs[seed] : value - theirs[seed]));
    const mean = average(gains);
    const error = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1) / gains.length);
    differences[table.task].push(mean);
    const unit = table.task === 'regression' ? ' (of RMSE)' : ' (macro F1)';
    process.stdout.write(
      `${table.name.padEnd(16)} ${table.task.padEnd(14)} ${String(rows).padStart(5)}  ${average(ours).toPrecision(4).padStart(8)}  ${average(theirs).toPrecision(4).padStart(8)}  ${signed(mean)} ± ${error.toFixed(4)}${unit}\n`,
    );
  }
  for (const [task, gains] of Object.entries(differences))
    process.stdout.write(`mean over ${gains.length} ${task} tables: ${signed(average(gains))}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function call(args, input) {
  const { status, stdout, stderr } = spawnSync(python, [join(root, 'bench/hist_gradient_boosting.py'), ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value) {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(4)}`;
}
