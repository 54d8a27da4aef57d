/** Runs the trials of one share, on a thread of its own: a trial that does not end is ended from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Corpus } from './corpus.ts';
import { type Outcome, outcomeOf } from './faults.ts';
import { type FuzzInput, inputOf } from './inputs.ts';
import { smaller } from './smaller.ts';

export interface FuzzShare {
  readonly seed: number;
  readonly corpus: Corpus;
  readonly from: number;
  readonly step: number;
  readonly until: number;
  /** A trial that takes longer is a fault; of a long text, longer by so much for each thousand characters. */
  readonly limitMs: number;
  readonly limitMsPerThousand: number;
  /** Int32: the number of the trial that runs. */
  readonly current: SharedArrayBuffer;
}

export interface FuzzReport {
  readonly trials: number;
  readonly accepted: number;
  readonly slowestMs: number;
  readonly codes: readonly string[];
  readonly faults: readonly { readonly index: number; readonly fault: string; readonly input: string }[];
}

const { seed, corpus, from, step, until, limitMs, limitMsPerThousand, current } = workerData as FuzzShare;
const running = new Int32Array(current);
const codes = new Set<string>();
const faults: FuzzReport['faults'][number][] = [];
let [trials, accepted, slowestMs] = [0, 0, 0];
for (let index = from; index < until && faults.length < 5; index += step) {
  Atomics.store(running, 0, index);
  const input = inputOf(seed, index, corpus);
  const { fault, durationMs, ...outcome } = trial(input);
  trials++;
  if (outcome.isAccepted) accepted++;
  slowestMs = Math.max(slowestMs, durationMs);
  for (const code of outcome.codes) codes.add(code);
  if (fault !== undefined) faults.push({ index, fault, input: shown(smaller(input, (one) => trial(one).fault !== undefined)) });
}
parentPort?.postMessage({ trials, accepted, slowestMs, codes: [...codes], faults } satisfies FuzzReport);

/** Timed again before it is called slow: the machine may have been busy. */
function trial(input: FuzzInput): Outcome & { readonly durationMs: number } {
  const first = timed(input);
  const length = input.recipe.length + (input.profile?.length ?? 0) + input.set.join('').length;
  const most = limitMs + (limitMsPerThousand * length) / 1000;
  const best = first.durationMs > most ? [first, timed(input), timed(input)].sort((a, b) => a.durationMs - b.durationMs)[0] : first;
  if (best === undefined || best.fault !== undefined || best.durationMs <= most) return best ?? first;
  return { ...best, fault: `took ${Math.round(best.durationMs)} ms` };
}

function timed(input: FuzzInput): Outcome & { readonly durationMs: number } {
  const startedAt = performance.now();
  const outcome = outcomeOf(input);
  return { ...outcome, durationMs: performance.now() - startedAt };
}

function shown({ data, ...input }: FuzzInput): string {
  return JSON.stringify({ ...input, ...(data !== undefined && { data: Buffer.from(data).toString('base64') }) });
}
