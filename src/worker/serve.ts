/**
 * The life of a worker process: takes messages, runs one step at a time and answers each. Guards
 * the process against code of a step that exits, throws outside any call or changes what the
 * next step would see.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { DataEngine } from '../data/engine.ts';
import {
  endOfOutput,
  type FailureCardMessage,
  type FromWorker,
  type RunMessage,
  type ToWorker,
  type WarmMessage,
} from '../executors/worker-messages.ts';
import { type DrawCard, failureCardOf, writeCard } from './card-files.ts';
import { EndedByUserCode } from './ended-by-user-code.ts';
import { surroundings } from './environment.ts';
import { failureOf } from './failure.ts';
import { ProgressGate } from './progress-gate.ts';
import { runStep } from './run-step.ts';
import { SharedData } from './shared-data.ts';
import { stepContext } from './step-context.ts';
import type { StepRegistry } from './steps-registry.ts';

export interface WorkerParts {
  readonly steps: StepRegistry;
  readonly openData: (temporaryFolder: string) => Promise<DataEngine>;
  readonly drawCard: DrawCard;
  /** Imports what drawing needs, ahead of need. */
  readonly loadRenderers: () => Promise<unknown>;
  /** Folders of our own code, folded away in stack traces of the user. */
  readonly internals: readonly string[];
}

/** A step in progress. */
interface Current {
  readonly abort: AbortController;
  /** End it with an error that its own code did not throw to us. */
  fail(error: unknown): void;
}

const MEMORY_REPORT_MS = 500;

export function serve(parts: WorkerParts): void {
  const exit = process.exit.bind(process);
  const output = [outputOf(process.stdout, 1), outputOf(process.stderr, 2)] as const;
  const around = surroundings(process);
  const data = new SharedData(
    parts.openData,
    join(process.env['RECIPE_TEMPORARY_FOLDER'] ?? join(process.cwd(), '.recipe', 'tmp'), `worker-${process.pid}`),
  );
  let current: Current | undefined;

  process.on('message', (message: ToWorker) => {
    if (message.type === 'run') void run(message);
    else if (message.type === 'failure-card') void drawFailure(message);
    else warm(message);
  });
  // The command decides what Ctrl-C means; the terminal sends it to both.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => (current === undefined ? void end() : current.abort.abort()));
  process.on('disconnect', () => void end());
  process.on('uncaughtException', strayError);
  process.on('unhandledRejection', strayError);
  process.exit = (code) => {
    const error = new EndedByUserCode(code ?? process.exitCode ?? 0);
    current?.fail(error);
    throw error;
  };

  function warm({ steps }: WarmMessage): void {
    // What cannot be loaded now is reported when a step needs it.
    for (const name of steps)
      void parts.steps
        .get(name)
        ?.load()
        .catch(() => {});
    void data.get().catch(() => {});
    void parts.loadRenderers().catch(() => {});
  }

  async function run(message: RunMessage): Promise<void> {
    const { id, step, root } = message;
    send({ type: 'begun', id });
    const abort = new AbortController();
    let isSpent = false;
    const stray = new Promise<never>((_, reject) => {
      current = {
        abort,
        fail(error) {
          isSpent = true;
          reject(error);
        },
      };
    });
    const gate = new ProgressGate({ now: () => performance.now(), send: (progress) => send({ type: 'progress', id, progress }), wait });
    const memory = setInterval(() => send({ type: 'memory', id, residentBytes: process.memoryUsage.rss() }), MEMORY_REPORT_MS);
    memory.unref();
    let answer: FromWorker;
    try {
      around.enter(message.env, root);
      const context = stepContext({
        message,
        signal: abort.signal,
        data: () => data.get(),
        log: (line) => output[0].write(`${line}\n`),
        progress: (progress) => gate.report(progress),
      });
      answer = { type: 'done', id, ...(await Promise.race([runStep(message, context, parts), stray])) };
    } catch (error) {
      answer = { type: 'failed', id, failure: failureOf(error, { step, root, internals: parts.internals }), isSpent };
      // A session in which something failed may hold an open transaction or half a table.
      if (!isSpent) await data.close();
    }
    clearInterval(memory);
    gate.flush();
    current = undefined;
    await Promise.all(output.map((stream) => stream.finish(endOfOutput(id))));
    send(answer);
  }

  async function drawFailure(message: FailureCardMessage): Promise<void> {
    try {
      await writeCard(message.folder, await failureCardOf(message), parts.drawCard);
    } catch (error) {
      // The failure itself is reported all the same; a card that cannot be drawn must not hide it.
      output[1].write(`the card of the failure cannot be drawn: ${(error as Error).stack}\n`);
    }
    send({ type: 'card-written', id: message.id });
  }

  function strayError(error: unknown): void {
    if (current !== undefined) {
      current.fail(error);
      return;
    }
    // Left over from a step that has ended. Its process is not fit for another.
    output[1].write(`${error instanceof Error ? error.stack : String(error)}\n`);
    exit(1);
  }

  async function end(): Promise<void> {
    current?.abort.abort();
    await data.close();
    exit(0);
  }
}

function send(message: FromWorker): void {
  // Without a channel the command is gone, and `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function wait(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
}

interface Output {
  write(text: string): void;
  /** Resolves when the mark has left this process, even if code of a step has closed the stream. */
  finish(mark: string): Promise<void>;
}

function outputOf(stream: NodeJS.WriteStream, descriptor: number): Output {
  // Taken before any code of a step runs, which may replace `write`.
  const write = stream.write.bind(stream);
  stream.on('error', () => {});
  return {
    write: (text) => void write(text),
    finish: (mark) =>
      new Promise((resolve) => {
        write(mark, (error) => {
          if (error !== undefined && error !== null) writeDirectly(descriptor, mark);
          resolve();
        });
      }),
  };
}

function writeDirectly(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // The descriptor is closed too; the command sees the end of the stream.
  }
}
