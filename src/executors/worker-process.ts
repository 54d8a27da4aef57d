/**
 * One forked worker: starts it, speaks its protocol, stops it. Does one thing at a time; the
 * pool decides what. Its output never reaches the stdout of the command.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { StepProgress } from '../engine/ports.ts';
import { residentBytes } from './memory-watch.ts';
import { OutputLines, type OutputSink } from './output-lines.ts';
import { endOfOutput, type FailureCardMessage, type FromWorker, type RunMessage, type ToWorker } from './worker-messages.ts';

export interface WorkerStart {
  /** Absolute path of the worker's module. */
  readonly entry: string;
  readonly cwd: string;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a process ended. */
export interface Exit {
  readonly type: 'exit';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the step had reached the process: if not, the process ended for another reason. */
  readonly hadBegun: boolean;
  /** Set when the process could not even be started. */
  readonly error?: Error;
}

export type StepAnswer = Extract<FromWorker, { readonly type: 'done' | 'failed' }>;
type Answer = StepAnswer | Extract<FromWorker, { readonly type: 'card-written' }>;

/** A dead worker whose output stays open has left a process of its own behind. */
const DRAIN_PATIENCE_MS = 500;

export class WorkerProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #stdout = new OutputLines();
  readonly #stderr = new OutputLines();
  #hasExited = false;
  #hasBegun = false;
  #reportedBytes: number | undefined;
  #onMessage: (message: FromWorker) => void = () => {};

  constructor({ entry, cwd, execArgv, env }: WorkerStart) {
    this.#child = fork(entry, [], {
      cwd,
      env,
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', (chunk: Uint8Array) => this.#stdout.push(chunk));
    this.#child.stderr?.on('data', (chunk: Uint8Array) => this.#stderr.push(chunk));
    // A step can close its stdout; whoever waits for a mark must not wait for ever.
    this.#child.stdout?.on('end', () => this.#stdout.end());
    this.#child.stderr?.on('end', () => this.#stderr.end());
    this.#child.on('message', (message) => this.#onMessage(message as FromWorker));
    this.exited = this.#exit();
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** Resident memory, `undefined` while it is not known. */
  get heldBytes(): number | undefined {
    const { pid } = this.#child;
    return (pid === undefined ? undefined : residentBytes(pid)) ?? this.#reportedBytes;
  }

  /** Without an answer. A worker that has just died is found out at the next call. */
  send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Run a step. The output is complete when this resolves. */
  async run(
    message: RunMessage,
    sinks: { readonly stdout: OutputSink; readonly stderr: OutputSink; onProgress(progress: StepProgress): void },
  ): Promise<StepAnswer | Exit> {
    const mark = endOfOutput(message.id);
    const output = Promise.all([this.#stdout.until(mark, sinks.stdout), this.#stderr.until(mark, sinks.stderr)]);
    const answer = await this.#call(message, (progress) => sinks.onProgress(progress));
    if (answer.type === 'exit') this.#endOutput();
    await output;
    if (answer.type === 'card-written') throw new Error('the worker has answered a step with a card');
    return answer;
  }

  /** Resolves when the files are there, or when the process could not make them. */
  async drawFailureCard(message: FailureCardMessage): Promise<void> {
    await this.#call(message, () => {});
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Let it end by itself: it has nothing to do once the channel is closed. */
  disconnect(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  async #call(message: RunMessage | FailureCardMessage, onProgress: (progress: StepProgress) => void): Promise<Answer | Exit> {
    this.#hasBegun = false;
    const answer = new Promise<Answer>((resolve) => {
      this.#onMessage = (received) => {
        if (received.id !== message.id) return;
        if (received.type === 'begun') this.#hasBegun = true;
        else if (received.type === 'progress') onProgress(received.progress);
        else if (received.type === 'memory') this.#reportedBytes = received.residentBytes;
        else resolve(received);
      };
    });
    this.send(message);
    return Promise.race([answer, this.exited.then((exit) => ({ ...exit, hadBegun: this.#hasBegun }))]);
  }

  #endOutput(): void {
    this.#stdout.end();
    this.#stderr.end();
  }

  async #exit(): Promise<Exit> {
    // Not the event `close` of the process: it never comes once the parent has closed the channel.
    const drained = Promise.all(
      [this.#child.stdout, this.#child.stderr].map((stream) => new Promise<void>((resolve) => stream?.once('close', resolve))),
    );
    const exit = await new Promise<Exit>((resolve) => {
      this.#child.once('error', (error) => resolve({ type: 'exit', code: null, signal: null, hadBegun: false, error }));
      this.#child.once('exit', (code, signal) => resolve({ type: 'exit', code, signal, hadBegun: false }));
    });
    this.#hasExited = true;
    if (exit.error === undefined) {
      // Its last words may still be on the way.
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        drained,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, DRAIN_PATIENCE_MS);
        }),
      ]);
      clearTimeout(timer);
    }
    return exit;
  }
}
