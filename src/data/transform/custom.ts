/**
 * A transformer that is an object of the user: `fit(table, target)`, `transform(table)`,
 * `toJSON()` and `restore(state)`. Its state is kept as JSON; what it gives becomes features by
 * the same operations as everything else.
 */

import type { Json } from '../../schema/json.ts';
import type { DataEngine } from '../engine.ts';
import { list, quoteIdentifier } from '../sql.ts';
import type { Column, Table } from '../table.ts';
import { copyTable, describeValue, toTable } from '../to-table.ts';
import { fault } from './builder.ts';
import { fitTransformer, type TransformConfig, usableColumns } from './fit.ts';
import type { CustomTransformer } from './transformer.ts';

/** What the user's function returns in this form. Each method may be asynchronous. */
export interface CustomTransformerObject {
  fit(table: Table, target: Column): unknown;
  transform(table: Table): unknown;
  toJSON(): unknown;
  /** Takes the state of `toJSON`; changes the object or returns the restored one. */
  restore?(state: Json): unknown;
}

export interface Method {
  readonly file: string;
  readonly name: string;
}

const LOADED = '__mlrecipe_transformed';

export async function fitCustomTransformer(
  engine: DataEngine,
  relation: string,
  config: Pick<TransformConfig, 'target' | 'roles' | 'beside'>,
  object: unknown,
  method: Method,
): Promise<CustomTransformer> {
  const where = place(method);
  const candidate = checkObject(object, where);
  const { usable, ignored } = await usableColumns(engine, relation, config);
  const inputs = usable.map(({ name, type }) => ({ name, type }));
  const columns = list([...inputs.map(({ name }) => quoteIdentifier(name)), quoteIdentifier(config.target)]);
  const rows = await engine.table(`SELECT ${columns} FROM ${relation}`);
  const table = rows.select(inputs.map(({ name }) => name));
  const copy = copyTable(rows);
  const fitted = await candidate.fit(copy.select(inputs.map(({ name }) => name)), copy.column(config.target));
  const learned = hasMethod(fitted, 'transform') ? (fitted as CustomTransformerObject) : candidate;
  const transformed = await transform(learned, table, where);
  const taken = [config.target, ...(config.beside ?? [])].find((name) => transformed.has(name));
  if (taken !== undefined)
    throw fault(
      'step-failed',
      `${where}: \`transform\` returned a column \`${taken}\`, which is the name of the ${taken === config.target ? 'target' : 'weight'}`,
      'give the column another name',
    );
  await engine.load(transformed, LOADED);
  try {
    const finish = await fitTransformer(engine, quoteIdentifier(LOADED), {
      target: config.target,
      roles: {},
      ...(config.beside !== undefined && { beside: config.beside }),
      plan: { kind: 'identity' },
    });
    const state = stateOf(learned, where);
    return {
      kind: 'custom',
      formatVersion: 1,
      inputs,
      file: method.file,
      method: method.name,
      state,
      finish,
      features: finish.features,
      choices: [
        ...ignored,
        { column: method.name, text: `made ${transformed.columns.length} columns of ${inputs.length}`, isDropped: false },
        ...finish.choices,
      ],
    };
  } finally {
    await engine.execute(`DROP TABLE IF EXISTS ${quoteIdentifier(LOADED)}`);
  }
}

/** The object with its learned state again. `make` is the user's function that gave the unfitted one. */
export async function restoreCustomTransformer(transformer: CustomTransformer, make: () => unknown): Promise<CustomTransformerObject> {
  const where = place({ file: transformer.file, name: transformer.method });
  const object = checkObject(await make(), where);
  const restored = await object.restore?.(transformer.state);
  return hasMethod(restored, 'transform') ? (restored as CustomTransformerObject) : object;
}

/** Run the object and check that it gives one row for each. */
export async function transform(object: CustomTransformerObject, table: Table, where: string): Promise<Table> {
  const returned = await object.transform(copyTable(table));
  const transformed = toTable(returned);
  if (transformed === undefined || transformed.columns.length === 0)
    throw fault(
      'step-failed',
      `${where}: \`transform\` returned ${describeValue(returned)}`,
      'return a Table, an array of rows, or an object of columns',
    );
  if (transformed.rowCount !== table.rowCount)
    throw fault(
      'step-failed',
      `${where}: \`transform\` returned ${transformed.rowCount} rows for ${table.rowCount}`,
      'return one row for each',
    );
  return transformed;
}

export function place({ file, name }: Method): string {
  return `\`${name}\` in ${file}`;
}

function checkObject(object: unknown, where: string): CustomTransformerObject {
  const absent = ['fit', 'transform', 'toJSON', 'restore'].filter((method) => !hasMethod(object, method));
  if (absent.length === 0) return object as CustomTransformerObject;
  const what =
    typeof object === 'object' && object !== null
      ? `an object without ${absent.map((method) => `\`${method}\``).join(', ')}`
      : describeValue(object);
  throw fault(
    'step-failed',
    `${where} returned ${what}`,
    'return `pipeline([…])`, nothing, or an object with `fit(table, target)`, `transform(table)`, `toJSON()` and `restore(state)`',
  );
}

function hasMethod(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function';
}

function stateOf(object: CustomTransformerObject, where: string): Json {
  const text = JSON.stringify(object.toJSON()) as string | undefined;
  if (text === undefined) throw fault('step-failed', `${where}: \`toJSON\` returned nothing`, 'return what `restore` needs');
  return JSON.parse(text) as Json;
}
