/**
 * The work of the `transform` step: fit on the training rows, write the transformer, apply it to
 * the training and validation rows with the target beside the features.
 */
import { writeFileSync } from 'node:fs';
import { columnsOfRole } from '../../data/column-rules.ts';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { profileRelation } from '../../data/profile.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier, quoteText } from '../../data/sql.ts';
import { applyTransformer } from '../../data/transform/apply.ts';
import { sensitiveFeatures } from '../../data/transform/lineage.ts';
import type { Transformer } from '../../data/transform/transformer.ts';
import { throwUnknownText } from '../../data/transform/unknown-text.ts';
import type { StepContext, StepResult } from '../define.ts';
import { fitRequested } from './fit.ts';
import type { TransformParams } from './params.ts';
import { transformCard, transformFindings, transformSummary } from './report.ts';

/** Features that the card draws. */
const MOST_PROFILED = 60;

export async function runTransform(context: StepContext): Promise<StepResult> {
  const params = context.params as unknown as TransformParams;
  const engine = await context.data();
  const training = parquetRelation(context.inputs['training_data'] as string);
  const validation = parquetRelation(context.inputs['validation_data'] as string);
  const names = (await describeColumns(engine, training)).map(({ name }) => name);
  const weight = columnsOfRole(params.roles, 'weight', names, params.target);
  const { transformer, training: own } = await fitRequested(engine, context, training, params, weight);
  writeFileSync(context.output('transformer.json'), `${JSON.stringify(transformer)}\n`);
  const keep = [params.target, ...weight];
  if (own === undefined) await write(engine, context, transformer, training, keep, 'transformed_training_data.parquet');
  else {
    // Where a mean of the target stands for a text, a training row must have no part in its own.
    await engine.execute(copyToParquet(own.sql(keep), context.output('transformed_training_data.parquet'))).finally(own.release);
  }
  await write(engine, context, transformer, validation, keep, 'transformed_validation_data.parquet');

  for (const { column, text } of transformer.choices) context.log(`${column}: ${text}`);
  const transformed = parquetRelation(context.output('transformed_training_data.parquet'));
  const features = transformer.features.map(({ name }) => name);
  const profiles = await profileRelation(
    engine,
    `(SELECT ${list(features.slice(0, MOST_PROFILED).map(quoteIdentifier))} FROM ${transformed})`,
    { shapes: params.skip_data_profiling !== true },
  );
  const [sizes] = await engine.query(
    `SELECT (SELECT count(*) FROM ${training}) AS training, (SELECT count(*) FROM ${validation}) AS validation`,
  );
  const report = {
    transformer,
    profiles,
    trainingRows: Number(sizes?.['training']),
    validationRows: Number(sizes?.['validation']),
    constant: await constantFeatures(engine, transformed, features),
    hidden: sensitiveFeatures(transformer, params.sensitive ?? {}),
    unseen: await countUnseen(engine, transformer, validation),
  };
  return {
    summary: transformSummary(report),
    metrics: {},
    params: {},
    findings: transformFindings(report),
    card: transformCard(report),
    facts: {
      features: transformer.features.map(({ name, kind }) => ({ name, kind })),
      choices: transformer.choices.map(({ column, text }) => `${column}: ${text}`),
      dropped: transformer.choices.filter(({ isDropped }) => isDropped).map(({ column }) => column),
    },
  };
}

async function write(
  engine: DataEngine,
  context: StepContext,
  transformer: Transformer,
  relation: string,
  keep: readonly string[],
  file: string,
): Promise<void> {
  const applied = await applyTransformer(engine, transformer, relation, {
    keep,
    userFunction: (path, name) => context.userFunction(path, name),
  });
  try {
    await engine.execute(copyToParquet(applied.sql, context.output(file))).catch(throwUnknownText);
  } finally {
    await applied.release();
  }
}

async function constantFeatures(engine: DataEngine, relation: string, names: readonly string[]): Promise<readonly string[]> {
  const tests = names.map(
    (name, index) =>
      `count(${quoteIdentifier(name)}) = 0 OR (count(${quoteIdentifier(name)}) = count(*) AND min(${quoteIdentifier(name)}) = max(${quoteIdentifier(name)})) AS c${index}`,
  );
  const [row] = await engine.query(`SELECT ${list(tests)} FROM ${relation}`);
  return names.filter((_, index) => row?.[`c${index}`] === true);
}

/** Validation rows whose text has no code. Where rarer texts share a code, unknown ones have it too and are not counted. */
export async function countUnseen(engine: DataEngine, transformer: Transformer, relation: string): Promise<ReadonlyMap<string, number>> {
  if (transformer.kind !== 'pipeline') return new Map();
  const texts = new Set(transformer.inputs.filter(({ type }) => type === 'string').map(({ name }) => name));
  const counted = transformer.operations.flatMap((operation) => {
    if (operation.op === 'ordinal' && !operation.other && texts.has(operation.column))
      return [{ column: operation.column, levels: operation.levels }];
    if (operation.op === 'one_hot' && operation.other === undefined && texts.has(operation.column))
      return [{ column: operation.column, levels: operation.levels.map(({ value }) => value) }];
    return [];
  });
  if (counted.length === 0) return new Map();
  const counts = counted.map(({ column, levels }, index) => {
    const known = levels.length === 0 ? 'false' : `${quoteIdentifier(column)} IN (${list(levels.map(quoteText))})`;
    return `count(*) FILTER (${quoteIdentifier(column)} IS NOT NULL AND NOT ${known}) AS u${index}`;
  });
  const [row] = await engine.query(`SELECT ${list(counts)} FROM ${relation}`);
  return new Map(
    counted.map(({ column }, index): [string, number] => [column, Number(row?.[`u${index}`] ?? 0)]).filter(([, rows]) => rows > 0),
  );
}
