/**
 * Runs steps in worker processes on this machine. A worker is started when it is first needed and
 * takes one step after another, so that libraries are loaded once. Never loads data or user code
 * itself.
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ExecuteOutcome, ExecuteRequest, Executor, Failure } from '../engine/ports.ts';
import type { Task } from '../engine/task.ts';
import type { StepName } from '../steps/define.ts';
import { crashFailure, logCause } from './crash.ts';
import { MemoryWatch } from './memory-watch.ts';
import { StepLog } from './step-log.ts';
import { StepTimeout, stoppedFailure } from './stopped.ts';
import { isAttemptLog } from './with-policy.ts';
import { workerEnvironment } from './worker-environment.ts';
import { type RunMessage, STEP_LOG } from './worker-messages.ts';
import type { WorkerPayload } from './worker-payload.ts';
import { type Exit, type StepAnswer, WorkerProcess } from './worker-process.ts';

export interface LocalPoolOptions {
  /** Absolute path of the built `worker/main.js`. */
  readonly entry: string;
  /** The project's root: the current folder of the workers. */
  readonly root: string;
  /** The environment of the command. The workers get a few entries of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the log and the card of a step that fails are left, in a folder of its name. */
  readonly failureFolder?: string;
  /** Flags of Node for the workers, such as `--max-old-space-size=8000`. */
  readonly nodeFlags?: readonly string[];
  /** How many workers may exist at once. 1 by default. */
  readonly concurrency?: number;
  /** Wait for a debugger before the first step; a text is the `host:port` to listen at. */
  readonly inspect?: boolean | string;
  /** How much memory the process of a step may hold. No limit when absent. */
  readonly memoryLimitBytes?: number;
  /** How often to look at its memory, in milliseconds. */
  readonly memoryPollMs?: number;
  /** How long a worker may take to end after it was asked to, in milliseconds. */
  readonly graceMs?: number;
}

type Answer = (StepAnswer | Exit) & { readonly outOfMemory?: Failure };
type Ended = Exclude<Answer, { readonly type: 'done' }>;

/** How many lines of output a failure keeps. */
const LAST_LINES = 20;

export class LocalPool implements Executor {
  readonly #options: LocalPoolOptions;
  readonly #idle: WorkerProcess[] = [];
  readonly #all = new Set<WorkerProcess>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  readonly #killAll = (): void => {
    for (const worker of this.#all) worker.kill('SIGKILL');
  };

  constructor(options: LocalPoolOptions) {
    this.#options = options;
    // A command that exits at once, on a second Ctrl-C, takes its workers along.
    process.once('exit', this.#killAll);
  }

  /** Start a worker now and let it import these steps, while the command still plans. */
  warm(steps: readonly StepName[]): void {
    if (this.#all.size > 0) return;
    const worker = this.#start();
    worker.send({ type: 'warm', steps });
    this.#idle.push(worker);
  }

  async execute(request: ExecuteRequest): Promise<ExecuteOutcome> {
    if (!(await this.#slot(request.signal))) return { ok: false, failure: stoppedFailure(request.task.name, request.signal) };
    try {
      return await this.#perform(request);
    } finally {
      this.#release();
    }
  }

  /** Ends all workers. Steps that still run are lost. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => this.#retire(worker)));
    process.off('exit', this.#killAll);
  }

  async #perform(request: ExecuteRequest): Promise<ExecuteOutcome> {
    const { task, staging, signal } = request;
    const started = performance.now();
    const log = new StepLog(join(staging, STEP_LOG), LAST_LINES, (stream, line) => request.onLog(stream, line));
    try {
      let worker = this.#take();
      let answer = await this.#run(worker, request, log);
      if (answer.type === 'exit' && !answer.hadBegun && answer.error === undefined && !signal.aborted) {
        // It was already ending, because of what an earlier step had left behind. This step is not to blame.
        worker = this.#start();
        answer = await this.#run(worker, request, log);
      }
      if (answer.type === 'failed' && answer.isSpent) await this.#retire(worker);
      else this.#giveBack(worker);
      log.close();
      if (answer.type === 'done') return log.problem === undefined ? done(answer) : logLost(task.name, log.problem);
      if (signal.aborted && !(signal.reason instanceof StepTimeout)) return { ok: false, failure: stoppedFailure(task.name, signal) };
      const failure = this.#failureOf(request, answer, log);
      await this.#reportFailure(request, failure, performance.now() - started, log.lastLines);
      const { sections: _, ...told } = failure;
      return { ok: false, failure: told };
    } finally {
      log.close();
    }
  }

  /** What outside of the step ended it counts for more than how its process went down. */
  #failureOf({ task, signal }: ExecuteRequest, answer: Ended, log: StepLog): Failure {
    if (answer.outOfMemory !== undefined) return withLog(answer.outOfMemory, log.lastLines);
    if (signal.aborted) return withLog(stoppedFailure(task.name, signal), log.lastLines);
    return answer.type === 'exit' ? crashFailure(task.name, answer, log.lastLines) : answer.failure;
  }

  async #run(worker: WorkerProcess, request: ExecuteRequest, log: StepLog): Promise<Answer> {
    const { task, inputs, staging, progressFolder, signal } = request;
    const payload = task.payload as WorkerPayload;
    const message: RunMessage = {
      type: 'run',
      id: newId(),
      step: payload.step,
      code: payload.code,
      root: payload.root,
      params: task.params,
      ...(payload.pace !== undefined && { pace: payload.pace }),
      inputs,
      staging,
      ...(progressFolder !== undefined && { progressFolder }),
      seed: task.seed,
      env: task.env,
      inputNames: payload.inputNames,
      ...(payload.lastOutputs !== undefined && { lastOutputs: payload.lastOutputs }),
      userCode: loadable(task, payload),
      card: payload.card,
    };
    const stopWatching = this.#stopOnAbort(worker, signal);
    const memory = this.#watchMemory(worker);
    try {
      const answer = await worker.run(message, { ...log.sinks, onProgress: (progress) => request.onProgress(progress) });
      const outOfMemory = answer.type === 'exit' ? memory?.failure(task.name) : undefined;
      return outOfMemory === undefined ? answer : { ...answer, outOfMemory };
    } finally {
      memory?.stop();
      stopWatching();
    }
  }

  #watchMemory(worker: WorkerProcess): MemoryWatch | undefined {
    const { memoryLimitBytes, memoryPollMs = 200 } = this.#options;
    if (memoryLimitBytes === undefined) return undefined;
    // At once and without grace: a process that is asked to end goes on taking memory meanwhile.
    return new MemoryWatch(
      { bytes: memoryLimitBytes, everyMs: memoryPollMs },
      () => worker.heldBytes,
      () => worker.kill('SIGKILL'),
    );
  }

  /** Leave log and card where a person finds them; the staging folder is thrown away. */
  async #reportFailure(
    { task, staging, onLog }: ExecuteRequest,
    failure: Failure,
    durationMs: number,
    lastLines: readonly string[],
  ): Promise<void> {
    if (this.#options.failureFolder === undefined) return;
    const { step, card } = task.payload as WorkerPayload;
    const folder = join(this.#options.failureFolder, step);
    try {
      mkdirSync(folder, { recursive: true });
      for (const name of [STEP_LOG, ...readdirSync(staging).filter(isAttemptLog)]) copyFileSync(join(staging, name), join(folder, name));
    } catch (error) {
      // The failure of the step is what must be told; that its log is lost comes second.
      onLog('stderr', `the log of the failure cannot be kept: ${(error as Error).message}`);
      return;
    }
    const artist = this.#take();
    await artist.drawFailureCard({ type: 'failure-card', id: newId(), step, folder, failure, card, durationMs, lastLines });
    this.#giveBack(artist);
  }

  /** Ask the step to end, then insist. */
  #stopOnAbort(worker: WorkerProcess, signal: AbortSignal): () => void {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      worker.kill('SIGTERM');
      timer = setTimeout(() => worker.kill('SIGKILL'), this.#graceMs);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    };
  }

  async #retire(worker: WorkerProcess): Promise<void> {
    this.#all.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    worker.disconnect();
    const timer = setTimeout(() => worker.kill('SIGKILL'), this.#graceMs);
    await worker.exited;
    clearTimeout(timer);
  }

  #take(): WorkerProcess {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      if (!worker.hasExited) return worker;
    }
    return this.#start();
  }

  #giveBack(worker: WorkerProcess): void {
    if (!worker.hasExited && this.#all.has(worker)) this.#idle.push(worker);
  }

  #start(): WorkerProcess {
    const { entry, root, env, inspect, nodeFlags = [] } = this.#options;
    const debug = inspect === undefined || inspect === false ? [] : [inspect === true ? '--inspect-brk' : `--inspect-brk=${inspect}`];
    const worker = new WorkerProcess({
      entry,
      cwd: root,
      execArgv: [...nodeFlags, '--enable-source-maps', ...debug],
      env: workerEnvironment(env),
    });
    this.#all.add(worker);
    void worker.exited.then(() => this.#all.delete(worker));
    return worker;
  }

  /** Wait for a turn. False when the task was stopped before it came. */
  async #slot(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#busy < (this.#options.concurrency ?? 1)) {
      this.#busy++;
      return true;
    }
    return new Promise((resolve) => {
      const turn = () => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        resolve(false);
      };
      this.#waiting.push(turn);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy--;
    else next();
  }

  get #graceMs(): number {
    return this.#options.graceMs ?? 3000;
  }
}

function loadable(task: Task, payload: WorkerPayload): RunMessage['userCode'] {
  const digests = new Map<string, string>(task.userCode.map(({ file, digest }) => [file, digest]));
  return Object.fromEntries(
    Object.entries(payload.userCode).map(([file, bundlePath]) => {
      const digest = digests.get(file);
      return [file, digest === undefined ? { bundlePath } : { bundlePath, digest }];
    }),
  );
}

function done({ result, attachments }: Extract<StepAnswer, { readonly type: 'done' }>): ExecuteOutcome {
  return { ok: true, result, attachments: [...attachments, STEP_LOG] };
}

function withLog(failure: Failure, lastLines: readonly string[]): Failure {
  return lastLines.length === 0 ? failure : { ...failure, causes: [logCause(lastLines)] };
}

/** No meaning, only different each time, so that output of a step cannot hold it by chance. */
function newId(): string {
  return randomBytes(8).toString('hex');
}

/** A result whose log is cut must not be kept as if it were whole. */
function logLost(step: string, problem: Error): ExecuteOutcome {
  return { ok: false, failure: { code: 'step-failed', message: `the log of \`${step}\` cannot be written: ${problem.message}` } };
}
