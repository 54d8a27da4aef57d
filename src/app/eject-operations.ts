/**
 * What `auto` makes of the columns, as operations for recipe.yaml. They are fitted as `transform` would fit them
 * and compared with what `auto` fits: where something has no words in a recipe, that is said.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { columnsOfRole } from '../data/column-rules.ts';
import { describeColumns } from '../data/column-type.ts';
import { openDuckDb } from '../data/duckdb.ts';
import type { DataEngine } from '../data/engine.ts';
import { parquetRelation } from '../data/sql.ts';
import { fitTransformer, usableColumns } from '../data/transform/fit.ts';
import type { FittedOperation, PipelineTransformer } from '../data/transform/transformer.ts';
import { operationsOf } from '../data/transform/unfit.ts';
import { withoutUnread } from '../data/transform/unread.ts';
import { listNames } from '../diagnostics/suggest.ts';
import type { Addition } from '../recipe/insert.ts';
import type { Json } from '../schema/json.ts';
import type { OperationData } from '../schema/operations.ts';
import { writeOperation } from '../schema/write-operation.ts';
import type { TransformParams } from '../steps/transform/params.ts';
import type { Project } from './project.ts';
import { stepSettings } from './step-settings.ts';

export interface Chosen {
  readonly additions: readonly Addition[];
  /** Why there are none, or what will differ. */
  readonly left: readonly string[];
  /** Whether the model is the same with them, byte for byte. */
  readonly isSameModel: boolean;
}

const NONE: Chosen = { additions: [], left: [], isSameModel: true };

const SECTION = ['steps', 'transform'];

export async function chosenOperations(project: Project, write: (value: Json) => string): Promise<Chosen> {
  if (project.loaded.recipe.steps.transform.using !== 'auto') return NONE;
  const reason = obstacle(project);
  if (reason !== undefined) return { ...NONE, left: [`the operations of transform: ${reason}`] };
  const engine = await openDuckDb();
  try {
    return await choose(engine, project, write);
  } finally {
    await engine.close();
  }
}

function trainingRows(project: Project): string {
  return join(project.paths.outputs, 'split', 'train.parquet');
}

/** Why they cannot be written. */
function obstacle(project: Project): string | undefined {
  const said = ['using', 'impute', 'encode'].find((key) => project.loaded.origin([...SECTION, key]) !== 'default');
  if (said !== undefined) return `\`${said}\` is said already; remove it, then eject again`;
  if ([...project.customSteps.values()].some(({ standsFor }) => standsFor !== undefined)) return 'steps of your own change the rows';
  if (statSync(trainingRows(project), { throwIfNoEntry: false }) === undefined)
    return '`split` has not run; `npx mlrecipe run --step split`, then eject again';
  return undefined;
}

async function choose(engine: DataEngine, project: Project, write: (value: Json) => string): Promise<Chosen> {
  const params = stepSettings(project, 'transform').params as unknown as TransformParams;
  const relation = parquetRelation(trainingRows(project));
  const names = (await describeColumns(engine, relation)).map(({ name }) => name);
  const config = {
    target: params.target,
    task: params.task,
    roles: params.roles,
    ...(params.types !== undefined && { types: params.types }),
    beside: columnsOfRole(params.roles, 'weight', names, params.target),
    ...(params.sensitive !== undefined && { sensitive: params.sensitive }),
  };
  const automatic = await fitTransformer(engine, relation, {
    ...config,
    plan: { kind: 'auto', impute: params.impute, encode: params.encode },
  });
  const inputs = new Set(automatic.inputs.map(({ name }) => name));
  const { usable } = await usableColumns(engine, relation, config);
  const unused = usable.map(({ name }) => name).filter((name) => !inputs.has(name));
  const operations = operationsOf(automatic, unused);
  if (operations === undefined) return { ...NONE, left: ['the operations of transform: not all that `auto` chose can be written'] };
  if (operations.length === 0) return NONE;
  const again = await fitTransformer(engine, relation, { ...config, plan: { kind: 'pipeline', operations } });
  const additions = additionsOf(operations, write);
  const changed = difference(automatic, again);
  return changed === undefined
    ? { additions, left: unread(automatic, again), isSameModel: true }
    : { additions, left: [`${changed}: the model changes`], isSameModel: false };
}

function additionsOf(operations: readonly OperationData[], write: (value: Json) => string): readonly Addition[] {
  const items = operations.map(writeOperation);
  return [
    { path: [...SECTION, 'using'], value: 'operations' },
    {
      path: [...SECTION, 'operations'],
      value: write(items),
      items: items.map((item) => (typeof item === 'string' ? item : write(item).slice(1, -1))),
    },
  ];
}

/** What is not the same in the two, as a person would want to know it. */
function difference(automatic: PipelineTransformer, again: PipelineTransformer): string | undefined {
  const names = ({ features }: PipelineTransformer) => features.map(({ name }) => name);
  const changed = names(again).filter((name) => !names(automatic).includes(name));
  const lost = names(automatic).filter((name) => !names(again).includes(name));
  if (changed.length + lost.length > 0) return `features that no operation makes: ${listNames(lost, 3)} become ${listNames(changed, 3)}`;
  if (JSON.stringify(automatic.features) !== JSON.stringify(again.features))
    return 'the codes or the order of the features, which no operation says';
  const { inputs, operations } = withoutUnread({ ...automatic, operations: automatic.operations.map(dropped) });
  if (JSON.stringify([inputs, operations]) !== JSON.stringify([again.inputs, again.operations]))
    return 'learned values that no operation says';
  return undefined;
}

function unread({ inputs }: PipelineTransformer, again: PipelineTransformer): readonly string[] {
  const asked = new Set(again.inputs.map(({ name }) => name));
  return inputs
    .filter(({ name }) => !asked.has(name))
    .map(({ name }) => `the input \`${name}\`: nothing reads it, and a model made with operations does not ask for it`);
}

/** A date that gives no part is dropped, in other words. */
function dropped(operation: FittedOperation): FittedOperation {
  return operation.op === 'date_parts' && operation.parts.length === 0 ? { op: 'drop', columns: [operation.column] } : operation;
}
