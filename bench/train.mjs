// npm run bench:train -- [--python PATH] [--rows N] [--threads N] [--runs N] [--model NAME]… [--json]: gradient boosting
// beside LightGBM, XGBoost and scikit-learn, forests of 100 full trees beside scikit-learn's, each fit the first of its
// process, from raw float64 columns to the model, best of some interleaved runs (forests: --forest-runs). Without --python
// only ours is measured; with it, the libraries that it can import. --seeds N scores N tables and prints the means.
// With --scaling (--rows 100000,1000000,10000000 unless given) gradient boosting alone: how time and memory grow with the rows.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HOLDOUT = 50_000;
const WIDTH = 20;
const TASKS = ['regression', 'binary', 'mixed'];
/** Ours first; the others are measured against the second. */
const MODELS = {
  gradient_boosting: ['mlrecipe', 'lightgbm', 'xgboost', 'hist_gradient_boosting'],
  random_forest: ['mlrecipe_random_forest', 'sklearn_random_forest'],
  extra_trees: ['mlrecipe_extra_trees', 'sklearn_extra_trees'],
};
/** Levels of the three categorical columns of the mixed table, its last ones. */
const LEVELS = [6, 40, 200];

const own = fileURLToPath(import.meta.url);
const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    rows: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    runs: { type: 'string', default: '3' },
    'forest-runs': { type: 'string', default: '1' },
    model: { type: 'string', multiple: true, default: Object.keys(MODELS) },
    task: { type: 'string', multiple: true, default: ['regression', 'binary', 'mixed'] },
    seed: { type: 'string', default: '1' },
    // Tables to take the mean score of, from that seed on.
    seeds: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    scaling: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
});
const sizes = (options.rows ?? (options.scaling ? '100000,1000000,10000000' : '100000')).split(',').map(Number);
const threads = Number(options.threads);

if (options.child !== undefined) await fitOurs(options.child, options.task.at(-1), options.model.at(-1));
else inFolder(options.scaling ? scale : compare);

function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-train-'));
  try {
    for (const task of TASKS.filter((name) => options.task.includes(name))) work(folder, task);
    if (!options.json) process.stdout.write(`load average ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(folder, task) {
  const races = sizes.flatMap((rows) => options.model.map((model) => ({ model, rows, best: new Map(), scores: new Map() })));
  for (const rows of sizes) {
    for (let seed = Number(options.seed); seed < Number(options.seed) + Number(options.seeds); seed++) {
      writeTables(folder, task, rows, seed);
      for (const each of races) if (each.rows === rows) race(folder, task, each);
    }
  }
  for (const { model, rows, best, scores } of races) {
    const first = MODELS[model][1];
    for (const [library, result] of best) {
      const values = scores.get(library);
      const score = values.reduce((sum, value) => sum + value, 0) / values.length;
      print({ library, task, rows, threads, ...result, score }, first, best.get(first));
    }
  }
}

function race(folder, task, { model, rows, best, scores }) {
  const [own, ...others] = MODELS[model];
  const libraries = options.python === undefined ? [own] : [own, ...others];
  for (let run = 0; run < Number(model === 'gradient_boosting' ? options.runs : options['forest-runs']); run++) {
    for (const library of libraries) {
      const result = library === own ? runOurs(folder, task, model, rows) : runPeer(folder, task, library, rows);
      if (result === undefined) continue;
      if (run === 0) scores.set(library, [...(scores.get(library) ?? []), result.score]);
      const before = best.get(library);
      const predictRowsPerSecond = Math.max(result.predictRowsPerSecond, before?.predictRowsPerSecond ?? 0);
      const faster = before === undefined || result.fitSeconds < before.fitSeconds ? result : before;
      best.set(library, { ...faster, predictRowsPerSecond });
    }
  }
}

/** Our fits of longer and longer tables, and the power of the rows that the time grows with between the first and the last. */
function scale(folder, task) {
  const lines = sizes.map((rows) => {
    writeTables(folder, task, rows, Number(options.seed));
    const runs = Array.from({ length: Number(options.runs) }, () => runOurs(folder, task, 'gradient_boosting', rows));
    const best = runs.reduce((a, b) => (b.fitSeconds < a.fitSeconds ? b : a));
    const line = { library: 'mlrecipe', task, rows, threads, ...best };
    print(line);
    return line;
  });
  const [first, last] = [lines.at(0), lines.at(-1)];
  const exponent = Math.log(last.fitSeconds / first.fitSeconds) / Math.log(last.rows / first.rows);
  const summary = { library: 'mlrecipe', task, from: first.rows, to: last.rows, threads, exponent };
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else process.stdout.write(`${task.padEnd(11)} time grows as rows^${exponent.toFixed(3)} from ${first.rows} to ${last.rows} rows\n`);
}

function writeTables(folder, task, rows, seed) {
  writeTable(join(folder, 'train'), rows, task, seed);
  writeTable(join(folder, 'test'), HOLDOUT, task, seed + 7919);
}

function print(line, name, peer) {
  if (options.json) return void process.stdout.write(`${JSON.stringify(line)}\n`);
  const { library, task, rows, fitSeconds, predictRowsPerSecond, score, peakMb, fitMb } = line;
  const ratio = peer === undefined ? '' : `${(fitSeconds / peer.fitSeconds).toFixed(2)} × ${name}`;
  // Of our own process it is known what it had before, which is the table for the most part.
  const fit = fitMb === undefined ? '' : ` (fit ${Math.round(fitMb)} MB)`;
  process.stdout.write(
    `${task.padEnd(11)} ${String(rows).padStart(8)} × ${WIDTH}, ${threads} threads  ${library.padEnd(22)} fit ${fitSeconds.toFixed(3).padStart(8)} s  ` +
      `predict ${(predictRowsPerSecond / 1e6).toFixed(2).padStart(5)} M rows/s  score ${score.toFixed(4)}  peak ${String(Math.round(peakMb)).padStart(5)} MB${fit}  ${ratio}\n`,
  );
}

function runOurs(folder, task, model, rows) {
  const args = [own, '--child', folder, '--task', task, '--model', model, '--rows', String(rows), '--threads', String(threads)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function runPeer(folder, task, library, rows) {
  const args = [join(dirname(own), 'train_peers.py'), library, folder, task, String(rows), String(threads)];
  const text = execFileSync(options.python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  return text === '' ? undefined : JSON.parse(text);
}

/** Friedman's function #1, halved; the mixed table adds categories and holes. Columns, then the target, as little-endian doubles. */
function writeTable(file, count, task, seed) {
  const uniform = generator(seed);
  const columns = Array.from({ length: WIDTH }, () => new Float64Array(count));
  const target = new Float64Array(count);
  const first = WIDTH - LEVELS.length;
  for (let row = 0; row < count; row++) {
    for (let f = 0; f < WIDTH; f++) columns[f][row] = uniform();
    const [a, b, c, d, e] = columns.map((column) => column[row]);
    let mean = 5 * Math.sin(Math.PI * a * b) + 10 * (c - 0.5) ** 2 + 5 * d + 2.5 * e;
    if (task === 'mixed') {
      LEVELS.forEach((levels, i) => {
        const code = Math.floor(columns[first + i][row] * levels);
        columns[first + i][row] = code;
        mean += ((code * 7919) % levels) / levels;
      });
      for (let f = 0; f < first; f++) if (uniform() < 0.1) columns[f][row] = Number.NaN;
    }
    const noise = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    target[row] = task === 'binary' ? (uniform() < 1 / (1 + Math.exp(7.2 - mean)) ? 1 : 0) : mean + noise;
  }
  const out = openSync(file, 'w');
  for (const column of [...columns, target]) {
    const bytes = new Uint8Array(column.buffer);
    for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at, Math.min(2 ** 26, bytes.length - at));
  }
  closeSync(out);
}

/** Mulberry32 (Ettinger): good enough for noise, the same everywhere. */
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function fitOurs(folder, task, kind) {
  const { extraTrees, gradientBoosting, randomForest } = await import('../dist/steps-api.js');
  const train = readTable(join(folder, 'train'), sizes[0], task);
  const test = readTable(join(folder, 'test'), HOLDOUT, task);
  const target = (y) =>
    task === 'binary' ? { kind: 'classification', codes: Int32Array.from(y), classes: ['0', '1'] } : { kind: 'regression', values: y };
  const boosting = { n_estimators: 100, learning_rate: 0.1, max_leaves: 31, min_samples_leaf: 20, l2_regularization: 0, subsample: 1 };
  const full = { n_estimators: 100, min_samples_leaf: 1 };
  const estimator = {
    gradient_boosting: () => gradientBoosting(boosting),
    random_forest: () => randomForest(full),
    extra_trees: () => extraTrees(full),
  };
  const before = process.memoryUsage.rss();
  forgetPeak();
  const began = performance.now();
  const model = await estimator[kind]().fit(train.x, target(train.y), { seed: 1, threads });
  const fitSeconds = (performance.now() - began) / 1000;
  const fitMb = peakMegabytes() - before / 2 ** 20;
  let predictSeconds = Number.POSITIVE_INFINITY;
  let predicted;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    predicted = task === 'binary' ? model.predictProba(test.x) : model.predict(test.x);
    predictSeconds = Math.min(predictSeconds, (performance.now() - start) / 1000);
  }
  const score =
    task === 'binary'
      ? auc(
          predicted.filter((_, i) => i % 2 === 1),
          test.y,
        )
      : rmse(predicted, test.y);
  const peakMb = peakMegabytes();
  process.stdout.write(JSON.stringify({ fitSeconds, predictRowsPerSecond: HOLDOUT / predictSeconds, score, peakMb, fitMb }));
}

/** Reading the table takes more memory for a moment than it keeps. Linux can forget the peak; elsewhere it counts. */
function forgetPeak() {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

function peakMegabytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
}

function readTable(file, count, task) {
  const source = openSync(file, 'r');
  // A column at a time: a file of ten million rows is larger than a buffer may be.
  const column = () => {
    const bytes = new Uint8Array(8 * count);
    for (let at = 0; at < bytes.length; ) at += readSync(source, bytes, at, Math.min(2 ** 26, bytes.length - at));
    return new Float64Array(bytes.buffer);
  };
  const first = task === 'mixed' ? WIDTH - LEVELS.length : WIDTH;
  const features = Array.from({ length: WIDTH }, (_, f) =>
    f < first ? { name: `x${f}`, kind: 'numeric' } : { name: `c${f}`, kind: 'categorical', levels: LEVELS[f - first] },
  );
  const x = { rowCount: count, features, columns: features.map(column) };
  const y = column();
  closeSync(source);
  return { x, y };
}

function rmse(predicted, y) {
  return Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / y.length);
}

/** Shares of trees tie: equal scores share their ranks. */
function auc(scores, y) {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && scores[order[end]] === scores[order[begin]]) end++;
    const own = order.slice(begin, end).filter((row) => y[row] === 1).length;
    ranks += (own * (begin + 1 + end)) / 2;
    positives += own;
    begin = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (y.length - positives));
}
