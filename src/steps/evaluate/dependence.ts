/**
 * Partial dependence on columns of the data: some test rows go through the whole transformer and the model, again and
 * again with another value in one column. Where a column cannot change alone, or is behind a hand-written transformer,
 * a feature takes its place.
 */
import { type ColumnInfo, describeColumns } from '../../data/column-type.ts';
import { parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { applyTransformer } from '../../data/transform/apply.ts';
import type { FeatureMatrix, FittedModel } from '../../ml/estimator.ts';
import { type FeatureGroup, takeRows } from '../../ml/explain/feature-groups.ts';
import { densityAlong, dependenceCurve, numericGrid } from '../../ml/explain/partial-dependence.ts';
import { derive, Random } from '../../ml/random.ts';
import { readFeatureMatrix } from '../../models/feature-matrix.ts';
import { EXPLAIN_DEFAULTS } from '../../schema/explain.ts';
import type { Dependence, Explained } from './explained.ts';

const ROWS = 100;
/** Thin lines of all figures together, and of one: they are most of what a card weighs. */
const LINES = 72;
const LINES_EACH = 12;
const LEVELS = 10;
/** Shares of the rows before the dates that are asked for. */
const DATES: readonly number[] = [0.01, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99];
export const DENSITY_BINS = 30;

interface Wanted {
  readonly name: string;
  /** Position among the features, or undefined for a column of the data. */
  readonly feature?: number;
  readonly grid: Dependence['grid'];
  readonly density: readonly number[];
  /** Numbers as they are, or texts in SQL that stand for the levels. */
  readonly points: readonly string[];
}

export async function measureDependence(
  explained: Explained,
  { groups, scores }: { readonly groups: readonly FeatureGroup[]; readonly scores: readonly number[] },
): Promise<readonly Dependence[]> {
  const { x, settings, seed, transformer, isHidden } = explained;
  const most = settings.features ?? EXPLAIN_DEFAULTS.features;
  const rows = new Random(derive(seed, 'partial dependence')).sample(x.rowCount, ROWS);
  const hasScores = explained.classCount === 1 || explained.fitted.predictProba !== undefined;
  if (most === 0 || rows.length < 2 || !hasScores) return [];
  // A column that is compared with another, such as the start of a span, cannot change alone: the span would be nonsense.
  const joined = new Set(groups.filter(({ inputs }) => inputs.length > 1).flatMap(({ inputs }) => inputs));
  const isColumn = ({ inputs }: FeatureGroup): boolean =>
    transformer.kind === 'pipeline' && inputs.length === 1 && !joined.has(inputs[0] as string);
  const shown = groups
    .map((group, at) => ({ group, score: scores[at] as number }))
    .filter(({ group, score }) => score > 0 && !group.inputs.some(isHidden) && (isColumn(group) || group.features.length === 1))
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ group }) => group);
  const columns = await onColumns(
    explained,
    rows,
    shown.filter(isColumn).map(({ inputs }) => inputs[0] as string),
  );
  const all = shown.flatMap((group) => {
    if (!isColumn(group)) return onFeature(explained, rows, group);
    return columns.filter(({ name }) => name === group.inputs[0]);
  });
  const lines = Math.min(LINES_EACH, Math.floor(LINES / Math.max(1, all.length)));
  return all.map((one) => ({ ...one, lines: one.lines.slice(0, lines) }));
}

async function onColumns(explained: Explained, rows: Int32Array, shown: readonly string[]): Promise<readonly Dependence[]> {
  const { engine, test, transformer, fitted, classCount, userFunction, x } = explained;
  if (shown.length === 0) return [];
  const types = new Map((await describeColumns(engine, parquetRelation(test))).map((info) => [info.name, info]));
  const wanted: Wanted[] = [];
  for (const name of shown) {
    const info = types.get(name);
    const one = info && (await gridOf(explained, info));
    if (one !== undefined && one.points.length > 1) wanted.push(one);
  }
  if (wanted.length === 0) return [];

  const inputs = transformer.inputs.map(({ name }) => name);
  const sample = '__mlrecipe_dependence_rows';
  const varied = '__mlrecipe_dependence';
  const file = `read_parquet('${test.replaceAll("'", "''")}', file_row_number = true)`;
  await engine.execute(
    `CREATE OR REPLACE TEMP TABLE ${sample} AS SELECT ${inputs.map(quoteIdentifier).join(', ')}, file_row_number AS __mlrecipe_row FROM ${file} WHERE file_row_number IN (${[...rows].join(', ')}) ORDER BY file_row_number`,
  );
  const parts = wanted.map(({ name, points }, column) => {
    const value = `CAST(g.value AS ${types.get(name)?.sqlType ?? 'VARCHAR'})`;
    const selected = inputs.map((input) => (input === name ? `${value} AS ${quoteIdentifier(input)}` : `s.${quoteIdentifier(input)}`));
    const grid = points.map((point, place) => `(${place}, ${point})`).join(', ');
    return `SELECT ${selected.join(', ')}, ${column} AS __mlrecipe_column, g.place AS __mlrecipe_point, s.__mlrecipe_row FROM ${sample} s, (VALUES ${grid}) g(place, value)`;
  });
  await engine.execute(
    `CREATE OR REPLACE TEMP TABLE ${varied} AS ${parts.join(' UNION ALL ')} ORDER BY __mlrecipe_column, __mlrecipe_point, __mlrecipe_row`,
  );
  const applied = await applyTransformer(engine, transformer, varied, { userFunction });
  const matrix = await readFeatureMatrix(engine, applied.sql, x.features);
  await applied.release();
  await engine.execute(`DROP TABLE ${varied}`);
  await engine.execute(`DROP TABLE ${sample}`);
  const outputs = outputsOf(fitted, matrix, classCount);
  let at = 0;
  return wanted.map((one) => {
    const from = at;
    at += one.points.length * rows.length;
    return dependenceOf(
      one,
      outputs.map((output) => output.subarray(from, at)),
      rows.length,
    );
  });
}

/** What to ask of a column: numbers at quantiles; dates, texts and truths by level. Nothing for a column of one value. */
async function gridOf({ engine, test }: Explained, { name, type }: ColumnInfo): Promise<Wanted> {
  const column = quoteIdentifier(name);
  const relation = parquetRelation(test);
  if (type === 'integer' || type === 'number') {
    const read = await engine.table(`SELECT CAST(${column} AS DOUBLE) AS v FROM ${relation} WHERE ${column} IS NOT NULL`);
    const values = read.column('v').data as Float64Array;
    const found = numericGrid(values);
    // A whole number between two others is none of the column.
    const grid = type === 'integer' ? Float64Array.from(new Set([...found].map(Math.round))) : found;
    return {
      name,
      grid: { kind: 'numbers', values: grid },
      density: densityAlong(values, grid, DENSITY_BINS),
      points: [...grid].map((value) => `${value}::DOUBLE`),
    };
  }
  if (type === 'timestamp') {
    const found = await engine.query(
      `SELECT DISTINCT CAST(v AS VARCHAR) AS label FROM (SELECT unnest(quantile_disc(${column}, [${DATES.join(', ')}])) AS v FROM ${relation}) ORDER BY label`,
    );
    const texts = found.map((row) => String(row['label']));
    return { name, grid: { kind: 'levels', labels: texts.map((text) => text.slice(0, 16)) }, density: [], points: texts.map(quoteText) };
  }
  const counted = await engine.query(
    `SELECT CAST(${column} AS VARCHAR) AS label, count(*)::INTEGER AS n FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY n DESC, label LIMIT ${LEVELS}`,
  );
  const labels = counted.map((row) => String(row['label']));
  return { name, grid: { kind: 'levels', labels }, density: counted.map((row) => Number(row['n'])), points: labels.map(quoteText) };
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function onFeature({ x, fitted, classCount, transformer }: Explained, rows: Int32Array, group: FeatureGroup): readonly Dependence[] {
  const sample = takeRows(x, rows);
  const feature = group.features[0] as number;
  const column = x.columns[feature] as Float64Array;
  const labels = transformer.features[feature]?.labels;
  const isCategory = x.features[feature]?.kind === 'categorical';
  const counts = new Map<number, number>();
  if (isCategory) for (const code of column) if (Number.isInteger(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts].sort(([a, n], [b, m]) => m - n || a - b).slice(0, LEVELS);
  const values = isCategory ? Float64Array.from(codes, ([code]) => code) : numericGrid(column);
  if (values.length < 2) return [];
  const length = values.length * rows.length;
  const valueAt = (own: Float64Array, f: number, at: number): number =>
    f === feature ? (values[Math.floor(at / rows.length)] as number) : (own[at % rows.length] as number);
  const varied: FeatureMatrix = {
    rowCount: length,
    features: x.features,
    columns: sample.columns.map((own, f) => Float64Array.from({ length }, (_, at) => valueAt(own, f, at))),
  };
  const wanted: Wanted = {
    name: group.label,
    feature,
    grid: isCategory ? { kind: 'levels', labels: codes.map(([code]) => labels?.[code] ?? `code ${code}`) } : { kind: 'numbers', values },
    density: isCategory ? codes.map(([, n]) => n) : densityAlong(column, values, DENSITY_BINS),
    points: [],
  };
  return [dependenceOf(wanted, outputsOf(fitted, varied, classCount), rows.length)];
}

function outputsOf(fitted: FittedModel, x: FeatureMatrix, classCount: number): readonly Float64Array[] {
  if (fitted.predictProba === undefined) return [fitted.predict(x)];
  const all = fitted.predictProba(x);
  const of = (k: number): Float64Array => Float64Array.from({ length: x.rowCount }, (_, row) => all[row * classCount + k] as number);
  return classCount === 2 ? [of(1)] : Array.from({ length: classCount }, (_, k) => of(k));
}

function dependenceOf({ name, feature, grid, density }: Wanted, outputs: readonly Float64Array[], rows: number): Dependence {
  const [first] = outputs;
  const points = first === undefined ? 0 : first.length / rows;
  const lines =
    outputs.length > 1 || first === undefined
      ? []
      : Array.from({ length: Math.min(LINES_EACH, rows) }, (_, line) =>
          Array.from({ length: points }, (_, point) => first[point * rows + line] as number),
        );
  return {
    name,
    isFeature: feature !== undefined,
    grid,
    density,
    curves: outputs.map((output) => dependenceCurve(output, rows)),
    lines,
    rows,
  };
}
