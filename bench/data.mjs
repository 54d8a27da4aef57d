// npm run bench:data [-- --rows N] [--growth] [--quantiles]: ingest and split of a CSV file with all statistics of their cards, as a
// whole process, beside plain DuckDB doing the least that leads to the same tables: COPY to Parquet, one pass into three
// parts, SUMMARIZE of each. Same threads, same memory limit. Runs are interleaved; the smallest of each counts.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const options = process.argv.slice(2);
const number = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const ROWS = number('--rows', 10_000_000);
const RUNS = number('--runs', 2);
const THREADS = number('--threads', availableParallelism());
const MEMORY = '1GB';
/** What we promise: time beside the baseline, growth with the rows, memory of the largest process. */
const [MOST_TIMES, MOST_GROWTH, MOST_BYTES] = [1.2, 1.05, 2e9];

if (options[0] === '--baseline') await baseline(options[1], options[2]);
else await main();

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-bench-data-'));
  try {
    const sizes = options.includes('--growth') ? [0.55 * ROWS, 0.75 * ROWS, ROWS].map(Math.round) : [ROWS];
    const measured = [];
    for (const rows of sizes) measured.push(await measure(rows, folder));
    const largest = measured.at(-1);
    const ratio = largest.ours / largest.baseline;
    console.log(`ours / baseline at ${count(ROWS)} rows: ${ratio.toFixed(2)} (at most ${MOST_TIMES})`);
    console.log(`peak memory: ${(largest.bytes / 1e9).toFixed(2)} GB with memory_limit ${MEMORY} (at most ${MOST_BYTES / 1e9} GB)`);
    if (measured.length > 1) extrapolate(measured);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(rows, folder) {
  const csv = join(folder, `${rows}.csv`);
  await makeTable(rows, csv);
  console.log(`${count(rows)} rows × 10 columns, ${(statSync(csv).size / 1e6).toFixed(0)} MB of CSV, ${THREADS} threads`);
  const [ours, theirs] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    theirs.push(timed([fileURLToPath(import.meta.url), '--baseline', csv, join(folder, 'baseline'), '--threads', String(THREADS)], folder));
    const project = join(folder, `project-${run}`);
    mkdirSync(project);
    const text = `recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: ${JSON.stringify(csv)}}\nresources: {threads: ${THREADS}, memory_limit: ${MEMORY}}\n`;
    writeFileSync(join(project, 'recipe.yaml'), text);
    ours.push(timed([join(root, 'bin/recipe.js'), 'run', '--to', 'split'], project));
    rmSync(project, { recursive: true });
    rmSync(join(folder, 'baseline'), { recursive: true, force: true });
  }
  rmSync(csv);
  const best = (runs) => runs.reduce((least, one) => (one.seconds < least.seconds ? one : least));
  console.log(`  ours     ${ours.map(({ seconds }) => seconds.toFixed(2)).join(' ')} s${best(ours).steps}`);
  console.log(`  baseline ${theirs.map(({ seconds }) => seconds.toFixed(2)).join(' ')} s`);
  return { rows, ours: best(ours).seconds, baseline: best(theirs).seconds, bytes: Math.max(...ours.map(({ bytes }) => bytes)) };
}

/**
 * Time as the exponent of a power of the rows, between the smallest and the largest size. All of them are beyond 5 million
 * rows, from where on moments and histograms come from samples: a size below would make the exponent look smaller.
 */
function extrapolate(measured) {
  const [first, last] = [measured[0], measured.at(-1)];
  const exponent = Math.log(last.ours / first.ours) / Math.log(last.rows / first.rows);
  const seconds = last.ours * (100_000_000 / last.rows) ** exponent;
  console.log(`time grows as rows^${exponent.toFixed(3)} (at most ${MOST_GROWTH}); 100 million rows would take ${seconds.toFixed(0)} s`);
}

function timed(args, cwd) {
  const time = existsSync('/usr/bin/time');
  const start = performance.now();
  const { status, stdout, stderr } = time
    ? spawnSync('/usr/bin/time', ['-f', 'peak %M', process.execPath, ...args], { cwd, encoding: 'utf8' })
    : spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  const seconds = (performance.now() - start) / 1000;
  const steps = [...stdout.matchAll(/✓ (\w+)\s+run ([\d.]+ m?s)/gu)].map(([, name, took]) => `${name} ${took}`).join(', ');
  // Of a process and those that it waits for, the largest.
  const bytes = 1024 * Number(/peak (\d+)/u.exec(stderr)?.[1] ?? 0);
  return { seconds, bytes, steps: steps === '' ? '' : ` (${steps})` };
}

async function makeTable(rows, csv) {
  const connection = await connect();
  await connection.run('SELECT setseed(0.42)');
  await connection.run('SET threads = 1');
  await connection.run(`COPY (SELECT i AS id, round(random() * 1000, 2) AS a, round(random() * 50, 3) AS b, CAST(random() * 100 AS INTEGER) AS n,
    'level_' || CAST(random() * 20 AS INTEGER) AS kind, 'r' || CAST(random() * 5 AS INTEGER) AS region, DATE '2020-01-01' + CAST(random() * 1500 AS INTEGER) AS day,
    random() < 0.3 AS flag, CASE WHEN random() < 0.05 THEN NULL ELSE round(random() * 10, 4) END AS gap, round(random() * 500, 2) AS price
    FROM range(${rows}) t(i)) TO '${csv}' (FORMAT csv, HEADER)`);
}

/** Runs as a process of its own. */
async function baseline(csv, folder) {
  mkdirSync(folder, { recursive: true });
  const connection = await connect();
  await connection.run(`SET threads = ${THREADS}`);
  await connection.run(`SET memory_limit = '${MEMORY}'`);
  await connection.run(`SET temp_directory = '${join(folder, 'spill')}'`);
  const all = join(folder, 'all.parquet');
  await connection.run(`COPY (SELECT * FROM read_csv('${csv}')) TO '${all}' (FORMAT parquet)`);
  await connection.run(
    `COPY (SELECT *, CASE WHEN hash(id) % 8 < 6 THEN 0 WHEN hash(id) % 8 = 6 THEN 1 ELSE 2 END AS part FROM '${all}') TO '${join(folder, 'parts')}' (FORMAT parquet, PARTITION_BY (part))`,
  );
  for (const part of [0, 1, 2]) await (await connection.run(`SUMMARIZE SELECT * FROM '${folder}/parts/part=${part}/*.parquet'`)).getRows();
  execFileSync('sync', ['-f', folder]);
}

async function connect() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  return (await DuckDBInstance.create(':memory:')).connect();
}

function count(rows) {
  return rows.toLocaleString('en');
}
