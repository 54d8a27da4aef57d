/**
 * A fitted transformer is data: inputs, operations in order, and the features that come out. It
 * holds everything that prediction needs and no code; `compile.ts` turns it into SQL.
 */
import type { Json } from '../../schema/json.ts';
import type { OperationOf } from '../../schema/operations.ts';
import { expressionFault } from '../../schema/row-expression.ts';
import type { ColumnType } from '../table.ts';

export interface TransformInput {
  readonly name: string;
  readonly type: ColumnType;
}

/** A feature as the estimators see it, with the texts behind the codes. */
export interface TransformFeature {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Categorical only: how many codes there are. */
  readonly levels?: number;
  /** Categorical only: the text of each code. */
  readonly labels?: readonly string[];
}

export type DatePart = OperationOf<'date_parts'>['parts'][number];
export type DateUnit = OperationOf<'date_difference'>['unit'];

export type FittedOperation =
  | { readonly op: 'drop'; readonly columns: readonly string[] }
  /** Missing values become `value`; the indicator column is 1 where that happened. */
  | {
      readonly op: 'impute';
      readonly columns: readonly { readonly name: string; readonly value: number | string; readonly indicator?: string }[];
    }
  /** `(x − subtract) / divide`. */
  | { readonly op: 'scale'; readonly columns: readonly { readonly name: string; readonly subtract: number; readonly divide: number }[] }
  /** One column of 0 and 1 a level; all 0 for a missing or unknown value, unless `other` takes the unknown ones. */
  | {
      readonly op: 'one_hot';
      readonly column: string;
      readonly levels: readonly { readonly value: string; readonly name: string }[];
      readonly other?: string;
      /** The texts that `other` is for; absent when it is for all that are no levels. */
      readonly rare?: readonly string[];
      /** A text that is neither a level nor rare fails. */
      readonly unknown?: 'error';
    }
  /** The position of the value in `levels`; an unknown one is missing, or the last code when `other`. */
  | { readonly op: 'ordinal'; readonly column: string; readonly levels: readonly string[]; readonly other: boolean }
  /** The mean of the target for each text; the column becomes the outputs. */
  | {
      readonly op: 'target_encode';
      readonly column: string;
      readonly levels: readonly string[];
      readonly outputs: readonly { readonly name: string; readonly values: LevelMeans }[];
    }
  /** A column a bucket, 1 or −1 in that of the text's hash. */
  | { readonly op: 'feature_hash'; readonly column: string; readonly names: readonly string[]; readonly alternate_sign: boolean }
  /** A column a bucket, with how many words of the text fall into it. */
  | { readonly op: 'word_counts'; readonly column: string; readonly names: readonly string[] }
  /** Lengths beside the text. */
  | {
      readonly op: 'text_length';
      readonly column: string;
      readonly parts: readonly { readonly unit: 'characters' | 'words'; readonly name: string }[];
    }
  | {
      readonly op: 'power';
      readonly columns: readonly {
        readonly name: string;
        readonly method: 'yeo_johnson' | 'box_cox' | 'log1p';
        /** Absent for `log1p`. */
        readonly lambda?: number;
      }[];
    }
  /** The number of the interval between rising edges; a value on an edge lies above it. */
  | {
      readonly op: 'bin';
      readonly columns: readonly { readonly name: string; readonly edges: readonly number[]; readonly encode: 'category' | 'number' }[];
    }
  | {
      readonly op: 'date_parts';
      readonly column: string;
      readonly parts: readonly { readonly part: DatePart; readonly name: string; readonly wave?: 'sin' | 'cos' }[];
    }
  | { readonly op: 'date_difference'; readonly from: string; readonly to: string; readonly unit: DateUnit; readonly name: string }
  /** An SQL expression of one row, checked by `checkExpression`. */
  | { readonly op: 'derive'; readonly columns: readonly { readonly name: string; readonly sql: string; readonly type: ColumnType }[] };

export interface LevelMeans {
  /** In the order of the levels. */
  readonly means: readonly number[];
  readonly missing: number;
  /** Of all rows: what is known of a text that no training row has. */
  readonly unknown: number;
}

export type FittedOf<Name extends TrainingOperation['op']> = Extract<TrainingOperation, { readonly op: Name }>;

/** An operation as the rows meet it that it was fitted on. It is not stored: nobody else has their folds. */
export type TrainingOperation =
  | FittedOperation
  | {
      readonly op: 'target_encode_by_fold';
      readonly column: string;
      readonly levels: readonly string[];
      /** For each fold the means of the others. */
      readonly outputs: readonly { readonly name: string; readonly folds: readonly LevelMeans[] }[];
    };

/** What was decided for one column, as one readable line: `clarity: text, 8 levels → category codes`. */
export interface Choice {
  readonly column: string;
  readonly text: string;
  readonly isDropped: boolean;
  /** Whether the column names the row: it is shown beside predictions. */
  readonly isRowKey?: true;
}

export interface PipelineTransformer {
  readonly kind: 'pipeline';
  readonly formatVersion: 1;
  readonly inputs: readonly TransformInput[];
  readonly operations: readonly FittedOperation[];
  readonly features: readonly TransformFeature[];
  readonly choices: readonly Choice[];
}

/** An object of the user, by its own state. Applying it needs the user's function again. */
export interface CustomTransformer {
  readonly kind: 'custom';
  readonly formatVersion: 1;
  readonly inputs: readonly TransformInput[];
  /** The function that makes an unfitted object: file relative to the root, and its name. */
  readonly file: string;
  readonly method: string;
  readonly state: Json;
  /** What makes features of the columns that the object gives. */
  readonly finish: PipelineTransformer;
  readonly features: readonly TransformFeature[];
  readonly choices: readonly Choice[];
}

export type Transformer = PipelineTransformer | CustomTransformer;

/** Throws a plain Error when the value is no transformer, or of a newer version. */
export function parseTransformer(json: unknown): Transformer {
  const value = (typeof json === 'string' ? JSON.parse(json) : json) as {
    readonly kind?: unknown;
    readonly formatVersion?: unknown;
  } | null;
  if (value?.kind !== 'pipeline' && value?.kind !== 'custom') throw new Error('this is not a transformer of mlrecipe');
  if (value.formatVersion !== 1)
    throw new Error(`the transformer has format ${String(value.formatVersion)}; this version of mlrecipe reads format 1`);
  const transformer = value as Transformer;
  for (const operation of transformer.kind === 'pipeline' ? transformer.operations : transformer.finish.operations) {
    // A transformer may come from elsewhere: an expression is checked again before it reaches the engine.
    if (operation.op === 'derive') for (const { sql } of operation.columns) checkStored(sql);
  }
  return transformer;
}

function checkStored(sql: string): void {
  const fault = expressionFault(sql);
  if (fault !== undefined) throw new Error(`the transformer holds an expression that is not allowed: ${fault}`);
}
