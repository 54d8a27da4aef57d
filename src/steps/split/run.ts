/**
 * The work of the `split` step: write the three parts, refuse parts that are too small to mean
 * anything, and report the target in each.
 */
import { canonicalText } from '../../data/canonical-text.ts';
import { compareCodeUnits } from '../../data/code-units.ts';
import { roleOf } from '../../data/column-rules.ts';
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { type Sample, takeSample } from '../../data/profile/sample.ts';
import { countHistogram, type Histogram, PROFILE_LIMITS } from '../../data/profile.ts';
import { parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import type { StepContext, StepResult } from '../define.ts';
import { problem } from '../problem.ts';
import { findDrift } from './drift.ts';
import { driftFindings } from './drift-section.ts';
import { movedRows } from './moved.ts';
import { PARTS, type SplitParams } from './params.ts';
import { type Parts, writeParts } from './parts.ts';
import { type PartReport, splitCard, splitFindings, splitSettings, splitSummary } from './report.ts';
import { checkSizes, countRows } from './sizes.ts';

const BINS = 30;

export async function runSplit(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as SplitParams;
  const engine = await context.data();
  const parts = await writeParts(engine, context, params);
  const relations = PARTS.map(({ file }) => parquetRelation(context.output(file)));
  const sizes = await countRows(engine, relations);
  checkSizes(sizes);
  const target = parts.columns.find(({ name }) => name === params.target) as ColumnInfo;
  const reports =
    params.task === 'classification'
      ? await classReports(engine, relations, target, sizes)
      : await numericReports(engine, relations, target, sizes);
  checkClasses(reports, params.target);
  const moved = await movedRows(engine, context.lastOutputs, relations, splitSettings(params, parts));
  const drift = params.skip_data_profiling === true ? undefined : await findDrift(engine, relations, sizes, comparable(parts, params));
  return {
    summary: splitSummary(reports, parts),
    metrics: {},
    params: {},
    findings: [...moved, ...splitFindings(parts, reports), ...(drift === undefined ? [] : driftFindings(drift, params.target))],
    card: splitCard(params, parts, reports, drift),
    facts: { train_rows: sizes[0] ?? 0, validation_rows: sizes[1] ?? 0, test_rows: sizes[2] ?? 0, dropped_rows: parts.dropped },
  };
}

/** The target and what the model sees; ids, groups and times differ between parts on purpose. */
function comparable({ columns }: Parts, { target, roles }: SplitParams): readonly ColumnInfo[] {
  return columns.filter(({ name }) => name === target || roleOf(roles, name) === 'feature');
}

function checkClasses(reports: readonly PartReport[], target: string): void {
  const absent = (reports[0]?.classes ?? []).filter(({ rows }) => rows === 0).map(({ label }) => label);
  if (absent.length === 0) return;
  const what = absent.length === 1 ? `class ${listNames(absent)} of \`${target}\` has` : `${absent.length} classes of \`${target}\` have`;
  throw problem(
    'rare-class',
    `${what} no row in train${absent.length === 1 ? '' : `: ${listNames(absent)}`}`,
    'collect more rows, change the `seed` or `split_ratios`, or merge the class into another',
  );
}

async function classReports(
  engine: DataEngine,
  relations: readonly string[],
  target: ColumnInfo,
  sizes: readonly number[],
): Promise<readonly PartReport[]> {
  const label = canonicalText(quoteIdentifier(target.name), target.sqlType);
  const queries = relations.map(
    (relation, index) => `SELECT ${index} AS part, ${label} AS label, count(*) AS n FROM ${relation} GROUP BY 2`,
  );
  const counts = (await engine.query(queries.join(' UNION ALL '))).map((row) => ({
    part: Number(row['part']),
    label: String(row['label']),
    rows: Number(row['n']),
  }));
  const labels = [...new Set(counts.map((count) => count.label))].sort(compareCodeUnits);
  return sizes.map(
    (rows, index): PartReport => ({
      rows,
      target: undefined,
      classes: labels.map((one) => ({ label: one, rows: counts.find((count) => count.part === index && count.label === one)?.rows ?? 0 })),
    }),
  );
}

async function numericReports(
  engine: DataEngine,
  relations: readonly string[],
  target: ColumnInfo,
  sizes: readonly number[],
): Promise<readonly PartReport[]> {
  const samples: Sample[] = [];
  for (const [part, relation] of relations.entries()) {
    const rows = sizes[part] ?? 0;
    const wanted = rows > PROFILE_LIMITS.shapeRows ? PROFILE_LIMITS.shapeSampleRows : rows;
    samples.push(await takeSample(engine, relation, { rows, wanted, columns: [target.name], name: `__mlrecipe_target_${part}` }));
  }
  try {
    return await measureTarget(engine, relations, samples, target, sizes);
  } finally {
    for (const sample of samples) await sample.release();
  }
}

/** Bounds are those of all rows, from the footer of the file; the middle and the histogram those of the samples. */
async function measureTarget(
  engine: DataEngine,
  relations: readonly string[],
  samples: readonly Sample[],
  target: ColumnInfo,
  sizes: readonly number[],
): Promise<readonly PartReport[]> {
  const value = `CAST(${quoteIdentifier(target.name)} AS DOUBLE)`;
  const bounds = relations.map((relation, index) => `SELECT ${index} AS part, min(${value}) AS lo, max(${value}) AS hi FROM ${relation}`);
  const middles = samples.map(
    ({ relation }, index) => `SELECT ${index} AS part, median(${value}) AS mid, favg(${value}) AS mean FROM ${relation}`,
  );
  const [ends, centres] = [await engine.query(bounds.join(' UNION ALL ')), await engine.query(middles.join(' UNION ALL '))];
  // A sum of doubles depends on the order of the threads in its last bits, even a compensated one; ten digits do not.
  const targets = relations.map((_, index) => {
    const [end, centre] = [ends, centres].map((rows) => rows.find((row) => Number(row['part']) === index));
    return {
      min: Number(end?.['lo']),
      max: Number(end?.['hi']),
      median: Number(centre?.['mid']),
      mean: Number(Number(centre?.['mean']).toPrecision(10)),
    };
  });
  const range = { min: Math.min(...targets.map(({ min }) => min)), max: Math.max(...targets.map(({ max }) => max)) };
  const reports: PartReport[] = [];
  for (const [index, { relation, rows, isWhole }] of samples.entries()) {
    reports.push({
      rows: sizes[index] ?? 0,
      target: targets[index],
      ...(!isWhole && { sampledRows: rows }),
      histogram: enlarged(await countHistogram(engine, relation, target, range, BINS), (sizes[index] ?? 0) / rows),
    });
  }
  return reports;
}

/** What a histogram of all rows would look like, beside those of the other parts. */
function enlarged({ edges, counts }: Histogram, times: number): Histogram {
  return { edges, counts: counts.map((count) => Math.round(count * times)) };
}
