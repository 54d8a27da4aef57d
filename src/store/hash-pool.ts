/**
 * SHA-256 of parts of open files in threads, a few side by side. The threads begin with the first
 * large file and never keep the process alive on their own.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Digest } from '../engine/task.ts';

/** More threads than this wait for memory, not for processors. */
const MOST_THREADS = 4;

export interface Part {
  /** Threads of one process share descriptors, so what is hashed is the file that was opened, whatever its path names now. */
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
}

type Answer = { readonly digest: Digest } | { readonly code: string; readonly syscall: string; readonly message: string };

interface Job {
  readonly part: Part;
  readonly resolve: (digest: Digest) => void;
  readonly reject: (error: Error) => void;
}

/** Plain text, not a file: it is the same in sources, library and bundled command, and loads nothing. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { readSync } = require('node:fs');
const buffer = Buffer.allocUnsafeSlow(1 << 18);
parentPort.on('message', ({ descriptor, offset, length }) => {
  try {
    const hash = createHash('sha256');
    for (let at = offset, end = offset + length; at < end; ) {
      const count = readSync(descriptor, buffer, 0, Math.min(buffer.length, end - at), at);
      if (count === 0) break;
      hash.update(count === buffer.length ? buffer : buffer.subarray(0, count));
      at += count;
    }
    parentPort.postMessage({ digest: hash.digest('hex') });
  } catch ({ code = '', syscall = '', message }) {
    parentPort.postMessage({ code, syscall, message });
  }
});`;

export class HashPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #waiting: Job[] = [];
  readonly #working = new Map<Worker, Job>();
  #threads = 0;

  constructor(size: number = Math.min(availableParallelism(), MOST_THREADS)) {
    this.#size = size;
  }

  /** The caller keeps the descriptor open until this settles. A part that goes beyond the end of the file ends there. */
  hash(part: Part): Promise<Digest> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ part, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const thread = this.#idle.pop() ?? (this.#threads < this.#size ? this.#start() : undefined);
    if (thread === undefined) return;
    const job = this.#waiting.shift() as Job;
    this.#working.set(thread, job);
    thread.ref();
    thread.postMessage(job.part);
  }

  #start(): Worker {
    this.#threads++;
    // The flags of this process, such as a debugger's port, are not for these threads.
    const thread = new Worker(THREAD, { eval: true, execArgv: [], env: {} });
    thread.on('message', (answer: Answer) => {
      const job = this.#finish(thread);
      thread.unref();
      this.#idle.push(thread);
      if ('digest' in answer) job?.resolve(answer.digest);
      else job?.reject(Object.assign(new Error(answer.message), { code: answer.code, syscall: answer.syscall }));
      this.#next();
    });
    thread.on('error', (error) => {
      this.#threads--;
      this.#finish(thread)?.reject(error);
      this.#next();
    });
    return thread;
  }

  #finish(thread: Worker): Job | undefined {
    const job = this.#working.get(thread);
    this.#working.delete(thread);
    return job;
  }
}
