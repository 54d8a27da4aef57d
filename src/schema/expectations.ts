/** What a recipe expects of data, with every default filled in: as the recipe is completed to, and as `ingest` reads it. */

/** What a check does that fails: `error` fails the step, `warn` is a finding. */
export type CheckSeverity = 'error' | 'warn';

export interface Expectations {
  readonly rows?: { readonly min?: number; readonly max?: number; readonly severity: CheckSeverity };
  /** By name or pattern (see `ruleOf`). Each key is looked up by itself. */
  readonly columns: Readonly<Record<string, ColumnExpectation>>;
  readonly other_columns: 'allow' | 'warn' | 'error';
  readonly checks: Readonly<Record<string, RowCheck>>;
}

export interface ColumnExpectation {
  readonly not_null?: boolean;
  /** A share between 0 and 1. */
  readonly max_missing?: number;
  readonly unique?: boolean;
  /** A number, or a date as it is written (see `dayOrTime`). */
  readonly min?: number | string;
  readonly max?: number | string;
  readonly in?: readonly (string | number | boolean)[];
  readonly matches?: string;
  readonly severity: CheckSeverity;
}

export type RowCheck = { readonly message?: string; readonly severity: CheckSeverity } & (
  | { readonly sql: string; readonly unique?: never }
  | { readonly unique: readonly string[]; readonly sql?: never }
);
