/**
 * What is said of a dataset once it is written, by `ingest` and by a step that stands in for it:
 * a look at every column, the target that must be learnable, the schema, findings and the card.
 */
import { writeFileSync } from 'node:fs';
import type { Finding } from '../../cards/blocks.ts';
import { roleOf } from '../../data/column-rules.ts';
import type { DataEngine } from '../../data/engine.ts';
import { findIdLike } from '../../data/id-like.ts';
import type { Sample } from '../../data/profile/sample.ts';
import { type ColumnProfile, profileRelation, sampleLarge } from '../../data/profile.ts';
import { list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import type { DataSchema } from '../data-schema.ts';
import type { StepContext, StepResult } from '../define.ts';
import { problem } from '../problem.ts';
import { formatCount, percent, plural } from '../wording.ts';
import { type Associations, findAssociations } from './association.ts';
import { ingestCard } from './card.ts';
import { checkClasses, checkRoles, checkTarget } from './checks.ts';
import { countClasses, positiveClass } from './classes.ts';
import { ingestFindings } from './findings.ts';
import type { IngestParams } from './params.ts';
import { countRounded } from './rounded.ts';
import type { Source } from './source.ts';

export interface Dataset {
  /** The Parquet file that was written. */
  readonly path: string;
  readonly source: Pick<Source, 'columns' | 'skippedLines'> & Partial<Pick<Source, 'relation'>>;
  /** Where the rows come from, for people. */
  readonly label: string;
  /** What `label` is: `has no rows` or `have no rows`. */
  readonly isOne: boolean;
  readonly format: string;
  /** The rows are a sample of so many. */
  readonly sampledFrom?: number;
  /** How many rows are of train, validation and test, in this order, where files say so. */
  readonly parts?: readonly number[];
  readonly files: readonly { readonly label: string; readonly sizeBytes: number }[];
  /** How the files differ. */
  readonly drift?: readonly Finding[];
}

export async function describeDataset(
  engine: DataEngine,
  context: StepContext,
  params: Pick<IngestParams, 'target' | 'task' | 'positive_class' | 'roles' | 'sensitive' | 'skip_data_profiling'>,
  { path, source, label, isOne, format, files, sampledFrom, parts, drift = [] }: Dataset,
): Promise<StepResult> {
  const relation = parquetRelation(path);
  const isProfiled = params.skip_data_profiling !== true;
  const looked = await sampleLarge(engine, relation);
  const profiles = await profileRelation(engine, relation, { shapes: isProfiled, sample: looked });
  const rows = profiles[0]?.rows ?? 0;
  if (rows === 0) throw problem('empty-data', isOne ? `${label} has no rows` : `the ${label} have no rows`);
  checkRoles(profiles, params);
  const target = profiles.find(({ name }) => name === params.target);
  if (target !== undefined) checkTarget(target, params.task, params.task === 'regression' || (await isWhole(engine, relation, target)));
  const classes =
    target !== undefined && params.task === 'classification'
      ? await countClasses(engine, relation, target.name, target.sqlType)
      : undefined;
  if (classes !== undefined && target !== undefined) checkClasses(classes, target.name);
  const positive = classes !== undefined && target !== undefined ? positiveClass(classes, target.name, params.positive_class) : undefined;

  const schema: DataSchema = {
    columns: profiles.map(({ name, type, sqlType }) => {
      const formats = source.columns.find((column) => column.name === name)?.formats;
      return { name, type, sql_type: sqlType, ...(formats !== undefined && { formats }) };
    }),
    ...(classes !== undefined && { classes: classes.map((one) => one.label) }),
    ...(positive !== undefined && { positive_class: positive }),
    ...(parts !== undefined && { parts }),
  };
  writeFileSync(context.output('schema.json'), `${JSON.stringify(schema, null, 2)}\n`);

  const isSample = sampledFrom !== undefined && sampledFrom > rows;
  const duplicateRows = isProfiled ? await countRepeatedRows(engine, relation, profiles) : undefined;
  const associations = isProfiled && target !== undefined ? await associationsOf(engine, looked, profiles, target, params) : undefined;
  await looked.release();
  const findings = sampleFinding(isSample ? sampledFrom : undefined, rows).concat(
    drift,
    ingestFindings({
      profiles,
      roles: params.roles,
      ...(target !== undefined && { target }),
      ...(classes !== undefined && { classes }),
      ...(positive !== undefined && params.positive_class === undefined && { chosenPositive: positive }),
      idLike: await findIdLike(
        engine,
        relation,
        profiles.filter(({ name }) => name !== target?.name),
      ),
      infinite: new Map(source.columns.flatMap(({ name, infinite = 0 }) => (infinite > 0 ? [[name, infinite]] : []))),
      rounded: source.relation === undefined ? new Map() : await countRounded(engine, { ...source, relation: source.relation }, profiles),
      columns: source.columns,
      sensitive: params.sensitive ?? {},
      duplicateRows: duplicateRows ?? 0,
      skippedLines: source.skippedLines,
      relation: squaredCorrelations(associations),
    }),
  );
  const summary = `${isSample ? `sample of ${formatCount(rows)} of ` : ''}${summarise(isSample ? sampledFrom : rows, rows, profiles, label)}`;
  const card = ingestCard({
    summary,
    format,
    files,
    profiles,
    roles: params.roles,
    sensitive: params.sensitive ?? {},
    ...(target !== undefined && { target }),
    ...(classes !== undefined && { classes }),
    ...(positive !== undefined && { positiveClass: positive }),
    ...(duplicateRows !== undefined && { duplicateRows }),
    ...(associations !== undefined && { associations }),
    task: params.task,
    isProfiled,
    noted: new Set(findings.flatMap(({ column }) => (column === undefined ? [] : [column]))),
    sample: await engine.table(`SELECT * FROM ${relation} LIMIT 5`),
  });
  const facts = {
    rows,
    missing_values: profiles.reduce((sum, { missing }) => sum + missing, 0),
    columns: profiles.map(({ name, type, missing }) => ({ name, type, missing })),
    ...(schema.classes !== undefined && {
      classes: schema.classes,
      class_counts: Object.fromEntries((classes ?? []).map((one) => [one.label, one.rows])),
    }),
    ...(positive !== undefined && { positive_class: positive }),
  };
  return { summary, metrics: {}, params: {}, findings, card, facts };
}

function sampleFinding(total: number | undefined, rows: number): Finding[] {
  if (total === undefined) return [];
  const message = `the results come from a sample of ${formatCount(rows)} of ${formatCount(total)} rows; nothing is registered`;
  return [{ code: 'INGEST_SAMPLE', severity: 'info', message }];
}

async function isWhole(engine: DataEngine, relation: string, { name, type }: ColumnProfile): Promise<boolean> {
  if (type !== 'number') return true;
  const column = quoteIdentifier(name);
  return (await engine.query(`SELECT bool_and(${column} = trunc(${column})) AS whole FROM ${relation}`))[0]?.['whole'] === true;
}

/** Rows that equal an earlier one, by a 64-bit hash within one session: two different rows meet once in 10^11 tables of 10,000 rows. */
async function countRepeatedRows(engine: DataEngine, relation: string, profiles: readonly ColumnProfile[]): Promise<number> {
  // Where one column never repeats, no row does.
  if (profiles.some(({ rows, distinct, distinctIsExact }) => distinctIsExact && distinct === rows)) return 0;
  const columns = list(profiles.map(({ name }) => quoteIdentifier(name)));
  const [row] = await engine.query(`SELECT count(*) - count(DISTINCT hash(${columns})) AS n FROM ${relation}`);
  return Number(row?.['n'] ?? 0);
}

function associationsOf(
  engine: DataEngine,
  looked: Sample,
  profiles: readonly ColumnProfile[],
  target: ColumnProfile,
  { task, roles }: Pick<IngestParams, 'task' | 'roles'>,
): Promise<Associations> {
  const features = profiles.filter(({ name }) => name !== target.name && ['feature', 'time'].includes(roleOf(roles, name)));
  return findAssociations(engine, looked, features, target, task);
}

/** Numeric feature → the share of the target's variance that a line through it explains. */
function squaredCorrelations(associations: Associations | undefined): ReadonlyMap<string, number> {
  return new Map(
    [...(associations?.columns ?? [])].flatMap(([name, { pearson }]): [string, number][] =>
      pearson === undefined ? [] : [[name, pearson ** 2]],
    ),
  );
}

function summarise(shown: number, rows: number, profiles: readonly ColumnProfile[], label: string): string {
  const missing = profiles.reduce((sum, profile) => sum + profile.missing, 0);
  const holes = missing === 0 ? 'no missing values' : `${percent(missing / (rows * profiles.length))} of the values missing`;
  return `${plural(shown, 'row')} × ${plural(profiles.length, 'column')} from ${label}, ${holes}`;
}
