/** What is known of a column of data once it was looked at. */
import type { ColumnType } from '../table.ts';

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly sqlType: string;
  readonly rows: number;
  readonly missing: number;
  /** How many different values, missing not counted. */
  readonly distinct: number;
  /** False where `distinct` is an estimate, see `countDistinct`. */
  readonly distinctIsExact: boolean;
  /** Numbers; for a timestamp milliseconds since the epoch. Absent for text and booleans, and when all is missing. */
  readonly range?: { readonly min: number; readonly max: number };
  /** Timestamps: whether every value is a midnight. */
  readonly isDate?: boolean;
  /** Beside `range`, unless the shapes were left out. */
  readonly numbers?: NumberStatistics;
  readonly histogram?: Histogram;
  /** Text: characters in the shortest, the mean and the longest value. */
  readonly lengths?: { readonly min: number; readonly mean: number; readonly max: number };
  /** The most frequent values, ties in byte order. Of numbers only when there are few different ones. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
}

/** What the quantiles of a profile are, as shares of the values below. */
export const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** Of the values that are not missing. A figure that too few or equal values leave undefined is absent. */
export interface NumberStatistics {
  readonly mean: number;
  /** Of a sample: divided by n − 1. */
  readonly deviation?: number;
  /** Adjusted for the number of values, as pandas does it (G₁ and G₂ of Joanes and Gill, The Statistician 47 (1998) 183); kurtosis is 0 for a normal distribution. */
  readonly skewness?: number;
  readonly kurtosis?: number;
  /** Estimated by their share in the sample where there is one. */
  readonly zeros: number;
  readonly negatives: number;
  /** In the order of `QUANTILES`, between two values by linear interpolation. */
  readonly quantiles: readonly number[];
  /** From how many rows the quantiles are; absent when from all. */
  readonly quantilesFrom?: number;
  /** From how many rows the other figures and the histogram are; absent when from all. */
  readonly shapeFrom?: number;
}

export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** The middle one. */
export function medianOf({ quantiles }: NumberStatistics): number {
  return quantiles[QUANTILES.indexOf(0.5)] as number;
}
