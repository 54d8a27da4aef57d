/** The entry of a thread of a step: loads its task, then answers one input after another until it is told to end. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadTask } from '../steps/define.ts';
import { errorWords } from '../steps/error-words.ts';
import { loadFunction } from '../user-code/load.ts';
import { THREAD_TASKS } from './thread-tasks.ts';

export interface ThreadStart {
  readonly task: string;
  readonly given: unknown;
  /** Step file relative to the root → absolute path of its bundle. */
  readonly bundles: Readonly<Record<string, string>>;
}

export type ToThread = { readonly input: unknown } | 'end';
export type FromThread = { readonly value: unknown } | { readonly message: string };

async function main(): Promise<void> {
  const { task: name, given, bundles } = workerData as ThreadStart;
  const load = THREAD_TASKS[name];
  if (load === undefined) throw new Error(`there is no task ${name} for threads`);
  const task = (await load()) as ThreadTask;
  const carryOut = task(given as never, {
    // Whoever stops the step ends its threads.
    signal: new AbortController().signal,
    async userFunction(file, functionName) {
      const bundlePath = bundles[file];
      if (bundlePath === undefined) throw new Error(`the step asks for ${file}, which its task does not declare`);
      return loadFunction({ file, bundlePath, functionName });
    },
  });
  parentPort?.on('message', (message: ToThread) => {
    if (message === 'end') parentPort?.close();
    else void answer(message.input);
  });

  async function answer(input: unknown): Promise<void> {
    let told: FromThread;
    try {
      told = { value: await carryOut(input as never) };
    } catch (error) {
      told = { message: errorWords(error) };
    }
    parentPort?.postMessage(told);
  }
}

await main();
