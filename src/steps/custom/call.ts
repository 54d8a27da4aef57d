/** Calls the user's function with what it reads, and makes files of what it returns. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, parquetRelation } from '../../data/sql.ts';
import type { Table } from '../../data/table.ts';
import { describeValue, toTable } from '../../data/to-table.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import type { Json } from '../../schema/json.ts';
import type { StepContext } from '../define.ts';
import { problem } from '../problem.ts';
import type { CustomParams } from './params.ts';

/** The second argument of the function. */
export interface CustomStepContext {
  /** `params` of the recipe. */
  readonly params: Readonly<Record<string, Json>>;
  /** The files that `inputs` names, in code-unit order of their labels. */
  readonly files: readonly { readonly path: string; readonly label: string }[];
  /** Absolute path for a declared output, for functions that write it themselves. */
  output(name: string): string;
  /** A line for the log of the step. */
  log(line: string): void;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
}

export async function callMethod(context: StepContext, params: CustomParams, data: unknown): Promise<unknown> {
  const { file, name } = params.method;
  const run = (await context.userFunction(file, name)) as unknown as (data: unknown, context: CustomStepContext) => unknown;
  const given: CustomStepContext = {
    params: params.params,
    files: params.files.map((label, index) => ({ label, path: context.inputs[fileRole(index)] as string })),
    output: (output) => context.output(declared(params, output)),
    log: (line) => context.log(line),
    signal: context.signal,
  };
  return run(data, given);
}

/** The role of a file of `inputs`. */
export function fileRole(index: number): string {
  return `file:${String(index).padStart(4, '0')}`;
}

/** What the function gets for an output of another step: a table, parsed JSON, else the path. */
export async function readNeed(engine: DataEngine, path: string, file: string): Promise<unknown> {
  if (file.endsWith('.parquet')) return engine.table(`SELECT * FROM ${parquetRelation(path)}`);
  return file.endsWith('.json') ? (JSON.parse(readFileSync(path, 'utf8')) as Json) : path;
}

/** Writes each declared output that the function returned. One that it wrote itself stays. */
export async function writeOutputs(engine: DataEngine, context: StepContext, params: CustomParams, returned: unknown): Promise<void> {
  const names = Object.keys(params.outputs);
  const values = isNamed(returned, names) ? returned : names.length === 1 ? { [names[0] as string]: returned } : {};
  for (const [name, file] of Object.entries(params.outputs)) {
    const path = context.output(file);
    const value = values[name];
    if (value === undefined) {
      if (!existsSync(path)) throw notReturned(params, name, file, returned);
    } else if (file.endsWith('.parquet')) {
      await engine.writeParquet(tableOf(params, value, `\`${name}\``), path);
    } else {
      writeFileSync(path, bytesOf(params, name, value));
    }
  }
}

/** Copy what was not changed, byte for byte in content. */
export async function passOn(engine: DataEngine, from: string, to: string): Promise<void> {
  await engine.execute(copyToParquet(`SELECT * FROM ${parquetRelation(from)}`, to));
}

export function tableOf(params: CustomParams, value: unknown, what: string): Table {
  const table = toTable(value);
  if (table !== undefined && table.columns.length > 0) return table;
  throw problem(
    'step-failed',
    `${where(params)} returned ${describeValue(value)} for ${what}`,
    'return a Table, an array of rows, or an object of columns',
  );
}

export function where({ method }: CustomParams): string {
  return `\`${method.name}\` in ${method.file}`;
}

function isNamed(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => names.includes(key));
}

function declared(params: CustomParams, name: string): string {
  const file = Object.hasOwn(params.outputs, name) ? params.outputs[name] : undefined;
  if (file !== undefined) return file;
  const known = Object.keys(params.outputs);
  throw problem(
    'step-failed',
    `${where(params)} asks for the output \`${name}\`, which the recipe does not declare`,
    known.length === 0 ? `add it to \`steps.${params.step}.outputs\`` : `the outputs are ${listNames(known)}`,
  );
}

function notReturned(params: CustomParams, name: string, file: string, returned: unknown): Error {
  return problem(
    'step-failed',
    `${where(params)} neither returned nor wrote \`${name}\`; it returned ${describeValue(returned)}`,
    `return \`{ ${name}: … }\`, or write ${file} to \`context.output('${name}')\``,
  );
}

function bytesOf(params: CustomParams, name: string, value: unknown): string | Uint8Array {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  try {
    const text = JSON.stringify(value, null, 2);
    if (text !== undefined) return `${text}\n`;
  } catch {
    // A cycle, or a BigInt.
  }
  throw problem(
    'step-failed',
    `${where(params)} returned ${describeValue(value)} for \`${name}\`, which is no JSON`,
    'return a text, bytes, or what JSON can hold',
  );
}
