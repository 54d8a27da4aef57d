// npm run bench:taxi [-- --python PATH]: MLflow Recipes' taxi example, with its own data, beside what MLflow Recipes 2.22.2
// took for it on a machine with 2 cores, or beside itself when a Python is given that has it
// (mlflow==2.22.2 scikit-learn==1.5.2 pandas==2.2.3 numpy==1.26.4 shap==0.46.0 'sqlalchemy<2.1' ipython matplotlib).
// Whole processes; the smallest of several counts. The data are not part of this repository:
// MLRECIPE_EXAMPLE_DATA names their folder, else they are looked for in shared/data/mlflow-examples beside it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const data = join(process.env.MLRECIPE_EXAMPLE_DATA ?? resolve(root, '../shared/data/mlflow-examples'), 'regression/sample.parquet');
/** Seconds there, the fastest of those measured, and how many times faster we promise to be. */
const python = process.argv.includes('--python') ? resolve(process.argv[process.argv.indexOf('--python') + 1]) : undefined;
const THERE = python === undefined ? { cold: 45.8, idle: 2.28, train: 25.2, rest: 16.0 } : {};
const PROMISE = 20;

if (!existsSync(data)) {
  process.stderr.write(`${data} is not there: set MLRECIPE_EXAMPLE_DATA to the folder that has regression/sample.parquet\n`);
  process.exit(1);
}

if (python !== undefined) Object.assign(THERE, runTheirs());

const projects = Array.from({ length: 5 }, () => mkdtempSync(join(tmpdir(), 'mlrecipe-taxi-')));
try {
  const cold = projects.map((project) => {
    cpSync(join(root, 'test/fixtures/mlflow-taxi'), project, { recursive: true });
    cpSync(data, join(project, 'data/sample.parquet'));
    return run(project);
  });
  const [project] = projects;
  const idle = Array.from({ length: 10 }, () => run(project));
  const edited = Array.from({ length: 5 }, (_, index) => {
    const file = join(project, 'steps/train.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/l2: [\d.]+/, `l2: ${index + 2}`));
    return { train: run(project, '--step', 'train'), rest: run(project) };
  });
  line('taxi example, all six steps, cold', cold, THERE.cold, PROMISE);
  line('nothing changed', idle, THERE.idle);
  line(
    '`train` after an edit of steps/train.ts',
    edited.map(({ train }) => train),
    THERE.train,
    PROMISE,
  );
  line(
    'then `evaluate` and `register`',
    edited.map(({ rest }) => rest),
    THERE.rest,
  );
} finally {
  for (const project of projects) rmSync(project, { recursive: true, force: true });
}

/** MLflow Recipes on the same data: twice from nothing, once with nothing to do, `train` after an edit, and the rest. */
function runTheirs() {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'mlflow-recipes-taxi-')));
  try {
    const cold = folders.map((folder) => {
      for (const name of ['recipe.yaml', 'profiles/local.yaml']) cpSync(join(root, 'test/fixtures/mlflow-taxi', name), join(folder, name));
      cpSync(join(root, 'bench/mlflow-taxi/steps'), join(folder, 'steps'), { recursive: true });
      cpSync(data, join(folder, 'data/sample.parquet'));
      mkdirSync(join(folder, 'metadata/mlflow'), { recursive: true });
      return runOne(folder);
    });
    const [folder] = folders;
    const idle = [0, 1, 2].map(() => runOne(folder));
    const file = join(folder, 'steps/train.py');
    writeFileSync(file, readFileSync(file, 'utf8').replace('random_state=42', 'random_state=43'));
    const train = runOne(folder, '--step', 'train');
    return { cold: Math.min(...cold), idle: Math.min(...idle), train, rest: runOne(folder) };
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function runOne(cwd, ...args) {
  const start = performance.now();
  const bin = dirname(python);
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    MLFLOW_RECIPES_EXECUTION_DIRECTORY: join(cwd, 'execution'),
    GIT_PYTHON_REFRESH: 'quiet',
  };
  const { status, stdout, stderr } = spawnSync(join(bin, 'mlflow'), ['recipes', 'run', '--profile', 'local', ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`MLflow Recipes ended with ${status}:\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
  return (performance.now() - start) / 1000;
}

function run(project, ...args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/recipe.js'), 'run', ...args], { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(`run ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return (performance.now() - start) / 1000;
}

function line(what, seconds, there, promise) {
  const best = Math.min(...seconds);
  const ratio = there / best;
  const kept = promise === undefined ? '' : ratio >= promise ? `, promised ${promise} ×` : `, PROMISED ${promise} ×`;
  process.stdout.write(
    `${what.padEnd(40)} ${best.toFixed(2).padStart(6)} s  ${ratio.toFixed(1).padStart(5)} × faster than MLflow Recipes (${there.toFixed(1)} s)${kept}\n`,
  );
}
