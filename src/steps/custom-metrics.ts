/** Metrics that the user computes in `steps/custom_metrics.ts`, beside the built-in ones. */
import { Table } from '../data/table.ts';
import { copyTable, describeValue } from '../data/to-table.ts';
import type { Target } from '../ml/estimator.ts';
import type { MetricValue, MetricValues } from '../ml/metrics/outcome.ts';
import type { StepContext } from './define.ts';
import { problem } from './problem.ts';
import type { CustomMetric } from './train/params.ts';

export interface MeasuredRows {
  readonly target: Target;
  readonly prediction: Float64Array;
  /** How much each row counts. Absent: all the same. */
  readonly sampleWeight: Float64Array | undefined;
}

const FILE = 'steps/custom_metrics.ts';

/**
 * The built-in metrics and the custom ones after them; a custom one may take the place of a built-in.
 * The user's function gets a table with `prediction`, `target` and, where rows have one, `weight`, and the built-in
 * metrics by name.
 */
export async function withCustomMetrics(
  context: Pick<StepContext, 'userFunction'>,
  custom: readonly CustomMetric[],
  builtin: MetricValues,
  rows: MeasuredRows,
): Promise<MetricValues> {
  if (custom.length === 0) return builtin;
  const table = evaluationTable(rows);
  const known = Object.fromEntries([...builtin].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
  const values = new Map<string, MetricValue>(builtin);
  for (const { name, function: method } of custom) {
    const measure = (await context.userFunction(FILE, method)) as (table: Table, builtin: Readonly<Record<string, number>>) => unknown;
    // Copies, so that one that sorts in place cannot change what the next one sees.
    const value = await measure(copyTable(table), { ...known });
    if (typeof value !== 'number') {
      throw problem(
        'step-failed',
        `the custom metric \`${name}\` must be a number; \`${method}\` in ${FILE} returned ${describeValue(value)}`,
        `return a number from \`${method}\``,
      );
    }
    values.set(name, Number.isFinite(value) ? { value } : { missing: `\`${method}\` returned ${value}` });
  }
  return values;
}

function evaluationTable({ target, prediction, sampleWeight }: MeasuredRows): Table {
  const weight = sampleWeight === undefined ? {} : { weight: sampleWeight };
  if (target.kind === 'regression') return Table.fromColumns({ prediction, target: target.values, ...weight });
  const { classes, codes } = target;
  return Table.fromColumns({
    ...weight,
    prediction: Array.from(prediction, (code) => classes[code] ?? null),
    target: Array.from(codes, (code) => classes[code] ?? null),
  });
}
