/**
 * The search over hyperparameters: proposes a batch, fits its trials, and goes on from what came of them. Knows
 * neither estimators nor files. The trials are the same however many run at once, and wherever an earlier run stopped.
 */
import { makeSearch } from '../../../ml/tuning/search.ts';
import { bestOf, type Proposal, type Search } from '../../../ml/tuning/trial.ts';
import type { JsonObject } from '../../../schema/json.ts';
import { errorWords } from '../../error-words.ts';
import type { TuneParams } from '../params.ts';
import type { StopSearch } from './early-stop.ts';
import type { KeptTrial, KeptTrials, TrialKey } from './kept-trials.ts';
import { BASELINE, type TriedTrial } from './tried.ts';

/** Metrics on the validation rows, all of them finite. Throws what the estimator or a metric throws. */
export type FitTrial = (trial: TrialKey) => Promise<Readonly<Record<string, number>>>;

export interface TuneOptions {
  readonly tuning: TuneParams;
  /** `estimator_params`: the same in every trial, unless they are searched for. */
  readonly fixed: JsonObject;
  /** What is optimised, and whether more of it is better. */
  readonly primary: string;
  readonly higher: boolean;
  readonly parallelism: number;
  readonly kept: KeptTrials;
  readonly fitTrial: FitTrial;
  /** The same in this thread. */
  readonly fitHere: FitTrial;
  /** Absent: nothing ends the search early. */
  readonly stop?: StopSearch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onTrial?: (
    trial: TriedTrial,
    state: { readonly done: number; readonly most: number | undefined; readonly best: TriedTrial },
  ) => void;
}

export interface Tuned {
  /** The baseline first, then the others in the order of proposals. */
  readonly trials: readonly TriedTrial[];
  readonly baseline: TriedTrial;
  /** The baseline unless a trial is better than it. */
  readonly winner: TriedTrial;
  readonly ended: 'all-tried' | 'time' | 'early-stop';
}

export async function tune(options: TuneOptions): Promise<Tuned> {
  const { tuning, signal, stop } = options;
  const { algorithm, parameters: space, seed, max_trials: maxTrials, factor } = tuning;
  const search = makeSearch({
    algorithm,
    space,
    seed,
    ...(maxTrials !== undefined && { maxTrials }),
    ...(factor !== undefined && { factor }),
  });
  const run = new Trials(options, search);
  const finished: TriedTrial[] = [];
  const first: Proposal = { number: BASELINE, values: {}, rung: 0, share: 1 };
  const begun = await run.batch([first, ...search.next(finished)]);
  const [baseline, ...others] = begun.tried as readonly [TriedTrial, ...TriedTrial[]];
  await run.throwIfAllFailed(begun.tried);
  finished.push(...others);
  let ended: Tuned['ended'] | undefined = begun.isLate ? 'time' : undefined;
  while (ended === undefined) {
    signal.throwIfAborted();
    if (stop !== undefined && finished.length > 0 && (await stop(finished))) {
      ended = 'early-stop';
      break;
    }
    const batch = search.next(finished);
    const { tried, isLate } = await run.batch(batch);
    finished.push(...tried);
    if (isLate) ended = 'time';
    else if (batch.length === 0) ended = 'all-tried';
  }
  const best = bestOf(finished);
  const isBeaten = best?.loss !== undefined && (baseline.loss === undefined || best.loss < baseline.loss);
  return { trials: [baseline, ...finished], baseline, winner: isBeaten ? best : baseline, ended };
}

class Trials {
  readonly #options: TuneOptions;
  readonly #most: number | undefined;
  readonly #beganMs: number;
  /** What earlier executions, which were killed, had already taken. */
  #earlierMs = 0;
  #done = 0;
  #best: TriedTrial | undefined;

  constructor(options: TuneOptions, search: Search) {
    this.#options = options;
    // With the baseline.
    this.#most = search.most === undefined ? undefined : search.most + 1;
    this.#beganMs = options.now();
  }

  /** In the order of the proposals. Late, when the time was over before the last of them began. */
  async batch(proposals: readonly Proposal[]): Promise<{ readonly tried: readonly TriedTrial[]; readonly isLate: boolean }> {
    const tried: (TriedTrial | undefined)[] = proposals.map(() => undefined);
    let next = 0;
    let isLate = false;
    const worker = async (): Promise<void> => {
      while (next < proposals.length) {
        const at = next++;
        const proposal = proposals[at] as Proposal;
        const kept = this.#options.kept.find(this.#keyOf(proposal));
        if (kept !== undefined) this.#earlierMs = Math.max(this.#earlierMs, kept.elapsedMs);
        // The baseline is always tried: without it nothing could win.
        else if (proposal.number !== BASELINE && this.#isOver()) isLate = true;
        if (isLate) return;
        tried[at] = await this.#trial(proposal, kept);
        this.#tell(tried[at]);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.parallelism, proposals.length) }, worker));
    return { tried: tried.filter((trial) => trial !== undefined), isLate };
  }

  /** When every trial of the first batch failed the mistake is not in one of them: the error, as the estimator throws it. */
  async throwIfAllFailed(tried: readonly TriedTrial[]): Promise<void> {
    const [first] = tried;
    // Again, here: an error that comes from another thread has lost its class and its place in the user's source.
    if (first !== undefined && tried.every(({ error }) => error !== undefined)) await this.#options.fitHere(this.#keyOf(first));
  }

  #isOver(): boolean {
    const budget = this.#options.tuning.time_budget_secs;
    return budget !== undefined && this.#elapsed() >= budget * 1000;
  }

  #elapsed(): number {
    return this.#earlierMs + this.#options.now() - this.#beganMs;
  }

  async #trial(proposal: Proposal, kept: KeptTrial | undefined): Promise<TriedTrial> {
    const key = this.#keyOf(proposal);
    const result: Pick<TriedTrial, 'metrics' | 'error' | 'startedAt' | 'durationMs'> = kept ?? (await this.#run(key));
    const { primary, higher } = this.#options;
    const { metrics, error, startedAt, durationMs } = result;
    const value = metrics[primary];
    return {
      ...proposal,
      params: key.params,
      metrics,
      ...(error !== undefined && { error }),
      ...(value !== undefined && { loss: higher ? -value : value }),
      startedAt,
      durationMs,
    };
  }

  async #run(key: TrialKey): Promise<KeptTrial & Pick<TriedTrial, 'error'>> {
    const { fitTrial, now, kept, signal } = this.#options;
    const startedAt = now();
    const end = () => ({ startedAt, durationMs: now() - startedAt, elapsedMs: this.#elapsed() });
    try {
      const metrics = await fitTrial(key);
      const result = { metrics, ...end() };
      kept.keep(key, result);
      return result;
    } catch (error) {
      // Stopped is not failed: the trial runs when the search goes on. What failed is tried again then, too.
      if (signal.aborted || isEnd(error)) throw error;
      return { metrics: {}, error: errorWords(error), ...end() };
    }
  }

  #keyOf({ values, share }: Proposal): TrialKey {
    const { tuning, fixed } = this.#options;
    const { resource, sample_fraction: fraction } = tuning;
    const params = { ...fixed, ...values };
    if (share === 1 || resource === undefined) return { params, rowShare: fraction };
    if (resource === SAMPLES) return { params, rowShare: fraction * share };
    const whole = fixed[resource] as number;
    return { params: { ...params, [resource]: Math.max(1, Math.round(whole * share)) }, rowShare: fraction };
  }

  #tell(trial: TriedTrial): void {
    this.#done++;
    if (trial.share === 1 && (this.#best?.loss === undefined || (trial.loss !== undefined && trial.loss < this.#best.loss)))
      this.#best = trial;
    this.#options.onTrial?.(trial, { done: this.#done, most: this.#most, best: this.#best ?? trial });
  }
}

/** Code that calls `process.exit` ends the step, in whatever thread it runs. */
function isEnd(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at.name === 'EndedByUserCode') return true;
  return false;
}

/** The resource that needs no parameter: training rows. */
const SAMPLES = 'n_samples';
