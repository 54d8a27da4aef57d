/** The operations of a pipeline, fitted one after the other on the training rows as they are then. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { operationFault } from '../../schema/make-operation.ts';
import type { Roles } from '../column-rules.ts';
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { type AutoOptions, addAutomaticOperations, knownOf } from './auto.ts';
import { fault, type TransformerBuilder } from './builder.ts';
import { fitOperation } from './fit-operation.ts';
import { leftOut } from './left-out.ts';
import type { Operation, OperationData, OperationOf } from './operation.ts';
import { OperationError } from './operation-error.ts';

/** What a pipeline is fitted on. */
export interface Ground {
  readonly engine: DataEngine;
  /** The training rows as they were read. */
  readonly relation: string;
  readonly usable: readonly ColumnInfo[];
  readonly config: { readonly roles: Roles; readonly types?: Readonly<Record<string, string>>; readonly rest?: AutoOptions };
}

/** How `rest: auto` prepares columns where nothing else was said. */
const USUAL: AutoOptions = { impute: 'none', encode: 'ordinal' };

export async function fitPipeline(builder: TransformerBuilder, operations: readonly Operation[], ground: Ground): Promise<void> {
  for (const [index, operation] of operations.entries()) {
    try {
      const { op } = checked(operation);
      await (op === 'rest'
        ? fitRest(builder, operation as OperationOf<'rest'>, ground)
        : fitOperation(builder, operation as OperationData));
    } catch (error) {
      throw error instanceof DiagnosticError ? new OperationError(error.diagnostic, index) : error;
    }
  }
}

/** A pipeline may come from code that no type checker saw. */
function checked(operation: Operation): Operation {
  const wrong = operationFault(operation);
  if (wrong === undefined) return operation;
  const near = wrong.found === undefined ? undefined : closest(wrong.found, wrong.known ?? []);
  const hint =
    near !== undefined ? `did you mean \`${near}\`?` : wrong.known === undefined ? undefined : `there are ${listNames(wrong.known, 20)}`;
  throw fault('bad-value', wrong.message, hint);
}

async function fitRest(builder: TransformerBuilder, { how }: OperationOf<'rest'>, ground: Ground): Promise<void> {
  if (how === 'keep') return;
  const present = new Set(builder.columns.map(({ name }) => name));
  const columns = ground.usable.filter(({ name }) => present.has(name));
  if (how === 'auto') return fitAutomatically(builder, columns, ground);
  const rest = columns.filter(({ name }) => !builder.isHandled(name));
  drop(
    builder,
    rest.map(({ name }) => [name, 'dropped by `rest`']),
  );
}

async function fitAutomatically(
  builder: TransformerBuilder,
  columns: readonly ColumnInfo[],
  { engine, relation, config }: Ground,
): Promise<void> {
  // An id that was imputed or scaled among all numbers is an id: only who names it wants to learn from it.
  const unnamed = columns.filter(({ name }) => !builder.isNamed(name));
  const { profiles, reasons, rowKeys } = await leftOut(engine, relation, unnamed, config.roles);
  drop(builder, [...reasons], rowKeys);
  const kept = profiles.filter(({ name }) => !reasons.has(name) && !builder.isHandled(name));
  await addAutomaticOperations(builder, kept, { ...(config.rest ?? USUAL), ...knownOf(config) });
}

function drop(
  builder: TransformerBuilder,
  reasons: readonly (readonly [column: string, reason: string])[],
  rowKeys: ReadonlySet<string> = new Set(),
): void {
  if (reasons.length === 0) return;
  builder.add({ op: 'drop', columns: reasons.map(([column]) => column) });
  for (const [column, text] of reasons) builder.choose(column, text, true, rowKeys.has(column));
}
