/**
 * Whatever recipe, profile, `--set` and data files say: a load ends soon, throws nothing, shows every mistake at
 * a place that exists, and what it accepts can be written out and read again. `FUZZ_SEED` draws other trials,
 * as `npm run test:all -- --long` does, `FUZZ_ONLY` repeats one of them, `FUZZ_TRIALS` sets their number.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import { bundleSupport } from '../support/bundle.ts';
import { type Corpus, readCorpus } from '../support/fuzz/corpus.ts';
import { inputOf } from '../support/fuzz/inputs.ts';
import type { FuzzReport, FuzzShare } from '../support/fuzz/worker.ts';
import { REPOSITORY } from '../support/recipe-rig.ts';
import { runs } from '../support/runs.ts';

const isLong = process.env['TEST_RUNS_FACTOR'] !== undefined;
const SEED = Number(process.env['FUZZ_SEED'] ?? (isLong ? Date.now() % 2 ** 31 : 20_261_121));
const TRIALS = Number(process.env['FUZZ_TRIALS'] ?? runs(52_000));
const ONLY = process.env['FUZZ_ONLY'] === undefined ? undefined : Number(process.env['FUZZ_ONLY']);
const THREADS = ONLY === undefined ? 2 : 1;
/** A load takes about a millisecond. */
const LIMIT_MS = 400;
const LIMIT_MS_PER_THOUSAND = 50;
/** A trial that is not over by then is taken for endless. */
const HANG_MS = 20_000;

let folder: string;
let module: string;
let corpus: Corpus;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  module = bundleSupport('fuzz/worker.ts', folder);
  corpus = { ...readCorpus(REPOSITORY), parquet: await parquetFiles() };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** With every kind of column that a header tells apart. */
async function parquetFiles(): Promise<readonly string[]> {
  const engine = await openDuckDb();
  const columns = [
    '1 AS a, 2.5 AS price',
    "1::TINYINT AS a, DATE '2024-01-01' AS d, TIMESTAMP '2024-01-01 10:00:00' AS t, TIME '10:00:00' AS o, 1.5::DECIMAL(9,2) AS price",
    "'x' AS a, true AS b, [1, 2] AS l, {'x': 1, 'y': {'z': 'w'}} AS s, MAP {'k': 1} AS m, 'blob'::BLOB AS o, 1::HUGEINT AS h, '00000000-0000-0000-0000-000000000001'::UUID AS u",
  ];
  try {
    return await Promise.all(
      columns.map(async (select, index) => {
        const path = join(folder, `${index}.parquet`);
        await engine.execute(`COPY (SELECT ${select}) TO '${path}' (FORMAT parquet)`);
        return readFileSync(path).toString('base64');
      }),
    );
  } finally {
    await engine.close();
  }
}

/** The report of one thread. Rejects when a trial does not end. */
function share(from: number): Promise<FuzzReport> {
  const current = new SharedArrayBuffer(4);
  const workerData: FuzzShare = {
    seed: SEED,
    corpus,
    from: ONLY ?? from,
    step: THREADS,
    until: ONLY === undefined ? TRIALS : ONLY + 1,
    limitMs: LIMIT_MS,
    limitMsPerThousand: LIMIT_MS_PER_THOUSAND,
    current,
  };
  const worker = new Worker(module, { workerData });
  return new Promise((resolve, reject) => {
    let before = -1;
    const watch = setInterval(() => {
      const [index = 0] = new Int32Array(current);
      if (index === before) {
        reject(
          new Error(`FUZZ_SEED=${SEED} FUZZ_ONLY=${index}: does not end\n${JSON.stringify({ ...inputOf(SEED, index, corpus), data: [] })}`),
        );
        void worker.terminate();
      }
      before = index;
    }, HANG_MS);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      clearInterval(watch);
      reject(new Error('the thread ended without a report'));
    });
  });
}

test(`${TRIALS} loads of anything, FUZZ_SEED=${SEED}`, { timeout: 600_000 }, async () => {
  const reports = await Promise.all(Array.from({ length: THREADS }, (_, from) => share(from)));
  const told = reports
    .flatMap(({ faults }) => faults)
    .map(({ index, fault, input }) => `FUZZ_SEED=${SEED} FUZZ_ONLY=${index}: ${fault}\n${input}`);
  expect(told.join('\n\n')).toBe('');
  if (ONLY !== undefined) return;
  const sum = (count: (report: FuzzReport) => number): number => reports.reduce((total, report) => total + count(report), 0);
  const codes = new Set(reports.flatMap((report) => report.codes));
  const slowestMs = Math.max(...reports.map((report) => report.slowestMs));
  process.stdout.write(
    `FUZZ_SEED=${SEED}: ${sum(({ trials }) => trials)} loads, ${sum(({ accepted }) => accepted)} accepted, ${codes.size} codes, the slowest ${Math.round(slowestMs)} ms\n`,
  );
  expect(sum(({ trials }) => trials)).toBe(TRIALS);
  // Else it would try the same refusal again and again.
  expect(sum(({ accepted }) => accepted)).toBeGreaterThan(TRIALS / 20);
  expect(codes.size).toBeGreaterThan(20);
});
