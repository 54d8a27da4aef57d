/**
 * Fit a transformer on the training rows and on nothing else. Columns with another role than feature
 * or time, and the target, never reach it.
 */
import { ruleOf } from '../../schema/name-pattern.ts';
import { isSensitive, type Roles, roleOf, type Sensitive } from '../column-rules.ts';
import { type ColumnInfo, describeColumns } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import type { Pipeline } from './api.ts';
import { type AutoOptions, addAutomaticOperations, knownOf } from './auto.ts';
import { type Purpose, type TrainingRows, TransformerBuilder } from './builder.ts';
import { fitPipeline } from './fit-pipeline.ts';
import { leftOut } from './left-out.ts';
import type { Choice, PipelineTransformer } from './transformer.ts';
import { withoutUnread } from './unread.ts';

export interface TransformConfig {
  readonly target: string;
  /** Absent: a classification unless the target is a number. */
  readonly task?: 'regression' | 'classification';
  readonly roles: Roles;
  /** Given types by name or pattern; `category` and `text` say what kind of text a column holds. */
  readonly types?: Readonly<Record<string, string>>;
  /** Columns whose levels must not become names. */
  readonly sensitive?: Sensitive;
  /** Columns of the result that no feature may be called by. */
  readonly beside?: readonly string[];
  /** `auto` looks at the columns; a pipeline is the user's; `identity` passes usable columns on. */
  readonly plan: ({ readonly kind: 'auto' } & AutoOptions) | Pipeline | { readonly kind: 'identity' };
  /** How a pipeline prepares the columns that it leaves to `auto`. */
  readonly rest?: AutoOptions;
}

export interface FittedPipeline {
  readonly transformer: PipelineTransformer;
  /** Absent where the transformer makes of training rows what it makes of any. */
  readonly training?: TrainingRows;
}

/** The transformer alone. */
export async function fitTransformer(engine: DataEngine, relation: string, config: TransformConfig): Promise<PipelineTransformer> {
  const { transformer, training } = await fitPipelineOf(engine, relation, config);
  await training?.release();
  return transformer;
}

/** `relation` is what may stand after FROM to get the training rows; it gives the same rows in the same order each time. */
export async function fitPipelineOf(engine: DataEngine, relation: string, config: TransformConfig): Promise<FittedPipeline> {
  const { usable, ignored } = await usableColumns(engine, relation, config);
  if (config.plan.kind === 'auto') return fitAutomatic(engine, relation, config, usable, ignored, config.plan);
  const seen = usable.map(({ name, type }) => ({ name, type }));
  const builder = new TransformerBuilder(engine, relation, seen, purposeOf(config, ignored));
  for (const { column, text, isRowKey } of ignored) builder.choose(column, text, true, isRowKey);
  const { plan } = config;
  if (plan.kind !== 'pipeline') return finished(builder, async () => {});
  const { transformer, ...rest } = await finished(builder, () =>
    fitPipeline(builder, plan.operations, { engine, relation, usable, config }),
  );
  return { transformer: { ...transformer, ...withoutUnread(transformer) }, ...rest };
}

async function finished(builder: TransformerBuilder, work: () => Promise<void>): Promise<FittedPipeline> {
  try {
    await work();
    const transformer = await builder.finish();
    const training = builder.trainingRows(transformer);
    return { transformer, ...(training !== undefined && { training }) };
  } catch (error) {
    await builder.release();
    throw error;
  }
}

/** The columns that a transformer may see, and why not the others. */
export async function usableColumns(
  engine: DataEngine,
  relation: string,
  { target, roles }: Pick<TransformConfig, 'target' | 'roles'>,
): Promise<{ readonly usable: readonly ColumnInfo[]; readonly ignored: readonly Choice[] }> {
  const columns = (await describeColumns(engine, relation)).filter(({ name }) => name !== target);
  // A time orders the rows and is learned from as any date is.
  const isUsable = ({ name }: ColumnInfo): boolean => ['feature', 'time'].includes(roleOf(roles, name));
  const ignored = columns
    .filter((column) => !isUsable(column))
    .map(({ name }): Choice => {
      const role = roleOf(roles, name);
      return { column: name, text: `dropped, its role is ${role}`, isDropped: true, ...(role === 'id' && { isRowKey: true }) };
    });
  return { usable: columns.filter(isUsable).map(({ name, type, sqlType }) => ({ name, type, sqlType })), ignored };
}

async function fitAutomatic(
  engine: DataEngine,
  relation: string,
  config: TransformConfig,
  usable: readonly ColumnInfo[],
  ignored: readonly Choice[],
  options: AutoOptions,
): Promise<FittedPipeline> {
  const { profiles, reasons, rowKeys } = await leftOut(engine, relation, usable, config.roles);
  const kept = profiles.filter(({ name }) => !reasons.has(name));
  const dropped: Choice[] = [
    ...ignored,
    ...[...reasons].map(([column, text]): Choice => ({ column, text, isDropped: true, ...(rowKeys.has(column) && { isRowKey: true }) })),
  ];
  const inputs = kept.map(({ name, type }) => ({ name, type }));
  const builder = new TransformerBuilder(engine, relation, inputs, purposeOf(config, dropped));
  for (const { column, text, isRowKey } of dropped) builder.choose(column, text, true, isRowKey);
  const { transformer, ...rest } = await finished(builder, () => addAutomaticOperations(builder, kept, { ...options, ...knownOf(config) }));
  const order = [...profiles.map(({ name }) => name), ...ignored.map(({ column }) => column)];
  const choices = [...transformer.choices].sort((a, b) => rank(order, a.column) - rank(order, b.column));
  return { transformer: { ...transformer, choices }, ...rest };
}

/** Columns of the data in their order, made columns behind them. */
function rank(order: readonly string[], column: string): number {
  const position = order.indexOf(column);
  return position < 0 ? order.length : position;
}

function purposeOf({ target, task, beside = [], sensitive = {}, types = {} }: TransformConfig, dropped: readonly Choice[]): Purpose {
  return {
    target,
    ...(task !== undefined && { task }),
    reserved: [target, ...beside, ...dropped.map(({ column }) => column)],
    isSensitive: (column) => isSensitive(sensitive, column),
    isFreeText: (column) => ruleOf(types, column) === 'text',
  };
}
