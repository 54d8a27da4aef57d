/** The work of the `ingest_scoring` step. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../cards/blocks.ts';
import type { DataEngine } from '../../data/engine.ts';
import { profileRelation } from '../../data/profile.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { parseTransformer } from '../../data/transform/transformer.ts';
import { readDataSchema } from '../data-schema.ts';
import type { StepContext, StepResult } from '../define.ts';
import { checkData, withChecks } from '../expect/run.ts';
import { nullCandidates } from '../ingest/csv.ts';
import { dropLoaded } from '../ingest/run.ts';
import { checkDrift } from '../ingest/schema-drift.ts';
import { type DataFile, dataFiles, type Source } from '../ingest/source.ts';
import { modelFolder, modelName } from '../model-input.ts';
import { problem } from '../problem.ts';
import { readJson } from '../read-json.ts';
import { plural } from '../wording.ts';
import { type Aligned, align } from './align.ts';
import { scoringDataCard, scoringDataFindings } from './card.ts';
import type { IngestScoringParams } from './params.ts';
import { readingFault, readSource } from './read.ts';

export async function runIngestScoring(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as IngestScoringParams;
  const engine = await context.data();
  const folder = modelFolder(context);
  const schemaFile = join(folder, 'schema.json');
  if (!existsSync(schemaFile))
    throw problem(
      'no-model',
      `${modelName(context)} does not say how its data are read: an earlier version of mlrecipe made it`,
      'train and register it again',
    );
  const { columns: schema } = readDataSchema(schemaFile);
  const needed = new Set(parseTransformer(readJson(join(folder, 'transformer.json'))).inputs.map(({ name }) => name));
  const files = dataFiles(context, params.locations);
  const label = files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`;
  const path = context.output('scoring-dataset.parquet');

  let aligned: Aligned;
  let drift: readonly Finding[];
  try {
    const found = await readSource(engine, context, files, params);
    drift = checkDrift(found, files, params);
    const candidates = params.format === 'csv' ? nullCandidates(params.csv) : [];
    aligned = await align(engine, found, { schema, needed, candidates, label });
    await write(engine, aligned.source, path);
  } catch (error) {
    throw await readingFault(engine, error, files, params);
  } finally {
    if (params.format === 'custom' || params.format === 'sqlite') await dropLoaded(engine, files.length);
  }

  const relation = parquetRelation(path);
  const rows = Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n']);
  const sensitive = params.sensitive ?? {};
  const checks =
    params.expect === undefined
      ? undefined
      : await checkData(engine, {
          path,
          label,
          expected: params.expect,
          target: params.target,
          roles: {},
          sensitive,
          sampledFrom: undefined,
          unread: new Map(aligned.columns.flatMap(({ name, unread }) => (unread === undefined ? [] : [[name, unread]]))),
        });
  if (rows === 0) throw problem('empty-data', files.length === 1 ? `${label} has no rows` : `the ${label} have no rows`);
  const report = {
    label,
    rows,
    columns: aligned.columns,
    needed,
    skippedLines: aligned.source.skippedLines,
    sensitive,
    ...(params.skip_data_profiling !== true && { profiles: await profileRelation(engine, relation) }),
    sample: await engine.table(`SELECT * FROM ${relation} LIMIT 5`),
  };
  const result: StepResult = {
    summary: `${plural(rows, 'row')} from ${label}, read as the training data were`,
    metrics: {},
    params: {},
    findings: [...scoringDataFindings(report), ...drift],
    card: scoringDataCard(report),
    facts: { rows, columns: aligned.columns.map(({ name, fate }) => ({ name, fate })) },
  };
  return checks === undefined ? result : withChecks(result, checks);
}

async function write(engine: DataEngine, { columns, relation }: Source, path: string): Promise<void> {
  const selected = columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`);
  await engine.execute(copyToParquet(`SELECT ${list(selected)} FROM ${relation}`, path));
}
