/** A project folder, a pool over the fixture worker, and requests whose events are collected. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import type { ExecuteOutcome, Executor, StepProgress } from '../../../src/engine/ports.ts';
import type { Digest, Task, TaskName, TaskPolicy } from '../../../src/engine/task.ts';
import { LocalPool, type LocalPoolOptions } from '../../../src/executors/local-pool.ts';
import type { WorkerPayload } from '../../../src/executors/worker-payload.ts';
import { fingerprint } from '../../../src/user-code/fingerprint.ts';

export interface Asked {
  readonly outcome: ExecuteOutcome;
  readonly lines: readonly string[];
  readonly progress: readonly StepProgress[];
  readonly staging: string;
}

export class PoolRig {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'mlrecipe-pool-')));
  readonly root: string = join(this.folder, 'project');
  readonly #entry: string = join(this.folder, 'package', 'worker.mjs');
  readonly #pools: LocalPool[] = [];
  #count = 0;

  constructor() {
    mkdirSync(this.root);
    buildSync({
      entryPoints: [join(import.meta.dirname, 'fixture-worker.ts')],
      outfile: this.#entry,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
  }

  pool(options: Partial<LocalPoolOptions> = {}): LocalPool {
    const pool = new LocalPool({
      entry: this.#entry,
      root: this.root,
      env: { ...process.env, SECRET_OF_THE_SHELL: 'hidden', TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', NODE_OPTIONS: '--no-such-option' },
      failureFolder: join(this.root, '.recipe', 'logs', 'failed'),
      ...options,
    });
    this.#pools.push(pool);
    return pool;
  }

  write(path: string, text: string): void {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Run the step. `onLine` sees each line as it comes. */
  async ask(
    pool: Executor,
    action: string,
    options: {
      readonly env?: Readonly<Record<string, string>>;
      readonly code?: string;
      readonly signal?: AbortSignal;
      readonly policy?: TaskPolicy;
      readonly inputs?: Readonly<Record<string, string>>;
      readonly onLine?: (line: string) => void;
    } = {},
  ): Promise<Asked> {
    const staging = join(this.root, '.recipe', `staging-${this.#count++}`);
    mkdirSync(staging, { recursive: true });
    const lines: string[] = [];
    const progress: StepProgress[] = [];
    const code = options.code === undefined ? undefined : await this.#compile(options.code);
    const payload: WorkerPayload = {
      step: 'train',
      code: 'train',
      root: this.root,
      inputNames: {},
      userCode: code === undefined ? {} : { 'steps/train.ts': code.bundlePath },
      card: { recipe: 'houses', facts: [{ label: 'Profile', value: 'local' }] },
    };
    const task: Task = {
      name: 'train' as TaskName,
      implementation: '0'.repeat(64) as Digest,
      params: { action },
      inputs: [],
      outputs: ['out/made.txt'],
      userCode: code === undefined ? [] : [{ file: 'steps/train.ts', digest: code.digest }],
      environment: {},
      env: options.env ?? {},
      seed: 7,
      payload,
      ...(options.policy !== undefined && { policy: options.policy }),
    };
    const outcome = await pool.execute({
      task,
      inputs: options.inputs ?? {},
      staging,
      signal: options.signal ?? new AbortController().signal,
      onLog: (stream, line) => {
        lines.push(`${stream}: ${line}`);
        options.onLine?.(line);
      },
      onProgress: (step) => progress.push(step),
    });
    return { outcome, lines, progress, staging };
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #compile(code: string) {
    this.write('steps/train.ts', code);
    const made = await fingerprint({
      root: this.root,
      file: 'steps/train.ts',
      buildFolder: join(this.root, '.recipe', 'build'),
      packageRoot: this.folder,
    });
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    return made.value;
  }
}
