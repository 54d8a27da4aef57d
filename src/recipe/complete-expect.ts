/** Fills in what `expect` leaves out. Pure, and cannot fail: `checks/expect.ts` has seen it before. */
import type { ColumnExpectation, Expectations, RowCheck } from '../schema/expectations.ts';
import { shareOf } from '../schema/share.ts';
import type { RecipeInput } from './generated/recipe-types.ts';

type Input = NonNullable<RecipeInput['steps']['ingest']['expect']>;

/** `undefined` when nothing is expected, so that the key of the step knows nothing of it. */
export function completeExpectations(input: Input | undefined): Expectations | undefined {
  const { rows, columns = {}, other_columns = 'allow', checks = {} } = input ?? {};
  const isEmpty = rows?.min === undefined && rows?.max === undefined && other_columns === 'allow';
  if (isEmpty && Object.keys(columns).length === 0 && Object.keys(checks).length === 0) return undefined;
  return {
    ...(rows !== undefined && { rows: { ...rows, severity: rows.severity ?? 'error' } }),
    columns: Object.fromEntries(Object.entries(columns).map(([name, said]) => [name, column(said)])),
    other_columns,
    checks: Object.fromEntries(Object.entries(checks).map(([name, said]) => [name, check(said)])),
  };
}

function column({ max_missing, severity = 'error', ...said }: NonNullable<Input['columns']>[string]): ColumnExpectation {
  const share = max_missing === undefined ? undefined : shareOf(max_missing);
  return { ...said, ...(share !== undefined && { max_missing: share }), severity };
}

function check({ sql, unique, message, severity = 'error' }: NonNullable<Input['checks']>[string]): RowCheck {
  const rest = { severity, ...(message !== undefined && { message }) };
  return sql === undefined ? { unique: unique ?? [], ...rest } : { sql, ...rest };
}
