/** The work of the `ingest` step: choose the reader, write the dataset in source order, and describe it. */
import { statSync } from 'node:fs';
import type { Finding } from '../../cards/blocks.ts';
import type { DataEngine } from '../../data/engine.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import type { StepContext, StepResult } from '../define.ts';
import { checkData, withChecks } from '../expect/run.ts';
import { checkColumns } from './checks.ts';
import { openCsv, typedTexts } from './csv.ts';
import { customSource, loadedTable } from './custom.ts';
import { declareTypes } from './declared-types.ts';
import { describeDataset } from './describe.ts';
import { countParts } from './given-parts.ts';
import { jsonSource } from './json.ts';
import type { IngestParams } from './params.ts';
import { parquetSource } from './parquet.ts';
import { keepSample } from './sample.ts';
import { checkDrift } from './schema-drift.ts';
import { type DataFile, dataFiles, type Source } from './source.ts';
import { QUERIED, sqlSource } from './sql.ts';
import { sqliteSource } from './sqlite.ts';
import { writeQuickly, writeSource } from './write.ts';

export async function runIngest(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as IngestParams;
  const engine = await context.data();
  const files = dataFiles(context, params.locations);
  const label = files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`;
  const path = context.output('dataset.parquet');
  let drift: readonly Finding[] = [];
  const prepare = async (found: Source): Promise<Source> => {
    drift = checkDrift(found, files, params);
    checkColumns(
      found.columns.map(({ name }) => name),
      params,
      label,
    );
    return declareTypes(engine, found, params.types ?? {}, { label, sensitive: params.sensitive ?? {}, formats: params.formats ?? {} });
  };
  const texts = params.format === 'csv' ? await openCsv(files, params.csv) : undefined;
  const open = (): Promise<Source> => (texts === undefined ? openSource(engine, context, files, params) : typedTexts(engine, texts));
  const source =
    (texts === undefined ? undefined : await writeQuickly(engine, texts, path, prepare)) ??
    (await writeSource(engine, await prepare(await open()), path, files));
  const counted = params.parts === undefined ? undefined : await countParts(engine, files, params, params.parts);
  if (params.format === 'sql') await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(QUERIED)}`);
  if (params.format === 'custom' || params.format === 'sqlite') await dropLoaded(engine, files.length);
  const sampled = params.sample === undefined ? undefined : await keepSample(engine, path, params.sample, counted);
  const parts = sampled?.parts ?? counted;
  const checks =
    params.expect === undefined
      ? undefined
      : await checkData(engine, {
          path,
          label,
          expected: params.expect,
          target: params.target,
          roles: params.roles,
          sensitive: params.sensitive ?? {},
          sampledFrom: sampled?.total,
          unread: new Map(source.columns.flatMap(({ name, unread }) => (unread === undefined ? [] : [[name, unread]]))),
        });

  const result = await describeDataset(engine, context, params, {
    ...(sampled !== undefined && { sampledFrom: sampled.total }),
    ...(parts !== undefined && { parts }),
    ...(drift.length > 0 && { drift }),
    path,
    source,
    label,
    isOne: files.length === 1,
    format: params.loader?.format ?? params.format,
    files: files.map((file) => ({ label: file.label, sizeBytes: statSync(file.path).size })),
  });
  return checks === undefined ? result : withChecks(result, checks);
}

/** Everything but CSV, which is opened as texts first. */
export async function openSource(
  engine: DataEngine,
  context: StepContext,
  files: readonly DataFile[],
  params: IngestParams,
): Promise<Source> {
  switch (params.format) {
    case 'json':
      return jsonSource(engine, files);
    case 'parquet':
      return parquetSource(engine, files);
    case 'sqlite':
      return sqliteSource(engine, files, params.sqlite ?? {});
    case 'sql':
      if (params.sql === undefined) throw new Error('a query needs its text');
      return sqlSource(engine, context, files, { csv: params.csv, sql: params.sql });
    default:
      if (params.loader === undefined) throw new Error('a custom format needs a loader');
      return customSource(engine, context, files, params.loader);
  }
}

export async function dropLoaded(engine: DataEngine, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(loadedTable(index))}`);
}
