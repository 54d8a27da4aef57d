/** The process that answers the queries of a command, which loads no data engine itself. */
import { type ChildProcess, fork } from 'node:child_process';
import type { DescribedView, QueryColumn, QueryFault, QueryRows, QueryView } from '../schema/query.ts';
import type { FromQuery, ToQuery } from './query-messages.ts';
import { workerEnvironment } from './worker-environment.ts';

export interface QueryProcessOptions {
  /** Absolute path of the built `worker/query-main.js`. */
  readonly entry: string;
  /** The project's root: what paths of views are relative to. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly views: readonly QueryView[];
  readonly temporaryFolder: string;
  readonly memoryLimit?: string;
}

/** The query cannot be carried out, and why. */
export class QueryRefused extends Error {
  readonly fault: QueryFault;

  constructor(fault: QueryFault) {
    super(fault.message);
    this.name = 'QueryRefused';
    this.fault = fault;
  }
}

/** The process went down before it answered. */
export class QueryProcessEnded extends Error {}

export interface QueryAnswer {
  readonly columns: readonly QueryColumn[];
  /** Chunks of rows, each read when it is asked for. */
  readonly rows: AsyncIterable<QueryRows>;
}

export class QueryProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<never>;
  readonly #kill = (): void => void this.#child.kill('SIGKILL');

  private constructor({ entry, root, env }: QueryProcessOptions) {
    this.#child = fork(entry, [], {
      cwd: root,
      env: workerEnvironment(env),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let lastWords = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = `${lastWords}${text}`.slice(-2000);
    });
    this.#exited = new Promise<never>((_, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => {
        reject(new QueryProcessEnded([signal ?? `exit code ${String(code)}`, lastWords.trim()].filter((part) => part !== '').join(': ')));
      });
    });
    this.#exited.catch(() => undefined);
    process.once('exit', this.#kill);
  }

  static async open(options: QueryProcessOptions): Promise<QueryProcess> {
    const started = new QueryProcess(options);
    const { views, temporaryFolder, memoryLimit } = options;
    await started.#ask({ type: 'open', views, temporaryFolder, ...(memoryLimit !== undefined && { memoryLimit }) }, 'opened');
    return started;
  }

  /** Rejects with `QueryRefused`; so may the rows. */
  async query(sql: string): Promise<QueryAnswer> {
    const { columns } = await this.#ask({ type: 'query', sql }, 'columns');
    return { columns, rows: this.#rows() };
  }

  async describe(): Promise<readonly DescribedView[]> {
    return (await this.#ask({ type: 'describe' }, 'described')).views;
  }

  close(): void {
    process.off('exit', this.#kill);
    if (this.#child.connected) this.#child.disconnect();
  }

  async *#rows(): AsyncGenerator<QueryRows> {
    for (;;) {
      const { rows } = await this.#ask({ type: 'next' }, 'rows');
      if (rows === undefined) return;
      yield rows;
    }
  }

  async #ask<T extends FromQuery['type']>(message: ToQuery, expected: T): Promise<Extract<FromQuery, { readonly type: T }>> {
    const answered = new Promise<FromQuery>((resolve) => this.#child.once('message', (answer) => resolve(answer as FromQuery)));
    this.#child.send(message, () => {});
    const answer = await Promise.race([answered, this.#exited]);
    if (answer.type === 'mistake') throw new QueryRefused(answer.fault);
    if (answer.type === 'broken') throw new Error(answer.stack);
    if (answer.type !== expected) throw new Error(`the query process answered ${answer.type} instead of ${expected}`);
    return answer as Extract<FromQuery, { readonly type: T }>;
  }
}
