/**
 * Fit a transformer on the training rows and on nothing else. Columns with another role than feature
 * or time, and the target, never reach it.
 */
import { isSensitive, type Roles, roleOf, type Sensitive } from '../column-rules.ts';
import { type ColumnInfo, describeColumns } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import type { Pipeline } from './api.ts';
import { type AutoOptions, addAutomaticOperations } from './auto.ts';
import { TransformerBuilder } from './builder.ts';
import { fitPipeline } from './fit-pipeline.ts';
import { leftOut } from './left-out.ts';
import type { Choice, PipelineTransformer } from './transformer.ts';
import { withoutUnread } from './unread.ts';

export interface TransformConfig {
  readonly target: string;
  readonly roles: Roles;
  /** Columns whose levels must not become names. */
  readonly sensitive?: Sensitive;
  /** Columns of the result that no feature may be called by. */
  readonly beside?: readonly string[];
  /** `auto` looks at the columns; a pipeline is the user's; `identity` passes usable columns on. */
  readonly plan: ({ readonly kind: 'auto' } & AutoOptions) | Pipeline | { readonly kind: 'identity' };
  /** How a pipeline prepares the columns that it leaves to `auto`. */
  readonly rest?: AutoOptions;
}

/** `relation` is what may stand after FROM to get the training rows. */
export async function fitTransformer(engine: DataEngine, relation: string, config: TransformConfig): Promise<PipelineTransformer> {
  const { usable, ignored } = await usableColumns(engine, relation, config);
  if (config.plan.kind === 'auto') return fitAutomatic(engine, relation, config, usable, ignored, config.plan);
  const seen = usable.map(({ name, type }) => ({ name, type }));
  const builder = new TransformerBuilder(engine, relation, seen, reservedNames(config, ignored));
  for (const { column, text } of ignored) builder.choose(column, text, true);
  if (config.plan.kind !== 'pipeline') return builder.finish();
  await fitPipeline(builder, config.plan.operations, { engine, relation, usable, config });
  const transformer = await builder.finish();
  return { ...transformer, ...withoutUnread(transformer) };
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
    .map(({ name }) => ({ column: name, text: `dropped, its role is ${roleOf(roles, name)}`, isDropped: true }));
  return { usable: columns.filter(isUsable).map(({ name, type, sqlType }) => ({ name, type, sqlType })), ignored };
}

async function fitAutomatic(
  engine: DataEngine,
  relation: string,
  config: TransformConfig,
  usable: readonly ColumnInfo[],
  ignored: readonly Choice[],
  options: AutoOptions,
): Promise<PipelineTransformer> {
  const { profiles, reasons } = await leftOut(engine, relation, usable, config.roles);
  const kept = profiles.filter(({ name }) => !reasons.has(name));
  const dropped: Choice[] = [...ignored, ...[...reasons].map(([column, text]) => ({ column, text, isDropped: true }))];
  const inputs = kept.map(({ name, type }) => ({ name, type }));
  const builder = new TransformerBuilder(engine, relation, inputs, reservedNames(config, dropped));
  for (const { column, text } of dropped) builder.choose(column, text, true);
  await addAutomaticOperations(builder, kept, { ...options, isSensitive: (column) => isSensitive(config.sensitive ?? {}, column) });
  const transformer = await builder.finish();
  const order = [...profiles.map(({ name }) => name), ...ignored.map(({ column }) => column)];
  return { ...transformer, choices: [...transformer.choices].sort((a, b) => rank(order, a.column) - rank(order, b.column)) };
}

/** Columns of the data in their order, made columns behind them. */
function rank(order: readonly string[], column: string): number {
  const position = order.indexOf(column);
  return position < 0 ? order.length : position;
}

function reservedNames({ target, beside = [] }: TransformConfig, dropped: readonly Choice[]): readonly string[] {
  return [target, ...beside, ...dropped.map(({ column }) => column)];
}
