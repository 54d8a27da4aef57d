/**
 * The validated recipe: what every later stage works with. All defaults are filled in, every name is
 * as in the file, and nothing behind this type checks configuration again.
 */
import type { SearchSpace } from '../schema/distributions.ts';
import type { Expectations } from '../schema/expectations.ts';
import type { JsonObject } from '../schema/json.ts';
import type { OperationData } from '../schema/operations.ts';
import type { Wanted } from './address.ts';
import type {
  AUTOML,
  BAD_LINES,
  CALIBRATIONS,
  COLUMN_TYPES,
  ENCODERS,
  ESTIMATORS,
  Format,
  IMPUTERS,
  OUTPUTS,
  RESULT_TYPES,
  RecipeName,
  ROLES,
  SAVE_MODES,
  SCHEMA_DRIFTS,
  SEARCHES,
  STRATIFIERS,
  TARGET_TRANSFORMS,
  THRESHOLD_METRICS,
} from './vocabulary.ts';

export interface Recipe {
  readonly recipe: RecipeName;
  readonly task: 'regression' | 'classification';
  readonly target_col: string;
  /** Absent: the data decide. Presence counts, not truth: `0` and `false` are classes. */
  readonly positive_class?: string | number | boolean;
  /** Absent for a classification that does not name one: `f1_score` with two classes, else `f1_score_macro`. */
  readonly primary_metric?: string;
  readonly custom_metrics: readonly CustomMetric[];
  /** By name or pattern (see `ruleOf`); a column that nothing is said of is a feature. */
  readonly columns: Readonly<Record<string, ColumnPurpose>>;
  readonly steps: {
    readonly ingest: IngestParams;
    readonly split: SplitParams;
    readonly transform: TransformParams;
    readonly train: TrainParams;
    readonly evaluate: EvaluateParams;
    readonly register: RegisterParams;
    readonly ingest_scoring?: IngestParams;
    readonly predict?: PredictParams;
  };
  /** By name, in the order of the file. */
  readonly custom_steps: Readonly<Record<string, CustomStepParams>>;
  /** Of the steps that say something about it. */
  readonly patience: Readonly<Record<string, PatienceParams>>;
  readonly experiment: ExperimentParams;
  /** Absent: results stay on this machine. */
  readonly cache?: CacheParams;
  readonly resources: ResourceParams;
}

export interface CustomStepParams {
  readonly method: string;
  /** A step, or the function's own names with `step.output` each. */
  readonly needs: string | Readonly<Record<string, string>>;
  /** Paths or patterns, relative to the root. */
  readonly inputs: readonly string[];
  /** Names with a file each. Absent: a changed version of what it reads. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly params: JsonObject;
}

/** How long and how often a step is tried. Changes no result. */
export interface PatienceParams {
  readonly timeout_ms?: number;
  readonly retries?: number;
}

/** A cache that machines share. What is absent may come from the environment. */
export interface CacheParams {
  readonly location: string;
  readonly write: boolean;
  readonly region?: string;
  readonly endpoint?: string;
  readonly access_key_id?: string;
  readonly secret_access_key?: string;
  readonly session_token?: string;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly secret?: string;
}

/** What is absent is decided by the machine. */
export interface ResourceParams {
  readonly workers?: number;
  readonly memory_bytes?: number;
  readonly threads?: number;
  readonly memory_limit_bytes?: number;
  readonly temporary_folder?: string;
}

export interface CustomMetric {
  readonly name: string;
  readonly function: string;
  readonly greater_is_better: boolean;
}

export interface ColumnPurpose {
  readonly role?: (typeof ROLES)[number];
  readonly type?: (typeof COLUMN_TYPES)[number];
  readonly format?: string;
  readonly sensitive?: boolean;
  readonly reason?: string;
}

interface Locations {
  /** Relative to the root, or absolute; in the order of the file, at least one. */
  readonly location: readonly string[];
  /** What to do with files whose columns differ. */
  readonly schema_drift: (typeof SCHEMA_DRIFTS)[number];
  readonly skip_data_profiling: boolean;
  /** What must hold of the data. Absent where nothing is said. */
  readonly expect?: Expectations;
}

export type IngestParams =
  | (Locations & {
      readonly using: 'csv' | 'tsv';
      /** Absent: a tab for `tsv`, a comma for `csv`. */
      readonly delimiter?: string;
      readonly header: boolean;
      /** Absent unless the recipe says them: the usual ones then, and with them the candidates. */
      readonly null_values?: readonly string[];
      readonly bad_lines: (typeof BAD_LINES)[number];
    })
  | (Locations & { readonly using: Exclude<Format, 'csv' | 'tsv'> })
  | (Locations & {
      /** `location` has the locations of all inputs. */
      readonly using: 'sql';
      readonly sql: string;
      /** In the order of the file. */
      readonly inputs: readonly { readonly name: string; readonly format: Format; readonly location: readonly string[] }[];
      /** Of the inputs that are CSV. */
      readonly text: {
        readonly delimiter?: string;
        readonly header: boolean;
        readonly null_values?: readonly string[];
        readonly bad_lines: (typeof BAD_LINES)[number];
      };
    })
  | (Locations & {
      /** `location` holds what is wanted as well, see `databaseAddress`. */
      readonly using: 'postgresql';
      readonly wanted: Wanted;
    })
  | (Locations & {
      readonly using: 'sqlite';
      /** Absent: the query, or the only table. */
      readonly table?: string;
      readonly sql?: string;
    })
  | (Locations & {
      readonly using: 'custom';
      readonly loader_method: string;
      /** Second argument of the loader: the word after `using`, else the extension of the first location. */
      readonly format: string;
    });

interface SplitHooks {
  readonly post_split_filter_method?: string;
  readonly post_split_method?: string;
  readonly skip_data_profiling: boolean;
}

export type SplitParams =
  | (SplitHooks & {
      readonly using: 'split_ratios';
      /** Training, validation and test; each above 0, their sum is 1. */
      readonly split_ratios: readonly [number, number, number];
      readonly seed: number;
      readonly stratify?: (typeof STRATIFIERS)[number];
      readonly key?: readonly string[];
    })
  | (SplitHooks & {
      readonly using: 'column';
      readonly column: string;
      /** Values of the column, as texts. Without `validation` its rows are taken from train by content. */
      readonly train: readonly string[];
      readonly validation: readonly string[];
      readonly test: readonly string[];
    })
  | (SplitHooks & {
      readonly using: 'files';
      /** Locations beside that of `ingest`. Without `validation` its rows are taken from train by content. */
      readonly validation: readonly string[];
      readonly test: readonly string[];
    })
  | (SplitHooks & { readonly using: 'custom'; readonly split_method: string });

interface Transforming {
  /** How the target is changed before it is learned. */
  readonly target?: (typeof TARGET_TRANSFORMS)[number];
  readonly skip_data_profiling: boolean;
}

export type TransformParams =
  | (Transforming & {
      readonly using: 'auto';
      readonly impute: (typeof IMPUTERS)[number];
      readonly encode: (typeof ENCODERS)[number];
    })
  | (Transforming & { readonly using: 'operations'; readonly operations: readonly OperationData[] })
  | (Transforming & { readonly using: 'custom'; readonly transformer_method: string });

interface Training {
  /** Checked against the declarations of the estimator, without its defaults. With `custom` as written. */
  readonly estimator_params: JsonObject;
  readonly seed: number;
  readonly predict_scores_for_all_classes: boolean;
  readonly predict_prefix: string;
  /** Absent where the recipe says nothing of them. */
  readonly classes?: ClassesParams;
  /** Absent: the rows decide. `false`: never. */
  readonly cross_validation?: CrossValidationParams | false;
  readonly skip_data_profiling: boolean;
  /** Absent unless enabled. */
  readonly tuning?: TuningParams;
}

export interface TuningParams {
  readonly algorithm: (typeof SEARCHES)[number];
  /** Absent: all points of a grid, or as many trials as there is time for. */
  readonly max_trials?: number;
  readonly time_budget_secs?: number;
  readonly seed: number;
  /** Changes no result. */
  readonly parallelism: number;
  readonly sample_fraction: number;
  /** Exported by `steps/train.ts`. */
  readonly early_stop_fn?: string;
  /** `successive_halving` only: `n_samples`, or the name of a parameter. */
  readonly resource?: string;
  readonly factor?: number;
  readonly parameters: SearchSpace;
}

/** What is done for classes and their probabilities. */
export interface ClassesParams {
  readonly class_weight?: 'balanced' | Readonly<Record<string, number>>;
  /** Share of the smaller class, where rows of the larger one are left out. */
  readonly rebalance?: number;
  readonly calibrate_proba?: (typeof CALIBRATIONS)[number];
  readonly threshold?: ThresholdParams;
}

export type ThresholdParams =
  | 'auto'
  | number
  | { readonly metric: (typeof THRESHOLD_METRICS)[number] }
  | { readonly cost: { readonly false_positive: number; readonly false_negative: number } };

export interface CrossValidationParams {
  readonly folds: number;
  readonly repeats: number;
  readonly stratify: boolean;
}

export type TrainParams =
  | (Training & { readonly using: (typeof ESTIMATORS)[number] })
  | (Training & { readonly using: typeof AUTOML; readonly time_budget_secs?: number })
  | (Training & { readonly using: 'custom'; readonly estimator_method: string });

export interface EvaluateParams {
  readonly validation_criteria: readonly { readonly metric: string; readonly threshold: number }[];
  /** Absent: the recipe says nothing of it. */
  readonly explain?: ExplainParams;
}

/** What is not said is absent: a limit of rows holds where it was said. */
export interface ExplainParams {
  readonly enabled?: boolean;
  readonly rows?: number;
  readonly features?: number;
}

export interface RegisterParams {
  readonly allow_non_validated_model: boolean;
  /** The name of the folder when the recipe gives none. */
  readonly model_name: string;
  /** Absent: the registry of the tracking store. */
  readonly registry_uri?: string;
}

export interface PredictParams {
  readonly using: (typeof OUTPUTS)[number];
  readonly location: string;
  readonly model_uri?: string;
  /** Absent: a number for a regression, the type of the target for classes. */
  readonly result_type?: (typeof RESULT_TYPES)[number];
  readonly save_mode: (typeof SAVE_MODES)[number];
  readonly skip_data_profiling: boolean;
}

/** What is absent is decided by the tracking store. */
export interface ExperimentParams {
  /** The name of the folder when the recipe gives neither name nor id. */
  readonly name?: string;
  readonly id?: string;
  readonly tracking_uri?: string;
  readonly artifact_location?: string;
  readonly run_name_prefix?: string;
  readonly tags: Readonly<Record<string, string>>;
}
