/**
 * A `StepContext` for tests: a real DuckDB session in this process, a temporary folder for
 * outputs, and user functions given as plain functions.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import type { StepContext } from '../../src/steps/define.ts';

export interface StepContextOptions {
  readonly params: unknown;
  readonly pace?: StepContext['pace'];
  /** Role → absolute path. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly seed?: number;
  /** `file#name` → function, such as `steps/train.ts#estimator_fn`. */
  readonly userFunctions?: Readonly<Record<string, (...args: never[]) => unknown>>;
  /** One session for several steps, as in a worker; else each context opens its own. */
  readonly engine?: DataEngine;
}

export interface TestStepContext extends StepContext {
  /** Where the step writes. */
  readonly folder: string;
  readonly logged: readonly string[];
  /** Close what was opened and remove the folder. */
  dispose(): Promise<void>;
}

export function stepContext(options: StepContextOptions): TestStepContext {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-step-'));
  const logged: string[] = [];
  let own: Promise<DataEngine> | undefined;
  return {
    folder,
    logged,
    params: options.params as StepContext['params'],
    pace: options.pace ?? {},
    inputs: options.inputs ?? {},
    inputNames: {},
    seed: options.seed ?? 42,
    signal: new AbortController().signal,
    output(path) {
      const full = join(folder, path);
      mkdirSync(dirname(full), { recursive: true });
      return full;
    },
    progressFolder() {
      const full = join(folder, '.progress');
      mkdirSync(full, { recursive: true });
      return full;
    },
    data() {
      if (options.engine !== undefined) return Promise.resolve(options.engine);
      own ??= openDuckDb({ threads: 1 });
      return own;
    },
    async userFunction(file, name) {
      const found = options.userFunctions?.[`${file}#${name}`];
      if (found === undefined) throw new Error(`the test gives no user function ${file}#${name}`);
      return found as (...args: readonly never[]) => unknown;
    },
    userCodeDigest: (file) => `digest of ${file}`,
    log(line) {
      logged.push(line);
    },
    progress() {},
    async dispose() {
      if (own !== undefined) await (await own).close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The `data:0000` … inputs of `ingest` for some files. */
export function dataInputs(...paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path, index) => [`data:${String(index).padStart(4, '0')}`, path]));
}
