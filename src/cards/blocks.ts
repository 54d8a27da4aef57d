/**
 * What a card is, as data. Steps return blocks and know nothing of HTML; `render` draws them.
 * Numbers stay numbers: they are formatted once, in the renderer, in a fixed locale.
 */
import type { Json } from '../schema/json.ts';

/** A number, a text, or why there is none: drawn as `—` with the reason, never as 0. */
export type Cell = number | string | boolean | null | { readonly missing: string };

export interface Card {
  readonly schemaVersion: 1;
  readonly kind: string;
  /** The name of the step, or `run`. */
  readonly step: string;
  readonly recipe: string;
  readonly status: 'done' | 'failed' | 'rejected';
  /** What the validation criteria say of the model; only on the card of a run. */
  readonly verdict?: 'VALIDATED' | 'REJECTED' | 'UNKNOWN';
  /** The result in a few words. */
  readonly headline: string;
  /** What happened, how sure, what to do: one or two sentences. */
  readonly sentence: string;
  readonly keyNumbers: readonly KeyNumber[];
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  readonly provenance: Provenance;
}

/** The part of a card that a step makes; the worker adds the rest. */
export type CardContent = Pick<Card, 'headline' | 'sentence' | 'keyNumbers' | 'sections'> & { readonly status?: Card['status'] };

export interface KeyNumber {
  readonly label: string;
  readonly value: Cell;
  /** A line of context: interval, base rate, limit. */
  readonly context?: string;
  readonly format?: NumberFormat;
  readonly tone?: Tone;
}

export type Tone = 'good' | 'close' | 'bad' | 'plain';
export type NumberFormat = 'number' | 'integer' | 'percent' | 'bytes' | 'duration-ms';

/** Something a person should know. The codes are a closed set per step, such as `INGEST_ID_LIKE`. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly column?: string;
  /** The step that found it; only where findings of several steps stand together. */
  readonly step?: string;
  readonly message: string;
}

export interface Section {
  /** Unique on the card; the anchor of the link in the bar. */
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly blocks: readonly CardBlock[];
}

export type CardBlock = FigureRow | TableBlock | CriteriaBlock | NoteBlock | DetailsBlock | CodeBlock | StepsBlock;

/** Small charts beside each other; they wrap on narrow screens. */
export interface FigureRow {
  readonly kind: 'figures';
  readonly figures: readonly Figure[];
}

export interface FigureFrame {
  readonly title: string;
  /** The finding in words, read by screen readers: "Errors are symmetric; 95 % lie within ±812". */
  readonly description: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
}

export type Figure =
  /** Counts between edges; `edges` has one more entry than `counts`. Series share the edges. */
  | (FigureFrame & {
      readonly form: 'histogram';
      readonly edges: readonly number[];
      readonly series: readonly { readonly label: string; readonly counts: readonly number[] }[];
      /** `series` draws shares of each series' own total, to compare shapes of unequal sizes. */
      readonly normalise?: 'series' | 'none';
    })
  /** Curves through points; `reference` is drawn dashed. */
  | (FigureFrame & {
      readonly form: 'line';
      readonly series: readonly {
        readonly label: string;
        readonly points: readonly (readonly [number, number])[];
        readonly role?: 'model' | 'other' | 'reference';
      }[];
      /** Fixed axes, such as [0, 1] for a ROC curve. */
      readonly xDomain?: readonly [number, number];
      readonly yDomain?: readonly [number, number];
      /** A vertical line with a label, such as the best iteration. */
      readonly mark?: { readonly x: number; readonly label: string };
    })
  /** Points, given as counts in cells of a grid so that a million rows stay small. */
  | (FigureFrame & {
      readonly form: 'density';
      readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
      readonly cellWidth: number;
      readonly cellHeight: number;
      readonly identity?: boolean;
      readonly zeroLine?: boolean;
    })
  | (FigureFrame & {
      readonly form: 'bars';
      readonly bars: readonly { readonly label: string; readonly value: number; readonly low?: number; readonly high?: number }[];
      readonly format?: NumberFormat;
    })
  /** Many values a name, as dots around a line at 0, such as what a column adds to each of some predictions. */
  | (FigureFrame & {
      readonly form: 'swarm';
      readonly rows: readonly {
        readonly label: string;
        readonly values: readonly number[];
        /** For each value a shade: 0 low … 4 high, or −1 for none. Absent: no shades. */
        readonly levels?: readonly number[];
      }[];
    })
  /** How a prediction changes along a column: means, some rows behind them, and where the data lie. */
  | (FigureFrame & {
      readonly form: 'dependence';
      /** Ascending numbers, or levels. */
      readonly x: readonly number[] | readonly string[];
      /** One value a place; the band is drawn for a single curve. */
      readonly curves: readonly {
        readonly label: string;
        readonly values: readonly number[];
        readonly low?: readonly number[];
        readonly high?: readonly number[];
      }[];
      /** One value a place each. */
      readonly lines: readonly (readonly number[])[];
      /** Rows in equal parts of the axis, or of each level. Empty where it is not known. */
      readonly density: readonly number[];
    })
  /** Shares of a whole, such as rows per split. */
  | (FigureFrame & { readonly form: 'stacked-bar'; readonly parts: readonly { readonly label: string; readonly value: number }[] })
  /** Counts by row and column, such as a confusion matrix; rows are the truth. */
  | (FigureFrame & {
      readonly form: 'heat-map';
      readonly rows: readonly string[];
      readonly columns: readonly string[];
      readonly values: readonly (readonly number[])[];
      readonly normalise?: 'row' | 'none';
    })
  /** Calibration: mean predicted against observed share with an interval. */
  | (FigureFrame & {
      readonly form: 'calibration';
      readonly bins: readonly {
        readonly predicted: number;
        readonly observed: number;
        readonly low: number;
        readonly high: number;
        readonly count: number;
      }[];
    });

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly align?: 'left' | 'right';
  readonly format?: NumberFormat;
  /** Draws `{low, value, high, limit?}` from the row's `key` cell as a dot with its interval; see `IntervalCell`. */
  readonly graphic?: 'interval' | 'sparkline';
  /** Whether the intervals of all rows share one axis; by default they do when every one of them stays visible on it. */
  readonly scale?: 'shared' | 'row';
}
export interface IntervalCell {
  readonly low: number;
  readonly value: number;
  readonly high: number;
  readonly limit?: number;
}
/** Bar heights of a tiny histogram. */
export interface SparklineCell {
  readonly counts: readonly number[];
}
export interface TableBlock {
  readonly kind: 'table';
  readonly caption?: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly { readonly [key: string]: Cell | IntervalCell | SparklineCell }[];
  /** Rows that were left out, said under the table. */
  readonly omitted?: number;
  readonly sortable?: boolean;
  /** Index of rows drawn as failures. */
  readonly failedRows?: readonly number[];
  /** Index of rows that stand out as the best. */
  readonly bestRows?: readonly number[];
}

export interface CriteriaBlock {
  readonly kind: 'criteria';
  readonly criteria: readonly {
    readonly metric: string;
    readonly value: number | null;
    readonly threshold: number;
    readonly greaterIsBetter: boolean;
    readonly result: 'pass' | 'pass-close' | 'fail-close' | 'fail';
    readonly low?: number;
    readonly high?: number;
    readonly note?: string;
  }[];
}

export interface NoteBlock {
  readonly kind: 'note';
  readonly tone: Tone;
  readonly text: string;
}
export interface CodeBlock {
  readonly kind: 'code';
  readonly caption?: string;
  readonly text: string;
}
export interface DetailsBlock {
  readonly kind: 'details';
  readonly summary: string;
  readonly open?: boolean;
  readonly blocks: readonly CardBlock[];
}

/** The graph of the run card: steps left to right with state, duration and reason. */
export interface StepsBlock {
  readonly kind: 'steps';
  readonly steps: readonly {
    readonly name: string;
    readonly state: 'fresh' | 'restore' | 'run' | 'failed' | 'blocked' | 'skipped';
    readonly durationMs?: number;
    readonly reason?: string;
    readonly summary?: string;
    /** Relative path of the step's card from the run card. */
    readonly card?: string;
    readonly needs: readonly string[];
  }[];
}

/** Times and ids live only here, so that cards of equal runs differ nowhere else. */
export interface Provenance {
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly [extra: string]: Json | undefined;
}
