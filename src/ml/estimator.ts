/**
 * The contract of every estimator, ours and adapted ones. Learned things are separate values:
 * `fit` returns a `FittedModel` and leaves the estimator as it was.
 */
import type { Json, JsonObject } from '../schema/json.ts';

/** The columns that a model sees: one Float64Array a feature, all of the same length. */
export interface FeatureMatrix {
  readonly rowCount: number;
  readonly features: readonly Feature[];
  /** `columns[f][row]`. `NaN` is a missing value; a category is its code, 0 … `levels` − 1. */
  readonly columns: readonly Float64Array[];
}

export interface Feature {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Categorical only: how many codes there are. A code outside 0 … levels − 1 is read as missing. */
  readonly levels?: number;
}

export type Target =
  | { readonly kind: 'regression'; readonly values: Float64Array }
  | {
      readonly kind: 'classification';
      /** Index into `classes` for each row. */
      readonly codes: Int32Array;
      /** Labels in code-unit order, except that the positive class of a binary task comes last. */
      readonly classes: readonly string[];
    };

export interface FitContext {
  /** Every random draw derives from it. */
  readonly seed: number;
  /** For early stopping and per-iteration metrics. Never trained on. */
  readonly validation?: { readonly x: FeatureMatrix; readonly y: Target; readonly sampleWeight?: Float64Array };
  /** Non-negative, one a row. */
  readonly sampleWeight?: Float64Array;
  /** Called after each iteration, with metrics such as `training_loss` and `validation_loss`. */
  readonly onIteration?: (iteration: number, metrics: Readonly<Record<string, number>>) => void;
  readonly signal?: AbortSignal;
  /** Threads at most; unless given `RECIPE_THREADS`, or one a core. The model is the same for any number. */
  readonly threads?: number;
  /** Where a long training leaves its state, to go on from after it was interrupted. Absent: it always begins anew. */
  readonly checkpoints?: Checkpoints;
}

/**
 * The state of one unfinished training. What was read must give the model that training without a
 * break would have given, or be left unread: nobody can tell the two apart afterwards.
 */
export interface Checkpoints {
  /** What was last written, also by a process that is gone. `undefined` when there is nothing whole. */
  read(): Json | undefined;
  /** Takes the place of the one before. */
  write(state: Json): void;
}

export interface Estimator {
  /** Such as `gradient_boosting`. */
  readonly name: string;
  /** All parameters, defaults included, by their snake_case names. Logged to tracking. */
  readonly params: JsonObject;
  /** Which values `fit` understands by itself. The trainer prepares the others. */
  readonly accepts: {
    readonly missing: boolean;
    readonly categorical: boolean;
    /** Absent: `sampleWeight` is obeyed. */
    readonly sampleWeight?: boolean;
  };
  fit(x: FeatureMatrix, y: Target, context: FitContext): Promise<FittedModel> | FittedModel;
}

/**
 * A prediction as a sum: for each row and output, `expected` and the values of all features add up to the raw score
 * within 1e-9 of its size. Raw is before the link: log odds for log loss and softmax, a logarithm for a log link or a
 * target learned as its logarithm, and the prediction itself otherwise; `space` says which.
 */
export interface Contributions {
  /** 1 for regression and for two classes, where it is the score of the last class; else one a class, in their order. */
  readonly outputs: number;
  /** One an output: the mean raw score over the training rows, weighted as they were, in the model's own reckoning. */
  readonly expected: Float64Array;
  /** Row-major `rowCount × outputs × features`. */
  readonly values: Float64Array;
  readonly space: ContributionSpace;
  /** What a reader must know, such as that the model was saved before it kept what exact values need. A sentence without its period. */
  readonly note?: string;
}

/**
 * From raw score `s` to prediction: `s`; eˢ; eˢ − 1; 1 / (1 + e⁻ˢ), of several classes their softmax; `s`, a probability
 * already; some other function that grows with `s`.
 */
export type ContributionSpace = 'value' | 'log' | 'log1p' | 'log_odds' | 'probability' | 'raw';

export interface FittedModel {
  /** The name of the estimator that made it; `restoreModel` finds the reader by it. */
  readonly estimator: string;
  /** Regression: values, one a row. Classification: class codes, one a row. */
  predict(x: FeatureMatrix): Float64Array;
  /** Classification: row-major `rowCount × classes`, each row summing to 1. Absent without probabilities. */
  readonly predictProba?: (x: FeatureMatrix) => Float64Array;
  /** Total gain, absolute coefficient or the like for each feature, summing to 1 unless all are 0. */
  readonly featureImportance?: () => Float64Array;
  /**
   * Shapley values: how much each feature moves each row's raw score away from the mean one. Exact for the
   * algorithm, deterministic, and of the model as it was restored. Absent where nothing exact is known.
   */
  readonly contributions?: (x: FeatureMatrix) => Contributions;
  /** About how many multiplications the contributions of a row take. Absent: a few for each feature. */
  readonly contributionWork?: number;
  /** Restoring this gives the same predictions, bit for bit. */
  toJSON(): Json;
  /** Numbers worth showing on the card: trees, leaves, iterations, coefficients. */
  describe(): JsonObject;
  /** Networks only: their layers as a table of text, which is kept beside the model. */
  readonly modelSummary?: () => string;
}
