/**
 * A search over estimators and their parameters, as an estimator: `fit` tries models, measures them on the validation
 * rows, and gives the best one or the mean of several. Trials run one after the other, each with all threads, so that the
 * result depends on the seed and the number of trials alone; a time budget makes it depend on the machine.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput } from '../../schema/param.ts';
import { fitBaseline } from '../baseline.ts';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../estimator.ts';
import { linear } from '../linear/linear.ts';
import { requiredParams } from '../required-params.ts';
import { extraTrees } from '../trees/extra-trees.ts';
import { gradientBoosting } from '../trees/gradient-boosting.ts';
import { randomForest } from '../trees/random-forest.ts';
import { AUTOML, type AutomlModel, automlModel } from './automl-model.ts';
import { automlParams } from './automl-params.ts';
import { type AutomlOutcome, type AutomlProposal, proposeTrial } from './automl-search.ts';
import { candidatesFor, shapeOf } from './candidates.ts';
import { selectEnsemble } from './ensemble-selection.ts';
import { holdOut, type Rows } from './held-rows.ts';
import { LIBRARY, Library, largestOf, outputOf } from './library.ts';

export { automlParams } from './automl-params.ts';

/** A trial that has ended. */
export interface AutomlTrial extends AutomlOutcome {
  /** All that the estimator was given. */
  readonly params: JsonObject;
  /** Why it failed. */
  readonly error?: string;
}

export interface AutomlReport {
  readonly trials: readonly AutomlTrial[];
  /** Of a model that looks at no feature, on the same rows. */
  readonly baselineLoss: number | undefined;
  /** What was taken: trials with their shares, the largest first. */
  readonly members: readonly { readonly number: number; readonly weight: number }[];
  /** Of what was taken. */
  readonly loss: number | undefined;
  /** On the validation rows, of the best trial of each estimator: values, or probabilities. */
  readonly outputs: ReadonlyMap<number, Float64Array>;
  readonly ended: 'all-tried' | 'time';
}

type Loss = number | undefined;
type LossOf = (prediction: Float64Array, scores: Float64Array | undefined) => Loss;

/** What the search is given from outside. */
export interface AutomlTools {
  /** The loss of a prediction on the validation rows, lower is better; root mean squared error or log loss unless given. */
  readonly lossOf?: (prediction: Float64Array, scores: Float64Array | undefined) => Loss | Promise<Loss>;
  /** When so many milliseconds are spent, no new trial begins, and the one that is under way is given up where another has a loss. */
  readonly budget?: { readonly now: () => number; readonly ms: number };
  /** A trial that was tried before, by a process that is gone. */
  readonly find?: (estimator: string, params: JsonObject) => { readonly loss?: number } | undefined;
  readonly onTrial?: (trial: AutomlTrial, best: AutomlTrial | undefined) => void;
  readonly onEnd?: (report: AutomlReport) => void;
}

const TRIALS = 30;
/** A timer that is set to more rings at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** A mean of models must be better than the best by this share of its loss, and be measured on this many rows. */
const WORTH_IT = 0.001;
const FEWEST_FOR_MEAN = 50;

/** The estimators that are tried. */
export const CREATE: Readonly<Record<string, (params: JsonObject) => Estimator>> = {
  linear: (params) => linear(params),
  random_forest: (params) => randomForest(params),
  extra_trees: (params) => extraTrees(params),
  gradient_boosting: (params) => gradientBoosting(params),
};

/** Throws one `RangeError` with all problems of the parameters. */
export function automl(input: ParamInput<typeof automlParams> = {}, tools: AutomlTools = {}): Estimator {
  const params = requiredParams(AUTOML, automlParams, input);
  const maxTrials = params.max_trials ?? (tools.budget === undefined ? TRIALS : Number.POSITIVE_INFINITY);
  return {
    name: AUTOML,
    params: { ...params, ...(Number.isFinite(maxTrials) && { max_trials: maxTrials }) },
    accepts: { missing: true, categorical: true },
    fit(x, y, context) {
      if (x.rowCount === 0) throw new RangeError('automl needs at least one row');
      return new AutomlFit({ maxTrials, wantsMean: params.ensemble, tools, x, y, context }).run();
    },
  };
}

interface FitSettings {
  readonly maxTrials: number;
  readonly wantsMean: boolean;
  readonly tools: AutomlTools;
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly context: FitContext;
}

interface Deadline {
  readonly signal: AbortSignal;
  forget(): void;
}

interface Share {
  readonly trial: AutomlTrial;
  readonly weight: number;
}

class AutomlFit {
  readonly #settings: FitSettings;
  readonly #all: Rows;
  readonly #training: Rows;
  readonly #held: Rows;
  /** Whether the rows to compare on were taken from the training rows, to which the final models give them back. */
  readonly #isHeldOut: boolean;
  readonly #lossOf: NonNullable<AutomlTools['lossOf']>;
  readonly #classCount: number;
  readonly #library = new Library();

  constructor(settings: FitSettings) {
    const { x, y, context, tools } = settings;
    const { sampleWeight, validation, seed } = context;
    this.#settings = settings;
    this.#all = { x, y, ...(sampleWeight !== undefined && { sampleWeight }) };
    const hasValidation = validation !== undefined && validation.x.rowCount > 0;
    const { training, held } = hasValidation ? { training: this.#all, held: validation } : holdOut(this.#all, seed);
    this.#training = training;
    this.#held = held;
    this.#isHeldOut = training !== this.#all;
    this.#lossOf = tools.lossOf ?? lossOn(held);
    this.#classCount = y.kind === 'classification' ? y.classes.length : 0;
  }

  async run(): Promise<AutomlModel> {
    const { tools } = this.#settings;
    const { trials, ended } = await this.#tryAll();
    const [first] = trials;
    const winner = bestOf(trials) ?? trials.find(({ error }) => error === undefined);
    if (winner === undefined)
      throw new RangeError(`\`automl\`: no trial gave a model; the first failed with: ${first?.error ?? 'nothing'}`);
    const mean = await this.#mean(trials, winner);
    const shares: readonly Share[] = mean?.shares ?? [{ trial: winner, weight: 1 }];
    const members = [];
    for (const { trial, weight } of shares) {
      const model = this.#isHeldOut ? await this.#fit(trial, this.#all, undefined) : await this.#modelOf(trial);
      members.push({ weight, params: trial.params, model });
    }
    const constant = fitBaseline(this.#training.y, { sampleWeight: this.#training.sampleWeight });
    const { prediction, scores } = outputOf(constant, this.#held.x);
    tools.onEnd?.({
      trials,
      baselineLoss: await this.#lossOf(prediction, scores),
      members: shares.map(({ trial, weight }) => ({ number: trial.number, weight })),
      loss: mean?.loss ?? winner.loss,
      outputs: await this.#bestOutputs(trials),
      ended,
    });
    return automlModel(members, this.#classCount, trials.length);
  }

  async #tryAll(): Promise<Pick<AutomlReport, 'trials' | 'ended'>> {
    const { maxTrials, tools, context } = this.#settings;
    const { x, y } = this.#all;
    const candidates = candidatesFor(shapeOf(x, y, this.#held.x.rowCount));
    const begin = tools.budget?.now() ?? 0;
    const trials: AutomlTrial[] = [];
    while (trials.length < maxTrials) {
      context.signal?.throwIfAborted();
      if (tools.budget !== undefined && trials.length > 0 && tools.budget.now() - begin >= tools.budget.ms)
        return { trials, ended: 'time' };
      const proposal = proposeTrial(candidates, trials, context.seed);
      if (proposal === undefined) break;
      const fixed = candidates.find(({ name }) => name === proposal.estimator)?.fixed;
      const deadline = this.#deadline(begin, bestOf(trials) !== undefined);
      const trial = await this.#try({ ...proposal, params: { ...fixed, ...proposal.values } }, deadline);
      deadline?.forget();
      if (trial === undefined) return { trials, ended: 'time' };
      trials.push(trial);
      const best = bestOf(trials);
      tools.onTrial?.(trial, best);
      if (best?.loss !== undefined) context.onIteration?.(trials.length, { validation_loss: best.loss });
    }
    return { trials, ended: 'all-tried' };
  }

  /** Aborts when the budget is spent. */
  #deadline(begin: number, hasLoss: boolean): Deadline | undefined {
    const { budget } = this.#settings.tools;
    if (budget === undefined || !hasLoss) return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), Math.min(LONGEST_TIMER, budget.ms - (budget.now() - begin)));
    timer.unref();
    return { signal: controller.signal, forget: () => clearTimeout(timer) };
  }

  /** `undefined` when the deadline came first. */
  async #try(asked: AutomlProposal & { readonly params: JsonObject }, deadline: Deadline | undefined): Promise<AutomlTrial | undefined> {
    const { tools, context } = this.#settings;
    const known = tools.find?.(asked.estimator, asked.params);
    if (known !== undefined) return { ...asked, ...known };
    try {
      const model = await this.#fit(asked, this.#training, this.#held, deadline?.signal);
      const { prediction, scores } = outputOf(model, this.#held.x);
      const loss = await this.#lossOf(prediction, scores);
      if (loss === undefined || !Number.isFinite(loss)) return asked;
      this.#library.keep({ number: asked.number, estimator: asked.estimator, loss, model, output: scores ?? prediction });
      return { ...asked, loss };
    } catch (error) {
      // A trial that fails is told and passed over. What was stopped stops everything.
      context.signal?.throwIfAborted();
      if (deadline?.signal.aborted === true) return undefined;
      return { ...asked, error: error instanceof Error ? error.message : String(error) };
    }
  }

  async #fit(
    { estimator, params }: Pick<AutomlTrial, 'estimator' | 'params'>,
    { x, y, sampleWeight }: Rows,
    validation: Rows | undefined,
    deadline?: AbortSignal,
  ): Promise<FittedModel> {
    const { seed, signal: outer, threads } = this.#settings.context;
    const signals = [outer, deadline].filter((signal) => signal !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    const create = CREATE[estimator] as (params: JsonObject) => Estimator;
    return create(params).fit(x, y, {
      seed,
      ...(signal !== undefined && { signal }),
      ...(threads !== undefined && { threads }),
      ...(sampleWeight !== undefined && { sampleWeight }),
      ...(validation !== undefined && { validation }),
    });
  }

  /** A model that is not at hand any more is fitted again, which gives the same one. */
  async #modelOf(trial: AutomlTrial): Promise<FittedModel> {
    return this.#library.find(trial.number)?.model ?? this.#fit(trial, this.#training, this.#held);
  }

  async #bestOutputs(trials: readonly AutomlTrial[]): Promise<ReadonlyMap<number, Float64Array>> {
    const outputs = new Map<number, Float64Array>();
    for (const estimator of new Set(trials.map((trial) => trial.estimator))) {
      const best = bestOf(trials.filter((trial) => trial.estimator === estimator));
      if (best !== undefined) outputs.set(best.number, await this.#outputOn(best));
    }
    return outputs;
  }

  async #outputOn(trial: AutomlTrial): Promise<Float64Array> {
    const kept = this.#library.find(trial.number)?.output;
    if (kept !== undefined) return kept;
    const { prediction, scores } = outputOf(await this.#modelOf(trial), this.#held.x);
    return scores ?? prediction;
  }

  /** The mean of several models, where it is worth it. */
  async #mean(
    trials: readonly AutomlTrial[],
    winner: AutomlTrial,
  ): Promise<{ readonly shares: readonly Share[]; readonly loss: number } | undefined> {
    const alone = winner.loss;
    if (!this.#settings.wantsMean || alone === undefined || this.#held.x.rowCount < FEWEST_FOR_MEAN) return undefined;
    const top = trials
      .filter(({ loss }) => loss !== undefined)
      .sort((a, b) => (a.loss as number) - (b.loss as number) || a.number - b.number)
      .slice(0, LIBRARY);
    if (top.length < 2) return undefined;
    const outputs: Float64Array[] = [];
    for (const trial of top) outputs.push(await this.#outputOn(trial));
    // A metric may be slow, or a function of the user's: the shares are chosen by one that is quick, and measured once by the other.
    const quick = lossOn(this.#held);
    const { weights } = selectEnsemble(outputs, (mean) => quick(mean, this.#classCount === 0 ? undefined : mean));
    const blend = new Float64Array((outputs[0] as Float64Array).length);
    outputs.forEach((own, index) => {
      for (let k = 0; k < blend.length; k++) blend[k] = (blend[k] as number) + (weights[index] as number) * (own[k] as number);
    });
    const loss = await (this.#classCount === 0 ? this.#lossOf(blend, undefined) : this.#lossOf(largestOf(blend, this.#classCount), blend));
    if (loss === undefined || !(loss < alone - WORTH_IT * Math.abs(alone))) return undefined;
    const shares = top.map((trial, index) => ({ trial, weight: weights[index] as number }));
    return {
      shares: shares.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || a.trial.number - b.trial.number),
      loss,
    };
  }
}

function bestOf(trials: readonly AutomlTrial[]): AutomlTrial | undefined {
  let best: AutomlTrial | undefined;
  for (const trial of trials) if (trial.loss !== undefined && (best?.loss === undefined || trial.loss < best.loss)) best = trial;
  return best;
}

/** The two metrics that are measured hundreds of times when a mean is chosen, by themselves. */
function lossOn({ y, sampleWeight, x }: Rows): LossOf {
  const weight = sampleWeight ?? new Float64Array(x.rowCount).fill(1);
  const total = weight.reduce((sum, w) => sum + w, 0);
  const mean = (of: (row: number) => number): number => weight.reduce((sum, w, row) => sum + (w === 0 ? 0 : w * of(row)), 0) / total;
  if (y.kind === 'regression') {
    const { values } = y;
    return (prediction) => Math.sqrt(mean((row) => ((prediction[row] as number) - (values[row] as number)) ** 2));
  }
  const { codes, classes } = y;
  return (_, scores) =>
    scores && mean((row) => -Math.log(Math.max(scores[row * classes.length + (codes[row] as number)] as number, Number.EPSILON)));
}
