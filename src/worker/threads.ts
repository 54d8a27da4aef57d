/**
 * Threads that carry out a task of a step. Started when they are first needed; each does one thing at a time. User code
 * that ends one fails what it was at with the error that it has in the step's own thread.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { StepThreads, WantedThreads } from '../steps/define.ts';
import { EndedByUserCode } from './ended-by-user-code.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-main.ts';

const ENTRY = new URL('./thread-main.js', import.meta.url);

/** Only what is built has threads: Node cannot load sources in one. */
export function hasThreads(): boolean {
  return existsSync(fileURLToPath(ENTRY));
}

interface Job {
  readonly input: unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export function openThreads({ task, given, count, env }: WantedThreads, bundles: ThreadStart['bundles'], signal: AbortSignal): StepThreads {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Job>();
  const waiting: Job[] = [];
  const ended = new Map<Worker, Promise<void>>();

  const start = (): Worker => {
    const workerData: ThreadStart = { task, given, bundles };
    // Flags of the process, such as a debugger's, are not for its threads.
    const thread = new Worker(ENTRY, { workerData, execArgv: ['--enable-source-maps'], env: { ...process.env, ...env } });
    const fail = (error: Error): void => {
      busy.get(thread)?.reject(error);
      busy.delete(thread);
    };
    thread.on('message', (answer: FromThread) => {
      const job = busy.get(thread);
      busy.delete(thread);
      idle.push(thread);
      if ('value' in answer) job?.resolve(answer.value);
      else job?.reject(new Error(answer.message));
      next();
    });
    thread.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    ended.set(
      thread,
      new Promise((resolve) => {
        thread.once('exit', (code) => {
          fail(new EndedByUserCode(code));
          ended.delete(thread);
          const at = idle.indexOf(thread);
          if (at >= 0) idle.splice(at, 1);
          resolve();
          next();
        });
      }),
    );
    return thread;
  };

  const next = (): void => {
    while (waiting.length > 0 && busy.size < count) {
      const job = waiting.shift() as Job;
      if (signal.aborted) {
        job.reject(signal.reason as Error);
        continue;
      }
      const thread = idle.pop() ?? start();
      busy.set(thread, job);
      thread.postMessage({ input: job.input } satisfies ToThread);
    }
  };

  const stop = (): void => {
    for (const thread of ended.keys()) void thread.terminate();
  };
  signal.addEventListener('abort', stop, { once: true });

  return {
    run: (input) =>
      new Promise((resolve, reject) => {
        waiting.push({ input, resolve, reject });
        next();
      }),
    async close() {
      signal.removeEventListener('abort', stop);
      for (const thread of ended.keys()) thread.postMessage('end' satisfies ToThread);
      await Promise.all(ended.values());
    },
  };
}
